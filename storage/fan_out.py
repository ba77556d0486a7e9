"""Deliveries of articles and corrections, written for many chats in chunks (docs/decisions/0073).

The transaction that stores an article only queues its event here. Each chunk is a transaction of its own that stores
how far it got, so the write lock is free between two chunks and an interrupted fan-out continues where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, and_, case, delete, exists, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.deliveries import EDITABLE, PRIORITY
from bot.domain.events import EventKind
from storage import news_languages
from storage.database import announce_queue
from storage.models import (
    ArticleRow,
    ChatRow,
    DeliveryRow,
    EventRow,
    FanOutRow,
    MatchRow,
    MutedRow,
    SourceRow,
    SubscriptionRow,
)
from storage.upsert import insert

# Subscriptions that a chunk reads at most. SQLite writes the deliveries of so many in about 50 ms, which is how long a
# changed setting waits for the write lock. On PostgreSQL nothing waits, and larger chunks are quicker.
CHUNK = {"sqlite": 30_000, "postgresql": 100_000}
# Chat ids lie between these.
_LEAST, _GREATEST = -(2**63), 2**63 - 1
_NAMES = ("event_id", "chat_id", "thread_id", "priority", "silent", "state", "attempts", "repeat", "created_at")
# PostgreSQL's transaction-level lock of the chunks; SQLite has one writer at a time anyway.
_LOCK = text("SELECT pg_advisory_xact_lock(7410286)")


async def queue(connection: AsyncConnection, events: Sequence[tuple[int, int]]) -> None:
    """Queue the fan-out of (event, article) pairs. They advance together: a chat gets all of them in one chunk."""
    if events:
        batch = min(event for event, _ in events)
        rows = [{"event_id": event, "article_id": article, "batch": batch} for event, article in events]
        await connection.execute(insert(connection, FanOutRow), rows)


async def is_queued(connection: AsyncConnection) -> bool:
    """Return whether any fan-out is unfinished."""
    return (await connection.execute(select(FanOutRow.event_id).limit(1))).first() is not None


async def write_chunk(connection: AsyncConnection) -> bool:
    """Write the next deliveries of the oldest unfinished batch; returns whether any fan-out is unfinished then.

    Batches run one after another, so that a second report of an event sees who got the first one. A
    batch is removed with its last chunk.
    """
    if connection.dialect.name != "sqlite":
        await connection.execute(_LOCK)
    first = select(func.min(FanOutRow.batch)).scalar_subquery()
    found = await connection.execute(
        select(FanOutRow, EventRow.kind, EventRow.created_at, ArticleRow.source, SourceRow.language)
        .join(EventRow, EventRow.id == FanOutRow.event_id)
        .join(ArticleRow, ArticleRow.id == FanOutRow.article_id)
        .outerjoin(SourceRow, SourceRow.name == ArticleRow.source)
        .where(FanOutRow.batch == first)
        .order_by(FanOutRow.event_id)
    )
    rows = found.all()
    if not rows:
        return False
    after = _LEAST if rows[0].reached is None else rows[0].reached
    until = await _end_of_chunk(connection, rows, after, max(CHUNK[connection.dialect.name] // len(rows), 1))
    written = 0
    available = await news_languages.available(connection)
    for row in rows:
        if row.kind == EventKind.ARTICLE:
            readers = news_languages.reads(row.language, available - {row.language})
            chosen = _of_article(row, await _earlier_events(connection, row), after, until).where(*readers)
        else:
            chosen = _of_correction(row, after, until)
        statement = insert(connection, DeliveryRow).from_select(_NAMES, chosen, include_defaults=False)
        written += max((await connection.execute(statement.on_conflict_do_nothing())).rowcount, 0)
    if written:
        announce_queue(connection)
    batch = FanOutRow.batch == rows[0].batch
    if until != _GREATEST:
        await connection.execute(update(FanOutRow).where(batch).values(reached=until))
        return True
    await connection.execute(delete(FanOutRow).where(batch))
    return await is_queued(connection)


async def count(connection: AsyncConnection, events: Sequence[int]) -> int:
    """Return how many deliveries some events have."""
    statement = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.event_id.in_(events))
    return (await connection.execute(statement)).scalar_one()


async def _end_of_chunk(connection: AsyncConnection, rows: Sequence[Any], after: int, limit: int) -> int:
    """Return the last chat id of a chunk that begins after a chat; the first chunk of a small batch is the only one."""
    articles = [row.article_id for row in rows if row.kind == EventKind.ARTICLE]
    corrected = [_key(row.article_id) for row in rows if row.kind == EventKind.CORRECTION]
    following = (
        select(SubscriptionRow.chat_id)
        .join(MatchRow, MatchRow.query_id == SubscriptionRow.query_id)
        .where(MatchRow.article_id.in_(articles), MatchRow.own)
    )
    informed = (
        select(DeliveryRow.chat_id)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(EventRow.key.in_(corrected), DeliveryRow.chat_id > after)
        .order_by(DeliveryRow.chat_id)
    )
    if after == _LEAST:
        counted = [select(func.count()).select_from(one.limit(limit + 1).subquery()) for one in (following, informed)]
        sizes = (await connection.execute(select(*(one.scalar_subquery() for one in counted)))).one()
        if sum(sizes) <= limit:
            return _GREATEST
    ordered = select(SubscriptionRow.chat_id).where(SubscriptionRow.chat_id > after).order_by(SubscriptionRow.chat_id)
    of_chunk = (ordered if articles else informed).limit(limit).subquery()
    size, last = (await connection.execute(select(func.count(), func.max(of_chunk.c.chat_id)))).one()
    return last if size == limit else _GREATEST


def _key(article_id: int) -> str:
    return f"article:{article_id}"


async def _earlier_events(connection: AsyncConnection, row: Any) -> Sequence[int]:
    """Return the events of earlier articles on what the article of a queued event reports."""
    own = aliased(ArticleRow)
    first = select(func.coalesce(own.same_as, own.id)).where(own.id == row.article_id).scalar_subquery()
    of_event = select(ArticleRow.id).where(or_(ArticleRow.id == first, ArticleRow.same_as == first))
    keys = [_key(article) for article in (await connection.execute(of_event)).scalars() if article != row.article_id]
    if not keys:
        return ()
    earlier = select(EventRow.id).where(EventRow.key.in_(keys), EventRow.id < row.event_id)
    return (await connection.execute(earlier)).scalars().all()


def _of_article(row: Any, earlier: Sequence[int], after: int, until: int) -> Select[Any]:
    """Select a delivery for every active chat (and thread) with a subscription that the article matches.

    Left out are chats that muted its source, and those with a delivery of an `earlier` event; `write_chunk` leaves out
    those that read other languages. Instant beats silent where both match; digest-only subscriptions wait for the
    digest.
    """
    # Grouped before the join with chats, which then reads each chat once and in order: half the time for many chats.
    # The index on subscriptions by query holds all four columns; reading the rows themselves doubles the time.
    wanted = (
        select(
            SubscriptionRow.chat_id,
            SubscriptionRow.thread_id,
            (func.min(case((SubscriptionRow.level == "instant", 0), else_=1)) == 1).label("silent"),
        )
        .join(MatchRow, MatchRow.query_id == SubscriptionRow.query_id)
        .where(
            MatchRow.article_id == row.article_id,
            MatchRow.own,
            SubscriptionRow.level != "digest",
            SubscriptionRow.chat_id > after,
            SubscriptionRow.chat_id <= until,
        )
        .group_by(SubscriptionRow.chat_id, SubscriptionRow.thread_id)
        .subquery("wanted")
    )
    muted = exists().where(MutedRow.chat_id == wanted.c.chat_id, MutedRow.source == row.source)
    chosen = (
        _delivery(row, wanted.c.chat_id, wanted.c.thread_id, wanted.c.silent)
        .join(ChatRow, ChatRow.id == wanted.c.chat_id)
        .where(ChatRow.state == "active", ~muted)
    )
    if earlier:
        sent = aliased(DeliveryRow)
        same = (sent.chat_id == wanted.c.chat_id, sent.thread_id == wanted.c.thread_id)
        chosen = chosen.where(~exists().where(sent.event_id.in_(earlier), *same))
    return chosen


def _of_correction(row: Any, after: int, until: int) -> Select[Any]:
    """Select a delivery for every message with the article that is young enough to be edited, or being sent now."""
    carrier = aliased(DeliveryRow)
    young = and_(carrier.message_id.is_not(None), carrier.finished_at > row.created_at - EDITABLE)
    return (
        _delivery(row, DeliveryRow.chat_id, DeliveryRow.thread_id, literal(True))
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .join(ChatRow, ChatRow.id == DeliveryRow.chat_id)
        .join(carrier, carrier.id == func.coalesce(DeliveryRow.merged_into, DeliveryRow.id))
        .where(
            EventRow.key == _key(row.article_id),
            ChatRow.state == "active",
            DeliveryRow.chat_id > after,
            DeliveryRow.chat_id <= until,
            or_(young, carrier.state == "sending"),
        )
    )


def _delivery(row: Any, chat: Any, thread: Any, silent: Any) -> Select[Any]:
    """Select the columns of a delivery, in the order of `_NAMES`."""
    return select(
        literal(row.event_id).label("event_id"),
        chat,
        thread,
        literal(int(PRIORITY[EventKind(row.kind)])).label("priority"),
        silent.label("silent"),
        literal("pending").label("state"),
        literal(0, Integer).label("attempts"),
        literal(False).label("repeat"),
        literal(row.created_at, DeliveryRow.created_at.type).label("created_at"),
    )
