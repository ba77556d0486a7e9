"""/start and /stop: the first and the last message of a chat."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.errors import ExpiredButton
from bot.domain.own_rates import own_pairs
from bot.services import start as service
from bot.views import actions, catchup
from bot.views import start as views
from bot.views.message import View
from handlers import languages
from handlers.command import Command, on
from handlers.context import Context

# Of a person's name, in the greeting.
LONGEST_NAME = 40


async def start(ctx: Context) -> None:
    """Greet, reactivate the chat, and show the rates. In a private chat the greeting brings the reply keyboard."""
    await ctx.reactivate()
    name = ctx.user_name[:LONGEST_NAME] if ctx.chat.private else ""
    if ctx.chat.private and ctx.chat.keyboard:
        await ctx.reply(views.greeting(ctx.t, name))
        await ctx.reply(await _overview(ctx))
    else:
        await ctx.reply(views.with_greeting(ctx.t, name, await _overview(ctx)))


async def _overview(ctx: Context) -> View:
    rows, articles = await service.overview(ctx.database, ctx.chat, ctx.now)
    own = await ctx.services.rates_views.own_rates(own_pairs(ctx.chat.currencies), ctx.now)
    return views.overview(
        ctx.t, rows, articles, own, offer=ctx.chat.private and not ctx.chat.currencies, private=ctx.chat.private
    )


async def set_language(ctx: Context, code: str) -> None:
    """Change the language by a button under the first message, and show the rates again in that language."""
    await languages.change(ctx, code)
    await ctx.reply(await _overview(ctx))


async def greet_group(ctx: Context) -> None:
    """Say to a group that the bot was added to what the bot does there."""
    await ctx.reply(views.group(ctx.t))


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
    await ctx.reply(views.stopped(ctx.t))


async def resume(ctx: Context) -> None:
    """Send messages again."""
    await ctx.edit_or_reply(views.resumed(ctx.t))


COMMANDS = (
    Command("start", start, description_key="start.command.start"),
    Command("stop", stop, changes=True, description_key="start.command.stop"),
)
BUTTONS = (
    on(actions.START_RESUME, resume),
    on(actions.START_LANGUAGE, set_language),
    on(actions.AWAY_SHOW, show_missed),
    on(actions.AWAY_LEAVE, leave_it),
)
