"""/alert: creation of alerts on rates; the tables of the whole feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import links
from bot.domain.alerts import (
    EXTREMES,
    MAX_ALERTS,
    Alert,
    AlertRule,
    Kind,
    Observation,
    RuleProblem,
    Side,
    UnknownCurrency,
    beyond,
    canonical,
    check,
    parse_request,
    resolve,
    resting,
)
from bot.domain.alerts import create_alert as drawn
from bot.domain.alerts.request import canonical_pair
from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import D, NotANumber
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from bot.ingest.alerts import is_pegged, judge, observations
from bot.views import alerts as views
from bot.views.currencies import code_of, nearest
from handlers.alert_builder import (
    ask_level,
    build,
    choose_currency,
    choose_side,
    current_rate,
    follow,
    known_currencies,
)
from handlers.alert_list import delete, pause, resume, shift, show_alerts, sleep, snooze
from handlers.context import Action, Command, Context
from storage import alerts

# The kind under which an alert is remembered for the message that created it, in case the message is edited.
ALERT = "alert"
# Longer than the number of any rule on a button.
_MAX_NUMBER = 24


async def draw(ctx: Context) -> None:
    """Answer /alert: create the alert that was typed, or begin to build one by buttons."""
    if not ctx.arguments:
        await build(ctx)
        return
    known: Sequence[str] = ()
    try:
        known = await known_currencies(ctx)
        request = parse_request(ctx.arguments, code_of)
        rate, graph = await current_rate(ctx, canonical_pair(request))
        await _draw(ctx, resolve(request, rate), rate, graph, once=request.once)
    except UnknownCurrency as error:
        await ctx.say(views.unknown_currency(ctx.t, error.word, nearest(error.word), known))
    except RuleProblem as error:
        await ctx.say(views.problem(ctx.t, error, known))


async def _seen(ctx: Context, alert: Alert, graph: RateGraph) -> Observation | None:
    """Return the current observation of an alert's pair, as at the next tick."""
    async with ctx.database.read() as connection:
        seen = await observations(connection, graph, graph, {alert.pair: {alert.kind}})
    return seen[0] if seen else None


def _check(line: AlertRule, rate: Rate) -> None:
    if line.kind is Kind.PEG and not is_pegged(line.pair):
        raise RuleProblem("alerts.error.peg")
    check(line, rate)


async def _draw(ctx: Context, line: AlertRule, rate: Rate, graph: RateGraph, *, once: bool = False) -> None:
    """Store an alert and confirm it; ask first if its rule is met already."""
    _check(line, rate)
    alert = drawn(line, ctx.chat.id, ctx.thread_id, rate, once=once)
    seen = await _seen(ctx, alert, graph)
    replaced = await _take_back(ctx)
    if seen is not None and beyond(alert, seen):
        await ctx.show(views.replacing(ctx.t, views.already(ctx.t, line, rate, once=once), replaced))
        return
    await _store(ctx, alert, rate, replaced=replaced)


async def _take_back(ctx: Context) -> list[AlertRule]:
    """Delete the alerts that the message created before it was edited; returns their rules."""
    gone = []
    for number in ctx.take_back(ALERT):
        async with ctx.database.write() as connection:
            found = await alerts.get(connection, number)
            if found is not None and await alerts.remove(connection, ctx.chat.id, number):
                gone.append(found.rule)
    return gone


async def _store(
    ctx: Context, alert: Alert, rate: Rate, seen: Observation | None = None, replaced: Sequence[AlertRule] = ()
) -> None:
    """Store a new alert within the limit, and show it; an observation `seen` is applied to it at once."""
    async with ctx.database.write() as connection:
        full = await alerts.count_of_chat(connection, ctx.chat.id) >= MAX_ALERTS
        if not full:
            alert = replace(alert, id=await alerts.add(connection, alert, ctx.now))
        if seen is not None and not full:
            await judge(connection, [seen], ctx.now)
    if full:
        await ctx.show(views.too_many(ctx.t, MAX_ALERTS))
        return
    ctx.made.append((ALERT, alert.id))
    await ctx.show(views.replacing(ctx.t, views.drawn(ctx.t, alert, rate), replaced))


def _line(base: str, quote: str, kind: str, side: str, number: str, once: str) -> tuple[AlertRule, bool]:
    """Return the rule of a button's arguments; RuleProblem or ValueError for forged ones."""
    if not {base, quote} <= set(CURRENCIES) or base == quote or len(number) > _MAX_NUMBER or once not in ("0", "1"):
        raise RuleProblem("alerts.error.form")
    asked = AlertRule(Pair(base, quote), Side(side), kind=Kind(kind))
    if asked.kind is Kind.PEG:
        return replace(asked, side=Side.BOTH), once == "1"
    value = D(number)
    if value <= 0 or (asked.side is Side.BOTH and asked.kind in (Kind.LEVEL, *EXTREMES)):
        raise RuleProblem("alerts.error.form")
    if asked.kind in EXTREMES:
        return replace(asked, days=int(value)), once == "1"
    return (replace(asked, level=value) if asked.kind is Kind.LEVEL else replace(asked, move=value)), once == "1"


async def _press(ctx: Context, typed: tuple[str, ...], then: str) -> None:
    try:
        line, once = _line(*typed)
        rate, graph = await current_rate(ctx, canonical(line)[0])
        if then == "draw":
            await _draw(ctx, line, rate, graph, once=once)
            return
        _check(line, rate)
        alert = drawn(line, ctx.chat.id, ctx.thread_id, rate, once=once)
        seen = await _seen(ctx, alert, graph)
        if then == "next":
            await _store(ctx, resting(alert, seen), rate)
        else:
            await _store(ctx, alert, rate, seen)
    except RuleProblem as error:
        if error.key == "alerts.error.form":
            await ctx.old_button()
        else:
            await ctx.say(views.problem(ctx.t, error, await known_currencies(ctx)))
    except (NotANumber, ValueError, ZeroDivisionError):
        await ctx.old_button()


async def draw_built(ctx: Context, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Create the alert that was built."""
    await _press(ctx, (base, quote, kind, side, number, once), "draw")


async def draw_next(ctx: Context, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Create an alert whose rule is met already: it is armed when the rate has come back."""
    await _press(ctx, (base, quote, kind, side, number, once), "next")


async def draw_now(ctx: Context, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Create an alert whose rule is met already, and fire it at once."""
    await _press(ctx, (base, quote, kind, side, number, once), "now")


COMMANDS = (
    Command("alert", draw, changes=True, description_key="alerts.command.alert"),
    Command("alerts", show_alerts, description_key="alerts.command.alerts"),
)
BUTTONS = {
    ("alerts", "list"): Action(show_alerts),
    ("alerts", "build"): Action(build, changes=True),
    ("alerts", "currency"): Action(choose_currency, changes=True),
    ("alerts", "side"): Action(choose_side, changes=True),
    ("alerts", "draw"): Action(draw_built, changes=True),
    ("alerts", "type"): Action(ask_level, changes=True),
    ("alerts", "next"): Action(draw_next, changes=True),
    ("alerts", "now"): Action(draw_now, changes=True),
    ("alerts", "delete"): Action(delete, changes=True),
    ("alerts", "pause"): Action(pause, changes=True),
    ("alerts", "resume"): Action(resume, changes=True),
    ("alerts", "sleep"): Action(sleep, changes=True),
    ("alerts", "snooze"): Action(snooze, changes=True),
    ("alerts", "shift"): Action(shift, changes=True),
}
PROMPTS = {"alerts.level": draw}
DEEP_LINKS = {links.ALERT: Action(follow, changes=True)}
