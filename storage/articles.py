"""The archive of stories: how they are stored once, corrected, found and thinned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.articles import Article, StoredArticle, title_key, withdrawal
from bot.domain.keys import guid_key, link_key
from bot.domain.sites import USUAL_WEIGHT
from bot.domain.topics.curated import ECONOMY, stems_of
from storage import search
from storage.models import ArticleRow, DeliveryRow, EventRow, MatchRow, QueryRow, SourceRow, SubscriptionRow
from storage.mutes import muted
from storage.stories import COLUMNS, stored_article
from storage.upsert import insert


class Outcome(StrEnum):
    """What storing an article did."""

    NEW = "new"
    KNOWN = "known"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Stored:
    """The row an article became, and how. `headline`: it reads otherwise now; `withdrawn`: its publisher took it back.

    `corrections` is how often it was corrected.
    """

    id: int
    outcome: Outcome
    headline: bool = False
    withdrawn: bool = False
    corrections: int = 0


async def is_empty(connection: AsyncConnection) -> bool:
    """Tell whether the archive has never held a story."""
    return (await connection.execute(select(ArticleRow.id).limit(1))).first() is None


async def store(connection: AsyncConnection, source: str, article: Article, now: dt.datetime) -> Stored:
    """Store a story once. It is known by the keys of its guid, then of its link, then by normalised title.

    A story met again lends what the stored one lacks (a guid, a link, a date, a longer text). When the same source
    gives it another title or text, it is corrected in place. When the same source puts a word of withdrawal before the
    stored headline, that headline stays and the story is marked; before any other headline it is part of that one.
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
            "told_at": article.published_at or now,
            "corrections": 0,
            "thinned": False,
            "history": False,
        }
        added = await connection.execute(insert(connection, ArticleRow).values(values).returning(ArticleRow.id))
        id_ = added.scalar_one()
        await search.index(connection, id_, article.title, article.text, article.categories)
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
        await search.index(connection, known.id, **now_known)
    if not corrected:
        return Stored(known.id, Outcome.KNOWN)
    return Stored(known.id, Outcome.CORRECTED, headline, withdrawn, known.corrections + 1)


async def mark_history(connection: AsyncConnection, article_id: int) -> None:
    """Note that a story was older, when it came, than what was known of its source: digests leave it out."""
    await connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(history=True))


