"""The claims on deliveries: what is due, claiming it under a lease, and returning expired claims to the queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, UpdateBase, and_, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.deliveries import Delivery, Priority
from bot.domain.events import Event
from bot.domain.reviews import ReviewState
from storage.database import announce_queue
from storage.event_codec import decode
from storage.models import DeliveryRow, EventRow, ReviewRow

# How long a claimed delivery may be under way: seconds of waiting for permission, and two requests (refused markup, a
# group that moved) of 40 s each at the longest (bot/delivery/request.py).
LEASE = dt.timedelta(seconds=120)
_NOW = bindparam("now", type_=DeliveryRow.not_before.type)
# Deliveries of one chat, thread and priority leave in order.
_PLACE = ("chat_id", "thread_id", "priority")
_NEXT_DUE = select(func.min(DeliveryRow.not_before)).where(
    DeliveryRow.state == literal_column("'pending'"), DeliveryRow.priority.in_(bindparam("priorities", expanding=True))
)
_EVENTS = select(EventRow.__table__).where(EventRow.id.in_(bindparam("ids", expanding=True)))


async def next_due(connection: AsyncConnection, priorities: Collection[Priority]) -> dt.datetime | None:
    """Return when (UTC) the first waiting delivery of some priorities may leave, where none may leave at once."""
    return (await connection.execute(_NEXT_DUE, {"priorities": [int(one) for one in priorities]})).scalar_one()


async def due(connection: AsyncConnection, now: dt.datetime, priorities: Collection[Priority]) -> list[Priority]:
    """Return those of some priorities of which anything is due; it takes no lock."""
    asked = tuple(priorities)
    if not asked:
        return []
    found = (await connection.execute(_due(asked), {"now": now})).one()
    return [one for one, waiting in zip(asked, found, strict=True) if waiting]


# The statements of the worker are executed many times a second and built once: building one takes longer than
# executing it.
@lru_cache(maxsize=64)
def _due(priorities: tuple[Priority, ...]) -> Select[*tuple[Any, ...]]:
    waits = [
        select(literal_column("1")).where(DeliveryRow.priority == int(one), *is_due(DeliveryRow, _NOW)).exists()
        for one in priorities
    ]
    return select(*(wait.label(f"p{n}") for n, wait in enumerate(waits)))


def is_due(table: Any, now: ColumnElement[Any] | dt.datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for deliveries (a table or its alias) that may be claimed now."""
    # The state is a literal and no parameter, so that PostgreSQL can always use the partial index.
    return table.state == literal_column("'pending'"), (table.not_before.is_(None)) | (table.not_before <= now)


async def claim(
    connection: AsyncConnection,
    now: dt.datetime,
    limit: int,
    priority: Priority | None = None,
    *,
    ordered: bool = False,
) -> list[Delivery]:
    """Claim up to `limit` deliveries that are due, most urgent first, under a lease; others cannot claim them.

    `ordered`: only what comes next for its chat, thread and priority, so that a chat receives them in order whichever
    process sends them, and a chat with many of them does not hold up others.
    """
    statement = _claim(priority, ordered, connection.dialect.name == "sqlite")
    claimed = await connection.execute(statement, {"now": now, "most": limit, "until": now + LEASE})
    ids = [row.id for row in claimed]
    return await get_many(connection, ids) if ids else []


@lru_cache(maxsize=64)
def _claim(priority: Priority | None, ordered: bool, sqlite: bool) -> UpdateBase:
    chosen = select(DeliveryRow.id).where(*is_due(DeliveryRow, _NOW))
    if priority is not None:
        chosen = chosen.where(DeliveryRow.priority == int(priority))
    if ordered:
        first = aliased(DeliveryRow)
        under_way = first.state == literal_column("'sending'")
        same = [getattr(first, name) == getattr(DeliveryRow, name) for name in _PLACE]
        for before in (under_way, and_(*is_due(first, _NOW))):
            chosen = chosen.where(~select(first.id).where(*same, first.id < DeliveryRow.id, before).exists())
    chosen = chosen.order_by(DeliveryRow.priority, DeliveryRow.id).limit(bindparam("most"))
    if not sqlite:
        chosen = chosen.with_for_update(skip_locked=True, of=DeliveryRow)
    # A CTE, which PostgreSQL evaluates once: where its statistics say that the queue is empty, it evaluates a subquery
    # for each row, and as that one skips the rows locked before, it claims all that is due instead of `limit`.
    once = chosen.cte("chosen")
    return (
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(select(once.c.id)))
        .values(state="sending", lease_until=bindparam("until", type_=DeliveryRow.lease_until.type))
        .returning(DeliveryRow.id)
    )


async def get_many(connection: AsyncConnection, ids: Sequence[int]) -> list[Delivery]:
    """Return deliveries by their ids, most urgent first."""
    rows = await connection.execute(_deliveries(), {"ids": ids})
    listed = rows.all()
    found = await connection.execute(_EVENTS, {"ids": list({row.event_id for row in listed})})
    events = {row.id: Event(row.id, row.key, decode(row), row.created_at) for row in found}
    return [
        Delivery(
            id=row.id,
            event=events[row.event_id],
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            silent=row.silent,
            attempts=row.attempts,
            repeat=row.repeat,
            blocked_until=row.blocked_until,
            lease_until=row.lease_until,
            carries=row.merged_into is not None,
            review=ReviewState(row.review) if row.review else None,
            lead=row.lead,
        )
        for row in listed
    ]


@cache
def _deliveries() -> Select[*tuple[Any, ...]]:
    before = aliased(DeliveryRow)
    same = [getattr(before, name) == getattr(DeliveryRow, name) for name in _PLACE]
    return (
        select(
            DeliveryRow.id,
            DeliveryRow.chat_id,
            DeliveryRow.thread_id,
            DeliveryRow.silent,
            DeliveryRow.attempts,
            DeliveryRow.repeat,
            DeliveryRow.merged_into,
            DeliveryRow.event_id,
            DeliveryRow.lease_until,
            ReviewRow.state.label("review"),
            ReviewRow.lead,
            select(func.max(before.not_before))
            .where(*same, before.id < DeliveryRow.id, before.state == literal_column("'pending'"))
            .scalar_subquery()
            .label("blocked_until"),
        )
        .outerjoin(ReviewRow, ReviewRow.delivery_id == DeliveryRow.id)
        .where(DeliveryRow.id.in_(bindparam("ids", expanding=True)))
        .order_by(DeliveryRow.priority, DeliveryRow.id)
    )


async def requeue_expired(
    connection: AsyncConnection, before: dt.datetime | None = None, but_for: Collection[int] = ()
) -> int:
    """Return claims to the queue: those whose lease ended before an instant (UTC), or all of them. Returns how many.

    All of them where the caller has just become the only process that sends. `but_for` are the ids that the caller has
    under way, whatever the clock says. Each of the others may have been sent, so each is counted in its row.
    """
    stale = (
        update(DeliveryRow)
        .where(DeliveryRow.state == "sending", DeliveryRow.id.not_in(but_for))
        .values(state="pending", lease_until=None, lease_expirations=DeliveryRow.lease_expirations + 1)
    )
    if before is not None:
        stale = stale.where(DeliveryRow.lease_until < before)
    returned = (await connection.execute(stale)).rowcount
    if returned:
        announce_queue(connection)
    return returned
