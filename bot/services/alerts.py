"""Alerts: created, listed, changed and deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    MAX_ALERTS,
    Alert,
    AlertRequest,
    AlertRule,
    AlertState,
    Kind,
    Observation,
    RuleChoice,
    Shift,
    Span,
    beyond,
    canonical,
    check,
    distance,
    offered_rules,
    rearmed,
    resolve,
    resting,
    shifted,
    snoozed_until,
)
from bot.domain.alerts import create_alert as new_alert
from bot.domain.alerts.request import canonical_pair
from bot.domain.errors import InvalidInput
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from bot.ingest.alerts import is_pegged, judge, observations
from storage import alerts, rates
from storage.database import Connection, Database


@dataclass(frozen=True, slots=True)
class AlertList:
    """The alerts of a chat, and by id how far (a share) the rate is from those that wait for a level."""

    alerts: list[Alert]
    distances: dict[int, Decimal]


@dataclass(frozen=True, slots=True)
class Created:
    """A stored alert, the current canonical rate of its pair, and the rules of the alerts that it replaced."""

    alert: Alert
    rate: Rate
    replaced: tuple[AlertRule, ...] = ()


@dataclass(frozen=True, slots=True)
class AlreadyMet:
    """A rule that the current canonical rate meets already: not stored, though the alerts it replaces are deleted."""

    rule: AlertRule
    once: bool
    rate: Rate
    replaced: tuple[AlertRule, ...] = ()


async def alert_list(database: Database, chat_id: int, now: dt.datetime) -> AlertList:
    """Return the alerts of a chat in the order of their creation."""
    async with database.read() as connection:
        found = (await alerts.of_chat(connection, chat_id))[:MAX_ALERTS]
        graph = await rates.graph(connection, now)
    distances = {}
    for alert in found:
        resolved = graph.resolve(alert.pair)
        far = distance(alert, resolved.rate) if resolved else None
        if far is not None:
            distances[alert.id] = far
    return AlertList(found, distances)


async def dollar_rate(database: Database, code: str, now: dt.datetime) -> Rate | None:
    """Return the current rate of a currency per dollar."""
    async with database.read() as connection:
        resolved = (await rates.graph(connection, now)).resolve(Pair("USD", code))
    return resolved.rate if resolved else None


async def offer(
    database: Database, code: str, choice: RuleChoice, now: dt.datetime
) -> tuple[Rate, list[AlertRule]] | None:
    """Return the current rate of a currency per dollar, and the rules to offer on it."""
    rate = await dollar_rate(database, code, now)
    return None if rate is None else (rate, offered_rules(rate, choice))


async def request_alert(
    database: Database,
    chat_id: int,
    thread_id: int,
    request: AlertRequest,
    now: dt.datetime,
    *,
    replacing: Sequence[int] = (),
) -> Created | AlreadyMet:
    """Create the alert of a typed request; the alerts of the ids in `replacing` are deleted."""
    async with database.read() as connection:
        rate, graph = await _current(connection, canonical_pair(request), now)
    return await _create(
        database, chat_id, thread_id, resolve(request, rate), request.once, rate, graph, now, replacing
    )


async def create_alert(
    database: Database, chat_id: int, thread_id: int, rule: AlertRule, once: bool, now: dt.datetime
) -> Created | AlreadyMet:
    """Create an alert, unless the current rate meets its rule already."""
    async with database.read() as connection:
        rate, graph = await _current(connection, canonical(rule)[0], now)
    return await _create(database, chat_id, thread_id, rule, once, rate, graph, now)


async def create_fired_alert(
    database: Database, chat_id: int, thread_id: int, rule: AlertRule, once: bool, now: dt.datetime
) -> Created:
    """Create an alert whose rule is met already: it is armed when the rate has come back."""
    async with database.write() as connection:
        rate, graph = await _current(connection, canonical(rule)[0], now)
        alert, seen = await _observed(connection, chat_id, thread_id, rule, once, rate, graph)
        return Created(await _add(connection, resting(alert, seen), now), rate)


async def create_and_fire_alert(
    database: Database, chat_id: int, thread_id: int, rule: AlertRule, once: bool, now: dt.datetime
) -> Created:
    """Create an alert whose rule is met already, and fire it at once."""
    async with database.write() as connection:
        rate, graph = await _current(connection, canonical(rule)[0], now)
        alert, seen = await _observed(connection, chat_id, thread_id, rule, once, rate, graph)
        created = Created(await _add(connection, alert, now), rate)
        if seen is not None:
            await judge(connection, [seen], now)
        return created


async def _current(connection: Connection, pair: Pair | None, now: dt.datetime) -> tuple[Rate, RateGraph]:
    """Return the current rate of a pair, and the graph that it is from."""
    graph = await rates.graph(connection, now)
    resolved = graph.resolve(pair) if pair else None
    if resolved is None:
        raise InvalidInput("alerts.error.pair", known=", ".join(graph.against_dollar))
    return resolved.rate, graph


async def _create(
    database: Database,
    chat_id: int,
    thread_id: int,
    rule: AlertRule,
    once: bool,
    rate: Rate,
    graph: RateGraph,
    now: dt.datetime,
    replacing: Sequence[int] = (),
) -> Created | AlreadyMet:
    async with database.read() as connection:
        alert, seen = await _observed(connection, chat_id, thread_id, rule, once, rate, graph)
    met = seen is not None and beyond(alert, seen)
    if met and not replacing:
        return AlreadyMet(rule, once, rate)
    async with database.write() as connection:
        replaced = await _delete(connection, chat_id, replacing)
        if met:
            return AlreadyMet(rule, once, rate, replaced)
        return Created(await _add(connection, alert, now), rate, replaced)


async def _observed(
    connection: Connection, chat_id: int, thread_id: int, rule: AlertRule, once: bool, rate: Rate, graph: RateGraph
) -> tuple[Alert, Observation | None]:
    """Return a new alert that is not stored, and the observation of its pair as at the next tick."""
    if rule.kind is Kind.PEG and not is_pegged(rule.pair):
        raise InvalidInput("alerts.error.peg")
    check(rule, rate)
    alert = new_alert(rule, chat_id, thread_id, rate, once=once)
    seen = await observations(connection, graph, graph, {alert.pair: {alert.kind}})
    return alert, seen[0] if seen else None


async def _delete(connection: Connection, chat_id: int, ids: Sequence[int]) -> tuple[AlertRule, ...]:
    gone = []
    for number in ids:
        found = await alerts.get(connection, number)
        if found is not None and await alerts.remove(connection, chat_id, number):
            gone.append(found.rule)
    return tuple(gone)


async def _add(connection: Connection, alert: Alert, now: dt.datetime) -> Alert:
    if await alerts.count_of_chat(connection, alert.chat_id) >= MAX_ALERTS:
        raise InvalidInput("alerts.too_many", limit=MAX_ALERTS)
    return replace(alert, id=await alerts.add(connection, alert, now))


async def find_alert(database: Database, chat_id: int, alert_id: int) -> Alert | None:
    """Return an alert of a chat; None if there is none of this id."""
    async with database.read() as connection:
        return await _own(connection, chat_id, alert_id)


async def _own(connection: Connection, chat_id: int, alert_id: int) -> Alert | None:
    found = await alerts.get(connection, alert_id)
    return found if found is not None and found.chat_id == chat_id else None


async def delete_alert(database: Database, chat_id: int, alert_id: int) -> Alert | None:
    """Delete an alert of a chat and return it; None if there is none of this id."""
    async with database.write() as connection:
        found = await _own(connection, chat_id, alert_id)
        if found is not None:
            await alerts.remove(connection, chat_id, alert_id)
        return found


async def _change(database: Database, chat_id: int, alert_id: int, change: Callable[[Alert], Alert]) -> Alert | None:
    async with database.write() as connection:
        found = await _own(connection, chat_id, alert_id)
        if found is None:
            return None
        changed = change(found)
        await alerts.save(connection, changed)
        return changed


async def pause_alert(database: Database, chat_id: int, alert_id: int) -> Alert | None:
    """Pause an alert until it is resumed; None if there is none of this id."""
    return await _change(database, chat_id, alert_id, lambda alert: replace(alert, state=AlertState.PAUSED))


async def resume_alert(database: Database, chat_id: int, alert_id: int) -> Alert | None:
    """Arm an alert now, whatever its state; None if there is none of this id."""
    return await _change(database, chat_id, alert_id, lambda alert: replace(rearmed(alert), snoozed_until=None))


async def snooze_alert(
    database: Database, chat_id: int, alert_id: int, span: Span, now: dt.datetime, zone: ZoneInfo
) -> Alert | None:
    """Snooze an alert; it fires afterwards if its rule is met then. None if there is none of this id."""
    until = snoozed_until(span, now, zone)
    return await _change(database, chat_id, alert_id, lambda alert: replace(rearmed(alert), snoozed_until=until))


async def shift_alert(
    database: Database, chat_id: int, alert_id: int, shift: Shift, now: dt.datetime
) -> Created | None:
    """Move the level of an alert by 1 %; None if there is none of this id, or it has no level, or no rate now."""
    async with database.write() as connection:
        found = await _own(connection, chat_id, alert_id)
        resolved = (await rates.graph(connection, now)).resolve(found.pair) if found else None
        if found is None or resolved is None or found.rule.level is None:
            return None
        changed = shifted(found, shift, resolved.rate)
        await alerts.save(connection, changed)
        return Created(changed, resolved.rate)
