"""The timetable: polls, the digest tick once a minute, and nightly pruning. Jobs are coroutines passed in by name."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.events import DigestDue, EventKind
from bot.domain.reviews import unattended
from bot.domain.times import DIGEST_LATEST, clock, last_digest, next_digest
from storage import alerts, articles, charts, chats, deliveries, duplicates, reviews, shares
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
# How often drafts that nobody decided on are decided; the time that they wait is hours.
REVIEW_SECONDS = 60.0
# Drafts that one transaction decides on, each with the edits of its messages.
REVIEW_CHUNK = 100
PRUNE_CHUNK = 500
PRUNE_CHUNKS = 200
# Finished events and deliveries are kept this long: they answer "why did I get this?" and are part of /mydata.
KEEP_EVENTS = dt.timedelta(days=90)
# A deleted alert can be restored for this long; an expired prompt is kept as long.
RESTORABLE = dt.timedelta(days=1)
# A chart depends on its last rate: yesterday's is hardly ever requested again.
KEEP_CHARTS = dt.timedelta(days=30)


class Timetable:
    """The recurring jobs. A late job runs late, once, and never twice at the same time.

    APScheduler cancels its jobs and does not wait for them; `stop` does, for they hold connections until they end.
    """

    def __init__(self) -> None:
        self.scheduler = AsyncIOScheduler(
            timezone=dt.UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._under_way: set[asyncio.Task[None]] = set()

    def add(self, name: str, job: Callable[[], Awaitable[object]], trigger: str, **when: float) -> None:
        """Add a job with a trigger of APScheduler."""

        async def ended() -> None:
            with suppress(asyncio.CancelledError):  # the program stops: its transaction is rolled back
                await job()

        async def run() -> None:
            task = asyncio.create_task(ended(), name=name)
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            await task

        self.scheduler.add_job(run, trigger, id=name, **when)

    def often(self, name: str, job: Callable[[], Awaitable[object]], seconds: float) -> None:
        """Add a job that runs every few seconds."""
        self.add(name, job, "interval", seconds=seconds)

    def start(self) -> None:
        """Start the jobs."""
        self.scheduler.start()

    async def stop(self) -> None:
        """Cancel the jobs under way and wait until they have ended."""
        self.scheduler.shutdown(wait=False)
        under_way = [*self._under_way]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def timetable(
    poll: Callable[[], Awaitable[object]],
    digest: Callable[[], Awaitable[object]],
    prune: Callable[[], Awaitable[object]],
    poll_seconds: float,
) -> Timetable:
    """Return the timetable of the jobs that every installation has, not yet started."""
    poll_seconds = min(poll_seconds, LONGEST_PASS_SECONDS)
    made = Timetable()
    made.add("poll", poll, "interval", seconds=poll_seconds, jitter=poll_seconds * JITTER_SHARE)
    made.add("digest", digest, "cron", second=0)
    made.add("thin", prune, "cron", hour=3, minute=17)
    return made


async def digest_tick(database: Database, now: dt.datetime) -> int:
    """Insert a delivery for every chat whose digest is due; returns how many.

    Unique are (chat, local date, time of day): these have one event, and a chat has one delivery of it, also after its
    zone or its times have changed. Of several that are late only the newest is sent; one that is too late to be useful
    is skipped.
    """
    created = 0
    for _ in range(DIGEST_CHUNKS):
        async with database.write() as connection:
            due = await chats.due_for_digest(connection, now, DIGEST_CHUNK)
            served: list[tuple[int, dt.datetime]] = []
            due_chats: dict[DigestDue, list[tuple[int, int]]] = {}
            for chat in due:
                if not chat.digest_times:
                    continue
                zone = ZoneInfo(chat.timezone)
                due_at, date, minute = last_digest(now, chat.digest_times, zone)
                if now - due_at < DIGEST_LATEST:
                    due_chats.setdefault(DigestDue(date, minute), []).append((chat.id, 0))
                served.append((chat.id, next_digest(now, chat.digest_times, zone)))
            for content, recipients in due_chats.items():
                event = await _digest_event(connection, content, now)
                created += await deliveries.insert_deliveries(connection, event, EventKind.DIGEST, recipients, now)
            await chats.digests_served(connection, served)
        if len(due) < DIGEST_CHUNK:
            break
    if created:
        log.info("digests_created", count=created)
    return created


async def _digest_event(connection: Connection, content: DigestDue, now: dt.datetime) -> int:
    key = f"digest:{content.date.isoformat()}:{clock(content.minute or 0)}"
    event = await deliveries.insert_event(connection, content, key, now)
    if event is None:
        event = await deliveries.event_id(connection, key)
    if event is None:
        raise LookupError(key)
    return event


async def review_tick(database: Database, now: dt.datetime) -> int:
    """Decide on the drafts that nobody decided on in time, as their chats have chosen; returns on how many."""
    decided = 0
    while True:
        async with database.write() as connection:
            due = await reviews.overdue(connection, now, REVIEW_CHUNK)
            for delivery_id, form in due:
                decided += await reviews.decide(connection, delivery_id, unattended(form), now)
        if len(due) < REVIEW_CHUNK:
            break
    if decided:
        log.info("reviews_decided", count=decided)
    return decided


async def prune(database: Database, now: dt.datetime, keep: dt.timedelta) -> int:
    """Empty the texts of articles older than `keep`; returns how many.

    Also delete finished events, the alerts that people deleted, expired prompts, and shared setups whose links expired.
    """
    pruned = 0
    async with database.write() as connection:
        await duplicates.forget(connection, now)
        await alerts.remove_deleted(connection, now - RESTORABLE)
        await chats.remove_prompts(connection, now - RESTORABLE)
        await shares.remove_expired(connection, now)
    for _ in range(PRUNE_CHUNKS):
        async with database.write() as connection:
            some = await articles.prune(connection, now - keep, PRUNE_CHUNK)
            cleared = await deliveries.clear(connection, now - KEEP_EVENTS, PRUNE_CHUNK)
            await charts.clear(connection, now - KEEP_CHARTS, PRUNE_CHUNK)
        pruned += some
        if some < PRUNE_CHUNK and cleared < PRUNE_CHUNK:
            break
    return pruned
