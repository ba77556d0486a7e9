"""/status: how fresh everything is."""

from __future__ import annotations

from bot import __version__
from bot.services import chats, status
from bot.views import actions
from bot.views import status as views
from handlers.command import Command, on
from handlers.context import Context


async def show_status(ctx: Context) -> None:
    """Answer /status."""
    services = ctx.services
    state = await status.status(
        ctx.database, services.settings.sites, services.flood_pause(), ctx.now, operator=ctx.operator
    )
    await ctx.reply(views.status(ctx.t, state, __version__, ctx.now, operator=ctx.operator))


async def move_here(ctx: Context, thread_id: int) -> None:
    """Move all that belongs to a closed topic of the chat to its General."""
    await chats.move_to_general(ctx.database, ctx.chat.id, thread_id)
    await ctx.edit_or_reply(views.moved_here(ctx.t, managed=ctx.managed is not None))


COMMANDS = (Command("status", show_status, description_key="status.command.status"),)
BUTTONS = (on(actions.STATUS_HERE, move_here),)
