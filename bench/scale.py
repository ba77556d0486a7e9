"""The cost of a million chats for the running bot: start, memory at rest, and memory while 100,000 digests are sent.

The bot is `jarchi run` in a process of its own against the embedded Telegram, once with a thousand chats and once with
a million, each with a topic; the sources are unreachable. Memory is the resident size.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psutil
from sqlalchemy import insert

from bench import report
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.events import DigestDue
from storage import deliveries, topics
from storage.database import Database
from storage.migrate import upgrade
from storage.models import ChatRow, DeliveryRow, SubscriptionRow

FEW, MANY = 1_000, 1_000_000
QUEUED = 100_000
# Long enough for a few hundred messages at 29 a second, and for memory to become stable.
REST_SECONDS, LOAD_SECONDS = 5.0, 25.0
# The longest start before the benchmark fails.
LONGEST_START_SECONDS = 120.0
_BATCH = 50_000
TOKEN = "123456789:AAbenchbenchbenchbenchbenchbench"
_READY = re.compile(rb"\bready\b")
# Nothing listens on the discard port: the sources fail at once and are backed off.
_NOWHERE = "http://127.0.0.1:9/"
_NO_FEED = {"NEWS_FEED_URL": f"{_NOWHERE}feed/", "TICKER_URL": _NOWHERE}
NO_SOURCES = MappingProxyType({**_NO_FEED, "BANKS": "", "OFFERS": "", "GOLD": "", "POLICY": ""})


@dataclass(frozen=True, slots=True)
class _Cost:
    """Seconds to "ready", MiB at rest and at most under load, and messages sent during the measurement."""

    chats: int
    start: float
    rest: float
    load: float
    sent: int


def run() -> None:
    """Measure with few chats and with many, and write the section."""
    few, many = (asyncio.run(_measure(count)) for count in (FEW, MANY))
    report.section(
        "scale",
        (
            "## A million chats",
            (
                f"`jarchi run` on SQLite, at rest and while {QUEUED:,} digests wait and leave (with {FEW:,} chats: all "
                "of theirs). The process holds nothing for each person, and its part of the queue is bounded."
            ),
            report.table(
                ("chats", "exec to ready", "at rest", "under load", "sent meanwhile"),
                [
                    (f"{c.chats:,}", f"{c.start:.2f} s", f"{c.rest:.0f} MiB", f"{c.load:.0f} MiB", f"{c.sent:,}")
                    for c in (few, many)
                ],
            ),
        ),
        ("python-telegram-bot", "SQLAlchemy", "aiosqlite"),
    )


async def _measure(count: int) -> _Cost:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        await _fill(url, count)
        async with EmbeddedTelegram(TOKEN, record=False) as telegram:
            for person in range(1, min(count, QUEUED) + 1):
                telegram.add_person(person, f"P{person}")
            async with running(folder, url, telegram.url) as (_, _, rest):
                await asyncio.sleep(REST_SECONDS)
                resting = _memory(rest)
            await _queue(url, min(count, QUEUED))
            async with running(folder, url, telegram.url) as (start, process, busy):
                most = 0.0
                ends = time.monotonic() + LOAD_SECONDS
                while time.monotonic() < ends and process.returncode is None:
                    most = max(most, _memory(busy))
                    await asyncio.sleep(0.25)
            sent = await _sent(url)
    cost = _Cost(count, start, resting, most, sent)
    print(
        f"{count:>9,} chats: ready in {cost.start:.2f} s; {cost.rest:.0f} MiB at rest, {cost.load:.0f} MiB with "
        f"{min(count, QUEUED):,} waiting, {sent:,} sent in {LOAD_SECONDS:.0f} s"
    )
    return cost


@asynccontextmanager
async def running(
    folder: Path, url: str, telegram: str, sources: Mapping[str, str] = NO_SOURCES
) -> AsyncIterator[tuple[float, Process, psutil.Process]]:
    """Yield the seconds of the start and the process of `jarchi run` once it is ready."""
    settings = {
        "BOT_TOKEN": TOKEN,
        "DATABASE_URL": url,
        "TELEGRAM_API_URL": telegram,
        **sources,
        "HTTP_PORT": "0",
        "ALLOW_PRIVATE_SOURCES": "true",
    }
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "run"),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "PYTHONUNBUFFERED": "1", **settings},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    assert process.stdout is not None
    reading: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(LONGEST_START_SECONDS):
            while not _READY.search(line := await process.stdout.readline()):
                if not line:
                    raise SystemExit("the bot ended before it was ready")
        seconds = time.monotonic() - began
        reading = asyncio.create_task(_drain(process.stdout))
        yield seconds, process, psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        if reading is not None:
            await reading


async def _drain(log: asyncio.StreamReader) -> None:
    while await log.readline():
        pass


def _memory(process: psutil.Process) -> float:
    """Return the resident MiB of a process."""
    return float(process.memory_info().rss) / 2**20


async def _fill(url: str, count: int) -> None:
    """Store so many chats, each with a subscription."""
    database = Database(url)
    now = dt.datetime.now(dt.UTC)
    person = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "created_at": now}
    await upgrade(database)
    async with database.write() as connection:
        query = await topics.ensure_query(connection, "uranium")
    for first in range(1, count + 1, _BATCH):
        ids = range(first, min(first + _BATCH, count + 1))
        async with database.write() as connection:
            await connection.execute(insert(ChatRow), [{"id": chat, **person} for chat in ids])
            await connection.execute(
                insert(SubscriptionRow), [{"chat_id": chat, "query_id": query.id, "created_at": now} for chat in ids]
            )
    await database.close()


async def _queue(url: str, count: int) -> None:
    """Make the digests of so many chats due."""
    database = Database(url)
    now = dt.datetime.now(dt.UTC)
    async with database.write() as connection:
        event = await deliveries.insert_event(connection, DigestDue(now.date()), "digest:bench", now)
        row = {"event_id": event, "thread_id": 0, "priority": 40, "created_at": now}
        for first in range(1, count + 1, _BATCH):
            ids = range(first, min(first + _BATCH, count + 1))
            await connection.execute(insert(DeliveryRow), [{"chat_id": chat, **row} for chat in ids])
    await database.close()


async def _sent(url: str) -> int:
    database = Database(url)
    async with database.read() as connection:
        states = await deliveries.count_by_state(connection)
    await database.close()
    return states.get("sent", 0)
