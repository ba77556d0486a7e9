"""The feeds of chats: the hashes of their secrets, and the articles that they show."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.feeds import FEED_SIZE, FeedItem
from storage.article_columns import COLUMNS, SITE, stored_article
from storage.models import ArticleRow, FeedRow, MatchRow, SubscriptionRow
from storage.mutes import muted
from storage.news_languages import written_in
from storage.upsert import upsert

# The matches among which a feed's articles are: the last ones, which an index has in order. The newest articles that
# match a rare topic are found in 0.6 s in an archive of 100,000 on SQLite, its last matches in a millisecond. Ten times
# the size of a feed leaves enough where an article matches several topics, or is muted or in another language.
MATCHES = 10 * FEED_SIZE


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """The feed of a chat; `since` (UTC) is when its address was made."""

    chat_id: int
    since: dt.datetime


async def put(connection: AsyncConnection, chat_id: int, secret_hash: str, now: dt.datetime) -> None:
    """Store the hash of a chat's only secret: the one before it, if any, ends."""
    values = {"chat_id": chat_id, "secret_hash": secret_hash, "created_at": now}
    await connection.execute(upsert(connection, FeedRow, values, key=["chat_id"]))


async def remove(connection: AsyncConnection, chat_id: int) -> None:
    """Remove the feed of a chat."""
    await connection.execute(delete(FeedRow).where(FeedRow.chat_id == chat_id))


async def of_chat(connection: AsyncConnection, chat_id: int) -> StoredFeed | None:
    """Return the feed of a chat; None if it has none."""
    return await _feed(connection, FeedRow.chat_id == chat_id)


async def find(connection: AsyncConnection, secret_hash: str) -> StoredFeed | None:
    """Return the feed with the hash of a secret; None if there is none."""
    return await _feed(connection, FeedRow.secret_hash == secret_hash)


async def _feed(connection: AsyncConnection, which: Any) -> StoredFeed | None:
    row = (await connection.execute(select(FeedRow.chat_id, FeedRow.created_at).where(which))).one_or_none()
    return StoredFeed(*row) if row else None


def _shown(chat_id: int, own: bool, languages: Collection[str] | None, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the statement for a feed: the newest articles, of the chat's topics (`own`) or all, none withdrawn."""
    listed = (ArticleRow.same_as.is_(None), ArticleRow.withdrawn_at.is_(None), ~muted(chat_id))
    statement = select(*columns).where(*listed, *written_in(languages))
    if own:
        statement = statement.where(ArticleRow.id.in_(_matching(chat_id)))
    return statement.order_by(ArticleRow.listed_at.desc(), ArticleRow.id.desc()).limit(FEED_SIZE)


def _matching(chat_id: int) -> Select[int]:
    """Return the statement for the articles that came last among those that match a topic of a chat."""
    followed = select(SubscriptionRow.query_id).where(SubscriptionRow.chat_id == chat_id)
    matches = select(MatchRow.article_id).where(MatchRow.query_id.in_(followed))
    return matches.order_by(MatchRow.article_id.desc()).limit(MATCHES)


async def version(connection: AsyncConnection, chat_id: int, languages: Collection[str] | None, *, own: bool) -> bytes:
    """Return a value that changes with the shown articles; it reads no texts."""
    columns = (
        ArticleRow.id,
        ArticleRow.title,
        ArticleRow.url,
        ArticleRow.listed_at,
        ArticleRow.corrected_at,
        func.length(ArticleRow.text),
        SITE,
    )
    rows = (await connection.execute(_shown(chat_id, own, languages, *columns))).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).digest()


async def items(
    connection: AsyncConnection, chat_id: int, languages: Collection[str] | None, *, own: bool
) -> tuple[FeedItem, ...]:
    """Return the shown articles, newest first."""
    rows = await connection.execute(_shown(chat_id, own, languages, *COLUMNS, ArticleRow.corrected_at))
    found = ((stored_article(row), row.corrected_at) for row in rows)
    return tuple(FeedItem(article, corrected_at or article.listed_at) for article, corrected_at in found)
