"""/history: the rates of a currency in a month or a year, as a table and as a file."""

from __future__ import annotations

from bot.domain.errors import ExpiredButton, InvalidInput
from bot.domain.periods import HistoryError, NotAPeriod, Period, is_month_name, parse_period
from bot.domain.rates import Pair
from bot.services.history import rate_history, rate_rows
from bot.views import actions
from bot.views import history as views
from bot.views.currencies import code_of
from bot.views.message import View
from handlers.context import Command, Context, on


async def history(ctx: Context) -> None:
    """Answer /history kzt 2025-12; by default the current month is shown, without words the usage."""
    words = ctx.arguments.replace("/", " ").split()[:8]
    if not words:
        await ctx.reply(views.how(ctx.t))
        return
    code, period = _read(words, _this_month(ctx))
    if period.first > ctx.now.date():
        raise HistoryError("history.error.future")
    await ctx.reply(await _page(ctx, code, period))


def _read(words: list[str], default: Period) -> tuple[str, Period]:
    """Return the currency and the period of typed words."""
    codes, rest = [], []
    for word in words:
        if (code := code_of(word)) is not None:
            codes.append(code)
        elif any(map(str.isdigit, word)) or is_month_name(word):
            rest.append(word)
        else:
            raise HistoryError("history.error.unknown", word)
    wanted = [code for code in dict.fromkeys(codes) if code != "USD"]
    if len(wanted) != 1:
        raise HistoryError("history.error.pair")
    try:
        return wanted[0], parse_period(" ".join(rest)) if rest else default
    except NotAPeriod:
        raise HistoryError("history.error.period", " ".join(rest)) from None


def _this_month(ctx: Context) -> Period:
    return Period(ctx.now.year, ctx.now.month)


async def _page(ctx: Context, code: str, period: Period) -> View:
    found = await rate_history(ctx.database, code, period, ctx.now)
    if found is None:
        return views.problem(ctx.t, HistoryError("history.error.none", code))
    if found.fixed is not None:
        return views.fixed(ctx.t, code, found.fixed)
    return views.page(ctx.t, code, period, found.rates, found.before, ctx.now.date())


async def show(ctx: Context, pair: Pair, period: Period) -> None:
    """Show another month or year in place."""
    if period.first > ctx.now.date():
        raise ExpiredButton
    await ctx.edit_or_reply(await _page(ctx, pair.quote, period))


async def show_this_month(ctx: Context, pair: Pair) -> None:
    """Show the current month."""
    await show(ctx, pair, _this_month(ctx))


async def send_csv(ctx: Context, pair: Pair, period: Period | None) -> None:
    """Send the rates of a period, or all there are, as a file; of too many the newest."""
    code = pair.quote
    rows = await rate_rows(ctx.database, code, period, ctx.now)
    if not rows:
        raise InvalidInput("history.error.none", word=code)
    name = f"{code.lower()}-{period or 'all'}.csv"
    await ctx.send_file(name, views.as_csv(rows), views.caption(ctx.t, code, rows))


COMMANDS = (Command("history", history, description_key="history.command.history"),)
BUTTONS = (
    on(actions.HISTORY_SHOW, show),
    on(actions.HISTORY_NOW, show_this_month),
    on(actions.HISTORY_CSV, send_csv),
)
