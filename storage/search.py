"""Full text over the archive: FTS5 on SQLite, tsvector on PostgreSQL, both fed with words stemmed by us.

An article's words are written beside it in the same transaction (`index`), so that both engines only compare and
count: which stories are found is decided here and by `bot/domain/topics/`. See docs/search.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Float,
    Select,
    cast,
    column,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    update,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import StoredArticle
from bot.domain.excerpts import Excerpt, excerpt, marked
from bot.domain.headlines import COMMON
from bot.domain.spelling import words
from bot.domain.topics import Query, Term
from storage.models import ArticleRow, ArticleWordsRow
from storage.stems import stem
from storage.stories import COLUMNS, stored_article
from storage.upsert import upsert

# A word of 40 letters is an address or a joke; both ends are cut alike, so it is found all the same.
MAX_WORD = 40
# The longest story has a few thousand words; PostgreSQL holds 16,383 places and a megabyte in one tsvector.
MAX_WORDS = 5000
# Ranking looks at the newest stories that match: nobody turns a hundred pages, and a common word is in every story.
MAX_RANKED = 500
# A word in the title says four times as much as one in the text.
TITLE_WEIGHT = 4.0
# Stories like another have two of so many of its rarest words; of a headline's words so many are counted.
RAREST = 4
MAX_COUNTED = 16
# After this long a story counts half as much as one of today with the same words.
HALF_LIFE = dt.timedelta(days=90)
# Stories whose words are filled in at a time.
_CHUNK = 500

# Between the last word of a title and the first of the text, so that no phrase reaches from one into the other.
_GAP = 1
_FTS = table("article_search", column("rowid"))
_FTS_NAME: ColumnElement[Any] = literal_column("article_search")


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that was found: its title with the asked words marked, and where its text says them, if it does."""

    article: StoredArticle
    title: Excerpt
    snippet: Excerpt | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, best first, and whether there is more."""

    hits: tuple[Hit, ...]
    more: bool


def score(relevance: float, age: dt.timedelta) -> float:
    """Return what stories are ranked by: the engine's relevance, halved at `HALF_LIFE`, a third at twice that."""
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
) -> Found:
    """Return stories about a query, the best of relevance and freshness first.

    `since` (with it) and `until` (without it) are instants, UTC; `source` is how a source's name or host begins;
    `besides` is the first story of an event that is left out.
    """
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(ArticleRow.told_at >= since)
    if until is not None:
        conditions.append(ArticleRow.told_at < until)
    if source is not None:
        hosts = [f"{scheme}://{www}{source}" for scheme in ("https", "http") for www in ("", "www.")]
        named = [ArticleRow.url.istartswith(host, autoescape=True) for host in hosts]
        conditions.append(or_(ArticleRow.source.startswith(source, autoescape=True), *named))
    ask = _ask_sqlite if connection.dialect.name == "sqlite" else _ask_postgresql
    ranked = [
        (score(row.relevance, now - row.told_at), row.told_at, row.id, row.same_as)
        for row in await ask(connection, query, conditions)
    ]
    ranked.sort(key=lambda one: one[:3], reverse=True)
    # Of an event there is one story, in the place of its best: the first where it was found, else the best itself.
    found = {id_ for _, _, id_, _ in ranked}
    shown: dict[int, int] = {}
    for _, _, id_, first in ranked:
        shown.setdefault(first or id_, first if first in found else id_)
    if besides is not None:
        shown.pop(besides, None)
    stories = list(shown.values())
    page = stories[offset : offset + limit]
    return Found(await _hits(connection, query, page), len(stories) > offset + limit)


async def like(connection: AsyncConnection, story: StoredArticle, now: dt.datetime, limit: int, offset: int) -> Found:
    """Return stories like one, the best first: with two of the rarest words of its headline, or at least one."""
    rare = [Term((word,)) for word in await _rarest(connection, story.title)]
    first = await connection.execute(
        select(func.coalesce(ArticleRow.same_as, ArticleRow.id)).where(ArticleRow.id == story.id)
    )
    besides = first.scalar_one_or_none()
    for together in (2, 1):
        alternatives = tuple(combinations(rare, together))
        if not alternatives:
            continue
        found = await find(connection, Query(alternatives), now, besides=besides, limit=limit, offset=offset)
        if found.hits or offset:
            return found
    return Found((), False)


