"""A chat's alerts: listed by nearness, paused, snoozed, deleted and restored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    MAX_ALERTS,
    Alert,
    AlertState,
    Kind,
    Span,
    distance,
    rearmed,
    resting,
    snoozed_until,
)
from bot.domain.errors import InvalidInput
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from bot.ingest.alerts import observations
from bot.ingest.markets import graph_with_markets
from storage import alerts
from storage.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Current:
    """An alert, and the current canonical rate of its pair, if there is one."""

    alert: Alert
    rate: Rate | None

    @property
    def away(self) -> Decimal | None:
        """By what share the rate must still change; None for rules without a level, and without a rate."""
        return distance(self.alert, self.rate) if self.rate else None


async def alert_list(database: Database, chat_id: int, now: dt.datetime) -> list[Current]:
    """Return the alerts of a chat, the one that may fire next first."""
    async with database.read() as connection:
        found = await alerts.of_chat(connection, chat_id)
        graph = await graph_with_markets(connection, now)
    return sorted((_current(alert, graph) for alert in found), key=lambda one: _order(one, now))


def _current(alert: Alert, graph: RateGraph) -> Current:
    resolved = graph.resolve(alert.pair)
    return Current(alert, resolved.rate if resolved else None)


def _order(one: Current, now: dt.datetime) -> tuple[object, ...]:
    alert, away = one.alert, one.away
    snoozed = alert.snoozed_until is not None and now < alert.snoozed_until
    idle = (alert.state is AlertState.DONE, not alert.active, snoozed)
    return (*idle, away is None, abs(away or Decimal(0)), alert.id)


async def find_alert(database: Database, chat_id: int, alert_id: int, now: dt.datetime) -> Current | None:
    """Return an alert of a chat; None if there is none of this id."""
    async with database.read() as connection:
        alert = await alerts.get(connection, alert_id)
        graph = await graph_with_markets(connection, now)
    return _current(alert, graph) if alert is not None and alert.chat_id == chat_id else None


async def _change(
    database: Database, chat_id: int, alert_id: int, now: dt.datetime, change: Callable[[Alert], Alert]
) -> Current | None:
    async with database.write() as connection:
        alert = await alerts.get_own(connection, chat_id, alert_id)
        if alert is None:
            return None
        changed = change(alert)
        await alerts.save(connection, changed)
        return _current(changed, await graph_with_markets(connection, now))


async def pause_alert(database: Database, chat_id: int, alert_id: int, now: dt.datetime) -> Current | None:
    """Pause an alert until it is resumed; None if there is none of this id."""
    return await _change(database, chat_id, alert_id, now, lambda alert: replace(alert, state=AlertState.PAUSED))


async def set_once(database: Database, chat_id: int, alert_id: int, once: bool, now: dt.datetime) -> Current | None:
    """Let an alert fire once or each time; None if there is none of this id."""
    return await _change(database, chat_id, alert_id, now, lambda alert: replace(alert, once=once))


async def snooze_alert(
    database: Database, chat_id: int, alert_id: int, span: Span, now: dt.datetime, zone: ZoneInfo
) -> Current | None:
    """Snooze an alert; it fires afterwards if its rule is met then. None if there is none of this id."""
    until = snoozed_until(span, now, zone)
    return await _change(database, chat_id, alert_id, now, lambda alert: replace(rearmed(alert), snoozed_until=until))


async def resume_alert(database: Database, chat_id: int, alert_id: int, now: dt.datetime) -> Current | None:
    """Switch an alert on, or end its snooze; None if there is none of this id.

    One that was paused or done waits for the next crossing. One that has fired, or was snoozed, fires again if its
    rule is still met.
    """
    async with database.write() as connection:
        alert = await alerts.get_own(connection, chat_id, alert_id)
        if alert is None:
            return None
        graph = await graph_with_markets(connection, now)
        [changed] = await _resumed(connection, graph, [alert])
        await alerts.save(connection, changed)
        return _current(changed, graph)


async def _resumed(connection: Connection, graph: RateGraph, found: Sequence[Alert]) -> list[Alert]:
    """Return alerts armed again; each pair of those that were idle is observed once."""
    kinds = dict[Pair, set[Kind]]()
    for alert in found:
        if not alert.active:
            kinds.setdefault(alert.pair, set()).add(alert.kind)
    seen = {one.rate.pair: one for one in await observations(connection, graph, graph, kinds)}
    armed = [(alert.active, replace(rearmed(alert), snoozed_until=None)) for alert in found]
    return [alert if was_active else resting(alert, seen.get(alert.pair)) for was_active, alert in armed]


async def pause_all(database: Database, chat_id: int) -> None:
    """Pause all alerts of a chat that wait for a rate."""
    async with database.write() as connection:
        for alert in await _locked(connection, chat_id):
            if alert.active:
                await alerts.save(connection, replace(alert, state=AlertState.PAUSED))


async def resume_all(database: Database, chat_id: int, now: dt.datetime) -> None:
    """Resume all paused alerts of a chat; each waits for its next crossing."""
    async with database.write() as connection:
        graph = await graph_with_markets(connection, now)
        paused = [alert for alert in await _locked(connection, chat_id) if alert.state is AlertState.PAUSED]
        for alert in await _resumed(connection, graph, paused):
            await alerts.save(connection, alert)


async def _locked(connection: Connection, chat_id: int) -> list[Alert]:
    listed = await alerts.of_chat(connection, chat_id)
    found = [await alerts.get_own(connection, chat_id, alert.id) for alert in listed]
    return [alert for alert in found if alert is not None]


async def delete_alert(database: Database, chat_id: int, alert_id: int, now: dt.datetime) -> Alert | None:
    """Delete an alert of a chat and return it as it was; None if there is none of this id."""
    async with database.write() as connection:
        alert = await alerts.get_own(connection, chat_id, alert_id)
        if alert is not None:
            await alerts.mark_deleted(connection, alert, now)
        return alert


async def restore_alert(
    database: Database, chat_id: int, alert_id: int, state: AlertState, now: dt.datetime
) -> Current | None:
    """Restore a deleted alert in the state that it had; None if it cannot be restored any more.

    If another alert on the same rates was created meanwhile, that one is returned. InvalidInput at the limit.
    """
    async with database.write() as connection:
        alert = await alerts.get_own(connection, chat_id, alert_id, deleted=True)
        await alerts.lock_chat(connection, chat_id)
        graph = await graph_with_markets(connection, now)
        if alert is None:
            own = await alerts.get_own(connection, chat_id, alert_id)  # the button was pressed twice
            return _current(own, graph) if own else None
        same = await alerts.same(connection, alert)
        if same is not None:
            return _current(same, graph)
        if await alerts.count_of_chat(connection, chat_id) >= MAX_ALERTS:
            raise InvalidInput("alerts.too_many", limit=MAX_ALERTS)
        restored = replace(alert, state=state)
        await alerts.save(connection, restored)
        return _current(restored, graph)
