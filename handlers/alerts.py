"""/alert: creation of alerts on rates; the tables of the whole feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

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
from bot.domain.errors import ExpiredButton
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from bot.ingest.crossings import is_pegged, look
from bot.views import actions
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
from handlers.context import Command, Context, on
from storage import alerts, crossings

# The kind under which an alert is remembered for the message that created it, in case the message is edited.
ALERT = "alert"


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
        await ctx.reply(views.unknown_currency(ctx.t, error.word, nearest(error.word), known))
    except RuleProblem as error:
        await ctx.reply(views.problem(ctx.t, error, known))


async def _seen(ctx: Context, alert: Alert, graph: RateGraph) -> Observation | None:
    """Return the current observation of an alert's pair, as at the next tick."""
    async with ctx.database.read() as connection:
        seen = await look(connection, graph, graph, {alert.pair: {alert.kind}})
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
        await ctx.edit_or_reply(views.replacing(ctx.t, views.already(ctx.t, line, rate, once=once), replaced))
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
            await crossings.evaluate(connection, [seen], ctx.now)
    if full:
        await ctx.edit_or_reply(views.too_many(ctx.t, MAX_ALERTS))
        return
    ctx.made.append((ALERT, alert.id))
    await ctx.edit_or_reply(views.replacing(ctx.t, views.drawn(ctx.t, alert, rate), replaced))


def _rule(base: str, quote: str, kind: Kind, side: Side, number: Decimal | None) -> AlertRule:
    """Return the rule of a button's arguments; ExpiredButton for a rule that no button offers."""
    rule = AlertRule(Pair(base, quote), side, kind=kind)
    if base == quote:
        raise ExpiredButton
    if kind is Kind.PEG:
        return replace(rule, side=Side.BOTH)
    if number is None or (side is Side.BOTH and kind in (Kind.LEVEL, *EXTREMES)):
        raise ExpiredButton
    if kind in EXTREMES:
        if number != int(number):
            raise ExpiredButton
        return replace(rule, days=int(number))
    return replace(rule, level=number) if kind is Kind.LEVEL else replace(rule, move=number)


async def _press(ctx: Context, rule: AlertRule, once: bool, then: str) -> None:
    try:
        rate, graph = await current_rate(ctx, canonical(rule)[0])
        if then == "draw":
            await _draw(ctx, rule, rate, graph, once=once)
            return
        _check(rule, rate)
        alert = drawn(rule, ctx.chat.id, ctx.thread_id, rate, once=once)
        seen = await _seen(ctx, alert, graph)
        if then == "next":
            await _store(ctx, resting(alert, seen), rate)
        else:
            await _store(ctx, alert, rate, seen)
    except RuleProblem as error:
        await ctx.reply(views.problem(ctx.t, error, await known_currencies(ctx)))


async def draw_built(
    ctx: Context, base: str, quote: str, kind: Kind, side: Side, number: Decimal | None, once: bool
) -> None:
    """Create the alert that was built."""
    await _press(ctx, _rule(base, quote, kind, side, number), once, "draw")


async def draw_next(
    ctx: Context, base: str, quote: str, kind: Kind, side: Side, number: Decimal | None, once: bool
) -> None:
    """Create an alert whose rule is met already: it is armed when the rate has come back."""
    await _press(ctx, _rule(base, quote, kind, side, number), once, "next")


async def draw_now(
    ctx: Context, base: str, quote: str, kind: Kind, side: Side, number: Decimal | None, once: bool
) -> None:
    """Create an alert whose rule is met already, and fire it at once."""
    await _press(ctx, _rule(base, quote, kind, side, number), once, "now")


COMMANDS = (
    Command("alert", draw, changes=True, description_key="alerts.command.alert"),
    Command("alerts", show_alerts, description_key="alerts.command.alerts"),
)
BUTTONS = (
    on(actions.ALERTS_LIST, show_alerts),
    on(actions.ALERTS_BUILD, build),
    on(actions.ALERTS_CURRENCY, choose_currency),
    on(actions.ALERTS_SIDE, choose_side),
    on(actions.ALERTS_CREATE, draw_built),
    on(actions.ALERTS_TYPE, ask_level),
    on(actions.ALERTS_CREATE_FIRED, draw_next),
    on(actions.ALERTS_CREATE_AND_FIRE, draw_now),
    on(actions.ALERTS_DELETE, delete),
    on(actions.ALERTS_PAUSE, pause),
    on(actions.ALERTS_RESUME, resume),
    on(actions.ALERTS_ASK_SNOOZE, sleep),
    on(actions.ALERTS_SNOOZE, snooze),
    on(actions.ALERTS_SHIFT, shift),
)
PROMPTS = {"alerts.level": draw}
DEEP_LINKS = {links.ALERT: follow}
