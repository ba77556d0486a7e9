"""Deliveries of decisions on policy rates, written for many chats in chunks as those of articles (fan_out.py)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Integer, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import PRIORITY
from bot.domain.events import EventKind
from storage.database import announce_queue
from storage.models import DeliveryRow, PolicyFanOutRow
from storage.policy_rates import recipients
from storage.upsert import insert

# Chats of a chunk: SQLite finds and writes so many in some hundredths of a second, while a changed setting waits.
CHUNK = 5000
_NAMES = ("event_id", "chat_id", "thread_id", "silent", "priority", "state", "attempts", "repeat", "created_at")


async def queue(connection: AsyncConnection, event: int, currency: str) -> None:
    """Queue the deliveries of an event for the chats that follow a currency."""
    await connection.execute(insert(connection, PolicyFanOutRow).values(event_id=event, currency=currency))


async def is_queued(connection: AsyncConnection) -> bool:
    """Return whether any deliveries are still to be written."""
    return (await connection.execute(select(PolicyFanOutRow.event_id).limit(1))).first() is not None


async def write_chunk(connection: AsyncConnection, now: dt.datetime) -> bool:
    """Write the next deliveries of the oldest queued event; returns whether there may be more to write."""
    queued = select(PolicyFanOutRow).order_by(PolicyFanOutRow.event_id).limit(1)
    row = (await connection.execute(queued.with_for_update())).one_or_none()
    if row is None:
        return False
    chosen = recipients(row.currency).subquery("recipients")
    left = [] if row.reached is None else [chosen.c.chat_id > row.reached]
    chunk = select(chosen.c.chat_id).where(*left).order_by(chosen.c.chat_id).limit(CHUNK).subquery("chunk")
    until, size = (await connection.execute(select(func.max(chunk.c.chat_id), func.count()))).one()
    its = PolicyFanOutRow.event_id == row.event_id
    if size:
        deliveries = select(
            literal(row.event_id),
            *(chosen.c.chat_id, chosen.c.thread_id, chosen.c.silent),
            literal(int(PRIORITY[EventKind.POLICY])),
            literal("pending"),
            literal(0, Integer),
            literal(False),
            literal(now, DeliveryRow.created_at.type),
        ).where(*left, chosen.c.chat_id <= until)
        statement = insert(connection, DeliveryRow).from_select(_NAMES, deliveries, include_defaults=False)
        await connection.execute(statement.on_conflict_do_nothing())
        announce_queue(connection)
    if size < CHUNK:
        await connection.execute(delete(PolicyFanOutRow).where(its))
        return await is_queued(connection)
    await connection.execute(update(PolicyFanOutRow).where(its).values(reached=until))
    return True
