"""Full-text search in the archive: FTS5 on SQLite, tsvector on PostgreSQL, both with our own stems.

The words are written by storage/search_index.py. The engines only compare and count them: this module and
`bot/domain/topics/` decide which articles are found. See docs/search.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Float,
    Select,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import StoredArticle
from bot.domain.excerpts import excerpt, marked
from bot.domain.headlines import COMMON
from bot.domain.searches import Hit, SearchResults
from bot.domain.spelling import Stem, plain, words
from bot.domain.topics import NAMED_FIELDS, Query, Term
from bot.domain.topics.matched import STRICT, WIDE
from storage.article_columns import COLUMNS, stored_article
from storage.article_lists import on_topic
from storage.models import ArticleRow, ArticleTopicRow, ArticleWordsRow
from storage.search_index import stemmed
from storage.search_syntax import fts5, stemmed_prefix, tsquery
from storage.stems import stem_of

# Only the newest matching articles are ranked: nobody opens a hundred pages, and common words are in every article.
MAX_RANKED = 500
# A word in the title counts four times as much as one in the text.
TITLE_WEIGHT = 4.0
# Similar articles share two of this many of the rarest words of a title; the frequencies of so many words are counted.
RAREST = 4
MAX_COUNTED = 16
# The age at which an article counts half as much as one of today with the same words.
HALF_LIFE = dt.timedelta(days=90)
_ID = ArticleRow.__table__.c.id
_FTS = table("article_search", column("rowid"))
_FTS_NAME: ColumnElement[Any] = literal_column("article_search")


def score(relevance: float, age: dt.timedelta) -> float:
    """Return the rank of an article: the engine's relevance, halved at `HALF_LIFE`, a third at twice that age."""
    return relevance / (1 + max(age, dt.timedelta()) / HALF_LIFE)


async def find(
    connection: AsyncConnection,
    query: Query,
    now: dt.datetime,
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    source: str | None = None,
    besides: int | None = None,
    limit: int,
    offset: int = 0,
) -> SearchResults:
    """Return the articles that match a query, ranked by relevance and age.

    `since` (with it) and `until` (without it) are instants, UTC; `source` is the beginning of a source's name or host;
    `besides` is the first article of an event that is left out.
    """
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(ArticleRow.listed_at >= since)
    if until is not None:
        conditions.append(ArticleRow.listed_at < until)
    if source is not None:
        hosts = [f"{scheme}://{www}{source}" for scheme in ("https", "http") for www in ("", "www.")]
        named = [ArticleRow.url.istartswith(host, autoescape=True) for host in hosts]
        conditions.append(or_(ArticleRow.source.startswith(source, autoescape=True), *named))
    ranked: dict[int, tuple[float, dt.datetime, int, int | None]] = {}
    for topics, worded in _by_topics(query).items():
        for row in await _ask(connection, topics, worded, conditions):
            rank = (score(row.relevance, now - row.listed_at), row.listed_at, row.id, row.same_as)
            ranked[row.id] = max(rank, ranked.get(row.id, rank))
    # One article per event, at the rank of its best one: the first article if it was found, else the best one.
    shown: dict[int, int] = {}
    for _, _, id_, first in sorted(ranked.values(), key=lambda one: one[:3], reverse=True):
        shown.setdefault(first or id_, first if first in ranked else id_)
    if besides is not None:
        shown.pop(besides, None)
    listed = list(shown.values())
    page = listed[offset : offset + limit]
    return SearchResults(await _hits(connection, query, page), len(listed) > offset + limit, len(listed))


def _by_topics(query: Query) -> dict[tuple[Term, ...], list[tuple[Term, ...]]]:
    """Return the alternatives of a query by their curated topics; each without these, perhaps without a word."""
    found: dict[tuple[Term, ...], list[tuple[Term, ...]]] = {}
    for terms in query.alternatives:
        named = tuple(term for term in terms if term.field in NAMED_FIELDS)
        found.setdefault(named, []).append(tuple(term for term in terms if term not in named))
    return found


def _points(term: Term) -> int:
    return STRICT if term.field == "strict" else WIDE


