"""Events and deliveries: written with what caused them, claimed with a lease, finished with a state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, case, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.events import PRIORITY, Delivery, DeliveryState, Event, EventKind
from bot.domain.sites import FEED
from storage.models import ArticleRow, ChatRow, DeliveryRow, EventRow, MatchRow, SubscriptionRow, ThresholdRow
from storage.mutes import muted
from storage.upsert import insert

# How long a claimed delivery may be on its way: longer than the longest send (30 s of waiting for an answer).
LEASE = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a claimed delivery. `not_before` (UTC) goes with `pending`: when to try again."""

    delivery_id: int
    state: DeliveryState
    not_before: dt.datetime | None = None
    message_id: int | None = None
    error: str | None = None
    attempted: bool = True  # False where the attempt does not count (429, quiet hours, a chat's turn)
    repeat: bool | None = None  # True: the next sending says that it may be a repetition


async def happen(
    connection: AsyncConnection, kind: EventKind, key: str, payload: Mapping[str, Any], now: dt.datetime
) -> int | None:
    """Write an event once; returns its id, or None if this very thing was written before."""
    statement = (
        insert(connection, EventRow)
        .values(kind=kind, key=key, payload=dict(payload), created_at=now)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(EventRow.id)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def event_id(connection: AsyncConnection, key: str) -> int | None:
    """Return the id of an event by its key."""
    return (await connection.execute(select(EventRow.id).where(EventRow.key == key))).scalar_one_or_none()


async def address(
    connection: AsyncConnection,
    event: int,
    kind: EventKind,
    recipients: Sequence[tuple[int, int]],
    now: dt.datetime,
    *,
    silent: bool = False,
) -> int:
    """Write the deliveries of an event for (chat, thread) recipients; a second one for the same is left out.

    Chats that are not spoken to (stopped, gone, paused) are left out too. Returns how many recipients there are.
    """
    active = await connection.execute(
        select(ChatRow.id).where(ChatRow.id.in_({chat for chat, _ in recipients}), ChatRow.state == "active")
    )
    listening = {row.id for row in active}
    recipients = [(chat, thread) for chat, thread in recipients if chat in listening]
    if not recipients:
        return 0
    common = {
        "event_id": event,
        "priority": PRIORITY[kind],
        "silent": silent,
        "state": "pending",
        "attempts": 0,
        "repeat": False,
        "created_at": now,
    }
    rows = [{**common, "chat_id": chat, "thread_id": thread} for chat, thread in recipients]
    await connection.execute(insert(connection, DeliveryRow).on_conflict_do_nothing(), rows)
    return len(rows)


async def fan_out_article(connection: AsyncConnection, event: int, article_id: int, now: dt.datetime) -> int:
    """Write one delivery for every active chat (and thread) with a subscription that the article matches.

    Instant beats silent where both match; digest-only subscriptions wait for the digest; who has muted the article's
    source is left out. One statement: no list of people passes through Python. Returns how many deliveries there are.
    """
    chosen = (
        select(
            literal(event).label("event_id"),
            SubscriptionRow.chat_id,
            SubscriptionRow.thread_id,
            literal(int(PRIORITY[EventKind.ARTICLE])).label("priority"),
            (func.min(case((SubscriptionRow.level == "instant", 0), else_=1)) == 1).label("silent"),
            literal("pending").label("state"),
            literal(0, Integer).label("attempts"),
            literal(False).label("repeat"),
            literal(now, DeliveryRow.created_at.type).label("created_at"),
        )
        .join(MatchRow, MatchRow.query_id == SubscriptionRow.query_id)
        .join(ChatRow, ChatRow.id == SubscriptionRow.chat_id)
        .join(ArticleRow, ArticleRow.id == MatchRow.article_id)
        .where(MatchRow.article_id == article_id, SubscriptionRow.level != "digest", ChatRow.state == "active")
        .where(~muted(SubscriptionRow.chat_id))
        .group_by(SubscriptionRow.chat_id, SubscriptionRow.thread_id)
    )
    names = ["event_id", "chat_id", "thread_id", "priority", "silent", "state", "attempts", "repeat", "created_at"]
    written = await connection.execute(
        insert(connection, DeliveryRow).from_select(names, chosen, include_defaults=False).on_conflict_do_nothing()
    )
    return max(written.rowcount, 0)


async def watchers(
    connection: AsyncConnection, source: str, currencies: Sequence[str] | None = None
) -> list[tuple[int, int]]:
    """Return (chat, 0) of the active chats that a source's silence concerns: lines or topics they wait on.

    `currencies`: only lines on pairs with one of them count; None: any.
    """
    table = SubscriptionRow if source == FEED else ThresholdRow
    question = select(table.chat_id).join(ChatRow, ChatRow.id == table.chat_id).where(ChatRow.state == "active")
    if currencies is not None:
        named = ThresholdRow.base.in_(currencies) | ThresholdRow.quote.in_(currencies)
        question = question.where(named)
    question = question.distinct().order_by(table.chat_id)
    return [(row.chat_id, 0) for row in await connection.execute(question)]


async def claim(connection: AsyncConnection, now: dt.datetime, limit: int) -> list[Delivery]:
    """Take up to `limit` deliveries whose time has come, most urgent first, under a lease; others cannot take them."""
    due = (
        select(DeliveryRow.id)
        .where(DeliveryRow.state == "pending", (DeliveryRow.not_before.is_(None)) | (DeliveryRow.not_before <= now))
        .order_by(DeliveryRow.priority, DeliveryRow.id)
        .limit(limit)
    )
    if connection.dialect.name != "sqlite":
        due = due.with_for_update(skip_locked=True)
    claimed = await connection.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(due.scalar_subquery()))
        .values(state="sending", lease_until=now + LEASE)
        .returning(DeliveryRow.id)
    )
    ids = [row.id for row in claimed]
    if not ids:
        return []
    rows = await connection.execute(
        select(
            DeliveryRow.id,
            DeliveryRow.chat_id,
            DeliveryRow.thread_id,
            DeliveryRow.silent,
            DeliveryRow.attempts,
            DeliveryRow.repeat,
            EventRow.id.label("event_id"),
            EventRow.kind,
            EventRow.key,
            EventRow.payload,
            EventRow.created_at,
        )
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(DeliveryRow.id.in_(ids))
        .order_by(DeliveryRow.priority, DeliveryRow.id)
    )
    return [
        Delivery(
            id=row.id,
            event=Event(row.event_id, EventKind(row.kind), row.key, row.payload, row.created_at),
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            silent=row.silent,
            attempts=row.attempts,
            repeat=row.repeat,
        )
        for row in rows
    ]


