"""The timetable: polls, the digest tick once a minute, and nightly thinning. Jobs are coroutines passed in by name."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.events import DigestDue, EventKind
from bot.domain.times import DIGEST_LATEST, next_digest
from storage import articles, charts, chats, deliveries, duplicates
from storage.database import Database

log = structlog.get_logger()

# Each pass asks only those sources whose time has come, so it may come often: nobody's time is missed by more.
LONGEST_PASS_SECONDS = 60.0
# Polls of many copies of this program should not arrive together: each comes up to a tenth of that sooner or later.
JITTER_SHARE = 0.1
# Chats a digest tick takes in one transaction, so that a reply never waits long for the write lock.
DIGEST_CHUNK = 1000
# Chunks a tick may take before it leaves the rest to the next minute.
DIGEST_CHUNKS = 200
PRUNE_CHUNK = 500
PRUNE_CHUNKS = 200
# Finished events and deliveries are kept this long: they answer "why did I get this?" and feed /mydata.
KEEP_EVENTS = dt.timedelta(days=90)
# A picture depends on its last figure: yesterday's are hardly asked for again.
KEEP_CHARTS = dt.timedelta(days=30)


def timetable(
    poll: Callable[[], Awaitable[object]],
    digest: Callable[[], Awaitable[object]],
    prune: Callable[[], Awaitable[object]],
    poll_seconds: float,
) -> AsyncIOScheduler:
    """Return a scheduler, not yet started. A job that is late runs late, once, and never beside itself."""
    poll_seconds = min(poll_seconds, LONGEST_PASS_SECONDS)
    scheduler = AsyncIOScheduler(
        timezone=dt.UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    scheduler.add_job(
        _until_cut_off(poll), "interval", seconds=poll_seconds, jitter=poll_seconds * JITTER_SHARE, id="poll"
    )
    scheduler.add_job(_until_cut_off(digest), "cron", second=0, id="digest")
    scheduler.add_job(_until_cut_off(prune), "cron", hour=3, minute=17, id="thin")
    return scheduler


def often(scheduler: AsyncIOScheduler, name: str, job: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Add a job that is done every few seconds."""
    scheduler.add_job(_until_cut_off(job), "interval", seconds=seconds, id=name)


def _until_cut_off(job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """Return the job as one that ends quietly when the program stops: its transaction is undone, nothing is amiss."""

    @wraps(job)
    async def run() -> None:
        with suppress(asyncio.CancelledError):
            await job()

    return run


async def digest_tick(database: Database, now: dt.datetime) -> int:
    """Write a delivery for every chat whose digest hour has come; returns how many.

    Uniqueness is (chat, local date): the event of a date is one, a chat has one delivery of it. A digest that is too
    late to be of use is skipped for its day.
    """
    told = 0
    for _ in range(DIGEST_CHUNKS):
        async with database.write() as connection:
            due = await chats.due_for_digest(connection, now, DIGEST_CHUNK)
            served: list[tuple[int, dt.date, dt.datetime]] = []
            due_chats: dict[dt.date, list[tuple[int, int]]] = {}
            for chat in due:
                if chat.digest_at is None or chat.next_digest_at is None:
                    continue
                zone = ZoneInfo(chat.timezone)
                date = chat.next_digest_at.astimezone(zone).date()
                if now - chat.next_digest_at < DIGEST_LATEST:
                    due_chats.setdefault(date, []).append((chat.id, 0))
                served.append((chat.id, date, next_digest(now, chat.digest_at, zone, date)))
            for date, recipients in due_chats.items():
                event = await _digest_event(connection, date, now)
                told += await deliveries.insert_deliveries(connection, event, EventKind.DIGEST, recipients, now)
            await chats.digests_served(connection, served)
        if len(due) < DIGEST_CHUNK:
            break
    if told:
        log.info("digests due", count=told)
    return told


async def _digest_event(connection: AsyncConnection, date: dt.date, now: dt.datetime) -> int:
    key = f"digest:{date.isoformat()}"
    event = await deliveries.insert_event(connection, DigestDue(date), key, now)
    if event is None:
        event = await deliveries.event_id(connection, key)
    if event is None:
        raise LookupError(key)
    return event


async def prune(database: Database, now: dt.datetime, keep: dt.timedelta) -> int:
    """Empty the texts of stories older than `keep` and delete events nobody waits for; returns how many texts."""
    pruned = 0
    async with database.write() as connection:
        await duplicates.forget(connection, now)
    for _ in range(PRUNE_CHUNKS):
        async with database.write() as connection:
            some = await articles.prune(connection, now - keep, PRUNE_CHUNK)
            cleared = await deliveries.clear(connection, now - KEEP_EVENTS, PRUNE_CHUNK)
            await charts.clear(connection, now - KEEP_CHARTS, PRUNE_CHUNK)
        pruned += some
        if some < PRUNE_CHUNK and cleared < PRUNE_CHUNK:
            break
    return pruned
