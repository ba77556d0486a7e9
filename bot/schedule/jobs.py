"""The timetable: polls, the digest tick once a minute, and nightly pruning. Jobs are coroutines passed in by name."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.events import DigestDue, EventKind
from bot.domain.times import DIGEST_LATEST, next_digest
from storage import alerts, articles, charts, chats, deliveries, duplicates
from storage.database import Connection, Database

log = structlog.get_logger()

# Each round polls only the sources that are due, so it may run often: no source waits longer than this.
LONGEST_PASS_SECONDS = 60.0
# Polls of many installations should not arrive together: each comes up to a tenth of the period sooner or later.
JITTER_SHARE = 0.1
# Chats that a digest tick processes in one transaction, so that a reply never waits long for the write lock.
DIGEST_CHUNK = 1000
# Chunks that a tick may process before it leaves the rest to the next minute.
DIGEST_CHUNKS = 200
PRUNE_CHUNK = 500
PRUNE_CHUNKS = 200
# Finished events and deliveries are kept this long: they answer "why did I get this?" and are part of /mydata.
KEEP_EVENTS = dt.timedelta(days=90)
# A deleted alert can be restored for this long; an expired prompt is kept as long.
RESTORABLE = dt.timedelta(days=1)
# A chart depends on its last rate: yesterday's is hardly ever requested again.
KEEP_CHARTS = dt.timedelta(days=30)


def timetable(
    poll: Callable[[], Awaitable[object]],
    digest: Callable[[], Awaitable[object]],
    prune: Callable[[], Awaitable[object]],
    poll_seconds: float,
) -> AsyncIOScheduler:
    """Return a scheduler, not yet started. A late job runs late, once, and never twice at the same time."""
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
    """Add a job that runs every few seconds."""
    scheduler.add_job(_until_cut_off(job), "interval", seconds=seconds, id=name)


def _until_cut_off(job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """Return the job as one that ends quietly when the program stops: its transaction is rolled back."""

    @wraps(job)
    async def run() -> None:
        with suppress(asyncio.CancelledError):
            await job()

    return run


async def digest_tick(database: Database, now: dt.datetime) -> int:
    """Insert a delivery for every chat whose digest hour has come; returns how many.

    Unique are (chat, local date): a date has one event, and a chat has one delivery of it. A digest that is too late to
    be useful is skipped for its day.
    """
    created = 0
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
                created += await deliveries.insert_deliveries(connection, event, EventKind.DIGEST, recipients, now)
            await chats.digests_served(connection, served)
        if len(due) < DIGEST_CHUNK:
            break
    if created:
        log.info("digests_created", count=created)
    return created


async def _digest_event(connection: Connection, date: dt.date, now: dt.datetime) -> int:
    key = f"digest:{date.isoformat()}"
    event = await deliveries.insert_event(connection, DigestDue(date), key, now)
    if event is None:
        event = await deliveries.event_id(connection, key)
    if event is None:
        raise LookupError(key)
    return event


async def prune(database: Database, now: dt.datetime, keep: dt.timedelta) -> int:
    """Empty the texts of articles older than `keep`; returns how many.

    Also delete finished events, the alerts that people deleted, and expired prompts.
    """
    pruned = 0
    async with database.write() as connection:
        await duplicates.forget(connection, now)
        await alerts.remove_deleted(connection, now - RESTORABLE)
        await chats.remove_prompts(connection, now - RESTORABLE)
    for _ in range(PRUNE_CHUNKS):
        async with database.write() as connection:
            some = await articles.prune(connection, now - keep, PRUNE_CHUNK)
            cleared = await deliveries.clear(connection, now - KEEP_EVENTS, PRUNE_CHUNK)
            await charts.clear(connection, now - KEEP_CHARTS, PRUNE_CHUNK)
        pruned += some
        if some < PRUNE_CHUNK and cleared < PRUNE_CHUNK:
            break
    return pruned
