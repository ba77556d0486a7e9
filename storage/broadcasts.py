"""Broadcasts: deliveries are inserted by chunks of chats, only a little ahead of sending.

So a broadcast to a million chats never has a million rows in the queue: pausing or cancelling it changes few rows, and
chats that join, leave or stop meanwhile count as they are when their chunk is inserted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, func, literal, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.broadcasts import Audience, BroadcastState
from bot.domain.deliveries import PRIORITY
from bot.domain.events import BroadcastSent, EventContent, EventKind
from storage import deliveries
from storage.database import announce_queue
from storage.event_codec import decode, encode
from storage.models import BroadcastRow, ChatRow, DeliveryRow, EventRow, QueryRow, SubscriptionRow
from storage.upsert import insert

_PRIORITY = PRIORITY[EventKind.BROADCAST]
_UNFINISHED = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.CANCELLING)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """An operator's message to many chats. `id` is its event's; `chat_id` and `message_id` locate its progress message.

    `expected` is the number of chats when it began, `addressed` the number of chats that have their delivery;
    `written`: there are no more.
    """

    id: int
    chat_id: int
    message_id: int | None
    audience: Audience
    state: BroadcastState
    expected: int
    addressed: int
    reached: int | None
    written: bool
    paid: bool


def _of(audience: Audience) -> list[ColumnElement[bool]]:
    """Return the condition for a chat of an audience; the readers of a channel do not use the bot."""
    conditions: list[ColumnElement[bool]] = [ChatRow.state == "active", ChatRow.kind != "channel"]
    if audience.language is not None:
        conditions.append(ChatRow.language == audience.language)
    if audience.topic is not None:
        conditions.append(_followed(audience.topic).exists())
    return conditions


def _followed(topic: str | None) -> Any:
    """Return the threads in which a chat follows a topic, or anything."""
    threads = select(SubscriptionRow.thread_id).where(SubscriptionRow.chat_id == ChatRow.id).correlate(ChatRow)
    if topic is None:
        return threads
    return threads.join(QueryRow, QueryRow.id == SubscriptionRow.query_id).where(_is_topic(topic))


def _is_topic(topic: str) -> ColumnElement[bool]:
    """Return the condition that a query is a curated topic: wide or strict, perhaps with exclusions.

    The normal form of a query has its exclusions last (bot/domain/topics/grammar.py).
    """
    alone = QueryRow.text.in_([f"{field}:{topic}" for field in ("topic", "strict")])
    narrowed = (QueryRow.text.startswith(f"{field}:{topic} -", autoescape=True) for field in ("topic", "strict"))
    one_alternative = func.replace(QueryRow.text, " OR ", "") == QueryRow.text
    return or_(QueryRow.topic == topic, alone, and_(or_(*narrowed), one_alternative))


async def count(connection: AsyncConnection, audience: Audience) -> int:
    """Return the number of chats of an audience that can be reached."""
    return (await connection.execute(select(func.count()).select_from(ChatRow).where(*_of(audience)))).scalar_one()


async def draft(
    connection: AsyncConnection, chat_id: int, text: str, audience: Audience, expected: int, now: dt.datetime
) -> int:
    """Store a broadcast (Telegram HTML) for its operator to confirm; returns its id."""
    key = f"broadcast:{chat_id}:{now.isoformat()}"
    event = await deliveries.insert_event(connection, BroadcastSent(text), key, now)
    if event is None:
        raise LookupError(key)
    values = {
        "event_id": event,
        "chat_id": chat_id,
        "language": audience.language,
        "topic": audience.topic,
        "state": BroadcastState.DRAFT,
        "expected": expected,
        "addressed": 0,
        "written": False,
    }
    await connection.execute(insert(connection, BroadcastRow).values(values))
    return event


async def start(connection: AsyncConnection, broadcast_id: int, message_id: int, *, paid: bool) -> bool:
    """Start a draft, with its progress message; False if it has started or was discarded before."""
    if not await change(connection, broadcast_id, BroadcastState.RUNNING, BroadcastState.DRAFT):
        return False
    await show_in(connection, broadcast_id, message_id)
    if paid:
        statement = select(EventRow.kind, EventRow.version, EventRow.payload).where(EventRow.id == broadcast_id)
        content = decode((await connection.execute(statement)).one())
        if isinstance(content, BroadcastSent):
            marked = encode(replace(content, paid=True))
            await connection.execute(update(EventRow).where(EventRow.id == broadcast_id).values(marked))
    return True


async def show_in(connection: AsyncConnection, broadcast_id: int, message_id: int) -> None:
    """Store the message that shows the progress."""
    await connection.execute(
        update(BroadcastRow).where(BroadcastRow.event_id == broadcast_id).values(message_id=message_id)
    )


async def change(connection: AsyncConnection, broadcast_id: int, to: BroadcastState, *before: BroadcastState) -> bool:
    """Change a broadcast's state from one of some others; returns whether it was one of them."""
    changed = await connection.execute(
        update(BroadcastRow)
        .where(BroadcastRow.event_id == broadcast_id, BroadcastRow.state.in_(before))
        .values(state=to)
    )
    if changed.rowcount:
        announce_queue(connection)
    return changed.rowcount > 0


async def unfinished(connection: AsyncConnection) -> list[Broadcast]:
    """Return the broadcasts that are sending, paused or being cancelled."""
    return await _found(connection, BroadcastRow.state.in_(_UNFINISHED))


async def get(connection: AsyncConnection, broadcast_id: int) -> Broadcast | None:
    """Return one broadcast."""
    return next(iter(await _found(connection, BroadcastRow.event_id == broadcast_id)), None)


