"""The archive of articles: reads and writes of their records, their matches, and the pruning of old texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, bindparam, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article_decisions import ArticleKeys, ArticleRecord
from bot.domain.articles import StoredArticle
from bot.domain.topics.matched import TopicMatch
from storage import search_index
from storage.article_columns import COLUMNS, stored_article
from storage.models import ArticleRow, ArticleTopicRow, MatchRow, QueryRow, SubscriptionRow
from storage.mutes import muted
from storage.upsert import insert

# The columns of an ArticleRecord, read by `record`.
_FIELDS = [field.name for field in fields(ArticleRecord)]
RECORD = [getattr(ArticleRow, name) for name in _FIELDS]
# Topics that a chat follows: the words of each, and the curated topic that it is.
Topics: TypeAlias = list[tuple[str, str | None]]
# Values in one statement; SQLite takes some thousands.
_PIECE = 500


async def is_empty(connection: AsyncConnection) -> bool:
    """Return whether the archive is empty."""
    return (await connection.execute(select(ArticleRow.id).limit(1))).first() is None


async def with_keys(connection: AsyncConnection, keys: Sequence[ArticleKeys]) -> list[ArticleRecord]:
    """Return the stored articles that share a guid, a link or a title with any of the given keys.

    Of those with one title: the newest with a guid and one without, with a link and one without.
    """
    newest = (
        select(func.max(ArticleRow.id))
        .where(ArticleRow.title_key.in_({title for one in keys for title in one.titles}))
        .group_by(ArticleRow.title_key, ArticleRow.guid.is_(None), ArticleRow.url_key.is_(None))
    )
    statement = select(*RECORD).where(
        or_(
            ArticleRow.guid.in_({one.guid for one in keys if one.guid}),
            ArticleRow.url_key.in_({one.link for one in keys if one.link}),
            ArticleRow.id.in_(newest),
        )
    )
    return [record(row) for row in await connection.execute(statement)]


def record(row: Any) -> ArticleRecord:
    """Return the record of a row that holds `RECORD`."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row._mapping.items()
    }
    return ArticleRecord(**values)


def _values(record: ArticleRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in _FIELDS if name != "id"}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


async def add(connection: AsyncConnection, record: ArticleRecord) -> int:
    """Store a new article and return its id."""
    added = await connection.execute(insert(connection, ArticleRow).values(_values(record)).returning(ArticleRow.id))
    id_: int = added.scalar_one()
    await search_index.index(connection, id_, record.source, record.title, record.text, record.categories)
    await _add_topics(connection, id_, record.topics)
    return id_


async def change(connection: AsyncConnection, before: ArticleRecord, after: ArticleRecord) -> None:
    """Store what differs between two records of one article."""
    old = _values(before)
    changed = {name: value for name, value in _values(after).items() if value != old[name]}
    if changed:
        await connection.execute(update(ArticleRow).where(ArticleRow.id == after.id).values(changed))
    if changed.keys() & {"title", "text", "categories"}:
        await search_index.index(connection, after.id, after.source, after.title, after.text, after.categories)
    if "topics" in changed:
        await connection.execute(delete(ArticleTopicRow).where(ArticleTopicRow.article_id == after.id))
        await _add_topics(connection, after.id, after.topics)


async def _add_topics(connection: AsyncConnection, article_id: int, topics: Sequence[TopicMatch]) -> None:
    if topics:
        rows = [{"article_id": article_id, "topic": one.topic, "points": one.points} for one in topics]
        await connection.execute(insert(connection, ArticleTopicRow), rows)


# Built once: they are executed for each post.
_GET = select(*COLUMNS).where(ArticleRow.id.in_(bindparam("ids", expanding=True)))
_MATCHED = (
    select(
        *(MatchRow.article_id, SubscriptionRow.chat_id, SubscriptionRow.thread_id),
        func.coalesce(SubscriptionRow.words, QueryRow.text).label("text"),
        QueryRow.topic,
    )
    .join(MatchRow, MatchRow.query_id == QueryRow.id)
    .join(ArticleRow, ArticleRow.id == MatchRow.article_id)
    .join(SubscriptionRow, SubscriptionRow.query_id == QueryRow.id)
    .where(
        MatchRow.article_id.in_(bindparam("articles", expanding=True)),
        SubscriptionRow.chat_id.in_(bindparam("chats", expanding=True)),
        SubscriptionRow.level != "digest",
    )
    .order_by(QueryRow.text)
)
_REASONS = _MATCHED.where(~muted(SubscriptionRow.chat_id))


