"""/start and /stop: the first and the last message of a chat."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.chats import ChatState
from bot.domain.errors import ExpiredButton
from bot.services import start as service
from bot.views import actions, catchup
from bot.views.message import View
from bot.views.start import start as start_view
from handlers.context import Command, Context, on


async def wake(ctx: Context) -> dt.datetime | None:
    """Reactivate an inactive chat (in a group only an admin can); returns since when (UTC) it had blocked the bot."""
    if ctx.chat.state is ChatState.ACTIVE or not await ctx.may_change():
        return None
    away_since = await service.reactivate_chat(ctx.database, ctx.chat.id, ctx.now)
    ctx.chat = replace(ctx.chat, state=ChatState.ACTIVE)
    return away_since


async def start(ctx: Context) -> None:
    """Greet, and reactivate the chat."""
    away_since = await wake(ctx)
    rows, articles = await service.overview(ctx.database, ctx.chat, ctx.now)
    name = ctx.user_name if ctx.chat.private else ""
    await ctx.reply(start_view(ctx.t, name[:40], rows, articles))
    await offer(ctx, away_since)


async def offer(ctx: Context, since: dt.datetime | None) -> None:
    """Offer a summary of the time since a person blocked the bot (UTC), if anything happened."""
    if since is None or not ctx.chat.private:
        return
    since = max(since, ctx.now - service.LONGEST_AWAY)
    missed = await service.missed_since(ctx.database, ctx.chat, since, 0)
    if missed.count or missed.alerts:
        zone = ZoneInfo(ctx.chat.timezone)
        await ctx.reply(catchup.offer(ctx.t, missed.count, len(missed.alerts), since, zone))


async def show_missed(ctx: Context, since: dt.datetime) -> None:
    """Show what happened since an instant (UTC)."""
    if not ctx.now - service.SHOWN_FOR < since <= ctx.now:
        raise ExpiredButton
    missed = await service.missed_since(ctx.database, ctx.chat, since, catchup.SHOWN)
    more = missed.count - len(missed.articles)
    view = catchup.away(ctx.t, missed.articles, more, missed.alerts, ZoneInfo(ctx.chat.timezone))
    await ctx.edit_or_reply(view)


async def leave_it(ctx: Context) -> None:
    """Withdraw the offer."""
    await ctx.edit_or_reply(View(ctx.t("catchup.left")))


async def stop(ctx: Context) -> None:
    """Stop all deliveries; settings stay."""
    await service.stop_chat(ctx.database, ctx.chat.id, ctx.now)
    await ctx.reply(View(ctx.t("start.stopped")))


COMMANDS = (
    Command("start", start, description_key="start.command.start"),
    Command("stop", stop, changes=True, description_key="start.command.stop"),
)
BUTTONS = (on(actions.AWAY_SHOW, show_missed), on(actions.AWAY_LEAVE, leave_it))