def _on_topics(terms: Sequence[Term], article_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Return the conditions that an article is about some curated topics, or is not where they are excluded."""
    about = ((term, on_topic(term.words, _points(term), article_id)) for term in terms)
    return [~one if term.excluded else one for term, one in about]


async def _ask(
    connection: AsyncConnection,
    topics: Sequence[Term],
    alternatives: Sequence[tuple[Term, ...]],
    conditions: Sequence[ColumnElement[bool]],
) -> Sequence[Any]:
    """Return the newest articles on some topics that match any of the alternatives, with their relevance."""
    worded = tuple(terms for terms in alternatives if not all(term.excluded for term in terms))
    found: list[Any] = []
    if worded and connection.dialect.name == "sqlite":
        # The topics are compared by the index of words alone, before the articles are read.
        found += await _ask_sqlite(connection, Query(worded), [*conditions, *_on_topics(topics, _FTS.c.rowid)])
    elif worded:
        found += await _ask_postgresql(connection, Query(worded), [*conditions, *_on_topics(topics, _ID)])
    for terms in alternatives:
        if terms not in worded:
            found += await connection.execute(_topics_alone(connection, topics, terms, conditions))
    return found


def _topics_alone(
    connection: AsyncConnection,
    topics: Sequence[Term],
    without: Sequence[Term],
    conditions: Sequence[ColumnElement[bool]],
) -> Select[*tuple[Any, ...]]:
    """Return the selection of the newest articles on topics without some words; all are equally relevant.

    The index of the first topic has its articles in order, so that a rare topic is not looked for in every article.
    """
    first = next(term for term in topics if not term.excluded)
    others = [term for term in topics if term is not first]
    return (
        select(ArticleRow.id, ArticleRow.listed_at, ArticleRow.same_as, literal(1.0).label("relevance"))
        .select_from(ArticleTopicRow)
        .join(ArticleRow, ArticleRow.id == ArticleTopicRow.article_id)
        .where(ArticleTopicRow.topic.in_(first.words), ArticleTopicRow.points >= _points(first))
        .where(*conditions, *_on_topics(others, ArticleTopicRow.__table__.c.article_id))
        .where(*(~_has_words(connection, term) for term in without))
        .order_by(ArticleTopicRow.article_id.desc())
        .limit(MAX_RANKED)
    )


def _has_words(connection: AsyncConnection, term: Term) -> ColumnElement[bool]:
    """Return the condition that an article has the words of a term, whether it is excluded or not."""
    found = _with_words(connection, term)
    if connection.dialect.name == "sqlite":
        return ArticleRow.id.in_(found)
    return found.where(ArticleWordsRow.article_id == ArticleRow.id).exists()


def _with_words(connection: AsyncConnection, term: Term) -> Select[Any]:
    """Return the selection of the ids of the articles that have the words of a term, whether it is excluded or not."""
    query = Query(((replace(term, excluded=False),),))
    if connection.dialect.name == "sqlite":
        return select(_FTS.c.rowid).where(_FTS_NAME.op("MATCH", is_comparison=True)(fts5(query)))
    return select(ArticleWordsRow.article_id).where(_matches(query))


async def like(
    connection: AsyncConnection, each: StoredArticle, now: dt.datetime, limit: int, offset: int
) -> SearchResults:
    """Return articles similar to one, best first: with two of the rarest words of its title, or at least one."""
    rare = [Term((word,)) for word in await _rarest(connection, each.title, stem_of(each.language))]
    first = await connection.execute(
        select(func.coalesce(ArticleRow.same_as, ArticleRow.id)).where(ArticleRow.id == each.id)
    )
    besides = first.scalar_one_or_none()
    for together in (2, 1):
        alternatives = tuple(combinations(rare, together))
        if not alternatives:
            continue
        found = await find(connection, Query(alternatives), now, besides=besides, limit=limit, offset=offset)
        if found.hits or offset:
            return found
    return SearchResults((), False, 0)


async def _rarest(connection: AsyncConnection, title: str, stem: Stem) -> list[str]:
    """Return the words of a title that the fewest articles have, without words that only this one has."""
    stems = {stem(plain(word)): word for word in words(title) if word not in COMMON}
    counts: list[tuple[int, str]] = []
    for word in list(stems.values())[:MAX_COUNTED]:
        number = await _count(connection, Term((word,)))
        if number > 1:
            counts.append((number, word))
    return [word for _, word in sorted(counts)[:RAREST]]


async def _count(connection: AsyncConnection, term: Term) -> int:
    """Return the number of articles that have the words of a term, at most `MAX_RANKED`."""
    counted = select(func.count()).select_from(_with_words(connection, term).limit(MAX_RANKED).subquery())
    return (await connection.execute(counted)).scalar_one()


def _matches(query: Query) -> ColumnElement[bool]:
    from sqlalchemy.dialects.postgresql import TSQUERY  # imported only for PostgreSQL: see storage/upsert.py

    return ArticleWordsRow.body.op("@@", is_comparison=True)(cast(literal(tsquery(query)), TSQUERY))


async def _ask_sqlite(connection: AsyncConnection, query: Query, conditions: Sequence[ColumnElement[bool]]) -> Any:
    relevance = (-func.bm25(_FTS_NAME, TITLE_WEIGHT, 1.0, type_=Float)).label("relevance")
    statement = (
        select(ArticleRow.id, ArticleRow.listed_at, ArticleRow.same_as, relevance)
        .select_from(_FTS.join(ArticleRow, ArticleRow.id == _FTS.c.rowid))
        .where(_FTS_NAME.op("MATCH", is_comparison=True)(fts5(query)), *conditions)
        .order_by(_FTS.c.rowid.desc())
        .limit(MAX_RANKED)
    )
    return await connection.execute(statement)


async def _ask_postgresql(connection: AsyncConnection, query: Query, conditions: Sequence[ColumnElement[bool]]) -> Any:
    from sqlalchemy.dialects.postgresql import TSQUERY  # imported only for PostgreSQL: see storage/upsert.py

    # A generic plan would be wrong: common words are found by scanning, rare ones by the index.
    await connection.execute(sql("SET LOCAL plan_cache_mode = force_custom_plan"))
    query_words = cast(literal(tsquery(query)), TSQUERY)
    vector = ArticleWordsRow.body
    # Ranked separately: else the engine ranks all matches before it takes the newest.
    newest = (
        select(ArticleRow.id, ArticleRow.listed_at, ArticleRow.same_as)
        .join(ArticleWordsRow, ArticleWordsRow.article_id == ArticleRow.id)
        .where(vector.op("@@", is_comparison=True)(query_words), *conditions)
        .order_by(ArticleWordsRow.article_id.desc())
        .limit(MAX_RANKED)
        .cte("newest")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    weights = cast(literal(f"{{{1 / TITLE_WEIGHT}, 0, 0, 1}}"), ARRAY(Float(24)))
    # 1: divided by the logarithm of the length, similar to bm25.
    relevance = func.ts_rank_cd(weights, vector, query_words, 1, type_=Float).label("relevance")
    statement = select(newest.c.id, newest.c.listed_at, newest.c.same_as, relevance).join(
        ArticleWordsRow, ArticleWordsRow.article_id == newest.c.id
    )
    return await connection.execute(statement)


async def _hits(connection: AsyncConnection, query: Query, ids: Sequence[int]) -> tuple[Hit, ...]:
    statement = select(*COLUMNS).where(ArticleRow.id.in_(ids))
    listed = {row.id: stored_article(row) for row in await connection.execute(statement)}
    found = [listed[id_] for id_ in ids if id_ in listed]
    wanted = {stem: _Wanted(query, stem) for stem in {stem_of(each.language) for each in found}}
    return tuple(
        Hit(each, marked(each.title, words_of_query), excerpt(each.text, words_of_query))
        for each in found
        for words_of_query in (wanted[stem_of(each.language)],)
    )


class _Wanted:
    """The words of a query by the rules of a language. Called with a word, it returns its stem or prefix, or None."""

    def __init__(self, query: Query, stem: Stem) -> None:
        self._stem = stem
        terms = [
            term for terms in query.alternatives for term in terms if not (term.excluded or term.field in NAMED_FIELDS)
        ]
        self._stems = {word for term in terms if not term.prefix for word in stemmed(term.words, stem)}
        self._prefixes = tuple(stemmed_prefix(term) for term in terms if term.prefix)

    def __call__(self, word: str) -> str | None:
        for found in stemmed(words(word), self._stem):
            if found in self._stems:
                return found
            for prefix in self._prefixes:
                if found.startswith(prefix):
                    return prefix
        return None
