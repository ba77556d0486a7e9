"""Distinct queries and the subscriptions to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import MatchRow, QueryRow, SubscriptionRow
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A distinct query: `text` in its normal form; `topic` names the curated topic it stands for, if any."""

    id: int
    text: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of a chat to a query; `level` is instant, silent or digest, `words` the query as it was typed."""

    id: int
    chat_id: int
    thread_id: int
    query: StoredQuery
    level: str
    words: str | None = None


async def ensure_query(connection: AsyncConnection, text: str, topic: str | None = None) -> StoredQuery:
    """Return the one stored query of this normal form, stored now if need be.

    With `topic` it is the query that this curated topic stands for from now on; one it stood for before keeps its text.
    """
    if topic is not None:
        former = update(QueryRow).where(QueryRow.topic == topic, QueryRow.text != text)
        await connection.execute(former.values(topic=None))
    await connection.execute(
        insert(connection, QueryRow).values(text=text, topic=topic).on_conflict_do_nothing(index_elements=["text"])
    )
    columns = (QueryRow.id, QueryRow.text, QueryRow.topic)
    row = (await connection.execute(select(*columns).where(QueryRow.text == text))).one()
    if topic is not None and row.topic != topic:
        await connection.execute(update(QueryRow).where(QueryRow.id == row.id).values(topic=topic))
        return StoredQuery(row.id, row.text, topic)
    return StoredQuery(*row)


async def queries_after(connection: AsyncConnection, last_id: int) -> list[StoredQuery]:
    """Return the queries that came after one, in order, for an index in memory."""
    columns = (QueryRow.id, QueryRow.text, QueryRow.topic)
    rows = await connection.execute(select(*columns).where(QueryRow.id > last_id).order_by(QueryRow.id))
    return [StoredQuery(*row) for row in rows]


async def subscribe(
    connection: AsyncConnection,
    chat_id: int,
    thread_id: int,
    query_id: int,
    level: str,
    now: dt.datetime,
    words: str | None = None,
) -> bool:
    """Subscribe a chat, or change the level of its subscription; returns whether it is new."""
    existing = await connection.execute(
        update(SubscriptionRow)
        .where(
            SubscriptionRow.chat_id == chat_id,
            SubscriptionRow.thread_id == thread_id,
            SubscriptionRow.query_id == query_id,
        )
        .values(level=level)
    )
    if existing.rowcount:
        return False
    values = {
        "chat_id": chat_id,
        "thread_id": thread_id,
        "query_id": query_id,
        "level": level,
        "words": words,
        "created_at": now,
    }
    await connection.execute(insert(connection, SubscriptionRow).values(values).on_conflict_do_nothing())
    return True


async def follow_instead(connection: AsyncConnection, subscription_id: int, query_id: int) -> None:
    """Make a subscription one to another query, to which its thread has none; its id and level stay."""
    changed = update(SubscriptionRow).where(SubscriptionRow.id == subscription_id)
    await connection.execute(changed.values(query_id=query_id, words=None))


async def set_levels(connection: AsyncConnection, chat_id: int, thread_id: int, level: str) -> None:
    """Set the level of all subscriptions of a thread."""
    which = update(SubscriptionRow).where(SubscriptionRow.chat_id == chat_id, SubscriptionRow.thread_id == thread_id)
    await connection.execute(which.values(level=level))


async def unsubscribe(connection: AsyncConnection, chat_id: int, subscription_id: int) -> bool:
    """End one of a chat's own subscriptions; returns whether there was one."""
    gone = await connection.execute(
        delete(SubscriptionRow).where(SubscriptionRow.chat_id == chat_id, SubscriptionRow.id == subscription_id)
    )
    return bool(gone.rowcount)


async def of_chat(
    connection: AsyncConnection, chat_id: int, thread_id: int | None = None, *, article_id: int | None = None
) -> list[Subscription]:
    """Return a chat's subscriptions in the order they were made.

    Of one thread, if named, and those that an article matches, if named.
    """
    statement = (
        select(
            SubscriptionRow.id,
            SubscriptionRow.chat_id,
            SubscriptionRow.thread_id,
            QueryRow.id,
            QueryRow.text,
            QueryRow.topic,
            SubscriptionRow.level,
            SubscriptionRow.words,
        )
        .join(QueryRow, QueryRow.id == SubscriptionRow.query_id)
        .where(SubscriptionRow.chat_id == chat_id)
        .order_by(SubscriptionRow.id)
    )
    if thread_id is not None:
        statement = statement.where(SubscriptionRow.thread_id == thread_id)
    if article_id is not None:
        matched = exists().where(MatchRow.query_id == SubscriptionRow.query_id, MatchRow.article_id == article_id)
        statement = statement.where(matched)
    rows = await connection.execute(statement)
    return [Subscription(*row[:3], StoredQuery(*row[3:6]), *row[6:]) for row in rows]


async def count_of_chat(connection: AsyncConnection, chat_id: int) -> int:
    """Return how many subscriptions a chat has."""
    statement = select(func.count()).select_from(SubscriptionRow).where(SubscriptionRow.chat_id == chat_id)
    return (await connection.execute(statement)).scalar_one()


async def find_query(connection: AsyncConnection, text: str) -> StoredQuery | None:
    """Return the stored query of this normal form, if there is one."""
    return await _query(connection, QueryRow.text == text)


async def get_query(connection: AsyncConnection, query_id: int) -> StoredQuery | None:
    """Return the stored query of this id, if there is one."""
    return await _query(connection, QueryRow.id == query_id)


async def _query(connection: AsyncConnection, which: ColumnElement[bool]) -> StoredQuery | None:
    row = (await connection.execute(select(QueryRow.id, QueryRow.text, QueryRow.topic).where(which))).one_or_none()
    return StoredQuery(*row) if row else None
