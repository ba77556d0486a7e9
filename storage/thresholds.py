"""Thresholds: stored so that a tick finds the touched ones by index (storage/crossings.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import AlertRule, Kind, Side, Threshold, ThresholdState
from bot.domain.numbers import D
from bot.domain.rates import Pair
from storage.models import ThresholdRow

_COLUMNS = ThresholdRow.__table__.columns


def _threshold(row: Any) -> Threshold:
    asked, pair, kind = Pair(row.asked_base, row.asked_quote), Pair(row.base, row.quote), Kind(row.kind)
    rule = AlertRule(
        asked,
        Side(row.asked_side),
        None if row.asked_level is None else D(row.asked_level),
        None if row.asked_move is None else D(row.asked_move),
        kind if asked == pair else kind.opposite,
        row.asked_days,
    )
    return Threshold(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        pair=pair,
        side=Side(row.side),
        rule=rule,
        level=row.level,
        anchor=row.anchor,
        state=ThresholdState(row.state),
        once=row.once,
        snoozed_until=row.snoozed_until,
        last_fired_at=row.last_fired_at,
        changed_at=row.changed_at,
    )


def _rule(threshold: Threshold) -> dict[str, Any]:
    """Return the columns that say what is asked for."""
    rule = threshold.rule
    return {
        "base": threshold.pair.base,
        "quote": threshold.pair.quote,
        "kind": threshold.kind,
        "once": threshold.once,
        "asked_base": rule.pair.base,
        "asked_quote": rule.pair.quote,
        "asked_side": rule.side,
        "asked_level": None if rule.level is None else str(rule.level),
        "asked_move": None if rule.move is None else str(rule.move),
        "asked_days": rule.days,
    }


def _life(threshold: Threshold) -> dict[str, Any]:
    """Return the columns that change over a threshold's life."""
    return {
        "side": threshold.side,
        "state": threshold.state,
        "anchor": threshold.anchor,
        "level": threshold.level,
        "fires_above": threshold.fires_above,
        "fires_below": threshold.fires_below,
        "rearms_at": threshold.rearms_at,
        "snoozed_until": threshold.snoozed_until,
        "last_fired_at": threshold.last_fired_at,
        "changed_at": threshold.changed_at,
    }


async def add(connection: AsyncConnection, threshold: Threshold, now: dt.datetime) -> int:
    """Store a new threshold (its own id is ignored) and return its id."""
    values = {
        "chat_id": threshold.chat_id,
        "thread_id": threshold.thread_id,
        "created_at": now,
        **_rule(threshold),
        **_life(threshold),
    }
    added = await connection.execute(insert(ThresholdRow).values(values).returning(ThresholdRow.id))
    return added.scalar_one()


async def save(connection: AsyncConnection, threshold: Threshold) -> None:
    """Keep what a threshold has become, its line included."""
    values = {**_rule(threshold), **_life(threshold)}
    await connection.execute(update(ThresholdRow).where(ThresholdRow.id == threshold.id).values(values))


async def get(connection: AsyncConnection, threshold_id: int) -> Threshold | None:
    """Return one threshold."""
    row = (await connection.execute(select(*_COLUMNS).where(ThresholdRow.id == threshold_id))).one_or_none()
    return _threshold(row) if row else None


async def of_chat(connection: AsyncConnection, chat_id: int) -> list[Threshold]:
    """Return a chat's thresholds in the order they were drawn."""
    rows = await connection.execute(select(*_COLUMNS).where(ThresholdRow.chat_id == chat_id).order_by(ThresholdRow.id))
    return [_threshold(row) for row in rows]


async def fired_since(connection: AsyncConnection, chat_id: int, since: dt.datetime) -> list[Threshold]:
    """Return the chat's thresholds that cried last after an instant (UTC), newest cry first."""
    question = select(*_COLUMNS).where(ThresholdRow.chat_id == chat_id, ThresholdRow.last_fired_at >= since)
    rows = await connection.execute(question.order_by(ThresholdRow.last_fired_at.desc(), ThresholdRow.id.desc()))
    return [_threshold(row) for row in rows]


async def count_of_chat(connection: AsyncConnection, chat_id: int) -> int:
    """Return how many thresholds a chat has."""
    question = select(func.count()).select_from(ThresholdRow).where(ThresholdRow.chat_id == chat_id)
    return (await connection.execute(question)).scalar_one()


async def remove(connection: AsyncConnection, chat_id: int, threshold_id: int) -> bool:
    """Delete one of a chat's own thresholds; returns whether there was one."""
    gone = await connection.execute(
        delete(ThresholdRow).where(ThresholdRow.chat_id == chat_id, ThresholdRow.id == threshold_id)
    )
    return bool(gone.rowcount)