async def _find(connection: AsyncConnection, source: str, article: Article) -> tuple[Any, Article, str | None]:
    """Return the row that is this story, if any; the story with its guid's key; and its link's key.

    A key that is another story's already is left out. Two different guids (or links) of one source are never the same
    story, unless headline, link and date are the same: some programs make a new guid for each request. One guid may
    stand for two stories.
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
    """Tell whether a row with the same link is the same story in spite of another guid."""
    return bool(row.title_key == title_key(article.title) and row.published_at == article.published_at)


def _another(row: Any, article: Article, key: str | None) -> bool:
    """Tell whether a row is another story in spite of the same guid: nothing else of it is the same."""
    headline = title_key(article.title) != row.title_key
    link = None not in (key, row.url_key) and key != row.url_key
    return headline and link and (article.published_at is None or article.published_at != row.published_at)


async def known_among(connection: AsyncConnection, given: Sequence[Article]) -> set[Article]:
    """Return which of some articles (with the guids of their source) the archive seems to know, by any key."""
    guids = {article: guid_key(article.guid) for article in given if article.guid}
    links = {article: link_key(article.url) for article in given if article.url and not article.shared_link}
    titles = {article: title_key(article.title) for article in given}
    question = select(ArticleRow.guid, ArticleRow.url_key, ArticleRow.title_key).where(
        or_(
            ArticleRow.guid.in_(guids.values()),
            ArticleRow.url_key.in_([key for key in links.values() if key]),
            ArticleRow.title_key.in_(titles.values()),
        )
    )
    known = {(place, key) for row in await connection.execute(question) for place, key in enumerate(row) if key}
    columns: tuple[dict[Article, str | None], ...] = ({**guids}, links, {**titles})
    return {one for one in given if any((place, keys.get(one)) in known for place, keys in enumerate(columns))}


def _changes(known: Any, source: str, article: Article, key: str | None) -> dict[str, Any]:
    """Return the columns that this sight of the story changes."""
    changes: dict[str, Any] = {}
    if known.url_key is None and key is not None:
        changes["url_key"] = key
    if article.url and article.url != known.url and (known.source == source or known.url is None):
        changes["url"] = article.url
    for column in ("guid", "author", "image_url", "published_at"):
        if getattr(known, column) is None and (value := getattr(article, column)) is not None:
            changes[column] = value
    if "published_at" in changes:
        changes["told_at"] = article.published_at
    if article.categories and not known.categories:
        changes["categories"] = list(article.categories)
    if known.source == source and title_key(article.title) != known.title_key:
        changes |= {"title": article.title, "title_key": title_key(article.title)}
    if article.text and article.text != known.text and not known.thinned:
        longer = len(article.text) > len(known.text)
        if known.source == source or longer:
            changes |= {"text": article.text, "subheadings": list(article.subheadings)}
        if longer and known.source != source:
            # The fuller source speaks for the story from now on, so that the two do not correct each other in turn.
            changes["source"] = source
    return changes


async def get(connection: AsyncConnection, article_id: int) -> StoredArticle | None:
    """Return one story."""
    row = (await connection.execute(select(*COLUMNS).where(ArticleRow.id == article_id))).one_or_none()
    return stored_article(row) if row else None


# Lists have one story of an event: the first, for all that its tellings are about.
_FIRST = ArticleRow.same_as.is_(None)


async def latest(
    connection: AsyncConnection,
    limit: int,
    offset: int = 0,
    since: dt.datetime | None = None,
    unmuted_by: int | None = None,
) -> list[StoredArticle]:
    """Return stories, newest first; without those of sources that a chat has muted, if one is named."""
    question = select(*COLUMNS).where(_FIRST)
    if unmuted_by is not None:
        question = question.where(~muted(unmuted_by))
    return await _listed(connection, question, limit, offset, since)


async def every(connection: AsyncConnection, limit: int, since: dt.datetime) -> list[StoredArticle]:
    """Return stories since an instant (UTC), newest first, all tellings of an event among them."""
    return await _listed(connection, select(*COLUMNS), limit, 0, since)


async def for_chat(
    connection: AsyncConnection, chat_id: int, limit: int, offset: int = 0, since: dt.datetime | None = None
) -> list[StoredArticle]:
    """Return the stories of sources it has not muted that any topic of the chat matches, newest first."""
    wanted = exists().where(
        MatchRow.article_id == ArticleRow.id,
        MatchRow.query_id == SubscriptionRow.query_id,
        SubscriptionRow.chat_id == chat_id,
    )
    return await _listed(connection, select(*COLUMNS).where(wanted, _FIRST, ~muted(chat_id)), limit, offset, since)


async def missed(
    connection: AsyncConnection, chat_id: int, since: dt.datetime, limit: int
) -> tuple[list[StoredArticle], int]:
    """Return the newest of the chat's stories first seen since an instant (UTC), told or not, and how many they are."""
    wanted = exists().where(
        MatchRow.article_id == ArticleRow.id,
        MatchRow.query_id == SubscriptionRow.query_id,
        SubscriptionRow.chat_id == chat_id,
    )
    which = (wanted, _FIRST, ~muted(chat_id), ArticleRow.first_seen_at >= since, ArticleRow.history.is_(False))
    total = (await connection.execute(select(func.count()).select_from(ArticleRow).where(*which))).scalar_one()
    return await _listed(connection, select(*COLUMNS).where(*which), limit, 0, None), total


async def about(
    connection: AsyncConnection, query_id: int, limit: int, offset: int = 0, since: dt.datetime | None = None
) -> list[StoredArticle]:
    """Return the stories that a stored query matches, newest first."""
    wanted = exists().where(MatchRow.article_id == ArticleRow.id, MatchRow.query_id == query_id)
    return await _listed(connection, select(*COLUMNS).where(wanted, _FIRST), limit, offset, since)


async def about_economy(
    connection: AsyncConnection, country: str, since: dt.datetime, limit: int
) -> list[StoredArticle]:
    """Return the newest stories since an instant (UTC) about a curated country's economy.

    By what stories were matched with, where anybody follows these topics; else by the words of their titles.
    """

    def matched(*topics: str) -> ColumnElement[bool]:
        about = exists().where(
            MatchRow.article_id == ArticleRow.id, MatchRow.query_id == QueryRow.id, QueryRow.topic.in_(topics)
        )
        named = [ArticleRow.title_key.contains(stem) for topic in topics for stem in stems_of(topic)]
        return or_(about, *named)

    question = select(*COLUMNS).where(matched(country), matched(*ECONOMY), _FIRST)
    return await _listed(connection, question, limit, 0, since)


