"""The archive of articles: how they are stored once, corrected, matched and pruned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article, StoredArticle, title_key, withdrawal
from bot.domain.keys import guid_key, link_key
from storage import search_index
from storage.article_columns import COLUMNS, stored_article
from storage.models import ArticleRow, MatchRow, QueryRow, SubscriptionRow
from storage.mutes import muted
from storage.upsert import insert


class Outcome(StrEnum):
    """The result of storing an article."""

    NEW = "new"
    KNOWN = "known"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Stored:
    """The id and result of a stored article. `headline`: its title changed; `withdrawn`: its publisher withdrew it.

    `corrections` is the number of corrections so far.
    """

    id: int
    outcome: Outcome
    headline: bool = False
    withdrawn: bool = False
    corrections: int = 0


async def is_empty(connection: AsyncConnection) -> bool:
    """Return whether the archive is empty."""
    return (await connection.execute(select(ArticleRow.id).limit(1))).first() is None


async def store(connection: AsyncConnection, source: str, article: Article, now: dt.datetime) -> Stored:
    """Store an article once. It is identified by the key of its guid, then of its link, then by normalised title.

    A known article is completed by what its stored row lacks (a guid, a link, a date, a longer text). When the same
    source changes its title or text, the row is corrected. When the same source puts a word of withdrawal before the
    stored title, the title stays and the article is marked; before any other title the word is a part of it.
    """
    known, article, key = await _find(connection, source, article)
    rest = withdrawal(article.title)
    if rest and known is None:
        earlier, _, _ = await _find(connection, source, replace(article, title=rest))
        known = earlier if earlier is not None and earlier.source == source else None
    if known is None:
        values = {
            "source": source,
            "guid": article.guid,
            "url": article.url,
            "url_key": key,
            "title": article.title,
            "title_key": title_key(article.title),
            "text": article.text,
            "subheadings": list(article.subheadings),
            "author": article.author,
            "categories": list(article.categories),
            "image_url": article.image_url,
            "published_at": article.published_at,
            "first_seen_at": now,
            "listed_at": article.published_at or now,
            "corrections": 0,
            "pruned": False,
            "history": False,
        }
        added = await connection.execute(insert(connection, ArticleRow).values(values).returning(ArticleRow.id))
        id_ = added.scalar_one()
        await search_index.index(connection, id_, article.title, article.text, article.categories)
        return Stored(id_, Outcome.NEW)
    withdrawn = rest is not None and title_key(rest) in ("", known.title_key)
    if withdrawn:
        article = replace(article, title=known.title)
    changes = _changes(known, source, article, key)
    if known.source == source and withdrawn != (known.withdrawn_at is not None):
        changes["withdrawn_at"] = now if withdrawn else None
    headline = bool(changes.keys() & {"title", "withdrawn_at"})
    corrected = headline or ("text" in changes and bool(known.text) and known.source == source)
    if corrected:
        changes |= {"corrected_at": now, "corrections": known.corrections + 1}
    if changes:
        await connection.execute(update(ArticleRow).where(ArticleRow.id == known.id).values(changes))
    if changes.keys() & {"title", "text", "categories"}:
        now_known = {name: changes.get(name, getattr(known, name)) for name in ("title", "text", "categories")}
        await search_index.index(connection, known.id, **now_known)
    if not corrected:
        return Stored(known.id, Outcome.KNOWN)
    return Stored(known.id, Outcome.CORRECTED, headline, withdrawn, known.corrections + 1)


async def mark_history(connection: AsyncConnection, article_id: int) -> None:
    """Mark an article as older than the known ones of its source when it came: digests leave it out."""
    await connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(history=True))


async def _find(connection: AsyncConnection, source: str, article: Article) -> tuple[Any, Article, str | None]:
    """Return the row of this article, if any; the article with the key of its guid; and the key of its link.

    A key that another article has already is left out. Two different guids (or links) of one source are never the
    same article, unless title, link and date are the same: some programs make a new guid for each request. One guid
    may belong to two articles.
    """
    article = replace(article, guid=guid_key(article.guid) if article.guid else None)
    key = link_key(article.url) if article.url and not article.shared_link else None
    same = select(ArticleRow.__table__)
    if article.guid and (row := (await connection.execute(same.where(ArticleRow.guid == article.guid))).first()):
        if not _another(row, article, key):
            if row.url_key is None and key is not None:
                others = (await connection.execute(same.where(ArticleRow.url_key == key))).first()
                return row, article, None if others else key
            return row, article, key
        article = replace(article, guid=None)
    if key and (row := (await connection.execute(same.where(ArticleRow.url_key == key))).first()):
        if not (article.guid and row.guid and row.source == source) or _same_but_guid(row, article):
            return row, article, key
        key = None
    by_title = same.where(ArticleRow.title_key == title_key(article.title))
    if article.guid:
        by_title = by_title.where(ArticleRow.guid.is_(None))
    if key:
        by_title = by_title.where(ArticleRow.url_key.is_(None))
    return (await connection.execute(by_title.order_by(ArticleRow.id.desc()).limit(1))).first(), article, key


def _same_but_guid(row: Any, article: Article) -> bool:
    """Return whether a row with the same link is the same article in spite of another guid."""
    return bool(row.title_key == title_key(article.title) and row.published_at == article.published_at)


def _another(row: Any, article: Article, key: str | None) -> bool:
    """Return whether a row is another article in spite of the same guid: all else is different."""
    headline = title_key(article.title) != row.title_key
    link = None not in (key, row.url_key) and key != row.url_key
    return headline and link and (article.published_at is None or article.published_at != row.published_at)


async def known_among(connection: AsyncConnection, given: Sequence[Article]) -> set[Article]:
    """Return which of the given articles (with the guids of their source) seem to be stored, by any key."""
    guids = {article: guid_key(article.guid) for article in given if article.guid}
    links = {article: link_key(article.url) for article in given if article.url and not article.shared_link}
    titles = {article: title_key(article.title) for article in given}
    statement = select(ArticleRow.guid, ArticleRow.url_key, ArticleRow.title_key).where(
        or_(
            ArticleRow.guid.in_(guids.values()),
            ArticleRow.url_key.in_([key for key in links.values() if key]),
            ArticleRow.title_key.in_(titles.values()),
        )
    )
    known = {(place, key) for row in await connection.execute(statement) for place, key in enumerate(row) if key}
    columns: tuple[dict[Article, str | None], ...] = ({**guids}, links, {**titles})
    return {one for one in given if any((place, keys.get(one)) in known for place, keys in enumerate(columns))}


def _changes(known: Any, source: str, article: Article, key: str | None) -> dict[str, Any]:
    """Return the columns that this version of the article changes."""
    changes: dict[str, Any] = {}
    if known.url_key is None and key is not None:
        changes["url_key"] = key
    if article.url and article.url != known.url and (known.source == source or known.url is None):
        changes["url"] = article.url
    for column in ("guid", "author", "image_url", "published_at"):
        if getattr(known, column) is None and (value := getattr(article, column)) is not None:
            changes[column] = value
    if "published_at" in changes:
        changes["listed_at"] = article.published_at
    if article.categories and not known.categories:
        changes["categories"] = list(article.categories)
    if known.source == source and title_key(article.title) != known.title_key:
        changes |= {"title": article.title, "title_key": title_key(article.title)}
    if article.text and article.text != known.text and not known.pruned:
        longer = len(article.text) > len(known.text)
        if known.source == source or longer:
            changes |= {"text": article.text, "subheadings": list(article.subheadings)}
        if longer and known.source != source:
            # The source with the longer text owns the article from now on, so that the two do not correct each other.
            changes["source"] = source
    return changes


async def get(connection: AsyncConnection, article_id: int) -> StoredArticle | None:
    """Return one article."""
    row = (await connection.execute(select(*COLUMNS).where(ArticleRow.id == article_id))).one_or_none()
    return stored_article(row) if row else None


async def topics_matched(
    connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int
) -> list[tuple[str, str | None]]:
    """Return (text, curated topic or None) of the chat's subscriptions that an article matches, by text."""
    statement = _topics_matched(article_id, chat_id, thread_id)
    return [(row.text, row.topic) for row in await connection.execute(statement)]


