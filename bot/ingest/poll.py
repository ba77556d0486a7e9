"""One pass over the sources: fetch, read, ingest; what fails is backed off and said once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.events import EventKind
from bot.domain.snapshot import NotAPage, Snapshot
from bot.ingest.ingest import FEED, PAGE, Ingested, ingest, is_filling
from bot.ingest.matching import Matcher
from bot.sources.backoff import next_attempt
from bot.sources.fetch import Fetcher, FetchError, Refused
from bot.sources.read import read
from bot.sources.wordpress import rest_url
from storage import deliveries, sources
from storage.database import Database
from storage.sources import SourceState

log = structlog.get_logger()

# This many failures in a row, and subscribers hear once that a source is silent: with the default quarter of an hour
# and doubling pauses that is about four hours.
FAILURES_BEFORE_STALE = 4


@dataclass(frozen=True, slots=True)
class Polled:
    """What one source gave in a pass: a snapshot and what it changed, nothing new, or an error in one line."""

    source: str
    url: str
    snapshot: Snapshot | None = None
    ingested: Ingested | None = None
    error: str | None = None
    skipped: bool = False


class Poller:
    """Polls the feed and the page. `clock` gives UTC; `period` is the pause between passes in seconds."""

    def __init__(
        self,
        database: Database,
        matcher: Matcher,
        fetcher: Fetcher,
        urls: tuple[str, str],
        period: float,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._matcher, self._fetcher, self._clock = database, matcher, fetcher, clock
        self._period = dt.timedelta(seconds=period)
        self._sources = ((FEED, urls[0]), (PAGE, urls[1]))

    async def run_pass(self, *, force: bool = False) -> list[Polled]:
        """Poll every source whose time has come (all of them with `force`), the feed first: it has the dates."""
        filling = await is_filling(self._database)
        return [await self._poll(name, url, filling, force) for name, url in self._sources]

    async def _poll(self, name: str, url: str, filling: bool, force: bool) -> Polled:
        now = self._clock()
        async with self._database.read() as connection:
            state = await sources.get(connection, name, url)
        if not force and state.next_attempt_at is not None and now < state.next_attempt_at:
            return Polled(name, url, skipped=True)
        try:
            snapshot, state = await self._look(state)
        except (FetchError, NotAPage) as error:
            return await self._failed(state, now, error)
        ingested = None
        if snapshot is not None:
            for warning in snapshot.warnings:
                log.warning("source warning", source=name, warning=warning)
            ingested = await ingest(self._database, self._matcher, name, snapshot, self._clock(), filling=filling)
        await self._succeeded(state)
        log.info(
            "polled",
            source=name,
            unchanged=snapshot is None,
            articles=len(snapshot.articles) if snapshot else 0,
            rates=len(snapshot.rates) if snapshot else 0,
            deliveries=ingested.deliveries if ingested else 0,
        )
        return Polled(name, url, snapshot, ingested)

    async def _look(self, state: SourceState) -> tuple[Snapshot | None, SourceState]:
        """Fetch and read one source; None where nothing changed. A refused feed is asked for by REST instead."""
        try:
            fetched = await self._fetcher.fetch(state.url, etag=state.etag, last_modified=state.last_modified)
        except Refused as refusal:
            if state.name != FEED:
                raise
            try:
                fetched = await self._fetcher.fetch(rest_url(state.url))
                snapshot = read(fetched.body, content_type=fetched.content_type, url=fetched.url)
            except (FetchError, NotAPage):
                raise refusal from None
            return snapshot, state
        if fetched.unchanged:
            return None, state
        snapshot = read(fetched.body, content_type=fetched.content_type, url=fetched.url)
        return snapshot, replace(state, etag=fetched.etag, last_modified=fetched.last_modified)

    async def _succeeded(self, state: SourceState) -> None:
        now = self._clock()
        stale_since = state.stale_since
        done = replace(
            state,
            last_attempt_at=now,
            last_ok_at=now,
            failures=0,
            last_error=None,
            next_attempt_at=None,
            stale_since=None,
        )
        async with self._database.write() as connection:
            await sources.save(connection, done)
            if stale_since is not None:
                await self._announce(connection, EventKind.BACK, state.name, stale_since, now)

    async def _failed(self, state: SourceState, now: dt.datetime, error: FetchError | NotAPage) -> Polled:
        failures = state.failures + 1
        retry_after = error.retry_after if isinstance(error, Refused) else None
        failed = replace(
            state,
            last_attempt_at=now,
            failures=failures,
            last_error=str(error)[:300],
            next_attempt_at=next_attempt(failures, now, self._period, retry_after, random.random()),
        )
        newly_stale = failures >= FAILURES_BEFORE_STALE and state.stale_since is None and state.last_ok_at is not None
        if newly_stale:
            failed = replace(failed, stale_since=state.last_ok_at)
        async with self._database.write() as connection:
            await sources.save(connection, failed)
            if newly_stale and state.last_ok_at is not None:
                await self._announce(connection, EventKind.STALE, state.name, state.last_ok_at, now)
        log.warning("poll failed", source=state.name, failures=failures, error=str(error)[:300])
        return Polled(state.name, state.url, error=str(error)[:300])

    async def _announce(
        self, connection: AsyncConnection, kind: EventKind, name: str, since: dt.datetime, now: dt.datetime
    ) -> None:
        payload = {"source": name, "since": since.isoformat()}
        event = await deliveries.happen(connection, kind, f"{kind}:{name}:{since.isoformat()}", payload, now)
        if event is not None:
            await deliveries.address(connection, event, kind, await deliveries.watchers(connection, name), now)

    async def close(self) -> None:
        """Let the fetcher's connections go."""
        await self._fetcher.close()
