"""Polls of policy rates: new ones are stored, and a decision is announced once to those who follow the currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.domain.policy_decisions import PolicyRates, compare
from bot.domain.rate_graph import currency_of
from bot.domain.snapshot import Snapshot
from bot.ingest.due import poll_due
from bot.ingest.source_health import Polled, SourceHealth, problem_of
from bot.sources.fetch import Fetcher
from bot.sources.policy import PolicySource, PolicyTable, ask, next_poll
from storage import deliveries, policy_fan_out, policy_rates
from storage.database import Connection, Database
from storage.errors import StorageError
from storage.sources import SourceState

log = structlog.get_logger()

# A rate is polled once a day, with shorter pauses after failures: this is about half a day.
POLICY_FAILURES = 6


class PolicyPolls:
    """Polls the sources of policy rates. `period` lies between two polls of a `mirror`, which is empty without one."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        health: SourceHealth,
        polled: Sequence[PolicySource],
        mirror: str,
        period: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._fetcher, self._health = database, fetcher, health
        self._sources, self._mirror, self._period, self._clock = tuple(polled), mirror, period, clock

    async def run(self, force: bool, done: Callable[[str], None]) -> list[Polled]:
        """Poll the sources that are due (all of them with `force`); one that fails stops no other.

        Deliveries that an interrupted pass has not written are written first.
        """
        await self._write_deliveries()
        places = [(one.name, one.url, partial(self._poll, one)) for one in self._sources]
        return await poll_due(self._database, self._clock, places, done, force)

    async def _poll(self, source: PolicySource, state: SourceState) -> Polled:
        """Poll a source; any error is recorded as its failure."""
        try:
            table = await ask(self._fetcher, source, self._clock(), self._mirror)
            async with self._database.write() as connection:
                found = await self._store(connection, source.bank, table)
        except StorageError:
            raise
        except Exception as error:
            return await self._health.failed(state, error, POLICY_FAILURES)
        await self._write_deliveries()
        now = self._clock()
        held = [f"a rate of {one.percent}% is held back ({one.day})" for one in found.held]
        warnings = (*table.warnings, *held)
        # A mirror is the operator's own and has no calendar.
        following = now + self._period if self._mirror else next_poll(source.bank, now)
        state = replace(state, next_attempt_at=following, problem=problem_of(warnings, ()))
        state = await self._health.succeeded(state, warnings)
        log.info("polled", source=source.name, policy_rates=len(found.changed), decisions=len(found.decided))
        return Polled(source.name, source.url, Snapshot(source.name, warnings=warnings), state=state)

    async def _store(self, connection: Connection, bank: str, table: PolicyTable) -> PolicyRates:
        """Store what is new in a table, and queue the deliveries of each decision that was not announced before."""
        now = self._clock()
        found = compare(bank, await policy_rates.of_bank(connection, bank), table.rates, now)
        await policy_rates.store(connection, bank, found.changed, now)
        for day, decided in found.decided.items():
            event = await deliveries.insert_event(connection, decided, f"policy:{bank}:{day}", now)
            if event is not None:
                await policy_fan_out.queue(connection, event, currency_of(bank))
        return found

    async def _write_deliveries(self) -> None:
        """Write the deliveries of all queued decisions, a transaction for each chunk."""
        async with self._database.read() as connection:
            unfinished = await policy_fan_out.is_queued(connection)
        while unfinished:
            async with self._database.write() as connection:
                unfinished = await policy_fan_out.write_chunk(connection, self._clock())
