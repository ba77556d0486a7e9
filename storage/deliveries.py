"""Events and deliveries: written with what caused them, claimed with a lease, finished with a state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.events import (
    PRIORITY,
    Delivery,
    DeliveryState,
    Event,
    EventContent,
    EventKind,
    Priority,
)
from bot.domain.sites import FEED
from storage.database import announce_queue
from storage.event_codec import decode, encode
from storage.models import AlertRow, ChatRow, DeliveryRow, EventRow, FanOutRow, SubscriptionRow
from storage.upsert import insert

# How long a claimed delivery may be on its way: seconds of waiting for its turn, and two sends (a refused markup, a
# group that moved) of 40 s each at the longest (bot/delivery/request.py).
LEASE = dt.timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class DeliveryUpdate:
    """What became of a claimed delivery. `not_before` (UTC) goes with `pending`: when to try again."""

    delivery_id: int
    state: DeliveryState
    not_before: dt.datetime | None = None
    message_id: int | None = None
    error: str | None = None
    attempted: bool = True  # False where the attempt does not count (429, quiet hours, a chat's turn)
    repeat: bool | None = None  # True: the next sending says that it may be a repetition
    lease_until: dt.datetime | None = None  # of the claim that this ends, None for any: a later claim is not ended


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
    """Return (chat, 0) of the active chats that a source's silence concerns: lines or topics they wait on.

    `currencies`: only lines on pairs with one of them count; None: any.
    """
    table = SubscriptionRow if source == FEED else AlertRow
    statement = select(table.chat_id).join(ChatRow, ChatRow.id == table.chat_id).where(ChatRow.state == "active")
    if currencies is not None:
        named = AlertRow.base.in_(currencies) | AlertRow.quote.in_(currencies)
        statement = statement.where(named)
    statement = statement.distinct().order_by(table.chat_id)
    return [(row.chat_id, 0) for row in await connection.execute(statement)]


async def next_due(connection: AsyncConnection, priorities: Collection[Priority]) -> dt.datetime | None:
    """Return when (UTC) the first waiting delivery of some priorities may leave, where none may leave at once."""
    statement = select(func.min(DeliveryRow.not_before)).where(
        DeliveryRow.state == literal_column("'pending'"), DeliveryRow.priority.in_([int(one) for one in priorities])
    )
    return (await connection.execute(statement)).scalar_one()


async def due(connection: AsyncConnection, now: dt.datetime, priorities: Collection[Priority]) -> list[Priority]:
    """Return those of some priorities of which anything waits whose time has come; a look that takes no lock."""
    asked = list(priorities)
    waits = [
        select(literal_column("1")).where(DeliveryRow.priority == int(one), *_due(DeliveryRow, now)).exists()
        for one in asked
    ]
    if not waits:
        return []
    found = (await connection.execute(select(*(wait.label(f"p{n}") for n, wait in enumerate(waits))))).one()
    return [one for one, waiting in zip(asked, found, strict=True) if waiting]


def _due(table: Any, now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    # Written out, not passed in: PostgreSQL's plan may count on the partial index whatever else it is asked.
    return table.state == literal_column("'pending'"), (table.not_before.is_(None)) | (table.not_before <= now)


async def claim(
    connection: AsyncConnection,
    now: dt.datetime,
    limit: int,
    priority: Priority | None = None,
    *,
    in_turn: bool = False,
) -> list[Delivery]:
    """Take up to `limit` deliveries whose time has come, most urgent first, under a lease; others cannot take them.

    `in_turn`: only what comes next for its chat, thread and priority, so that a chat hears them in order whoever sends
    them, and one chat with much to hear is no hindrance to others.
    """
    chosen = select(DeliveryRow.id).where(*_due(DeliveryRow, now))
    if priority is not None:
        chosen = chosen.where(DeliveryRow.priority == int(priority))
    if in_turn:
        first = aliased(DeliveryRow)
        under_way = first.state == literal_column("'sending'")
        same = [getattr(first, name) == getattr(DeliveryRow, name) for name in ("chat_id", "thread_id", "priority")]
        for before in (under_way, and_(*_due(first, now))):
            chosen = chosen.where(~select(first.id).where(*same, first.id < DeliveryRow.id, before).exists())
    chosen = chosen.order_by(DeliveryRow.priority, DeliveryRow.id).limit(limit)
    if connection.dialect.name != "sqlite":
        chosen = chosen.with_for_update(skip_locked=True, of=DeliveryRow)
    # A CTE, which PostgreSQL evaluates once: where its statistics say that the queue is empty, it evaluates a subquery
    # for each row, and as that one skips the rows locked before, it takes all that is due instead of `limit`.
    once = chosen.cte("chosen")
    claimed = await connection.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(select(once.c.id)))
        .values(state="sending", lease_until=now + LEASE)
        .returning(DeliveryRow.id)
    )
    ids = [row.id for row in claimed]
    return await _claimed(connection, ids) if ids else []


async def _claimed(connection: AsyncConnection, ids: Sequence[int]) -> list[Delivery]:
    before = aliased(DeliveryRow)
    same = [getattr(before, name) == getattr(DeliveryRow, name) for name in ("chat_id", "thread_id", "priority")]
    rows = await connection.execute(
        select(
            DeliveryRow.id,
            DeliveryRow.chat_id,
            DeliveryRow.thread_id,
            DeliveryRow.silent,
            DeliveryRow.attempts,
            DeliveryRow.repeat,
            DeliveryRow.folded_into,
            DeliveryRow.burst_id,
            DeliveryRow.event_id,
            DeliveryRow.lease_until,
            select(func.max(before.not_before))
            .where(*same, before.id < DeliveryRow.id, before.state == literal_column("'pending'"))
            .scalar_subquery()
            .label("blocked_until"),
        )
        .where(DeliveryRow.id.in_(ids))
        .order_by(DeliveryRow.priority, DeliveryRow.id)
    )
    listed = rows.all()
    found = await connection.execute(
        select(EventRow.__table__).where(EventRow.id.in_({row.event_id for row in listed}))
    )
    events = {row.id: Event(row.id, row.key, decode(row), row.created_at) for row in found}
    return [
        Delivery(
            id=row.id,
            event=events[row.event_id],
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            silent=row.silent,
            attempts=row.attempts,
            burst_id=row.burst_id,
            repeat=row.repeat,
            blocked_until=row.blocked_until,
            lease_until=row.lease_until,
            catch_up=row.folded_into is not None,
        )
        for row in listed
    ]


_LEASE = bindparam("lease", type_=DeliveryRow.lease_until.type)
# Chosen so that one statement serves every mark: what is None stays as it was.
_MARK = (
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


async def mark(connection: AsyncConnection, marks: Sequence[DeliveryUpdate], now: dt.datetime) -> None:
    """Write down what became of claimed deliveries; what waits behind one that must wait, waits with it.

    A chat that went away meanwhile has dropped its deliveries already: only a claim may be finished. Nor is the claim
    of another process that has become the leader since.
    """
    if not marks:
        return
    await connection.execute(
        _MARK,
        [
            {
                "of": one.delivery_id,
                "to": one.state,
                "later": one.not_before,
                "at": None if one.state is DeliveryState.PENDING else now,
                "message": one.message_id,
                "why": None if one.error is None else one.error[:200],
                "more": int(one.attempted),
                "again": one.repeat,
                "lease": one.lease_until,
            }
            for one in marks
        ],
    )
    await _end_gathered(connection, [one for one in marks if one.state is not DeliveryState.PENDING], now)
    for one in marks:
        if one.state is DeliveryState.PENDING and one.not_before is not None:
            await _wait_behind(connection, one.delivery_id, one.not_before)


async def _end_gathered(connection: AsyncConnection, marks: Sequence[DeliveryUpdate], now: dt.datetime) -> None:
    """Let what is told in the messages of other deliveries end as these do."""
    gathered = DeliveryRow.state == literal_column("'gathered'")
    carriers = select(DeliveryRow.burst_id).where(
        gathered, DeliveryRow.burst_id.in_([one.delivery_id for one in marks])
    )
    found = {row.burst_id for row in await connection.execute(carriers.distinct())} if marks else ()
    for one in marks:
        if one.delivery_id in found:
            ended: dict[str, Any] = {"state": one.state, "finished_at": now}
            if one.message_id is not None:
                ended["message_id"] = one.message_id
            if one.error is not None:
                ended["last_error"] = one.error[:200]
            which = and_(gathered, DeliveryRow.burst_id == one.delivery_id)
            await connection.execute(update(DeliveryRow).where(which).values(ended))


async def _wait_behind(connection: AsyncConnection, delivery_id: int, until: dt.datetime) -> None:
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
            .where(*same, DeliveryRow.id > delivery_id, *_due(DeliveryRow, until))
            .values(not_before=until)
        )


async def postpone(connection: AsyncConnection, chat_id: int, until: dt.datetime, thread_id: int | None = None) -> None:
    """Let all that waits for a chat, or for one of its threads, wait until an instant (UTC)."""
    waiting = update(DeliveryRow).where(DeliveryRow.chat_id == chat_id, *_due(DeliveryRow, until))
    if thread_id is not None:
        waiting = waiting.where(DeliveryRow.thread_id == thread_id)
    await connection.execute(waiting.values(not_before=until))


async def requeue_expired(
    connection: AsyncConnection, before: dt.datetime | None = None, but_for: Collection[int] = ()
) -> int:
    """Return claims to the queue: those whose lease ran out before an instant (UTC), or all of them.

    All of them only where one process sends at a time: at the start on SQLite. `but_for` are the ids that the caller
    has on their way, whatever the clock says. Each of the others may have been sent, so each is counted in its row.
    Returns how many.
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


