"""Thresholds: stored so that a tick finds the touched ones by index."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.numbers import D
from bot.domain.rates import Pair, Rate
from bot.domain.thresholds import Line, Side, Threshold, ThresholdState
from storage.models import ThresholdRow

_COLUMNS = ThresholdRow.__table__.columns


def _threshold(row: Any) -> Threshold:
    line = Line(
        Pair(row.asked_base, row.asked_quote),
        Side(row.asked_side),
        None if row.asked_level is None else D(row.asked_level),
        None if row.asked_move is None else D(row.asked_move),
    )
    return Threshold(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        pair=Pair(row.base, row.quote),
        side=Side(row.side),
        line=line,
        level=row.level,
        anchor=row.anchor,
        state=ThresholdState(row.state),
        snoozed_until=row.snoozed_until,
        last_fired_at=row.last_fired_at,
    )


def _life(threshold: Threshold, step: Decimal) -> dict[str, Any]:
    """Return the columns that change over a threshold's life; `step` is one printed step of its rate."""
    return {
        "state": threshold.state,
        "anchor": threshold.anchor,
        "level": threshold.level,
        "fires_above": threshold.fires_above,
        "fires_below": threshold.fires_below,
        "rearms_at": threshold.rearms_at(step),
        "snoozed_until": threshold.snoozed_until,
        "last_fired_at": threshold.last_fired_at,
    }


async def add(connection: AsyncConnection, threshold: Threshold, step: Decimal, now: dt.datetime) -> int:
    """Store a new threshold (its own id is ignored) and return its id. `step`: one printed step of its rate."""
    line = threshold.line
    values = {
        "chat_id": threshold.chat_id,
        "thread_id": threshold.thread_id,
        "base": threshold.pair.base,
        "quote": threshold.pair.quote,
        "side": threshold.side,
        "asked_base": line.pair.base,
        "asked_quote": line.pair.quote,
        "asked_side": line.side,
        "asked_level": None if line.level is None else str(line.level),
        "asked_move": None if line.move is None else str(line.move),
        "created_at": now,
        **_life(threshold, step),
    }
    added = await connection.execute(insert(ThresholdRow).values(values).returning(ThresholdRow.id))
    return added.scalar_one()


async def save(connection: AsyncConnection, threshold: Threshold, step: Decimal) -> None:
    """Keep what a threshold has become. `step`: one printed step of its rate."""
    await connection.execute(update(ThresholdRow).where(ThresholdRow.id == threshold.id).values(_life(threshold, step)))


async def touched(connection: AsyncConnection, rate: Rate, now: dt.datetime) -> list[Threshold]:
    """Return the thresholds that this figure may fire or arm again: three ranges on three indexes.

    Which of them really do, `bot.domain.thresholds.step` decides.
    """
    of_pair = (ThresholdRow.base == rate.pair.base, ThresholdRow.quote == rate.pair.quote)
    awake = (ThresholdRow.snoozed_until.is_(None)) | (ThresholdRow.snoozed_until <= now)
    armed, fired = ThresholdRow.state == "armed", ThresholdRow.state == "fired"
    questions = (
        (*of_pair, armed, awake, ThresholdRow.fires_above <= rate.value),
        (*of_pair, armed, awake, ThresholdRow.fires_below >= rate.value),
        (*of_pair, fired, ThresholdRow.side == Side.ABOVE, ThresholdRow.rearms_at >= rate.value),
        (*of_pair, fired, ThresholdRow.side == Side.BELOW, ThresholdRow.rearms_at <= rate.value),
    )
    found: dict[int, Threshold] = {}
    for question in questions:
        for row in await connection.execute(select(*_COLUMNS).where(*question)):
            found[row.id] = _threshold(row)
    return list(found.values())


async def get(connection: AsyncConnection, threshold_id: int) -> Threshold | None:
    """Return one threshold."""
    row = (await connection.execute(select(*_COLUMNS).where(ThresholdRow.id == threshold_id))).one_or_none()
    return _threshold(row) if row else None


async def of_chat(connection: AsyncConnection, chat_id: int) -> list[Threshold]:
    """Return a chat's thresholds in the order they were drawn."""
    rows = await connection.execute(select(*_COLUMNS).where(ThresholdRow.chat_id == chat_id).order_by(ThresholdRow.id))
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


async def watched(connection: AsyncConnection) -> list[Pair]:
    """Return the pairs that any line is drawn on, in their canonical direction."""
    rows = await connection.execute(select(ThresholdRow.base, ThresholdRow.quote).distinct())
    return sorted(Pair(row.base, row.quote) for row in rows)