async def for_digest(connection: AsyncConnection, chat_id: int, since: dt.datetime, limit: int) -> list[StoredArticle]:
    """Return the chat's stories since an instant (UTC, by when they were first seen) that it was not sent yet.

    One that it was sent another telling of is left out too. The sources that weigh most come first, those it has muted
    not at all.
    """
    telling = aliased(ArticleRow)
    wanted = exists().where(
        MatchRow.article_id == ArticleRow.id,
        MatchRow.query_id == SubscriptionRow.query_id,
        SubscriptionRow.chat_id == chat_id,
    )
    told = exists().where(
        or_(telling.id == ArticleRow.id, telling.same_as == ArticleRow.id),
        DeliveryRow.event_id == EventRow.id,
        EventRow.key == literal("article:") + cast(telling.id, Text),
        DeliveryRow.chat_id == chat_id,
        or_(
            DeliveryRow.state.in_(("sent", "uncertain", "pending", "gathered", "sending")),
            DeliveryRow.folded_into.is_not(None),
        ),
    )
    question = (
        select(*COLUMNS)
        .outerjoin(SourceRow, SourceRow.name == ArticleRow.source)
        .where(wanted, ~told, _FIRST, ~muted(chat_id), ArticleRow.withdrawn_at.is_(None))
        .where(ArticleRow.first_seen_at > since, ArticleRow.history.is_(False))
        .order_by(func.coalesce(SourceRow.weight, USUAL_WEIGHT).desc())
    )
    return await _listed(connection, question, limit, 0, None)


async def of_burst(connection: AsyncConnection, burst_id: int) -> list[StoredArticle]:
    """Return the stories that one delivery's message tells, newest first."""
    question = (
        select(*COLUMNS)
        .join(EventRow, EventRow.key == literal("article:") + cast(ArticleRow.id, Text))
        .join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
        .where(DeliveryRow.burst_id == burst_id)
        .order_by(ArticleRow.told_at.desc(), ArticleRow.id.desc())
    )
    return [stored_article(row) for row in await connection.execute(question)]


async def _listed(
    connection: AsyncConnection, question: Select[*tuple[Any, ...]], limit: int, offset: int, since: dt.datetime | None
) -> list[StoredArticle]:
    if since is not None:
        question = question.where(ArticleRow.told_at >= since)
    ordered = question.order_by(ArticleRow.told_at.desc(), ArticleRow.id.desc()).limit(limit).offset(offset)
    return [stored_article(row) for row in await connection.execute(ordered)]


async def topics_matched(
    connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int
) -> list[tuple[str, str | None]]:
    """Return (text, curated topic or None) of the chat's subscriptions that an article matches, by text."""
    question = _topics_matched(article_id, chat_id, thread_id)
    return [(row.text, row.topic) for row in await connection.execute(question)]


async def reasons(
    connection: AsyncConnection, article_id: int, chat_id: int, thread_id: int
) -> list[tuple[str, str | None]]:
    """Return the topics for which an article is told to a chat: those it matches, none if its source is muted there."""
    question = _topics_matched(article_id, chat_id, thread_id).where(~muted(chat_id))
    return [(row.text, row.topic) for row in await connection.execute(question)]


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
    """Remember that articles are about queries: (article id, query id), each once.

    What a later telling of an event is about, its first one is about as well.
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


async def thin(connection: AsyncConnection, before: dt.datetime, limit: int) -> int:
    """Empty the text of up to `limit` stories older than an instant (UTC); title, link and dates stay.

    Returns how many were thinned, so that the caller can go on until there are none.
    """
    question = (
        select(ArticleRow.id)
        .where(ArticleRow.told_at < before, ArticleRow.thinned.is_(False))
        .order_by(ArticleRow.told_at)
        .limit(limit)
    )
    old = [row.id for row in await connection.execute(question)]
    if old:
        await connection.execute(
            update(ArticleRow).where(ArticleRow.id.in_(old)).values(text="", subheadings=[], thinned=True)
        )
        await search.forget_texts(connection, old)
    return len(old)


async def count(connection: AsyncConnection) -> int:
    """Return how many stories the archive holds."""
    return (await connection.execute(select(func.count()).select_from(ArticleRow))).scalar_one()
