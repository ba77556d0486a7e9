"""Articles to channels, from storing them to the last post, against the ideal at Telegram's limits.

The embedded Telegram runs in a process of its own and counts its limits by a trailing window: 30 messages a second
over all, 20 a minute in each channel. The articles are stored as a poll stores them; the deliveries are written,
claimed, rendered in the form of the channels, sent and recorded as in `jarchi run`. The ideal is the earliest instant
at which a sender without any other delay could have sent the last post. CPU seconds are those of the sending process,
without PostgreSQL's and Telegram's.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from dataclasses import dataclass

import structlog
import uvloop
from sqlalchemy import func, insert, select, text
from telegram import Bot

from bench import databases
from bench.sending import LIMIT, TOKEN, telegram
from bot.app.root import freeze_gc
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.render import once, render
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.domain.articles import Article
from bot.domain.posts import PostForm
from bot.domain.sites import PAGE
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from storage import deliveries, topics
from storage.database import Database
from storage.migrate import upgrade
from storage.models import ChatRow, DeliveryRow, SubscriptionRow

# Telegram's limit in a channel, by its FAQ.
A_MINUTE = 20
TOPIC = "caravanserai"
_BATCH = 5_000
_FORM = PostForm(hashtags=True, signature="t.me/bazaar")
_TEXT = "The old walls stand again. The works took three years and were paid by the city. " * 3


@dataclass(frozen=True, slots=True)
class _Case:
    """Articles, and the channels that all of them go to; those of one poll are merged into one post."""

    channels: int
    articles: int
    one_poll: bool = False

    @property
    def posts(self) -> int:
        return self.channels * (1 if self.one_poll else self.articles)

    @property
    def ideal(self) -> float:
        """The seconds from the first post to the last at the limits over all, and of a channel."""
        minutes = (self.posts // self.channels - 1) // A_MINUTE
        return max(self.posts / LIMIT, minutes * 60.0)

    def __str__(self) -> str:
        """Return the heading of the measurement."""
        how = " of one poll" if self.one_poll else ", each of its own poll" if self.articles > 1 else ""
        articles = "1 article" if self.articles == 1 else f"{self.articles} articles"
        return f"{articles}{how} to {self.channels:,} channels: {self.posts:,} posts, ideal {self.ideal:.1f} s"


# The first is the size that is promised; the others need no more posts to show their pace.
CASES = (_Case(5_000, 1), _Case(1_500, 10, one_poll=True), _Case(500, 4), _Case(50, 25))


def run(engine: str) -> None:
    """Measure on one database; seven minutes, most of them at Telegram's pace."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for case in CASES:
        with (
            databases.address(engine) as address,
            telegram(1, "--channels", str(case.channels), "--flood", "window") as url,
        ):
            uvloop.run(_measure(engine, case, address, url))


async def _measure(engine: str, case: _Case, address: str, url: str) -> None:
    database, limiter = Database(address), RateLimiter(time.monotonic)
    await upgrade(database)
    await _fill(database, case.channels)
    request = AiohttpRequest(limiter)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=AiohttpRequest())
    await request.initialize()
    worker = Worker(database, Sender(bot), limiter, once(render), _now, time.monotonic)
    working = asyncio.create_task(worker.run())
    freeze_gc()
    articles = [Article(f"Caravanserai number {n} is restored", _TEXT, guid=f"{n}") for n in range(case.articles)]
    matcher = Matcher()
    # A bot that runs has its word lists in memory; an article that nobody follows reads them.
    unread = Snapshot("home", articles=(Article("Nothing of interest", guid="unread"),))
    await ingest(database, matcher, PAGE, unread, _now(), filling=False)
    began, cpu = _now(), time.process_time()
    for poll in [articles] if case.one_poll else [[one] for one in articles]:
        await ingest(database, matcher, PAGE, Snapshot("home", articles=tuple(poll)), _now(), filling=False)
        worker.wake()
    states = await _finished(database)
    cpu = time.process_time() - cpu
    async with database.read() as connection:
        last = (await connection.execute(select(func.max(DeliveryRow.finished_at)))).scalar_one()
    await worker.stop()
    await working
    await request.shutdown()
    await database.close()
    assert last is not None
    seconds = (last - began).total_seconds()
    print(f"-- {engine}, {case}")
    counted = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items()))
    cost = f"{cpu / case.posts * 1000:.1f} ms of CPU a post"
    print(f"{seconds:.1f} s, {seconds / case.ideal:.3f} of ideal; {cost}; {counted}; {limiter.floods} x 429")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def _fill(database: Database, channels: int) -> None:
    """Store the channels, each with the topic of all articles and a form of its posts."""
    now = _now()
    channel = {"kind": "channel", "language": "en", "timezone": "Asia/Almaty", "state": "active", "created_at": now}
    channel |= {"post_form": _FORM.stored()}
    ids = [-1_000_000_000_000 - n for n in range(1, channels + 1)]
    async with database.write() as connection:
        query = await topics.ensure_query(connection, TOPIC)
        followed = {"query_id": query.id, "level": "instant", "created_at": now}
        for start in range(0, channels, _BATCH):
            some = ids[start : start + _BATCH]
            await connection.execute(insert(ChatRow), [channel | {"id": n, "title": f"Channel {-n}"} for n in some])
            await connection.execute(insert(SubscriptionRow), [followed | {"chat_id": n} for n in some])
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


async def _finished(database: Database) -> dict[str, int]:
    """Wait until every delivery has its outcome; returns the number of deliveries in each state."""
    while True:
        async with database.read() as connection:
            states = await deliveries.count_by_state(connection)
        if states and not states.keys() & {"pending", "sending"}:
            return states
        await asyncio.sleep(0.2)
