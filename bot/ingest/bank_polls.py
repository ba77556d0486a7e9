"""Polls of the banks: their newest tables are fetched at once and stored one bank after another."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.rates import Pair
from bot.domain.snapshot import Snapshot, Table
from bot.ingest.containment import Level, Lost
from bot.ingest.ingest import Ingested
from bot.ingest.rates import Recorded, store_table
from bot.ingest.source_health import Polled, SourceHealth, problem_of
from bot.log import where
from bot.sources.banks import Answer, Bank, ask, next_poll, unmet_purpose
from bot.sources.fetch import Fetcher
from storage import sources
from storage.database import Database
from storage.errors import StorageError
from storage.sources import SourceState

log = structlog.get_logger()

# A bank publishes once a day: one that has not answered for half a day is stale.
BANK_FAILURES = 6


@dataclass(frozen=True, slots=True)
class _Stored:
    """The result of a bank's tables: the rates stored, those lost, deliveries written, and the first error."""

    recorded: tuple[Recorded, ...]
    lost: tuple[Lost, ...]
    deliveries: int
    error: Exception | None


class BankPolls:
    """Polls the banks. `period` lies between two polls in a bank's hours; `mirror` replaces them, or is empty."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        health: SourceHealth,
        banks: Sequence[Bank],
        mirror: str,
        period: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._fetcher, self._health = database, fetcher, health
        self._banks, self._mirror, self._period, self._clock = tuple(banks), mirror, period, clock

    async def run(self, force: bool, done: Callable[[str], None]) -> list[Polled]:
        """Poll the banks that are due (all of them with `force`); one that fails stops no other."""
        now = self._clock()
        async with self._database.read() as connection:
            states = [await sources.get(connection, bank.name, bank.home) for bank in self._banks]
        due = {
            bank.name
            for bank, state in zip(self._banks, states, strict=True)
            if force or state.next_attempt_at is None or now >= state.next_attempt_at
        }
        answers = await asyncio.gather(*(self._ask(bank) for bank in self._banks if bank.name in due))
        polled = []
        found = iter(answers)
        for bank, state in zip(self._banks, states, strict=True):
            if bank.name not in due:
                polled.append(Polled(bank.name, bank.home, skipped=True, state=state))
                continue
            polled.append(await self._take(bank, state, next(found)))
            done(bank.name)
        return polled

    async def _ask(self, bank: Bank) -> Answer:
        """Return a bank's answer; an error of the program in one reader is that bank's failure only."""
        try:
            return await ask(self._fetcher, bank, self._clock(), self._mirror)
        except Exception as error:
            return Answer(error=error)

    async def _take(self, bank: Bank, state: SourceState, answer: Answer) -> Polled:
        """Store a bank's tables, oldest first, and record whether the rate that it is polled for was among them."""
        stored = await self._store(bank, answer.tables)
        pairs = {recorded.rate.pair for recorded in stored.recorded}
        error: Exception | None = unmet_purpose(bank, _only(answer.tables, pairs), self._clock())
        if error is not None:
            error = stored.error or answer.error or error
        warnings = tuple(dict.fromkeys((*answer.problems, *(w for table in answer.tables for w in table.warnings))))
        problem = problem_of(warnings, stored.lost)
        snapshot = ingested = None
        if answer.tables:
            newest = answer.tables[-1].valid_on
            state = replace(state, valid_on=max(newest, state.valid_on or newest), problem=problem)
            quotes = tuple(quote for table in answer.tables for quote in table.quotes)
            snapshot = Snapshot(bank.name, rates=quotes, page_date=newest, warnings=warnings)
            ingested = Ingested((), stored.recorded, stored.deliveries, lost=stored.lost)
        if error is not None:
            failed = await self._health.failed(state, error, BANK_FAILURES)
            return replace(failed, snapshot=snapshot, ingested=ingested)
        now = self._clock()
        # A mirror is the operator's own and has no hours.
        newest_own = bank.newest(answer.tables)
        following = now + self._period if self._mirror else next_poll(bank, now, self._period, newest_own)
        state = await self._health.succeeded(replace(state, next_attempt_at=following), warnings, stored.lost)
        log.info(
            "polled",
            source=bank.name,
            valid_on=str(newest_own),
            rates=len(stored.recorded),
            deliveries=stored.deliveries,
        )
        return Polled(bank.name, state.url, snapshot, ingested, state=state)

    async def _store(self, bank: Bank, tables: Sequence[Table]) -> _Stored:
        """Store each table in its own transaction: one that cannot be stored costs no other."""
        recorded: list[Recorded] = []
        lost: list[Lost] = []
        written = 0
        failure: Exception | None = None
        for table in tables:
            try:
                stored = await store_table(self._database, bank.name, table, self._clock())
            except StorageError:
                raise
            except Exception as error:
                failure = failure or error
                lost.append(Lost(Level.RATE, type(error).__name__, where(error)))
                continue
            recorded += stored.recorded
            lost += stored.lost
            written += stored.deliveries
        return _Stored(tuple(recorded), tuple(lost), written, failure)


def _only(tables: Sequence[Table], pairs: set[Pair]) -> list[Table]:
    """Return tables without the rates that were not stored."""
    return [replace(table, quotes=tuple(q for q in table.quotes if q.pair in pairs)) for table in tables]
