"""Alerts as rows; a tick finds the ones that it touches by index (storage/alert_ticks.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Alert, AlertRule, AlertState, Kind, Side, identity
from bot.domain.numbers import D
from bot.domain.rates import Pair
from storage.models import AlertRow, ChatRow

# The columns that make an alert; the others are computed from these, for the indexes.
COLUMNS = [
    column
    for column in AlertRow.__table__.columns
    if column.key not in ("fires_above", "fires_below", "rearms_at", "created_at")
]
# Written into the statements, as the condition of an index is.
DELETED = AlertRow.state == literal_column("'deleted'")
# A chat's last deleted alerts can be restored; older ones are removed with the next.
MAX_DELETED = 20


def alert_of(row: Any) -> Alert:
    """Return the alert of a row that holds `COLUMNS`."""
    asked, pair, kind = (
        Pair(row.asked_base, row.asked_quote, row.market),
        Pair(row.base, row.quote, row.market),
        Kind(row.kind),
    )
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


def rule_columns(alert: Alert) -> dict[str, Any]:
    """Return the columns that hold the rule."""
    rule = alert.rule
    return {
        "market": alert.pair.market,
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
        **rule_columns(alert),
        **state_columns(alert),
    }
    added = await connection.execute(insert(AlertRow).values(values).returning(AlertRow.id))
    return added.scalar_one()


async def save(connection: AsyncConnection, alert: Alert) -> None:
    """Store all of an alert, its rule included."""
    values = {**rule_columns(alert), **state_columns(alert)}
    await connection.execute(update(AlertRow).where(AlertRow.id == alert.id).values(values))


async def lock_chat(connection: AsyncConnection, chat_id: int) -> None:
    """Let one transaction at a time decide about the rules of a chat, so that no two of them are equal.

    SQLite has one writer anyway. The lock admits what a tick does to the chat's alerts, but not another of its kind.
    """
    await connection.execute(select(ChatRow.id).where(ChatRow.id == chat_id).with_for_update(key_share=True))


async def get(connection: AsyncConnection, alert_id: int) -> Alert | None:
    """Return one alert."""
    row = (await connection.execute(select(*COLUMNS).where(AlertRow.id == alert_id, ~DELETED))).one_or_none()
    return alert_of(row) if row else None


async def get_own(connection: AsyncConnection, chat_id: int, alert_id: int, *, deleted: bool = False) -> Alert | None:
    """Return one of a chat's own alerts (or of its deleted ones), and lock it until the transaction ends."""
    statement = select(*COLUMNS).where(AlertRow.chat_id == chat_id, AlertRow.id == alert_id)
    statement = statement.where(DELETED if deleted else ~DELETED).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return alert_of(row) if row else None


async def of_chat(connection: AsyncConnection, chat_id: int) -> list[Alert]:
    """Return a chat's alerts in the order of their creation."""
    statement = select(*COLUMNS).where(AlertRow.chat_id == chat_id, ~DELETED).order_by(AlertRow.id)
    return [alert_of(row) for row in await connection.execute(statement)]


async def same(connection: AsyncConnection, alert: Alert) -> Alert | None:
    """Return another alert of the same chat and thread that fires on the same rates."""
    rule = identity(alert.rule)
    for other in await of_chat(connection, alert.chat_id):
        if other.id != alert.id and other.thread_id == alert.thread_id and identity(other.rule) == rule:
            return other
    return None


async def created_at(connection: AsyncConnection, alert_id: int) -> dt.datetime:
    """Return the instant (UTC) at which an alert was created."""
    return (await connection.execute(select(AlertRow.created_at).where(AlertRow.id == alert_id))).scalar_one()


async def fired_since(connection: AsyncConnection, chat_id: int, since: dt.datetime) -> list[Alert]:
    """Return the chat's alerts that fired after an instant (UTC), the last one to fire first."""
    statement = select(*COLUMNS).where(AlertRow.chat_id == chat_id, AlertRow.last_fired_at >= since, ~DELETED)
    rows = await connection.execute(statement.order_by(AlertRow.last_fired_at.desc(), AlertRow.id.desc()))
    return [alert_of(row) for row in rows]


async def count_of_chat(connection: AsyncConnection, chat_id: int) -> int:
    """Return how many alerts a chat has."""
    statement = select(func.count()).select_from(AlertRow).where(AlertRow.chat_id == chat_id, ~DELETED)
    return (await connection.execute(statement)).scalar_one()


async def remove(connection: AsyncConnection, alert_id: int) -> None:
    """Remove an alert for good."""
    await connection.execute(delete(AlertRow).where(AlertRow.id == alert_id))


async def mark_deleted(connection: AsyncConnection, alert: Alert, now: dt.datetime) -> None:
    """Delete an alert so that it can be restored; the chat's oldest deleted ones are removed."""
    kept = (
        select(AlertRow.id)
        .where(AlertRow.chat_id == alert.chat_id, DELETED)
        .order_by(AlertRow.changed_at.desc(), AlertRow.id.desc())
        .limit(MAX_DELETED - 1)
    )
    old = delete(AlertRow).where(AlertRow.chat_id == alert.chat_id, DELETED, AlertRow.id.not_in(kept))
    await connection.execute(old)
    marked = update(AlertRow).where(AlertRow.id == alert.id)
    await connection.execute(marked.values(state=AlertState.DELETED, changed_at=now))


async def remove_deleted(connection: AsyncConnection, before: dt.datetime) -> None:
    """Remove the alerts that were deleted before an instant (UTC)."""
    await connection.execute(delete(AlertRow).where(DELETED, AlertRow.changed_at < before))


async def remove_repeated(connection: AsyncConnection, chat_id: int) -> None:
    """Remove the alerts of a chat that are equal to an older one of the same thread, after rows were moved there."""
    seen = set()
    for alert in await of_chat(connection, chat_id):
        rule = (alert.thread_id, identity(alert.rule))
        if rule in seen:
            await remove(connection, alert.id)
        seen.add(rule)


async def of_day(connection: AsyncConnection, chat_id: int) -> tuple[dt.datetime, int] | None:
    """Return the start (UTC) of a chat's last day with alerts and their number, including those over the cap."""
    found = await connection.execute(select(ChatRow.alerts_since, ChatRow.alerts_today).where(ChatRow.id == chat_id))
    row = found.one_or_none()
    return None if row is None or row.alerts_since is None else (row.alerts_since, row.alerts_today)
