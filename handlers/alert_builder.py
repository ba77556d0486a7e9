"""Creation of an alert by buttons: the currency, the kind of rule, then the level."""

from __future__ import annotations

from bot.domain.alerts import EXTREME_DAYS, EXTREMES, AlertRule, Kind, RuleProblem, Side, canonical, check
from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import D
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.ingest.alerts import is_pegged
from bot.views import alerts as views
from bot.views.message import View
from handlers.context import Context
from storage import rates

# The distances of offered levels from the current value, and the offered moves, as shares.
LEVELS_AHEAD = (D("0.005"), D("0.01"), D("0.02"), D("0.03"), D("0.05"), D("0.10"))
MOVES = (D("0.01"), D("0.02"), D("0.03"), D("0.05"), D("0.10"), D("0.15"))


async def known_currencies(ctx: Context) -> list[str]:
    """Return the codes of the currencies in the table of rates."""
    async with ctx.database.read() as connection:
        return [line.code for line in await rates.rate_table(connection, ctx.now)]


async def current_rate(ctx: Context, pair: Pair) -> tuple[Rate, RateGraph]:
    """Return the current rate of a pair, and the book it is from; RuleProblem if it has none."""
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
    resolved = graph.resolve(pair)
    if resolved is None:
        raise RuleProblem("alerts.error.pair")
    return resolved.rate, graph


async def build(ctx: Context) -> None:
    """Ask for the currency: the first step."""
    known = await known_currencies(ctx)
    await ctx.show(views.build_currency(ctx.t, known) if known else View(ctx.t("rates.none")))


async def choose_currency(ctx: Context, code: str) -> None:
    """Ask for the kind of rule: the second step."""
    if rate := await _current(ctx, code):
        await ctx.show(views.build_side(ctx.t, rate, pegged=is_pegged(rate.pair)))


async def follow(ctx: Context, code: str) -> None:
    """Begin an alert from a link into this chat: on the currency of the link, or by asking for one."""
    await (choose_currency(ctx, code) if code in await known_currencies(ctx) else build(ctx))


async def _current(ctx: Context, code: str) -> Rate | None:
    """Return the rate USD/code; without one, answer that the button is too old."""
    try:
        if code in CURRENCIES and code != "USD":
            return (await current_rate(ctx, Pair("USD", code)))[0]
    except RuleProblem:
        pass
    await ctx.old_button()
    return None


def offered(rate: Rate, side: str) -> dict[str, AlertRule]:
    """Return the rules to offer on USD/code by their number: only those that the rate is precise enough for."""
    kind = views.BUILT[side]
    if kind in EXTREMES:
        which = Side.ABOVE if kind is Kind.HIGH else Side.BELOW
        lines = [AlertRule(rate.pair, which, kind=kind, days=days) for days in EXTREME_DAYS]
    elif kind is Kind.LEVEL:
        which = Side.ABOVE if side == "above" else Side.BELOW
        values = [rate.value * (1 + ahead if which is Side.ABOVE else 1 - ahead) for ahead in LEVELS_AHEAD]
        lines = [AlertRule(rate.pair, which, level=views.short(meaningful_digits(v, rate.tick / 5))) for v in values]
    else:
        lines = [AlertRule(rate.pair, Side.BOTH, move=move, kind=kind) for move in MOVES]
    usable = {}
    canonical_rate = rate if canonical(lines[0])[0] == rate.pair else rate.inverted
    for line in lines:
        try:
            check(line, canonical_rate)
        except RuleProblem:
            continue
        usable[str(line.level or line.move or line.days)] = line
    return usable


async def choose_side(ctx: Context, code: str, side: str) -> None:
    """Ask for the level, share or span: the third step."""
    if side not in views.BUILT:
        await ctx.old_button()
    elif rate := await _current(ctx, code):
        await ctx.show(views.build_level(ctx.t, rate, offered(rate, side), side))


async def ask_level(ctx: Context, code: str, side: str) -> None:
    """Ask for a typed level."""
    if side not in views.BUILT:
        await ctx.old_button()
    elif await _current(ctx, code):
        await ctx.ask("alerts.level", views.type_level(ctx.t, code))
