"""Creation of alerts, and changes of their rules. No two alerts of a chat and thread fire on the same rates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.domain.alerts import (
    FAR,
    MAX_ALERTS,
    Alert,
    AlertRequest,
    AlertRule,
    AlertState,
    Kind,
    Resolved,
    WhichCurrency,
    asked_pair,
    beyond,
    canonical_pair,
    check,
    no_rate,
    off_by,
    resolve_request,
    resting,
    with_rule,
)
from bot.domain.alerts import create_alert as new_alert
from bot.domain.errors import InvalidInput
from bot.domain.gold import gold_pairs
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from bot.ingest.alerts import is_pegged, judge_one, observations
from bot.ingest.markets import graph_with_markets
from storage import alerts
from storage.database import Connection, Database

# The time in which a second press of a button is taken for the same wish.
JUST_CREATED = dt.timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Created:
    """A stored alert and the current canonical rate of its pair.

    `chosen` is the currency that the request did not name. `replaced` are the rules of the alerts that it replaced.
    """

    alert: Alert
    rate: Rate
    chosen: str | None = None
    replaced: tuple[AlertRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An alert that fires on the same rates as the wanted one; that is not stored.

    `just_created`: it is active, and only seconds old: perhaps by the same button, pressed twice.
    """

    alert: Alert
    rate: Rate
    replaced: tuple[AlertRule, ...] = ()
    just_created: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyMet:
    """A rule that the current canonical rate meets already: not stored, though the alerts it replaces are deleted."""

    rule: AlertRule
    once: bool
    rate: Rate
    replaced: tuple[AlertRule, ...] = ()