async def mark(connection: AsyncConnection, marks: Sequence[Mark], now: dt.datetime) -> None:
    """Write down what became of claimed deliveries."""
    for one in marks:
        values: dict[str, Any] = {"state": one.state, "not_before": one.not_before, "lease_until": None}
        if one.state is not DeliveryState.PENDING:
            values["finished_at"] = now
        if one.message_id is not None:
            values["message_id"] = one.message_id
        if one.error is not None:
            values["last_error"] = one.error[:200]
        if one.attempted:
            values["attempts"] = DeliveryRow.attempts + 1
        if one.repeat is not None:
            values["repeat"] = one.repeat
        # A chat that went away meanwhile has dropped its deliveries already; only a claim may be finished.
        await connection.execute(
            update(DeliveryRow).where(DeliveryRow.id == one.delivery_id, DeliveryRow.state == "sending").values(values)
        )


async def give_back(connection: AsyncConnection, before: dt.datetime | None = None) -> int:
    """Return claims to the queue: those whose lease ran out before an instant (UTC), or all of them.

    All of them only where one process sends at a time: at the start on SQLite. Returns how many.
    """
    stale = update(DeliveryRow).where(DeliveryRow.state == "sending").values(state="pending", lease_until=None)
    if before is not None:
        stale = stale.where(DeliveryRow.lease_until < before)
    return (await connection.execute(stale)).rowcount


async def next_due(connection: AsyncConnection) -> dt.datetime | None:
    """Return the earliest `not_before` (UTC) of what waits, or None if nothing waits for a time."""
    question = select(func.min(DeliveryRow.not_before)).where(DeliveryRow.state == "pending")
    return (await connection.execute(question)).scalar_one_or_none()


async def message_of(connection: AsyncConnection, event: int, chat_id: int) -> int | None:
    """Return the message by which an event reached a chat, if it did."""
    question = select(DeliveryRow.message_id).where(
        DeliveryRow.event_id == event, DeliveryRow.chat_id == chat_id, DeliveryRow.message_id.is_not(None)
    )
    return (await connection.execute(question.limit(1))).scalar_one_or_none()


async def count_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    rows = await connection.execute(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state))
    return {row[0]: row[1] for row in rows}


async def oldest_pending(connection: AsyncConnection) -> dt.datetime | None:
    """Return when the longest waiting delivery was written (UTC)."""
    question = select(func.min(DeliveryRow.created_at)).where(DeliveryRow.state == "pending")
    return (await connection.execute(question)).scalar_one_or_none()


async def clear(connection: AsyncConnection, before: dt.datetime, limit: int) -> int:
    """Delete up to `limit` events older than an instant (UTC), finished for everyone, with their deliveries."""
    unfinished = select(DeliveryRow.event_id).where(DeliveryRow.state.in_(("pending", "sending", "dead")))
    old = select(EventRow.id).where(EventRow.created_at < before, EventRow.id.not_in(unfinished)).limit(limit)
    return (await connection.execute(delete(EventRow).where(EventRow.id.in_(old)))).rowcount


async def is_due(connection: AsyncConnection, now: dt.datetime) -> bool:
    """Tell whether anything waits whose time has come; a look that takes no lock."""
    question = select(DeliveryRow.id).where(
        DeliveryRow.state == "pending", (DeliveryRow.not_before.is_(None)) | (DeliveryRow.not_before <= now)
    )
    return (await connection.execute(question.limit(1))).first() is not None