async def get(connection: AsyncConnection, article_id: int) -> StoredArticle | None:
    """Return one article."""
    row = (await connection.execute(_GET, {"ids": [article_id]})).one_or_none()
    return stored_article(row) if row else None


async def get_many(connection: AsyncConnection, ids: Collection[int]) -> dict[int, StoredArticle]:
    """Return the known ones of some articles, by id."""
    listed, found = sorted(ids), list[Any]()
    for start in range(0, len(listed), _PIECE):
        found += await connection.execute(_GET, {"ids": listed[start : start + _PIECE]})
    return {row.id: stored_article(row) for row in found}


async def topics_matched(connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int) -> Topics:
    """Return (words, curated topic or None) of the chat's subscriptions that an article matches, by query."""
    found = await all_topics_matched(connection, [article_id], [chat_id])
    return found.get((article_id, chat_id, thread_id), [])


async def reasons(connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int) -> Topics:
    """Return the topics for which an article is sent to a chat: those it matches, none if its source is muted."""
    found = await all_topics_matched(connection, [article_id], [chat_id], unless_muted=True)
    return found.get((article_id, chat_id, thread_id), [])


async def all_topics_matched(
    connection: AsyncConnection, article_ids: Collection[int], chat_ids: Collection[int], *, unless_muted: bool = False
) -> dict[tuple[int, int, int], Topics]:
    """Return `topics_matched` of some articles in some chats by (article, chat, thread), without those that match none.

    `unless_muted`: without articles whose source the chat has muted.
    """
    found: dict[tuple[int, int, int], Topics] = {}
    listed, chats = sorted(article_ids), sorted(chat_ids)
    for start in range(0, len(listed), _PIECE):
        given = {"articles": listed[start : start + _PIECE], "chats": chats}
        for row in await connection.execute(_REASONS if unless_muted else _MATCHED, given):
            found.setdefault((row.article_id, row.chat_id, row.thread_id), []).append((row.text, row.topic))
    return found


async def add_matches(connection: AsyncConnection, pairs: Sequence[tuple[int, int]]) -> None:
    """Store matches as (article id, query id), each once.

    The first article of an event gets the matches of the later ones as well.
    """
    if pairs:
        rows = [{"article_id": article, "query_id": query} for article, query in pairs]
        own = insert(connection, MatchRow)
        # The first article of an event may have the match of a later one.
        key, joined = ["article_id", "query_id"], MatchRow.own.is_(False)
        own = own.on_conflict_do_update(index_elements=key, set_={"own": True}, where=joined)
        await connection.execute(own, rows)
        await give_to_first(connection, ArticleRow.id.in_({article for article, _ in pairs}))


async def give_to_first(connection: AsyncConnection, later: ColumnElement[bool]) -> None:
    """Give the first articles of events the matches of the later ones for which a condition holds."""
    theirs = (
        select(ArticleRow.same_as, MatchRow.query_id, false())
        .join(MatchRow, MatchRow.article_id == ArticleRow.id)
        .where(later, ArticleRow.same_as.is_not(None))
    )
    joined = insert(connection, MatchRow).from_select(["article_id", "query_id", "own"], theirs)
    await connection.execute(joined.on_conflict_do_nothing())


async def prune(connection: AsyncConnection, before: dt.datetime, limit: int) -> int:
    """Empty the text of up to `limit` articles older than an instant (UTC); title, link and dates stay.

    Returns the number of them, so that the caller can repeat it until there are none.
    """
    statement = (
        select(ArticleRow.id)
        .where(ArticleRow.listed_at < before, ArticleRow.pruned.is_(False))
        .order_by(ArticleRow.listed_at)
        .limit(limit)
    )
    old = [row.id for row in await connection.execute(statement)]
    if old:
        await connection.execute(
            update(ArticleRow).where(ArticleRow.id.in_(old)).values(text="", subheadings=[], pruned=True)
        )
        await search_index.forget_texts(connection, old)
    return len(old)


async def count(connection: AsyncConnection) -> int:
    """Return the number of stored articles."""
    return (await connection.execute(select(func.count()).select_from(ArticleRow))).scalar_one()