async def _found(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Broadcast]:
    rows = await connection.execute(
        select(BroadcastRow.__table__, EventRow.kind, EventRow.version, EventRow.payload)
        .join(EventRow, EventRow.id == BroadcastRow.event_id)
        .where(which)
        .order_by(BroadcastRow.event_id)
    )
    return [
        Broadcast(
            row.event_id,
            row.chat_id,
            row.message_id,
            Audience(row.language, row.topic),
            BroadcastState(row.state),
            row.expected,
            row.addressed,
            row.reached,
            row.written,
            _is_paid(decode(row)),
        )
        for row in rows
    ]


def _is_paid(content: EventContent) -> bool:
    return isinstance(content, BroadcastSent) and content.paid


async def feed(connection: AsyncConnection, broadcast: Broadcast, limit: int, now: dt.datetime) -> Broadcast:
    """Insert the deliveries of the next chats, `limit` at most; returns the broadcast as it is then.

    A forum gets it in the thread that follows the broadcast's topic, or any topic: its General may be closed.
    """
    thread = _followed(broadcast.audience.topic).with_only_columns(func.min(SubscriptionRow.thread_id))
    beyond = [] if broadcast.reached is None else [ChatRow.id > broadcast.reached]
    chosen = (
        select(
            literal(broadcast.id).label("event_id"),
            ChatRow.id.label("chat_id"),
            func.coalesce(thread.scalar_subquery(), 0).label("thread_id"),
            literal(int(_PRIORITY)).label("priority"),
            literal(False).label("silent"),
            literal("pending").label("state"),
            literal(0, Integer).label("attempts"),
            literal(False).label("repeat"),
            literal(now, DeliveryRow.created_at.type).label("created_at"),
        )
        .where(*_of(broadcast.audience), *beyond)
        .order_by(ChatRow.id)
        .limit(limit)
    )
    names = ["event_id", "chat_id", "thread_id", "priority", "silent", "state", "attempts", "repeat", "created_at"]
    await connection.execute(
        insert(connection, DeliveryRow).from_select(names, chosen, include_defaults=False).on_conflict_do_nothing()
    )
    announce_queue(connection)
    new = select(func.count(), func.max(DeliveryRow.chat_id)).where(DeliveryRow.event_id == broadcast.id)
    if broadcast.reached is not None:
        new = new.where(DeliveryRow.chat_id > broadcast.reached)
    fresh, reached = (await connection.execute(new)).one()
    fed = replace(
        broadcast,
        addressed=broadcast.addressed + fresh,
        reached=broadcast.reached if reached is None else reached,
        written=fresh == 0,
    )
    await connection.execute(
        update(BroadcastRow)
        .where(BroadcastRow.event_id == broadcast.id)
        .values(addressed=fed.addressed, reached=fed.reached, written=fed.written)
    )
    return fed


def _waiting(broadcast_id: int, state: str) -> tuple[ColumnElement[bool], ...]:
    # Found by the partial index of each state: the condition is a literal for it, and the `+ 0` keeps planners from
    # reading all deliveries of the event.
    named = DeliveryRow.state == literal_column(f"'{state}'")
    return (named, DeliveryRow.priority == int(_PRIORITY), DeliveryRow.event_id + 0 == broadcast_id)


async def hold(connection: AsyncConnection, broadcast_id: int) -> int:
    """Hold all pending deliveries of a broadcast; returns their number."""
    held = update(DeliveryRow).where(*_waiting(broadcast_id, "pending")).values(state="held")
    return (await connection.execute(held)).rowcount


async def release(connection: AsyncConnection, broadcast_id: int) -> int:
    """Release the held deliveries; returns their number."""
    released = update(DeliveryRow).where(*_waiting(broadcast_id, "held")).values(state="pending")
    count = (await connection.execute(released)).rowcount
    if count:
        announce_queue(connection)
    return count


async def drop(connection: AsyncConnection, broadcast_id: int, now: dt.datetime) -> int:
    """Drop the pending deliveries of a broadcast; returns their number."""
    values = {"state": "dropped", "finished_at": now, "last_error": "broadcast cancelled"}
    dropped = 0
    for state in ("pending", "held"):
        gone = update(DeliveryRow).where(*_waiting(broadcast_id, state)).values(values)
        dropped += (await connection.execute(gone)).rowcount
    return dropped


async def waiting(connection: AsyncConnection, broadcast_id: int) -> int:
    """Return the number of unfinished deliveries of a broadcast."""
    found = 0
    for state in ("pending", "held", "sending"):
        statement = select(func.count()).select_from(DeliveryRow).where(*_waiting(broadcast_id, state))
        found += (await connection.execute(statement)).scalar_one()
    return found


async def in_quiet_hours(
    connection: AsyncConnection, broadcast_id: int, now: dt.datetime
) -> tuple[int, dt.datetime | None]:
    """Return how many pending deliveries wait for the end of their chats' quiet hours, and the last end (UTC)."""
    statement = (
        select(func.count(), func.max(DeliveryRow.not_before))
        .join(ChatRow, ChatRow.id == DeliveryRow.chat_id)
        .where(*_waiting(broadcast_id, "pending"), DeliveryRow.not_before > now, ChatRow.quiet_start.is_not(None))
    )
    count, until = (await connection.execute(statement)).one()
    return count, until


async def tally(connection: AsyncConnection, broadcast_id: int) -> dict[str, int]:
    """Return the number of a broadcast's deliveries in each state."""
    statement = select(DeliveryRow.state, func.count()).where(DeliveryRow.event_id == broadcast_id)
    rows = await connection.execute(statement.group_by(DeliveryRow.state))
    return {row[0]: row[1] for row in rows}
