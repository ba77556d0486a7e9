"""The number of pending deliveries and the age of the oldest, by the partial indexes alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import DeliveryRow

# A literal: with a parameter, PostgreSQL's prepared plans would not use the partial indexes.
_PENDING = DeliveryRow.state == literal_column("'pending'")
_SENDING = DeliveryRow.state == literal_column("'sending'")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries of one priority: the due ones, the postponed ones, and since when (UTC) the oldest is due."""

    priority: int
    due: int
    later: int
    since: dt.datetime | None


async def waiting(connection: AsyncConnection, now: dt.datetime) -> list[Waiting]:
    """Return the pending deliveries by priority."""
    statement = (
        select(
            DeliveryRow.priority,
            func.count().label("total"),
            func.sum(case((DeliveryRow.not_before > now, 1), else_=0)).label("later"),
            func.min(case((DeliveryRow.not_before.is_(None), DeliveryRow.id))).label("first"),
            func.min(DeliveryRow.not_before).label("put_off"),
        )
        .where(_PENDING)
        .group_by(DeliveryRow.priority)
        .order_by(DeliveryRow.priority)
    )
    rows = (await connection.execute(statement)).all()
    firsts = [row.first for row in rows if row.first is not None]
    written = await connection.execute(select(DeliveryRow.id, DeliveryRow.created_at).where(DeliveryRow.id.in_(firsts)))
    created = {row.id: row.created_at for row in written}
    return [
        Waiting(
            row.priority,
            row.total - row.later,
            row.later,
            min(
                (at for at in (created.get(row.first), row.put_off) if at is not None and at <= now),
                default=None,
            ),
        )
        for row in rows
    ]


async def on_their_way(connection: AsyncConnection) -> int:
    """Return how many are being sent, or were by a process that died."""
    # Each has a lease; the condition is repeated so that SQLite uses the partial index of leases.
    leased = DeliveryRow.lease_until >= dt.datetime.fromtimestamp(0, dt.UTC)
    return (await connection.execute(select(func.count()).where(_SENDING, leased))).scalar_one()