@dataclass(frozen=True, slots=True)
class FarLevel:
    """A level that is off the current canonical rate by a large share of it; it is not stored until it is confirmed.

    `alert_id` is the alert that was to get this level; None for a new one.
    """

    rule: AlertRule
    once: bool
    rate: Rate
    share: Decimal
    alert_id: int | None = None
    replaced: tuple[AlertRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A request that fits several currencies, with a rule for each; nothing is stored."""

    rules: tuple[AlertRule, ...]
    once: bool
    replaced: tuple[AlertRule, ...] = ()


Outcome = Created | Duplicate | AlreadyMet | FarLevel | Ambiguous


class IfMet(StrEnum):
    """The treatment of a new rule that the current rate meets already."""

    ASK = "ask"  # store nothing
    WAIT = "wait"  # store the alert as fired: it is armed when the rate has come back
    FIRE = "fire"  # store the alert and fire it at once


async def current_rate(database: Database, pair: Pair, now: dt.datetime) -> Rate | None:
    """Return the current rate of a pair, in the direction that was asked for."""
    async with database.read() as connection:
        resolved = (await graph_with_markets(connection, now)).resolve(pair)
    return resolved.rate if resolved else None


async def gold_with_rates(database: Database, market: str, now: dt.datetime) -> list[Pair]:
    """Return the pairs of gold that a market means (bot/domain/gold.py: gold_pairs) and that have a price."""
    async with database.read() as connection:
        graph = await graph_with_markets(connection, now)
    return [pair for pair in gold_pairs(market) if graph.resolve(pair) is not None]


async def create_alert(
    database: Database,
    chat_id: int,
    thread_id: int,
    wanted: AlertRequest | AlertRule,
    now: dt.datetime,
    *,
    own: Sequence[str] = (),
    once: bool = False,
    if_met: IfMet = IfMet.ASK,
    replacing: Sequence[int] = (),
) -> Outcome:
    """Create the alert of a typed request, or of a chosen rule that fires `once` or each time.

    `own` are the person's currencies. The alerts of the ids in `replacing` are deleted. A far level of a request is
    not stored, that of a rule is. InvalidInput for a rule that no rate can serve, and at the limit of alerts.
    """
    async with database.write() as connection:
        # Locked before the chat, as a tick locks them.
        old = [await alerts.get_own(connection, chat_id, number) for number in replacing]
        await alerts.lock_chat(connection, chat_id)
        graph = await graph_with_markets(connection, now)
        if isinstance(wanted, AlertRequest):
            once = wanted.once
        found = _resolved(wanted, graph, own)
        if isinstance(found, WhichCurrency):
            return Ambiguous(found.rules, once, await _replace(connection, old))
        rule, rate = found.rule, found.rate
        check(rule, rate)
        alert = new_alert(rule, chat_id, thread_id, rate, once=once)
        replaced = await _replace(connection, old)
        same = await alerts.same(connection, alert)
        if same is not None and same.state is not AlertState.DONE:
            created_at = await alerts.created_at(connection, same.id)
            return Duplicate(same, rate, replaced, same.active and now - created_at <= JUST_CREATED)
        share = off_by(rule, rate)
        if isinstance(wanted, AlertRequest) and share is not None and share > FAR:
            return FarLevel(rule, once, rate, share, replaced=replaced)
        seen = await observations(connection, graph, graph, {alert.pair: {alert.kind}})
        if if_met is IfMet.ASK and any(beyond(alert, one) for one in seen):
            return AlreadyMet(rule, once, rate, replaced)
        if same is not None:
            await alerts.remove(connection, same.id)
        if await alerts.count_of_chat(connection, chat_id) >= MAX_ALERTS:
            raise InvalidInput("alerts.too_many", limit=MAX_ALERTS)
        if if_met is IfMet.WAIT:
            alert = resting(alert, seen[0] if seen else None)
        alert = replace(alert, id=await alerts.add(connection, alert, now))
        if if_met is IfMet.FIRE and seen:
            await judge_one(connection, alert, seen[0], now)
        return Created(alert, rate, found.chosen, replaced)


def _resolved(wanted: AlertRequest | AlertRule, graph: RateGraph, own: Sequence[str]) -> Resolved | WhichCurrency:
    """Return a rule that a rate can serve in principle, with that rate; InvalidInput if there is none."""
    found: Resolved | WhichCurrency
    if isinstance(wanted, AlertRequest):
        found = resolve_request(wanted, graph, own)
    else:
        resolved = graph.resolve(canonical_pair(wanted.pair))
        if resolved is None:
            raise no_rate(wanted.pair, graph)
        found = Resolved(wanted, resolved.rate)
    if isinstance(found, Resolved) and found.rule.kind is Kind.PEG and not is_pegged(found.rule.pair):
        raise InvalidInput("alerts.error.peg")
    return found


async def _replace(connection: Connection, old: Sequence[Alert | None]) -> tuple[AlertRule, ...]:
    gone = [alert for alert in old if alert is not None]
    for alert in gone:
        await alerts.remove(connection, alert.id)
    return tuple(alert.rule for alert in gone)


async def change_rule(
    database: Database, chat_id: int, alert_id: int, wanted: AlertRequest | AlertRule, now: dt.datetime
) -> Created | Duplicate | FarLevel | None:
    """Give an alert another rule on its pair; it waits for the next crossing. None if there is none of this id.

    A far level of a request is not stored, that of a rule is. InvalidInput for another pair, and for a rule that no
    rate can serve.
    """
    async with database.write() as connection:
        # Locked before the chat, as a tick locks them.
        alert = await alerts.get_own(connection, chat_id, alert_id)
        await alerts.lock_chat(connection, chat_id)
        graph = await graph_with_markets(connection, now)
        if alert is None or graph.resolve(alert.pair) is None:
            return None
        if isinstance(wanted, AlertRequest) and canonical_pair(asked_pair(wanted)) != alert.pair:
            raise _other_pair(alert)
        found = _resolved(wanted, graph, ())
        if not isinstance(found, Resolved) or canonical_pair(found.rule.pair) != alert.pair:
            raise _other_pair(alert)
        check(found.rule, found.rate)
        kind = new_alert(found.rule, chat_id, alert.thread_id, found.rate).kind
        seen = await observations(connection, graph, graph, {alert.pair: {kind}})
        changed = with_rule(alert, found.rule, found.rate, seen[0] if seen else None)
        same = await alerts.same(connection, changed)
        if same is not None:
            return Duplicate(same, found.rate)
        share = off_by(found.rule, found.rate)
        if isinstance(wanted, AlertRequest) and share is not None and share > FAR:
            return FarLevel(found.rule, alert.once, found.rate, share, alert.id)
        await alerts.save(connection, changed)
        return Created(changed, found.rate)


def _other_pair(alert: Alert) -> InvalidInput:
    if alert.pair.market:
        return InvalidInput("alerts.error.other_market")
    return InvalidInput("alerts.error.other_pair", pair=str(alert.rule.pair))
