"""Polls of the banks' price lists of gold bars; a bank that fails stops no other, and no rates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot.domain.gold import USUAL_WEIGHT, PriceList, is_far
from bot.domain.snapshot import NotAPage, Snapshot
from bot.ingest import alerts
from bot.ingest.due import poll_due
from bot.ingest.ingest import Ingested
from bot.ingest.source_health import Polled, SourceHealth, problem_of
from bot.sources.banks import next_poll
from bot.sources.fetch import Fetcher
from bot.sources.gold import GoldSource, fetch_price_lists, outdated
from storage import gold
from storage.database import Connection, Database
from storage.errors import StorageError
from storage.sources import SourceState

log = structlog.get_logger()

# As for the banks' rates: after about half a day without an answer a price list is stale.
FAILURES = 6


class GoldPolls:
    """Polls price lists. `period` lies between two polls in a bank's hours; `mirror` replaces the banks, or is ''."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        health: SourceHealth,
        lists: Sequence[GoldSource],
        mirror: str,
        period: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._fetcher, self._health = database, fetcher, health
        self._lists, self._mirror, self._period, self._clock = tuple(lists), mirror, period, clock

    async def run(self, force: bool, done: Callable[[str], None]) -> list[Polled]:
        """Poll the price lists that are due (all of them with `force`), one after another."""
        places = [(one.name, one.page, partial(self._poll, one)) for one in self._lists]
        return await poll_due(self._database, self._clock, places, done, force)

    async def _poll(self, source: GoldSource, state: SourceState) -> Polled:
        """Poll a bank; any error is recorded as its failure."""
        try:
            return await self._take(source, state)
        except StorageError:
            raise
        except Exception as error:
            return await self._health.failed(state, error, FAILURES)

    async def _take(self, source: GoldSource, state: SourceState) -> Polled:
        """Fetch and store a bank's lists. The first time those of the past are asked for; `filled_to` notes it."""
        today = self._clock().astimezone(ZoneInfo(source.zone)).date()
        first = state.filled_to is None
        found = await fetch_price_lists(self._fetcher, source, self._clock(), today, self._mirror, past=first)
        async with self._database.write() as connection:
            deliveries = await store_price_lists(connection, found, self._clock())
        newest, warnings = found[-1].valid_on, found[-1].warnings
        state = replace(
            state,
            valid_on=max(newest, state.valid_on or newest),
            filled_to=today,
            problem=problem_of(warnings, ()),
        )
        if (error := outdated(found, self._clock())) is not None:
            raise error
        now = self._clock()
        # A mirror is the operator's own and has no hours.
        following = now + self._period if self._mirror else next_poll(source, now, self._period, newest)
        state = await self._health.succeeded(replace(state, next_attempt_at=following), warnings)
        usual = found[-1].bar(USUAL_WEIGHT)
        per_gram = str(usual.per_gram) if usual else None
        log.info(
            "polled",
            source=source.name,
            valid_on=str(newest),
            bars=len(found[-1].bars),
            per_gram=per_gram,
            deliveries=deliveries,
        )
        snapshot = Snapshot("gold", page_date=newest, warnings=warnings)
        return Polled(source.name, state.url, snapshot, Ingested((), (), deliveries), state=state)


async def store_price_lists(connection: Connection, lists: Sequence[PriceList], now: dt.datetime) -> int:
    """Store a bank's lists, oldest first, and judge the alerts on gold; returns the number of deliveries written.

    NotAPage if the newest one is far from the stored one: another table, or prices without a digit.
    """
    stored = await gold.newest(connection, lists[-1].source)
    if stored and is_far(stored[-1], lists[-1]):
        raise NotAPage("prices far from those of the last list")
    watched = await alerts.watched_markets(connection, now)
    await gold.add(connection, lists, now)
    return await alerts.evaluate_markets(connection, watched, now)
