"""Lists of articles: the newest, those of a chat, of a topic, of a digest. Of one event the first article is listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.articles import StoredArticle
from bot.domain.events import ArticlePublished, EventKind
from bot.domain.sites import USUAL_WEIGHT
from bot.domain.topics.curated import ECONOMY
from bot.domain.topics.matched import WIDE
from storage import articles
from storage.article_columns import COLUMNS, stored_article
from storage.event_codec import decode
from storage.models import (
    ArticleRow,
    ArticleTopicRow,
    DeliveryRow,
    EventRow,
    MatchRow,
    SourceRow,
    SubscriptionRow,
)
from storage.mutes import muted
from storage.news_languages import written_in
from storage.reviews import withheld

# Lists show one article of an event: the first. It has the matches of all others.
_FIRST = ArticleRow.same_as.is_(None)


def on_topic(
    topics: Collection[str], points: int = WIDE, article_id: ColumnElement[int] = ArticleRow.__table__.c.id
) -> ColumnElement[bool]:
    """Return the condition that an article is about any of some curated topics, by so many points."""
    about = aliased(ArticleTopicRow)
    return exists().where(about.article_id == article_id, about.topic.in_(topics), about.points >= points)


async def latest(
    connection: AsyncConnection,
    limit: int,
    offset: int = 0,
    since: dt.datetime | None = None,
    unmuted_by: int | None = None,
    languages: Collection[str] | None = None,
    published_by: int | None = None,
) -> list[StoredArticle]:
    """Return articles, newest first; without sources that the chat `unmuted_by` has muted, if one is given.

    `published_by`: without articles that people review for this chat, or have skipped. `languages`: only articles in
    these (storage/news_languages.py), here and in the other lists.
    """
    statement = select(*COLUMNS).where(_FIRST, *written_in(languages))
    if unmuted_by is not None:
        statement = statement.where(~muted(unmuted_by))
    if published_by is not None:
        statement = statement.where(~withheld(published_by))
    return await _listed(connection, statement, limit, offset, since)


async def every(connection: AsyncConnection, limit: int, since: dt.datetime) -> list[StoredArticle]:
    """Return articles since an instant (UTC), newest first, with all articles of each event."""
    return await _listed(connection, select(*COLUMNS), limit, 0, since)


async def for_chat(
    connection: AsyncConnection,
    chat_id: int,
    limit: int,
    offset: int = 0,
    languages: Collection[str] | None = None,
    thread_id: int | None = None,
) -> list[StoredArticle]:
    """Return the articles that match any topic of the chat, newest first; without sources that it has muted.

    `thread_id`: only the topics of this thread.
    """
    wanted = exists().where(
        MatchRow.article_id == ArticleRow.id,
        MatchRow.query_id == SubscriptionRow.query_id,
        SubscriptionRow.chat_id == chat_id,
    )
    if thread_id is not None:
        wanted = wanted.where(SubscriptionRow.thread_id == thread_id)
    statement = select(*COLUMNS).where(wanted, _FIRST, ~muted(chat_id), *written_in(languages))
    return await _listed(connection, statement, limit, offset, None)


async def missed(
    connection: AsyncConnection,
    chat_id: int,
    since: dt.datetime,
    limit: int,
    languages: Collection[str] | None = None,
) -> tuple[list[StoredArticle], int]:
    """Return the newest of the chat's articles first seen since an instant (UTC), sent or not, and their number."""
    wanted = exists().where(
        MatchRow.article_id == ArticleRow.id,
        MatchRow.query_id == SubscriptionRow.query_id,
        SubscriptionRow.chat_id == chat_id,
    )
    new = (ArticleRow.first_seen_at >= since, ArticleRow.history.is_(False))
    which = (wanted, _FIRST, ~muted(chat_id), *new, *written_in(languages))
    total = (await connection.execute(select(func.count()).select_from(ArticleRow).where(*which))).scalar_one()
    return await _listed(connection, select(*COLUMNS).where(*which), limit, 0, None), total


