"""Alerts as rows; a tick finds the ones that it touches by index (storage/alert_ticks.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Alert, AlertRule, AlertState, Kind, Side
from bot.domain.numbers import D
from bot.domain.rates import Pair
from storage.models import AlertRow

# The columns that make an alert; the others are computed from these, for the indexes.
COLUMNS = [
    column
    for column in AlertRow.__table__.columns
    if column.key not in ("fires_above", "fires_below", "rearms_at", "created_at")
]


def alert_of(row: Any) -> Alert:
    """Return the alert of a row that holds `COLUMNS`."""
    asked, pair, kind = Pair(row.asked_base, row.asked_quote), Pair(row.base, row.quote), Kind(row.kind)
    rule = AlertRule(
        asked,
        Side(row.asked_side),
        None if row.asked_level is None else D(row.asked_level),
        None if row.asked_move is None else D(row.asked_move),
        kind if asked == pair else kind.opposite,
        row.asked_days,
    )
    return Alert(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        pair=pair,
        side=Side(row.side),
        rule=rule,
        level=row.level,
        anchor=row.anchor,
        state=AlertState(row.state),
        once=row.once,
        snoozed_until=row.snoozed_until,
        last_fired_at=row.last_fired_at,
        changed_at=row.changed_at,
    )


def _rule(alert: Alert) -> dict[str, Any]:
    """Return the columns that hold the rule."""
    rule = alert.rule
    return {
        "base": alert.pair.base,
        "quote": alert.pair.quote,
        "kind": alert.kind,
        "once": alert.once,
        "level": alert.level,
        "asked_base": rule.pair.base,
        "asked_quote": rule.pair.quote,
        "asked_side": rule.side,
        "asked_level": None if rule.level is None else str(rule.level),
        "asked_move": None if rule.move is None else str(rule.move),
        "asked_days": rule.days,
    }


def state_columns(alert: Alert) -> dict[str, Any]:
    """Return the columns that an observation changes, and the numbers by which a tick finds the alert."""
    return {
        "side": alert.side,
        "state": alert.state,
        "anchor": alert.anchor,
        "fires_above": alert.fires_above,
        "fires_below": alert.fires_below,
        "rearms_at": alert.rearms_at,
        "snoozed_until": alert.snoozed_until,
        "last_fired_at": alert.last_fired_at,
        "changed_at": alert.changed_at,
    }


async def add(connection: AsyncConnection, alert: Alert, now: dt.datetime) -> int:
    """Store a new alert (its own id is ignored) and return its id."""
    values = {
        "chat_id": alert.chat_id,
        "thread_id": alert.thread_id,
        "created_at": now,
        **_rule(alert),
        **state_columns(alert),
    }
    added = await connection.execute(insert(AlertRow).values(values).returning(AlertRow.id))
    return added.scalar_one()


async def save(connection: AsyncConnection, alert: Alert) -> None:
    """Store all of an alert, its rule included."""
    values = {**_rule(alert), **state_columns(alert)}
    await connection.execute(update(AlertRow).where(AlertRow.id == alert.id).values(values))


async def get(connection: AsyncConnection, alert_id: int) -> Alert | None:
    """Return one alert."""
    row = (await connection.execute(select(*COLUMNS).where(AlertRow.id == alert_id))).one_or_none()
    return alert_of(row) if row else None


async def of_chat(connection: AsyncConnection, chat_id: int) -> list[Alert]:
    """Return a chat's alerts in the order of their creation."""
    rows = await connection.execute(select(*COLUMNS).where(AlertRow.chat_id == chat_id).order_by(AlertRow.id))
    return [alert_of(row) for row in rows]


async def fired_since(connection: AsyncConnection, chat_id: int, since: dt.datetime) -> list[Alert]:
    """Return the chat's alerts that fired after an instant (UTC), the last one to fire first."""
    statement = select(*COLUMNS).where(AlertRow.chat_id == chat_id, AlertRow.last_fired_at >= since)
    rows = await connection.execute(statement.order_by(AlertRow.last_fired_at.desc(), AlertRow.id.desc()))
    return [alert_of(row) for row in rows]


async def count_of_chat(connection: AsyncConnection, chat_id: int) -> int:
    """Return how many alerts a chat has."""
    statement = select(func.count()).select_from(AlertRow).where(AlertRow.chat_id == chat_id)
    return (await connection.execute(statement)).scalar_one()


async def remove(connection: AsyncConnection, chat_id: int, alert_id: int) -> bool:
    """Delete one of a chat's own alerts; returns whether there was one."""
    gone = await connection.execute(delete(AlertRow).where(AlertRow.chat_id == chat_id, AlertRow.id == alert_id))
    return bool(gone.rowcount)