async def _rarest(connection: AsyncConnection, title: str) -> list[str]:
    """Return the words of a headline that the fewest stories say, besides those that only it says itself."""
    said = {stem(word): word for word in words(title) if word not in COMMON}
    counts: list[tuple[int, str]] = []
    for word in list(said.values())[:MAX_COUNTED]:
        number = await _count(connection, Query(((Term((word,)),),)))
        if number > 1:
            counts.append((number, word))
    return [word for _, word in sorted(counts)[:RAREST]]


async def _count(connection: AsyncConnection, query: Query) -> int:
    """Return how many stories are about a query, up to a number beyond which it is not rare."""
    matching: Select[Any]
    if connection.dialect.name == "sqlite":
        matching = select(_FTS.c.rowid).where(_FTS_NAME.op("MATCH", is_comparison=True)(fts5(query)))
    else:
        matching = select(ArticleWordsRow.article_id).where(_matches(query))
    counted = select(func.count()).select_from(matching.limit(MAX_RANKED).subquery())
    return (await connection.execute(counted)).scalar_one()


def _matches(query: Query) -> ColumnElement[bool]:
    from sqlalchemy.dialects.postgresql import TSQUERY  # only where that database is: see storage/upsert.py

    return ArticleWordsRow.body.op("@@", is_comparison=True)(cast(literal(tsquery(query)), TSQUERY))


async def _ask_sqlite(connection: AsyncConnection, query: Query, conditions: Sequence[ColumnElement[bool]]) -> Any:
    relevance = (-func.bm25(_FTS_NAME, TITLE_WEIGHT, 1.0, type_=Float)).label("relevance")
    question = (
        select(ArticleRow.id, ArticleRow.told_at, ArticleRow.same_as, relevance)
        .select_from(_FTS.join(ArticleRow, ArticleRow.id == _FTS.c.rowid))
        .where(_FTS_NAME.op("MATCH", is_comparison=True)(fts5(query)), *conditions)
        .order_by(_FTS.c.rowid.desc())
        .limit(MAX_RANKED)
    )
    return await connection.execute(question)


