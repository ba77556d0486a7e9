"""Dead letters: failed deliveries, kept for an operator to inspect, retry or drop."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery
from bot.domain.events import Event
from storage.database import announce_queue
from storage.event_codec import decode
from storage.models import DeliveryRow, EventRow

# As literals, not parameters: a partial index is used only for its own condition. The instant is never null; with this
# condition SQLite takes that index instead of one of all deliveries.
_DEAD = and_(DeliveryRow.state == literal_column("'dead'"), DeliveryRow.finished_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed delivery: the time (UTC) of its last attempt, and Telegram's reason."""

    delivery: Delivery
    failed_at: dt.datetime
    reason: str


async def count(connection: AsyncConnection) -> int:
    """Return the number of dead letters."""
    return (await connection.execute(select(func.count()).select_from(DeliveryRow).where(_DEAD))).scalar_one()


async def newest(connection: AsyncConnection, limit: int, offset: int = 0) -> list[Failure]:
    """Return a page of dead letters, newest first."""
    return await _listed(connection, limit, offset)


async def get(connection: AsyncConnection, delivery_id: int) -> Failure | None:
    """Return a dead letter, or None if it no longer exists."""
    return next(iter(await _listed(connection, 1, 0, DeliveryRow.id == delivery_id)), None)


async def _listed(connection: AsyncConnection, limit: int, offset: int, *which: ColumnElement[bool]) -> list[Failure]:
    rows = await connection.execute(
        select(
            DeliveryRow.__table__,
            EventRow.kind,
            EventRow.key,
            EventRow.version,
            EventRow.payload,
            EventRow.created_at.label("at"),
        )
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(_DEAD, *which)
        .order_by(DeliveryRow.finished_at.desc(), DeliveryRow.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_failure(row) for row in rows]


def _failure(row: Any) -> Failure:
    delivery = Delivery(
        id=row.id,
        event=Event(row.event_id, row.key, decode(row), row.at),
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        silent=row.silent,
        attempts=row.attempts,
        repeat=row.repeat,
        carries=row.merged_into is not None,
    )
    return Failure(delivery, row.finished_at or row.created_at, row.last_error or "")


async def retry(connection: AsyncConnection, delivery_id: int | None = None, until: dt.datetime | None = None) -> int:
    """Retry one, or all that failed until an instant (UTC): once, because their attempts stay counted.

    Returns their number.
    """
    values = {"state": "pending", "not_before": None, "finished_at": None}
    if retried := await _change(connection, delivery_id, until, values):
        announce_queue(connection)
    return retried


async def drop(connection: AsyncConnection, delivery_id: int | None = None, until: dt.datetime | None = None) -> int:
    """Drop one, or all that failed until an instant (UTC); returns their number."""
    return await _change(connection, delivery_id, until, {"state": "dropped"})


async def _change(
    connection: AsyncConnection, delivery_id: int | None, until: dt.datetime | None, values: dict[str, Any]
) -> int:
    change = update(DeliveryRow).where(_DEAD).values(values)
    if delivery_id is not None:
        change = change.where(DeliveryRow.id == delivery_id)
    if until is not None:
        change = change.where(DeliveryRow.finished_at <= until)
    return (await connection.execute(change)).rowcount
