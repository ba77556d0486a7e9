"""The history of offers, filled once: day after day, with pauses, continuing where it stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog

from bot.domain.offers import OfferTable
from bot.domain.snapshot import NotAPage
from bot.ingest.history import DAYS, MAX_FAILURES, Progress, log_progress
from bot.ingest.offers import store_offers
from bot.log import where
from bot.sources.fetch import Fetcher, FetchError
from bot.sources.offers import OfferSource, ask_past
from storage import sources
from storage.database import Connection, Database
from storage.errors import StorageError

log = structlog.get_logger()

# Sources publish on working days, and before long holidays on a Saturday: a Sunday is not requested.
_SUNDAY = 6


class OfferHistoryFiller:
    """Fills 90 days of every source of offers. `sleep` waits between requests, `clock` gives UTC.

    Progress is stored with the offers in one transaction, so that a filling that was stopped continues where it was.
    """

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        offer_sources: Sequence[OfferSource],
        mirror: str,
        clock: Callable[[], dt.datetime],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._database, self._fetcher, self._mirror = database, fetcher, mirror
        self._sources, self._clock, self._sleep = tuple(offer_sources), clock, sleep
        self.unfinished: set[str] = set()  # the sources that the last run gave up on

    async def run(self, progress: Progress = log_progress) -> dict[str, int]:
        """Fill what is missing up to yesterday; returns new rows by source; `unfinished` names failed sources."""
        self.unfinished.clear()
        return {source.state_name: await self._fill_safely(source, progress) for source in self._sources}

    async def _fill_safely(self, source: OfferSource, progress: Progress) -> int:
        """Fill one source's past; an error of the program in it stops no other's."""
        try:
            return await self._fill(source, progress)
        except StorageError:
            raise
        except Exception as error:
            log.error("history_failed", source=source.state_name, error=type(error).__name__, at=where(error))
            self.unfinished.add(source.state_name)
            return 0

    async def _fill(self, source: OfferSource, progress: Progress) -> int:
        until = self._clock().astimezone(ZoneInfo(source.zone)).date() - dt.timedelta(days=1)
        async with self._database.read() as connection:
            state = await sources.get(connection, source.state_name, source.home)
        first = until - dt.timedelta(days=DAYS - 1)
        if state.filled_to is not None:
            first = max(first, state.filled_to + dt.timedelta(days=1))
        days = [first + dt.timedelta(days=n) for n in range((until - first).days + 1)]
        days = [day for day in days if day.weekday() != _SUNDAY]
        new = failures = 0
        for number, day in enumerate(days, 1):
            while True:
                try:
                    tables = await ask_past(self._fetcher, source, day, self._mirror, lambda: self._pause(source))
                    break
                except FetchError as error:
                    failures += 1
                    log.warning("history_unanswered", source=source.state_name, day=str(day), error=str(error))
                    if failures >= MAX_FAILURES:
                        self.unfinished.add(source.state_name)
                        return new
                    await self._sleep(source.pause * 2**failures)
            failures = 0
            async with self._database.write() as connection:
                for table in tables:
                    new += await self._store(connection, source, table)
                state = await sources.get(connection, source.state_name, source.home)
                await sources.save(connection, replace(state, filled_to=day))
            progress(source.state_name, number, len(days))
            await self._pause(source)
        return new

    async def _store(self, connection: Connection, source: OfferSource, table: OfferTable) -> int:
        """Store a table and return how many of its offers are new; of one that is wrong as a whole none is."""
        try:
            stored = await store_offers(connection, source.name, ZoneInfo(source.zone), table, self._clock())
        except NotAPage as error:
            log.warning("history_refused", source=source.state_name, pair=str(table.pair), error=str(error))
            return 0
        return stored.new

    async def _pause(self, source: OfferSource) -> None:
        if not self._mirror:  # a mirror is the operator's own
            await self._sleep(source.pause)