async def _ask_postgresql(connection: AsyncConnection, query: Query, conditions: Sequence[ColumnElement[bool]]) -> Any:
    from sqlalchemy.dialects.postgresql import TSQUERY  # only where that database is: see storage/upsert.py

    # A plan for any words would be wrong for these: common ones are found by walking, rare ones by the index.
    await connection.execute(sql("SET LOCAL plan_cache_mode = force_custom_plan"))
    asked = cast(literal(tsquery(query)), TSQUERY)
    vector = ArticleWordsRow.body
    # Ranked apart: the engine would else rank all that match before it takes the newest.
    newest = (
        select(ArticleRow.id, ArticleRow.told_at, ArticleRow.same_as)
        .join(ArticleWordsRow, ArticleWordsRow.article_id == ArticleRow.id)
        .where(vector.op("@@", is_comparison=True)(asked), *conditions)
        .order_by(ArticleWordsRow.article_id.desc())
        .limit(MAX_RANKED)
        .cte("newest")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    weights = cast(literal(f"{{{1 / TITLE_WEIGHT}, 0, 0, 1}}"), ARRAY(Float(24)))
    # 1: divided by the logarithm of the length, as bm25 does in its way.
    relevance = func.ts_rank_cd(weights, vector, asked, 1, type_=Float).label("relevance")
    question = select(newest.c.id, newest.c.told_at, newest.c.same_as, relevance).join(
        ArticleWordsRow, ArticleWordsRow.article_id == newest.c.id
    )
    return await connection.execute(question)


async def _hits(connection: AsyncConnection, query: Query, ids: Sequence[int]) -> tuple[Hit, ...]:
    question = select(*COLUMNS).where(ArticleRow.id.in_(ids))
    stories = {row.id: stored_article(row) for row in await connection.execute(question)}
    wanted = _Wanted(query)
    return tuple(
        Hit(story, marked(story.title, wanted), excerpt(story.text, wanted))
        for story in (stories[id_] for id_ in ids if id_ in stories)
    )


class _Wanted:
    """Knows the words that a query asks for: the key of one that is among them, else None."""

    def __init__(self, query: Query) -> None:
        terms = [term for terms in query.alternatives for term in terms if not term.excluded]
        self._stems = {word for term in terms if not term.prefix for word in _stemmed(term.words)}
        self._prefixes = tuple(_stemmed_prefix(term) for term in terms if term.prefix)

    def __call__(self, word: str) -> str | None:
        for found in _stemmed(words(word)):
            if found in self._stems:
                return found
            for prefix in self._prefixes:
                if found.startswith(prefix):
                    return prefix
        return None


def _stemmed(folded: Iterable[str]) -> list[str]:
    return [stem(word)[:MAX_WORD] for word in folded]


def _stemmed_prefix(term: Term) -> str:
    return term.words[0][:MAX_WORD]


def fts5(query: Query) -> str:
    """Return a query in FTS5's language. Its words are letters and digits, and quoted: they can mean nothing else."""

    def one(term: Term) -> str:
        return f'"{_stemmed_prefix(term)}" *' if term.prefix else f'"{" ".join(_stemmed(term.words))}"'

    alternatives = []
    for terms in query.alternatives:
        required = " AND ".join(one(term) for term in terms if not term.excluded)
        excluded = " OR ".join(one(term) for term in terms if term.excluded)
        alternatives.append(f"(({required}) NOT ({excluded}))" if excluded else f"({required})")
    return " OR ".join(alternatives)


def tsquery(query: Query) -> str:
    """Return a query in PostgreSQL's language, its words quoted likewise."""

    def one(term: Term) -> str:
        if term.prefix:
            found = f"'{_stemmed_prefix(term)}':*"
        else:
            found = "(" + " <-> ".join(f"'{word}'" for word in _stemmed(term.words)) + ")"
        return "!" * term.excluded + found

    return " | ".join("(" + " & ".join(map(one, terms)) + ")" for terms in query.alternatives)


def _values(dialect: str, id_: int, title: str, text: str, categories: Sequence[str]) -> dict[str, Any]:
    """Return an article's row of words, as the engine wants them.

    FTS5 has columns, each with its words in order. A tsvector is one, its words with their places, those of the title
    marked `A`: there `body` holds all of them, and `title` what is left when the text goes.
    """
    strong = _stemmed(words(title))[:MAX_WORDS]
    weak = _stemmed(words(" \n ".join((text, *categories))))[: MAX_WORDS - len(strong)]
    if dialect == "sqlite":
        return {"article_id": id_, "title": " ".join(strong), "body": " ".join(weak)}
    headline = " ".join(f"'{word}':{place}A" for place, word in enumerate(strong, 1))
    rest = " ".join(f"'{word}':{place}" for place, word in enumerate(weak, 1 + len(strong) + _GAP))
    return {"article_id": id_, "title": headline, "body": f"{headline} {rest}"}


async def index(connection: AsyncConnection, id_: int, title: str, text: str, categories: Sequence[str]) -> None:
    """Make an article findable by its words as they are now."""
    values = _values(connection.dialect.name, id_, title, text, categories)
    await connection.execute(upsert(connection, ArticleWordsRow, values, ["article_id"]))


async def forget_texts(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Let the texts of articles go; they are found by their titles from now on."""
    body = "" if connection.dialect.name == "sqlite" else ArticleWordsRow.title
    await connection.execute(update(ArticleWordsRow).where(ArticleWordsRow.article_id.in_(ids)).values(body=body))


def fill(connection: Connection) -> int:
    """Index the articles that have no row of stems; returns their number. Copies need it, and migrations of stems."""
    filled = 0
    missing = ~exists().where(ArticleWordsRow.article_id == ArticleRow.id)
    columns = (ArticleRow.id, ArticleRow.title, ArticleRow.text, ArticleRow.categories, ArticleRow.thinned)
    last = 0
    while True:
        question = select(*columns).where(missing, ArticleRow.id > last).order_by(ArticleRow.id).limit(_CHUNK)
        rows = connection.execute(question).all()
        if not rows:
            return filled
        values = [  # a thinned story is found by its title alone
            _values(connection.dialect.name, row.id, row.title, row.text, [] if row.thinned else row.categories)
            for row in rows
        ]
        connection.execute(insert(ArticleWordsRow), values)
        filled, last = filled + len(rows), rows[-1].id
