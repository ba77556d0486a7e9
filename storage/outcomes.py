"""The outcomes of claimed deliveries, and the postponement of what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Integer, String, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import DeliveryState
from storage.claims import is_due
from storage.models import DeliveryRow


@dataclass(frozen=True, slots=True)
class DeliveryUpdate:
    """The new state of a claimed delivery. `not_before` (UTC) goes with `pending`: when to try again."""

    delivery_id: int
    state: DeliveryState
    not_before: dt.datetime | None = None
    message_id: int | None = None
    error: str | None = None
    attempted: bool = True  # False where nothing was tried, or the attempt does not count (429)
    repeat: bool | None = None  # True: the next message says that it may be a repetition
    lease_until: dt.datetime | None = None  # of the claim that this ends (a later claim is not ended); None: any


_LEASE = bindparam("lease", type_=DeliveryRow.lease_until.type)
# One statement for every update: what is None stays as it was.
_UPDATE = (
    update(DeliveryRow)
    .where(
        DeliveryRow.id == bindparam("of"),
        DeliveryRow.state == literal_column("'sending'"),
        DeliveryRow.lease_until == func.coalesce(_LEASE, DeliveryRow.lease_until),
    )
    .values(
        state=bindparam("to"),
        not_before=bindparam("later"),
        lease_until=None,
        finished_at=bindparam("at"),
        message_id=func.coalesce(bindparam("message", type_=BigInteger), DeliveryRow.message_id),
        last_error=func.coalesce(bindparam("why", type_=String), DeliveryRow.last_error),
        attempts=DeliveryRow.attempts + bindparam("more", type_=Integer),
        repeat=func.coalesce(bindparam("again", type_=Boolean), DeliveryRow.repeat),
    )
)


async def record(connection: AsyncConnection, updates: Sequence[DeliveryUpdate], now: dt.datetime) -> None:
    """Record what became of claimed deliveries; later ones of a chat wait with one that is postponed.

    Only a claim is ended: a chat that went away meanwhile has dropped its deliveries already, and a claim of another
    process that has become the leader since has another lease.
    """
    if not updates:
        return
    await connection.execute(
        _UPDATE,
        [
            {
                "of": one.delivery_id,
                "to": one.state,
                "later": one.not_before,
                "at": None if one.state in (DeliveryState.PENDING, DeliveryState.REVIEW) else now,
                "message": one.message_id,
                "why": None if one.error is None else one.error[:200],
                "more": int(one.attempted),
                "again": one.repeat,
                "lease": one.lease_until,
            }
            for one in updates
        ],
    )
    for one in updates:
        if one.state is DeliveryState.PENDING and one.not_before is not None:
            await _postpone_later(connection, one.delivery_id, one.not_before)


async def _postpone_later(connection: AsyncConnection, delivery_id: int, until: dt.datetime) -> None:
    """Postpone what comes after a delivery in its chat, thread and priority."""
    names = ("chat_id", "thread_id", "priority")
    head = (
        await connection.execute(
            select(*(getattr(DeliveryRow, name) for name in names)).where(DeliveryRow.id == delivery_id)
        )
    ).one_or_none()
    if head is not None:
        same = [getattr(DeliveryRow, name) == getattr(head, name) for name in names]
        await connection.execute(
            update(DeliveryRow)
            .where(*same, DeliveryRow.id > delivery_id, *is_due(DeliveryRow, until))
            .values(not_before=until)
        )


async def postpone(connection: AsyncConnection, chat_id: int, until: dt.datetime, thread_id: int | None = None) -> None:
    """Postpone everything that waits for a chat, or for one of its threads, until an instant (UTC)."""
    waiting = update(DeliveryRow).where(DeliveryRow.chat_id == chat_id, *is_due(DeliveryRow, until))
    if thread_id is not None:
        waiting = waiting.where(DeliveryRow.thread_id == thread_id)
    await connection.execute(waiting.values(not_before=until))