async def about(
    connection: AsyncConnection,
    query_id: int,
    limit: int,
    offset: int = 0,
    since: dt.datetime | None = None,
    languages: Collection[str] | None = None,
) -> list[StoredArticle]:
    """Return the articles that match a stored query, newest first."""
    wanted = exists().where(MatchRow.article_id == ArticleRow.id, MatchRow.query_id == query_id)
    statement = select(*COLUMNS).where(wanted, _FIRST, *written_in(languages))
    return await _listed(connection, statement, limit, offset, since)


async def about_economy(
    connection: AsyncConnection,
    country: str,
    since: dt.datetime,
    limit: int,
    languages: Collection[str] | None = None,
) -> list[StoredArticle]:
    """Return the newest articles since an instant (UTC) about a curated country's economy."""
    statement = select(*COLUMNS).where(on_topic((country,)), on_topic(ECONOMY), _FIRST, *written_in(languages))
    return await _listed(connection, statement, limit, 0, since)


async def for_digest(
    connection: AsyncConnection,
    chat_id: int,
    since: dt.datetime,
    limit: int,
    languages: Collection[str] | None = None,
) -> list[StoredArticle]:
    """Return the chat's articles first seen since an instant (UTC) that were not sent to it yet.

    Articles on an event of which another one was sent are left out too, and so are muted sources. An article that is
    merged into a message counts as that message. An article that people review for the chat, or have skipped, is left
    out. Sources with the largest weight come first.
    """
    report, carrier = aliased(ArticleRow), aliased(DeliveryRow)
    wanted = exists().where(
        MatchRow.article_id == ArticleRow.id,
        MatchRow.query_id == SubscriptionRow.query_id,
        SubscriptionRow.chat_id == chat_id,
    )
    sent = exists().where(
        or_(report.id == ArticleRow.id, report.same_as == ArticleRow.id),
        DeliveryRow.event_id == EventRow.id,
        EventRow.key == literal("article:") + cast(report.id, Text),
        DeliveryRow.chat_id == chat_id,
        carrier.id == func.coalesce(DeliveryRow.merged_into, DeliveryRow.id),
        carrier.state.in_(("sent", "uncertain", "pending", "sending", "review")),
    )
    statement = (
        select(*COLUMNS)
        .outerjoin(SourceRow, SourceRow.name == ArticleRow.source)
        .where(wanted, ~sent, ~withheld(chat_id), _FIRST, ~muted(chat_id), ArticleRow.withdrawn_at.is_(None))
        .where(ArticleRow.first_seen_at > since, ArticleRow.history.is_(False), *written_in(languages))
        .order_by(func.coalesce(SourceRow.weight, USUAL_WEIGHT).desc())
    )
    return await _listed(connection, statement, limit, 0, None)


# Built once: it is executed for each message that carries several articles.
_CARRIED = (
    select(DeliveryRow.merged_into, EventRow.kind, EventRow.version, EventRow.payload)
    .join(EventRow, EventRow.id == DeliveryRow.event_id)
    .where(DeliveryRow.merged_into.in_(bindparam("ids", expanding=True)), EventRow.kind == EventKind.ARTICLE)
)


async def carried_by(connection: AsyncConnection, delivery_ids: Collection[int]) -> dict[int, list[StoredArticle]]:
    """Return the articles of the messages of some deliveries, by delivery, newest first."""
    found = await connection.execute(_CARRIED, {"ids": sorted(delivery_ids)})
    events = [(row.merged_into, decode(row)) for row in found]
    published = [(of, event.article_id) for of, event in events if isinstance(event, ArticlePublished)]
    known = await articles.get_many(connection, {article for _, article in published})
    carried = dict[int, list[StoredArticle]]()
    for of, article in published:
        if article in known:
            carried.setdefault(of, []).append(known[article])
    for each in carried.values():
        each.sort(key=lambda one: (one.listed_at, one.id), reverse=True)
    return carried


async def _listed(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]], limit: int, offset: int, since: dt.datetime | None
) -> list[StoredArticle]:
    if since is not None:
        statement = statement.where(ArticleRow.listed_at >= since)
    ordered = statement.order_by(ArticleRow.listed_at.desc(), ArticleRow.id.desc()).limit(limit).offset(offset)
    return [stored_article(row) for row in await connection.execute(ordered)]
