"""/start and /stop: the first word and the last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.chats import ChatState
from bot.domain.errors import ExpiredButton
from bot.views import catchup
from bot.views.message import View
from bot.views.start import start as start_view
from handlers.context import Action, Command, Context
from storage import alerts, article_lists, chats, rates

HEADLINES = 3
# What is older than this is no news to who comes back, and a button of an offer is good for a week more.
LONGEST_AWAY = dt.timedelta(days=30)
SHOWN_FOR = LONGEST_AWAY + dt.timedelta(days=7)


async def wake(ctx: Context) -> dt.datetime | None:
    """Speak again to a chat that was silent (in a group only admins end its silence); returns since when it was."""
    away_since = None
    if ctx.chat.state is not ChatState.ACTIVE and await ctx.may_change():
        async with ctx.database.write() as connection:
            away_since = await chats.reactivate(connection, ctx.chat.id, ctx.now)
        ctx.chat = replace(ctx.chat, state=ChatState.ACTIVE)
    return away_since


async def start(ctx: Context) -> None:
    """Greet, and speak again."""
    away_since = await wake(ctx)
    async with ctx.database.read() as connection:
        lines = await rates.rate_table(connection, ctx.now)
        articles = await article_lists.latest(connection, HEADLINES)
    name = ctx.user_name if ctx.chat.private else ""
    await ctx.reply(start_view(ctx.t, name[:40], lines, articles, ctx.now))
    await offer(ctx, away_since)


async def offer(ctx: Context, since: dt.datetime | None) -> None:
    """Offer what went on since a person left (UTC), if anything did: a blocked bot is silent, not gone."""
    if since is None or not ctx.chat.private:
        return
    since = max(since, ctx.now - LONGEST_AWAY)
    async with ctx.database.read() as connection:
        _, count = await article_lists.missed(connection, ctx.chat.id, since, 0)
        crossed = await alerts.fired_since(connection, ctx.chat.id, since)
    if count or crossed:
        await ctx.reply(catchup.offer(ctx.t, count, len(crossed), since, ZoneInfo(ctx.chat.timezone)))


async def show_missed(ctx: Context, since: str) -> None:
    """Show what went on since an instant (Unix seconds)."""
    seconds = int(since) if since.isascii() and since.isdigit() and len(since) < 11 else 0
    begin = dt.datetime.fromtimestamp(seconds, dt.UTC)
    if not ctx.now - SHOWN_FOR < begin <= ctx.now:
        raise ExpiredButton
    async with ctx.database.read() as connection:
        articles, count = await article_lists.missed(connection, ctx.chat.id, begin, catchup.SHOWN)
        crossed = await alerts.fired_since(connection, ctx.chat.id, begin)
    view = catchup.away(ctx.t, articles, count - len(articles), crossed, ZoneInfo(ctx.chat.timezone))
    await ctx.edit_or_reply(view)


async def leave_it(ctx: Context) -> None:
    """Take the offer back."""
    await ctx.edit_or_reply(View(ctx.t("catchup.left")))


async def stop(ctx: Context) -> None:
    """Fall silent; settings stay."""
    async with ctx.database.write() as connection:
        await chats.set_state(connection, ctx.chat.id, ChatState.STOPPED, ctx.now)
    await ctx.reply(View(ctx.t("start.stopped")))


COMMANDS = (
    Command("start", start, description_key="start.command.start"),
    Command("stop", stop, changes=True, description_key="start.command.stop"),
)
BUTTONS = {("away", "show"): Action(show_missed), ("away", "leave"): Action(leave_it)}