async def count_lease_expirations(connection: AsyncConnection) -> int:
    """Return how often a delivery was taken back from a worker that died: at most so many messages came twice."""
    statement = select(func.coalesce(func.sum(DeliveryRow.lease_expirations), 0)).where(
        DeliveryRow.lease_expirations > 0
    )
    return int((await connection.execute(statement)).scalar_one())


@dataclass(frozen=True, slots=True)
class Progress:
    """The message by which an article reached a chat, and the burst that it tells, if it tells several."""

    message_id: int
    burst_id: int | None


async def message_of(connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int) -> Progress | None:
    """Return the message by which an article reached a chat (and thread), if it did."""
    statement = (
        select(DeliveryRow.message_id, DeliveryRow.burst_id)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(
            EventRow.key == f"article:{article_id}",
            DeliveryRow.chat_id == chat_id,
            DeliveryRow.thread_id == thread_id,
            DeliveryRow.message_id.is_not(None),
        )
    )
    row = (await connection.execute(statement)).one_or_none()
    return Progress(row.message_id, row.burst_id) if row else None


async def count_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    rows = await connection.execute(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state))
    return {row[0]: row[1] for row in rows}


async def flooded(connection: AsyncConnection, after: dt.datetime) -> tuple[int, dt.datetime | None]:
    """Return how many chats a flood limit holds up beyond an instant (UTC), and until when the last of them."""
    waits = select(func.count(DeliveryRow.chat_id.distinct()), func.max(DeliveryRow.not_before)).where(
        DeliveryRow.state == "pending",
        DeliveryRow.not_before > after,
        DeliveryRow.last_error.startswith("RetryAfter", autoescape=True),
    )
    count, until = (await connection.execute(waits)).one()
    return count, until


async def clear(connection: AsyncConnection, before: dt.datetime, limit: int) -> int:
    """Delete up to `limit` events older than an instant (UTC), finished for everyone, with their deliveries."""
    unfinished = select(DeliveryRow.event_id).where(
        DeliveryRow.state.in_(("pending", "held", "gathered", "sending", "dead"))
    )
    queued = select(FanOutRow.event_id)
    old = select(EventRow.id).where(
        EventRow.created_at < before, EventRow.id.not_in(unfinished), EventRow.id.not_in(queued)
    )
    ids = (await connection.execute(old.limit(limit))).scalars().all()
    await connection.execute(delete(DeliveryRow).where(DeliveryRow.event_id.in_(ids)))
    return (await connection.execute(delete(EventRow).where(EventRow.id.in_(ids)))).rowcount
