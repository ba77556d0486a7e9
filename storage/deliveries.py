"""Events and their deliveries: how they are written, and lists of them. Claims: claims.py; outcomes: outcomes.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    and_,
    delete,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.currencies import GOLD
from bot.domain.deliveries import PRIORITY
from bot.domain.events import EventContent, EventKind
from bot.domain.rates import Pair
from bot.domain.sites import FEED
from storage.alerts import DELETED
from storage.database import announce_queue
from storage.event_codec import encode
from storage.models import (
    AlertRow,
    ChatRow,
    DeliveryRow,
    EventRow,
    FanOutRow,
    PolicyFanOutRow,
    ReviewRow,
    SubscriptionRow,
)
from storage.upsert import insert


async def insert_event(connection: AsyncConnection, content: EventContent, key: str, now: dt.datetime) -> int | None:
    """Write an event once; returns its id, or None if one with the same key was written before."""
    statement = (
        insert(connection, EventRow)
        .values(**encode(content), key=key, created_at=now)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(EventRow.id)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def event_id(connection: AsyncConnection, key: str) -> int | None:
    """Return the id of an event by its key."""
    return (await connection.execute(select(EventRow.id).where(EventRow.key == key))).scalar_one_or_none()


async def insert_deliveries(
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
    announce_queue(connection)
    return len(rows)


async def watchers(
    connection: AsyncConnection, source: str, currencies: Sequence[str] | None = None
) -> list[tuple[int, int]]:
    """Return (chat, 0) of the active chats that a source's silence concerns, by their alerts or topics.

    The readers of a channel are not notified: they can change nothing.
    `currencies`: only alerts on the rates of pairs with one of them count; None: any.
    """
    table = SubscriptionRow if source == FEED else AlertRow
    statement = select(table.chat_id).join(ChatRow, ChatRow.id == table.chat_id).where(ChatRow.state == "active")
    statement = statement.where(ChatRow.kind != "channel")
    if table is AlertRow:
        statement = statement.where(~DELETED)
    if currencies is not None:
        named = AlertRow.base.in_(currencies) | AlertRow.quote.in_(currencies)
        statement = statement.where(named, AlertRow.market == "")
    statement = statement.distinct().order_by(table.chat_id)
    return [(row.chat_id, 0) for row in await connection.execute(statement)]


async def offer_watchers(connection: AsyncConnection, own: Pair) -> list[tuple[int, int]]:
    """Return (chat, 0) of the active chats with an alert on offers, or with a digest that has those of a pair.

    The digest of a chat has them if its own currencies begin with the two of `own`. Channels are not notified.
    """
    has_alert = (
        select(AlertRow.id)
        .where(AlertRow.chat_id == ChatRow.id, AlertRow.market != "", AlertRow.base != GOLD, ~DELETED)
        .exists()
    )
    starts = (f"{own.base} {own.quote}", f"{own.quote} {own.base}")
    has_digest = and_(ChatRow.next_digest_at.is_not(None), or_(*(ChatRow.currencies.startswith(one) for one in starts)))
    statement = (
        select(ChatRow.id)
        .where(ChatRow.state == "active", ChatRow.kind != "channel", or_(has_alert, has_digest))
        .order_by(ChatRow.id)
    )
    return [(row.id, 0) for row in await connection.execute(statement)]


async def count_lease_expirations(connection: AsyncConnection) -> int:
    """Return how often a lease expired or its worker died: at most so many messages came twice."""
    statement = select(func.coalesce(func.sum(DeliveryRow.lease_expirations), 0)).where(
        DeliveryRow.lease_expirations > 0
    )
    return int((await connection.execute(statement)).scalar_one())


@dataclass(frozen=True, slots=True)
class Message:
    """The message about an event, when (UTC) it was sent, and the delivery whose message it is.

    `several`: it is about other events too. `lead` is the lead that a reviewer wrote for it.
    """

    message_id: int
    sent_at: dt.datetime
    delivery_id: int
    created_at: dt.datetime
    several: bool
    lead: str | None = None


async def message_of(connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int) -> Message | None:
    """Return the message by which an article reached a chat (and thread), if it did."""
    return await message_about(connection, f"article:{article_id}", chat_id, thread_id)


async def message_about(connection: AsyncConnection, key: str, chat_id: int, thread_id: int) -> Message | None:
    """Return the message by which the event of a key reached a chat (and thread), if it did."""
    carrier = aliased(DeliveryRow)
    statement = (
        select(
            *(carrier.message_id, carrier.finished_at, carrier.id, carrier.created_at, DeliveryRow.merged_into),
            ReviewRow.lead,
        )
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .join(carrier, carrier.id == func.coalesce(DeliveryRow.merged_into, DeliveryRow.id))
        .outerjoin(ReviewRow, ReviewRow.delivery_id == carrier.id)
        .where(
            EventRow.key == key,
            DeliveryRow.chat_id == chat_id,
            DeliveryRow.thread_id == thread_id,
            carrier.message_id.is_not(None),
        )
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    return Message(row.message_id, row.finished_at, row.id, row.created_at, row.merged_into is not None, row.lead)


async def count_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    rows = await connection.execute(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state))
    return {row[0]: row[1] for row in rows}


async def flooded(connection: AsyncConnection, after: dt.datetime) -> tuple[int, dt.datetime | None]:
    """Return how many chats a flood limit holds up beyond an instant (UTC), and until when the last of them waits."""
    waits = select(func.count(DeliveryRow.chat_id.distinct()), func.max(DeliveryRow.not_before)).where(
        DeliveryRow.state == "pending",
        DeliveryRow.not_before > after,
        DeliveryRow.last_error.startswith("RetryAfter", autoescape=True),
    )
    count, until = (await connection.execute(waits)).one()
    return count, until


async def clear(connection: AsyncConnection, before: dt.datetime, limit: int) -> int:
    """Delete up to `limit` events older than an instant (UTC), finished for everyone, with their deliveries.

    Deliveries merged into an unfinished one are kept with it.
    """
    states = DeliveryRow.state.in_(("pending", "held", "review", "sending", "dead"))
    carried = DeliveryRow.merged_into.in_(select(DeliveryRow.id).where(states, DeliveryRow.merged_into.is_not(None)))
    unfinished = union_all(select(DeliveryRow.event_id).where(states), select(DeliveryRow.event_id).where(carried))
    queued = union_all(select(FanOutRow.event_id), select(PolicyFanOutRow.event_id))
    old = select(EventRow.id).where(
        EventRow.created_at < before, EventRow.id.not_in(unfinished), EventRow.id.not_in(queued)
    )
    ids = (await connection.execute(old.limit(limit))).scalars().all()
    await connection.execute(delete(DeliveryRow).where(DeliveryRow.event_id.in_(ids)))
    return (await connection.execute(delete(EventRow).where(EventRow.id.in_(ids)))).rowcount
