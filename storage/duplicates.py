"""Articles on one event: finding those that may report it, joining them, listing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.articles import StoredArticle
from bot.domain.duplicates import MIN_SHARED, WINDOW
from bot.domain.topics.matched import TopicMatch
from storage.article_columns import COLUMNS, stored_article
from storage.models import ArticleRow, SourceRow, TitleWordRow
from storage.upsert import insert

# Articles that are compared with a new one, those with the most words in common first: its event is among them.
MAX_CANDIDATES = 20
# A longer word is an address.
_MAX_WORD = 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may report the same event: the first one on its event, as stored; `listed_at` is UTC.

    `topics` are its curated ones, `language` is that of its source.
    """

    id: int
    source: str
    listed_at: dt.datetime
    title: str
    text: str
    topics: tuple[TopicMatch, ...]
    language: str | None


def _cut(words: Collection[str]) -> list[str]:
    return sorted({word[:_MAX_WORD] for word in words})


async def note(connection: AsyncConnection, article_id: int, listed_at: dt.datetime, words: Collection[str]) -> None:
    """Make an article findable by the words of its title."""
    if words:
        rows = [{"word": word, "listed_at": listed_at, "article_id": article_id} for word in _cut(words)]
        await connection.execute(insert(connection, TitleWordRow).on_conflict_do_nothing(), rows)


async def candidates(connection: AsyncConnection, listed_at: dt.datetime, words: Collection[str]) -> list[Candidate]:
    """Return the noted articles of about that time (UTC) that share title words, the most of them first.

    One index range for each word: the cost depends on the articles of these days, not on the size of the archive.
    """
    shared = (
        select(TitleWordRow.article_id, func.count().label("shared"))
        .where(
            TitleWordRow.word.in_(_cut(words)), TitleWordRow.listed_at.between(listed_at - WINDOW, listed_at + WINDOW)
        )
        .group_by(TitleWordRow.article_id)
        .having(func.count() >= MIN_SHARED)
        .order_by(func.count().desc(), TitleWordRow.article_id)
        .limit(MAX_CANDIDATES)
        .subquery()
    )
    columns = (ArticleRow.id, ArticleRow.source, ArticleRow.listed_at, ArticleRow.title, ArticleRow.text)
    statement = (
        select(*columns, ArticleRow.topics, SourceRow.language)
        .join(shared, shared.c.article_id == ArticleRow.id)
        .outerjoin(SourceRow, SourceRow.name == ArticleRow.source)
        .where(ArticleRow.withdrawn_at.is_(None))
        .order_by(shared.c.shared.desc(), ArticleRow.id)
    )
    return [Candidate(*row) for row in await connection.execute(statement)]


async def join(connection: AsyncConnection, article_id: int, first_id: int) -> None:
    """Join an article to the first one on its event."""
    await connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(same_as=first_id))


_GIVEN = aliased(ArticleRow)
_FIRST = select(func.coalesce(_GIVEN.same_as, _GIVEN.id)).where(_GIVEN.id == bindparam("article")).scalar_subquery()
# Built once: it is executed for each article that is sent.
_OTHERS = (
    select(*COLUMNS)
    .where(or_(ArticleRow.id == _FIRST, ArticleRow.same_as == _FIRST), ArticleRow.id != bindparam("article"))
    .order_by(ArticleRow.id)
)


async def others(connection: AsyncConnection, article_id: int) -> list[StoredArticle]:
    """Return the other articles on the event of an article, the first one first."""
    return [stored_article(row) for row in await connection.execute(_OTHERS, {"article": article_id})]


async def forget(connection: AsyncConnection, now: dt.datetime) -> int:
    """Delete the title words of articles that no new one will be compared with; returns how many words."""
    old = delete(TitleWordRow).where(TitleWordRow.listed_at < now - 2 * WINDOW)
    return (await connection.execute(old)).rowcount
