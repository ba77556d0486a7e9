"""Alerts: created, listed, changed and deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    MAX_ALERTS,
    Alert,
    AlertRequest,
    AlertRule,
    AlertState,
    Kind,
    Shift,
    Span,
    beyond,
    canonical,
    check,
    distance,
    rearmed,
    resolve,
    resting,
    shifted,
    snoozed_until,
)
from bot.domain.alerts import create_alert as new_alert
from bot.domain.alerts.request import canonical_pair
from bot.domain.errors import InvalidInput
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


class IfMet(StrEnum):
    """The treatment of a new rule that the current rate meets already."""

    ASK = "ask"  # store nothing
    WAIT = "wait"  # store the alert as fired: it is armed when the rate has come back
    FIRE = "fire"  # store the alert and fire it at once


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


async def current_rate(database: Database, pair: Pair, now: dt.datetime) -> Rate | None:
    """Return the current rate of a pair, in the direction that was asked for."""
    async with database.read() as connection:
        resolved = (await rates.graph(connection, now)).resolve(pair)
    return resolved.rate if resolved else None


async def create_alert(
    database: Database,
    chat_id: int,
    thread_id: int,
    wanted: AlertRequest | AlertRule,
    now: dt.datetime,
    *,
    once: bool = False,
    if_met: IfMet = IfMet.ASK,
    replacing: Sequence[int] = (),
) -> Created | AlreadyMet:
    """Create the alert of a typed request, or of a rule that fires `once` or each time.

    The alerts of the ids in `replacing` are deleted. InvalidInput for a rule that no rate can serve, and at the limit
    of alerts.
    """
    async with database.write() as connection:
        graph = await rates.graph(connection, now)
        pair = canonical_pair(wanted) if isinstance(wanted, AlertRequest) else canonical(wanted)[0]
        resolved = graph.resolve(pair) if pair else None
        if resolved is None:
            raise InvalidInput("alerts.error.pair", known=", ".join(graph.against_dollar))
        rate = resolved.rate
        if isinstance(wanted, AlertRequest):
            once = wanted.once
            wanted = resolve(wanted, rate)
        if wanted.kind is Kind.PEG and not is_pegged(wanted.pair):
            raise InvalidInput("alerts.error.peg")
        check(wanted, rate)
        alert = new_alert(wanted, chat_id, thread_id, rate, once=once)
        seen = await observations(connection, graph, graph, {alert.pair: {alert.kind}})
        replaced = await _delete(connection, chat_id, replacing)
        if if_met is IfMet.ASK and any(beyond(alert, one) for one in seen):
            return AlreadyMet(wanted, once, rate, replaced)
        if await alerts.count_of_chat(connection, chat_id) >= MAX_ALERTS:
            raise InvalidInput("alerts.too_many", limit=MAX_ALERTS)
        if if_met is IfMet.WAIT:
            alert = resting(alert, seen[0] if seen else None)
        alert = replace(alert, id=await alerts.add(connection, alert, now))
        if if_met is IfMet.FIRE:
            await judge(connection, seen, now)
        return Created(alert, rate, replaced)


async def _delete(connection: Connection, chat_id: int, ids: Sequence[int]) -> tuple[AlertRule, ...]:
    gone = []
    for number in ids:
        found = await alerts.get(connection, number)
        if found is not None and await alerts.remove(connection, chat_id, number):
            gone.append(found.rule)
    return tuple(gone)


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
