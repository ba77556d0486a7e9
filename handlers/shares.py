"""Links that carry a setup into another chat, and those that carry a request from a group into a person's own chat."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import links
from bot.domain.errors import InvalidInput
from bot.domain.typed import read
from bot.services import managing
from bot.services import shares as service
from bot.services.shares import Shared
from bot.views import actions, settings
from bot.views import shares as views
from bot.views.message import View
from handlers.command import Command, on
from handlers.context import Context, existing


async def share_alert(ctx: Context, alert_id: int) -> None:
    """Show the link of an alert."""
    shared = await service.share_alert(ctx.database, _key(ctx), ctx.chat.id, alert_id, ctx.now)
    await ctx.reply(_view(ctx, existing(shared)))


async def share_topic(ctx: Context, topic_id: int) -> None:
    """Show the link of a topic."""
    shared = await service.share_topic(ctx.database, _key(ctx), ctx.chat.id, ctx.thread_id, topic_id, ctx.now)
    await ctx.reply(_view(ctx, existing(shared)))


async def share_setup(ctx: Context) -> None:
    """Show the link of all that the chat has."""
    shared = await service.share_setup(ctx.database, _key(ctx), ctx.chat, ctx.thread_id, ctx.now)
    view = _view(ctx, shared) if shared else views.nothing(ctx.t)
    await ctx.edit_or_reply(replace(view, buttons=(*view.buttons, settings.back(ctx.t))))


def _view(ctx: Context, shared: Shared) -> View:
    url = f"https://t.me/{ctx.bot.username}?start={shared.parameter}"
    return views.link(ctx.t, shared.setup, url, shared.parameter, shared.expires_on)


async def offer(ctx: Context, parameter: str) -> None:
    """Show what a link sets up; nothing is changed before the person confirms."""
    ctx.asks_for_messages = False
    setup = await service.open_share(ctx.database, _key(ctx), parameter, ctx.now)
    elsewhere = ctx.chat.private and bool(await managing.managed_chats(ctx.database, ctx.chat.id))
    await ctx.reply(views.offer(ctx.t, setup, parameter, elsewhere=elsewhere))


async def choose_chat(ctx: Context, parameter: str) -> None:
    """Choose the managed chat that gets what a link carries; its button checks the rights."""
    found = await managing.managed_chats(ctx.database, ctx.here.id)
    await ctx.edit_or_reply(views.where(ctx.t, [one.destination for one in found], parameter))


async def take(ctx: Context, parameter: str) -> None:
    """Set up here what a link carries; the link is checked again, for it may have expired."""
    setup = await service.open_share(ctx.database, _key(ctx), parameter, ctx.now)
    taken = await service.take(ctx.database, ctx.chat, ctx.thread_id, setup, ctx.now, ctx.services.matcher)
    ctx.apply(taken.chat)
    await ctx.edit_or_reply(views.taken(ctx.t, taken.new, taken.known, taken.problems))


async def leave(ctx: Context) -> None:
    """Set up nothing."""
    await ctx.edit_or_reply(views.left(ctx.t))


async def repeat_request(ctx: Context, parameter: str) -> None:
    """Do here what the person asked for in a group, where only admins may."""
    ctx.asks_for_messages = False  # the request itself may ask for messages
    request = links.request_in(_key(ctx), ctx.user_id or 0, parameter) if ctx.chat.private else None
    if request is None:
        raise InvalidInput("share.other_person")
    await existing(ctx.services.on_request)(ctx, read(request, ctx.bot.username or ""))


def _key(ctx: Context) -> bytes:
    return ctx.services.settings.link_key


COMMANDS: tuple[Command, ...] = ()
BUTTONS = (
    on(actions.SHARES_ALERT, share_alert),
    on(actions.SHARES_TOPIC, share_topic),
    on(actions.SHARES_SETUP, share_setup),
    on(actions.SHARES_TAKE, take),
    on(actions.SHARES_WHERE, choose_chat),
    on(actions.SHARES_LEAVE, leave),
)
DEEP_LINKS = ((links.SHARE, offer), (links.REQUEST, repeat_request))
