"""The history of the banks' rates, filled once: day after day, with pauses, continuing where it stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from bot.domain.snapshot import NotAPage, Table
from bot.ingest.rates import store_history
from bot.log import where
from bot.sources.banks import Bank, Endpoint, mirrored
from bot.sources.fetch import Fetcher, FetchError
from storage import sources
from storage.database import Database
from storage.errors import StorageError

log = structlog.get_logger()

# Enough for changes over a month and a chart of three months.
DAYS = 90
# A bank that fails this often in a row is left until the next start.
MAX_FAILURES = 3
# Days between two log lines of progress.
_LOGGED_EVERY = 10

Progress = Callable[[str, int, int], None]


def log_progress(bank: str, done: int, total: int) -> None:
    """Log the progress of a source from time to time."""
    if done % _LOGGED_EVERY == 0 or done == total:
        log.info("history", source=bank, days=done, of=total)


class HistoryFiller:
    """Fills 90 days of every bank that offers its past. `sleep` waits between requests, `clock` gives UTC.

    Progress is stored with the rates in one transaction, so that a filling that was stopped continues where it was.
    """

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        banks: Sequence[Bank],
        mirror: str,
        clock: Callable[[], dt.datetime],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._database, self._fetcher, self._banks, self._mirror = database, fetcher, tuple(banks), mirror
        self._clock, self._sleep = clock, sleep
        self.unfinished: set[str] = set()  # the banks that the last run gave up on

    async def run(self, progress: Progress = log_progress) -> dict[str, int]:
        """Fill what is missing up to yesterday; returns new rates by bank; `unfinished` names failed banks."""
        self.unfinished.clear()
        return {bank.name: await self._fill_safely(bank, progress) for bank in self._banks if bank.has_history}

    async def _fill_safely(self, bank: Bank, progress: Progress) -> int:
        """Fill one bank's past; an error of the program in it stops no other bank's."""
        try:
            return await self._fill(bank, progress)
        except StorageError:
            raise
        except Exception as error:
            log.error("history_failed", source=bank.name, error=type(error).__name__, at=where(error))
            self.unfinished.add(bank.name)
            return 0

    async def _fill(self, bank: Bank, progress: Progress) -> int:
        until = self._clock().date() - dt.timedelta(days=1)
        async with self._database.read() as connection:
            state = await sources.get(connection, bank.name, bank.home)
        first = until - dt.timedelta(days=DAYS - 1)
        if state.filled_to is not None:
            first = max(first, state.filled_to + dt.timedelta(days=1))
        new, failures, total = 0, 0, (until - first).days + 1
        day = first
        if bank.span is not None and bank.day is not None and day <= until:
            spanned = await self._ask_span(bank, bank.span(day, until), day, until)
            if spanned is not None:
                new = await self._keep(bank, spanned, until)
                progress(bank.name, total, total)
                return new
        while day <= until:
            last, endpoints = bank.history(day, until)
            try:
                tables = await self._ask(bank, endpoints)
            except FetchError as error:
                failures += 1
                log.warning("history_unanswered", source=bank.name, day=str(day), error=str(error))
                if failures >= MAX_FAILURES:
                    self.unfinished.add(bank.name)
                    return new
                await self._sleep(bank.pause * 2**failures)
                continue
            failures = 0
            new += await self._keep(bank, tables, last)
            progress(bank.name, (last - first).days + 1, total)
            day = last + dt.timedelta(days=1)
            if day <= until and not self._mirror:  # a mirror is the operator's own
                await self._sleep(bank.pause)
        return new

    async def _ask_span(
        self, bank: Bank, endpoints: Sequence[Endpoint], first: dt.date, last: dt.date
    ) -> list[Table] | None:
        """Return a span of a bank's past; None where any part of it is not answered, and its days are asked for."""
        tables: list[Table] = []
        for url, read in endpoints:
            try:
                answered = read((await self._fetcher.fetch(mirrored(url, self._mirror, bank.name))).body)
            except (FetchError, NotAPage) as error:
                log.info("history_by_days", source=bank.name, error=str(error))
                return None
            # For a span that it does not have the bank may answer with today's table.
            within = [table for table in answered if first <= table.valid_on <= last]
            if not within:
                log.info("history_by_days", source=bank.name, error="no day of the span")
                return None
            tables += within
        return tables

    async def _ask(self, bank: Bank, endpoints: Sequence[Endpoint]) -> list[Table]:
        """Return the bank's tables of a day or a span; a day without a table is no failure."""
        tables: list[Table] = []
        for url, read in endpoints:
            fetched = await self._fetcher.fetch(mirrored(url, self._mirror, bank.name))
            try:
                tables += read(fetched.body)
            except NotAPage:
                continue
        return tables

    async def _keep(self, bank: Bank, tables: Sequence[Table], last: dt.date) -> int:
        async with self._database.write() as connection:
            new = await store_history(connection, bank.name, tables)
            state = await sources.get(connection, bank.name, bank.home)
            await sources.save(connection, replace(state, filled_to=last))
        return new
