"""/history: the rates of a pair in a month or a year, as a table and as a file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bot.domain.currencies import OWN
from bot.domain.errors import ExpiredButton, InvalidInput
from bot.domain.intents import Intent, IntentKind
from bot.domain.intents.past_rules import typed_period
from bot.domain.periods import HistoryError, Period
from bot.domain.rates import Pair
from bot.services.history import natural_pair, rate_history, rate_rows
from bot.views import actions
from bot.views import history as views
from bot.views.message import View
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context


async def history(ctx: Context) -> None:
    """Answer /history rub tjs 2025-12; by default the current month is shown, without words the usage."""
    if not ctx.arguments:
        await ctx.reply(views.how(ctx.t, ctx.chat.own_pair))
        return
    found = read(ctx)
    if found.unknown:
        raise HistoryError("history.error.unknown", found.unknown)
    await _answer(ctx, tuple(dict.fromkeys(found.sentence.codes)), typed_period(found.sentence) or _this_month(ctx))


async def history_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence that asks for past rates: of a month, a year, or a day."""
    await _answer(ctx, intent.currencies, intent.period or _this_month(ctx), intent.day, intent.amount)


async def _answer(
    ctx: Context, codes: tuple[str, ...], period: Period, day: dt.date | None = None, amount: Decimal | None = None
) -> None:
    """Show the past of two currencies, of one against the dollar, or of the chat's own pair; or that of a day.

    `amount` is of the first of two currencies, to be converted by the rate of the day.
    """
    if (day or period.first) > ctx.now.astimezone(ctx.zone).date():
        raise HistoryError("history.error.future")
    own = ctx.chat.own_pair
    if len(codes) == 2 and codes[0] != codes[1]:
        pair = Pair(codes[0], codes[1])
    elif own is not None and (not codes or (codes == ("USD",) and "USD" in (own.base, own.quote))):
        pair = own
    elif codes == ("USD",) and day is not None:
        found = [await rate_history(ctx.database, Pair("USD", code), period, ctx.now) for code in OWN]
        await ctx.reply(views.days(ctx.t, [history for history in found if history is not None], day))
        return
    elif codes == ("USD",):
        await ctx.reply(views.in_which(ctx.t, period))
        return
    elif len(codes) == 1:
        pair = await natural_pair(ctx.database, codes[0], ctx.now)
    else:
        raise HistoryError("history.error.pair")
    history = await rate_history(ctx.database, pair, period, ctx.now) if day is not None else None
    if day is not None and history is not None and history.fixed is None:
        await ctx.reply(views.days(ctx.t, [history], day, amount))
    else:
        await ctx.reply(await _page(ctx, pair, period))


def _this_month(ctx: Context) -> Period:
    return Period(ctx.now.year, ctx.now.month)


async def _page(ctx: Context, pair: Pair, period: Period) -> View:
    found = await rate_history(ctx.database, pair, period, ctx.now)
    if found is None:
        return views.problem(ctx.t, HistoryError("history.error.none", str(pair)))
    if found.fixed is not None:
        return views.fixed(ctx.t, found.fixed)
    return views.page(ctx.t, found, period, ctx.now.date())


async def show(ctx: Context, pair: Pair, period: Period) -> None:
    """Show another month or year in place."""
    if period.first > ctx.now.date():
        raise ExpiredButton
    await ctx.edit_or_reply(await _page(ctx, pair, period))


async def show_this_month(ctx: Context, pair: Pair) -> None:
    """Show the current month."""
    await show(ctx, pair, _this_month(ctx))


async def send_csv(ctx: Context, pair: Pair, period: Period | None) -> None:
    """Send the rates of a period, or all there are, as a file; of too many the newest."""
    found = await rate_rows(ctx.database, pair, period, ctx.now)
    if not found:
        raise InvalidInput("history.error.none", word=str(pair))
    name = f"{pair.base}-{pair.quote}-{period or 'all'}.csv".lower()
    await ctx.send_file(name, views.as_csv(found), views.caption(ctx.t, pair, found))


COMMANDS = (Command("history", history, description_key="history.command.history"),)
BUTTONS = (
    on(actions.HISTORY_SHOW, show),
    on(actions.HISTORY_NOW, show_this_month),
    on(actions.HISTORY_CSV, send_csv),
)
INTENTS = ((IntentKind.HISTORY, history_intent),)
