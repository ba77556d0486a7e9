"""Events and deliveries: written with what caused them, claimed with a lease, finished with a state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
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
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.events import (
    EDITABLE,
    PRIORITY,
    Delivery,
    DeliveryState,
    Event,
    EventKind,
    Priority,
)
from bot.domain.sites import FEED
from storage.database import announce_queue
from storage.models import AlertRow, ArticleRow, ChatRow, DeliveryRow, EventRow, MatchRow, SubscriptionRow
from storage.mutes import muted
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


async def insert_event(
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


async def fan_out_article(
    connection: AsyncConnection, event: int, article_id: int, now: dt.datetime, told: Sequence[int] = ()
) -> int:
    """Write one delivery for every active chat (and thread) with a subscription that the article matches.

    Who has muted the article's source is left out, and whoever has a delivery of one of the `told` events: the same was
    told by an earlier article.

    Instant beats silent where both match; digest-only subscriptions wait for the digest. One statement: no list of
    people passes through Python. Returns how many deliveries there are.
    """
    # Grouped before the chats are asked, which are then met once each and in order: half the time where they are many.
    wanted = (
        select(
            SubscriptionRow.chat_id,
            SubscriptionRow.thread_id,
            (func.min(case((SubscriptionRow.level == "instant", 0), else_=1)) == 1).label("silent"),
        )
        .join(MatchRow, MatchRow.query_id == SubscriptionRow.query_id)
        .where(MatchRow.article_id == article_id, SubscriptionRow.level != "digest")
        .group_by(SubscriptionRow.chat_id, SubscriptionRow.thread_id)
        .subquery("wanted")
    )
    chosen = (
        select(
            literal(event).label("event_id"),
            wanted.c.chat_id,
            wanted.c.thread_id,
            literal(int(PRIORITY[EventKind.ARTICLE])).label("priority"),
            wanted.c.silent,
            literal("pending").label("state"),
            literal(0, Integer).label("attempts"),
            literal(False).label("repeat"),
            literal(now, DeliveryRow.created_at.type).label("created_at"),
        )
        .join(ChatRow, ChatRow.id == wanted.c.chat_id)
        .join(ArticleRow, ArticleRow.id == article_id)
        .where(ChatRow.state == "active", ~muted(wanted.c.chat_id))
    )
    if told:
        earlier = aliased(DeliveryRow)
        chosen = chosen.where(
            ~exists().where(
                earlier.event_id.in_(told),
                earlier.chat_id == wanted.c.chat_id,
                earlier.thread_id == wanted.c.thread_id,
            )
        )
    names = ["event_id", "chat_id", "thread_id", "priority", "silent", "state", "attempts", "repeat", "created_at"]
    written = await connection.execute(
        insert(connection, DeliveryRow).from_select(names, chosen, include_defaults=False).on_conflict_do_nothing()
    )
    if written.rowcount:
        announce_queue(connection)
    return max(written.rowcount, 0)


async def fan_out_correction(connection: AsyncConnection, event: int, article_id: int, now: dt.datetime) -> int:
    """Write one delivery for every message of the last `EDITABLE` that tells an article; returns how many.

    A message that is just on its way may say the old words: it is among them.
    """
    carrier = aliased(DeliveryRow)
    chosen = (
        select(
            literal(event).label("event_id"),
            DeliveryRow.chat_id,
            DeliveryRow.thread_id,
            literal(int(PRIORITY[EventKind.CORRECTION])).label("priority"),
            literal(True).label("silent"),
            literal("pending").label("state"),
            literal(0, Integer).label("attempts"),
            literal(False).label("repeat"),
            literal(now, DeliveryRow.created_at.type).label("created_at"),
        )
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .join(ChatRow, ChatRow.id == DeliveryRow.chat_id)
        .join(carrier, carrier.id == func.coalesce(DeliveryRow.merged_into, DeliveryRow.id))
        .where(
            EventRow.key == f"article:{article_id}",
            ChatRow.state == "active",
            or_(
                and_(carrier.message_id.is_not(None), carrier.finished_at > now - EDITABLE),
                carrier.state == "sending",
            ),
        )
    )
    names = ["event_id", "chat_id", "thread_id", "priority", "silent", "state", "attempts", "repeat", "created_at"]
    written = await connection.execute(
        insert(connection, DeliveryRow).from_select(names, chosen, include_defaults=False).on_conflict_do_nothing()
    )
    if written.rowcount:
        announce_queue(connection)
    return max(written.rowcount, 0)


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
    claimed = await connection.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(chosen.scalar_subquery()))
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
            DeliveryRow.merged_into,
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
    events = {row.id: Event(row.id, EventKind(row.kind), row.key, row.payload, row.created_at) for row in found}
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
    for one in marks:
        if one.state is DeliveryState.PENDING and one.not_before is not None:
            await _wait_behind(connection, one.delivery_id, one.not_before)


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
class Message:
    """A message that contains an article, when (UTC) it was sent, and the delivery whose message it is.

    `several`: it is about other events too.
    """

    message_id: int
    sent_at: dt.datetime
    delivery_id: int
    created_at: dt.datetime
    several: bool


async def message_of(connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int) -> Message | None:
    """Return the message by which an article reached a chat (and thread), if it did."""
    carrier = aliased(DeliveryRow)
    statement = (
        select(carrier.message_id, carrier.finished_at, carrier.id, carrier.created_at, DeliveryRow.merged_into)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .join(carrier, carrier.id == func.coalesce(DeliveryRow.merged_into, DeliveryRow.id))
        .where(
            EventRow.key == f"article:{article_id}",
            DeliveryRow.chat_id == chat_id,
            DeliveryRow.thread_id == thread_id,
            carrier.message_id.is_not(None),
        )
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    return Message(row.message_id, row.finished_at, row.id, row.created_at, row.merged_into is not None)


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
    """Delete up to `limit` events older than an instant (UTC), finished for everyone, with their deliveries.

    What is merged into a delivery that is not finished is kept with it.
    """
    states = DeliveryRow.state.in_(("pending", "held", "sending", "dead"))
    carried = DeliveryRow.merged_into.in_(select(DeliveryRow.id).where(states, DeliveryRow.merged_into.is_not(None)))
    unfinished = union_all(select(DeliveryRow.event_id).where(states), select(DeliveryRow.event_id).where(carried))
    old = select(EventRow.id).where(EventRow.created_at < before, EventRow.id.not_in(unfinished)).limit(limit)
    return (await connection.execute(delete(EventRow).where(EventRow.id.in_(old)))).rowcount
