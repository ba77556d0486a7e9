"""/history: what a currency was worth in a month or a year, as a table and as a file."""

from __future__ import annotations

import datetime as dt

from bot.domain.currencies import CURRENCIES
from bot.domain.errors import ExpiredButton
from bot.domain.periods import FIRST_YEAR, NotAPeriod, Period, is_month_name, parse_period
from bot.domain.rate_graph import PEG, RateGraph, authority
from bot.domain.rates import Pair, Rate
from bot.views import history as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.context import Action, Command, Context
from storage import rates

# A file of more rows is for `jarchi rates export`; this is thirteen years of days.
MAX_CSV_ROWS = 5000
# How far before a period its first change may look: the longest holidays are shorter.
BEFORE = dt.timedelta(days=14)


async def history(ctx: Context) -> None:
    """Answer /history kzt 2025-12; without a month the current one is meant, without words show how to ask."""
    words = ctx.arguments.replace("/", " ").split()[:8]
    if not words:
        await ctx.reply(views.how(ctx.t))
        return
    codes, rest = [], []
    for word in words:
        if (code := code_of(word)) is not None:
            codes.append(code)
        elif any(map(str.isdigit, word)) or is_month_name(word):
            rest.append(word)
        else:
            await ctx.reply(views.problem(ctx.t, "history.error.unknown", word[:20], nearest(word[:20])))
            return
    wanted = [code for code in dict.fromkeys(codes) if code != "USD"]
    if len(wanted) != 1:
        await ctx.reply(views.problem(ctx.t, "history.error.pair"))
        return
    try:
        period = parse_period(" ".join(rest)) if rest else _now(ctx)
    except NotAPeriod:
        await ctx.reply(views.problem(ctx.t, "history.error.period", " ".join(rest)[:20]))
        return
    if period.first > ctx.now.date():
        await ctx.reply(views.problem(ctx.t, "history.error.future"))
        return
    await ctx.reply(await _page(ctx, wanted[0], period))


def _now(ctx: Context) -> Period:
    return Period(ctx.now.year, ctx.now.month)


def _series(graph: RateGraph, code: str) -> tuple[str, Pair] | None:
    """Return whose figures of which pair are a currency's history: its own bank's, else whoever prices it now."""
    own, pair = authority(code), Pair("USD", code)
    for printed in (pair, pair.inverted):
        if own is not None and graph.rate(own, printed) is not None:
            return own, printed
    resolved = graph.resolve(pair)
    return (resolved.source, resolved.legs[0].pair) if resolved is not None and len(resolved.legs) == 1 else None


async def _page(ctx: Context, code: str, period: Period) -> View:
    async with ctx.database.read() as connection:
        found = _series(await rates.graph(connection, ctx.now), code)
        if found is None:
            return views.problem(ctx.t, "history.error.none", code)
        source, pair = found
        shown_rates = await rates.series(connection, pair, source, period.first - BEFORE, period.last)
    if source == PEG:
        return views.fixed(ctx.t, code, shown_rates[-1])
    shown_rates = _turned(shown_rates)
    before = [rate for rate in shown_rates if rate.valid_on < period.first]
    shown = [rate for rate in shown_rates if rate.valid_on >= period.first]
    if period.month is None:
        shown = list({rate.valid_on.month: rate for rate in shown}.values())
    return views.page(ctx.t, code, period, shown, before[-1] if before else None, ctx.now.date())


def _turned(shown_rates: list[Rate]) -> list[Rate]:
    """Return figures in the direction in which the newest is at least one: tenge a dollar, dollars a euro."""
    return [rate.inverted for rate in shown_rates] if shown_rates and shown_rates[-1].value < 1 else shown_rates


async def show(ctx: Context, code: str, period: str) -> None:
    """Show another month or year in place."""
    try:
        asked = parse_period(period)
    except NotAPeriod:
        raise ExpiredButton from None
    if code not in CURRENCIES or code == "USD" or asked.first > ctx.now.date():
        raise ExpiredButton
    await ctx.edit_or_reply(await _page(ctx, code, asked))


async def show_now(ctx: Context, code: str) -> None:
    """Show the current month."""
    await show(ctx, code, str(_now(ctx)))


async def send_csv(ctx: Context, code: str, period: str) -> None:
    """Send the figures of a period, or all there are, as a file; of too many the newest."""
    try:
        asked = None if period == "all" else parse_period(period)
    except NotAPeriod:
        raise ExpiredButton from None
    if code not in CURRENCIES or code == "USD":
        raise ExpiredButton
    first = asked.first if asked else dt.date(FIRST_YEAR, 1, 1)
    last = asked.last if asked else ctx.now.date() + BEFORE  # banks date tables some days ahead
    async with ctx.database.read() as connection:
        found = _series(await rates.graph(connection, ctx.now), code)
        shown_rates = await rates.series(connection, found[1], found[0], first, last) if found else []
    if not shown_rates:
        await ctx.answer_callback(ctx.t.plain("history.error.none", word=code), alert=True)
        return
    shown_rates = shown_rates[-MAX_CSV_ROWS:]
    await ctx.send_file(
        f"{code.lower()}-{period}.csv", views.as_csv(shown_rates), views.caption(ctx.t, code, shown_rates)
    )


COMMANDS = (Command("history", history, description_key="history.command.history"),)
BUTTONS = {
    ("history", "show"): Action(show),
    ("history", "now"): Action(show_now),
    ("history", "csv"): Action(send_csv),
}