async def reasons(
    connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int
) -> list[tuple[str, str | None]]:
    """Return the topics for which an article is sent to a chat: those it matches, none if its source is muted."""
    statement = _topics_matched(article_id, chat_id, thread_id).where(~muted(chat_id))
    return [(row.text, row.topic) for row in await connection.execute(statement)]


def _topics_matched(article_id: int, chat_id: int, thread_id: int) -> Select[str, str | None]:
    return (
        select(QueryRow.text, QueryRow.topic)
        .join(MatchRow, MatchRow.query_id == QueryRow.id)
        .join(ArticleRow, ArticleRow.id == MatchRow.article_id)
        .join(SubscriptionRow, SubscriptionRow.query_id == QueryRow.id)
        .where(
            MatchRow.article_id == article_id,
            SubscriptionRow.chat_id == chat_id,
            SubscriptionRow.thread_id == thread_id,
            SubscriptionRow.level != "digest",
        )
        .order_by(QueryRow.text)
    )


async def add_matches(connection: AsyncConnection, pairs: Sequence[tuple[int, int]]) -> None:
    """Store matches as (article id, query id), each once.

    The first article of an event gets the matches of the later ones as well.
    """
    if pairs:
        rows = [{"article_id": article, "query_id": query} for article, query in pairs]
        await connection.execute(insert(connection, MatchRow).on_conflict_do_nothing(), rows)
        theirs = (
            select(ArticleRow.same_as, MatchRow.query_id)
            .join(MatchRow, MatchRow.article_id == ArticleRow.id)
            .where(ArticleRow.id.in_({article for article, _ in pairs}), ArticleRow.same_as.is_not(None))
        )
        joined = insert(connection, MatchRow).from_select(["article_id", "query_id"], theirs)
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
