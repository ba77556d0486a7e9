"""The articles whose topics are by other word lists than the current ones, and their matches with topics' queries."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.article_decisions import ArticleRecord
from storage.articles import RECORD, add_matches, give_to_first, record
from storage.models import ArticleRow, MatchRow


async def is_any_outdated(connection: AsyncConnection, version: str) -> bool:
    """Return whether any article has its topics by other lists than a version; reads two entries of an index."""
    ends = (select(end(ArticleRow.topics_version)).scalar_subquery() for end in (func.min, func.max))
    return bool({*(await connection.execute(select(*ends))).one()} - {version, None})


async def count_outdated(connection: AsyncConnection, version: str) -> int:
    """Return the number of articles whose topics are by other lists than a version."""
    counted = (
        select(func.count())
        .select_from(ArticleRow)
        .where(or_(ArticleRow.topics_version < version, ArticleRow.topics_version > version))
    )
    return (await connection.execute(counted)).scalar_one()


async def outdated(connection: AsyncConnection, version: str, before: int | None, limit: int) -> list[ArticleRecord]:
    """Return articles whose topics are by other lists than a version, newest first, those with an id below `before`.

    They are locked: a correction that comes meanwhile waits, and is classified by its own text.
    """
    statement = select(*RECORD).where(ArticleRow.topics_version != version)
    if before is not None:
        statement = statement.where(ArticleRow.id < before)
    rows = await connection.execute(statement.order_by(ArticleRow.id.desc()).limit(limit).with_for_update())
    return [record(row) for row in rows]


async def replace_matches(
    connection: AsyncConnection,
    articles: Collection[int],
    queries: Collection[int],
    wanted: Collection[tuple[int, int]],
) -> tuple[int, int]:
    """Make `wanted` (article id, query id) the own matches of some articles with some queries.

    Returns how many were added and removed. The first article of an event keeps the matches of the others on it, as
    long as these match.
    """
    among = (MatchRow.article_id.in_(articles), MatchRow.query_id.in_(queries))
    rows = await connection.execute(select(MatchRow.article_id, MatchRow.query_id).where(*among, MatchRow.own))
    stored = {(row.article_id, row.query_id) for row in rows}
    gone, new = sorted(stored - {*wanted}), sorted({*wanted} - stored)
    for article_id, query_id in gone:
        one = and_(MatchRow.article_id == article_id, MatchRow.query_id == query_id)
        await connection.execute(delete(MatchRow).where(one))
    await add_matches(connection, new)
    later, match = aliased(ArticleRow), aliased(MatchRow)
    matched = exists().where(
        later.same_as == MatchRow.article_id, match.article_id == later.id, match.query_id == MatchRow.query_id
    )
    firsts = select(ArticleRow.same_as).where(ArticleRow.id.in_(articles), ArticleRow.same_as.is_not(None))
    unfounded = (MatchRow.article_id.in_(firsts), MatchRow.query_id.in_(queries), MatchRow.own.is_(False), ~matched)
    await connection.execute(delete(MatchRow).where(*unfounded))
    if gone:  # of a first article, whose match a later one has as well
        await give_to_first(connection, ArticleRow.same_as.in_({article_id for article_id, _ in gone}))
    return len(new), len(gone)
