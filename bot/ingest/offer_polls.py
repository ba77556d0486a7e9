"""Polls of the sources of offers: their newest tables are fetched, judged and stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot.domain.offer_decisions import is_stale
from bot.domain.offers import OfferTable
from bot.domain.snapshot import NotAPage, Snapshot
from bot.ingest import alerts
from bot.ingest.due import poll_due
from bot.ingest.ingest import Ingested
from bot.ingest.offers import store_offers
from bot.ingest.source_health import Polled, SourceHealth, problem_of
from bot.sources.fetch import Fetcher
from bot.sources.offers import OfferAnswer, OfferSource, ask_newest, next_poll
from storage.database import Database
from storage.errors import StorageError
from storage.sources import SourceState

log = structlog.get_logger()

# Polled hourly in its office hours: a source that has not answered for most of a day is stale.
OFFER_FAILURES = 6


class OfferPolls:
    """Polls the sources of offers. `period` lies between two polls of a `mirror`, which is empty or replaces them."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        health: SourceHealth,
        offer_sources: Sequence[OfferSource],
        mirror: str,
        period: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._database, self._fetcher, self._health = database, fetcher, health
        self._sources, self._mirror, self._period, self._clock = tuple(offer_sources), mirror, period, clock

    async def run(self, force: bool, done: Callable[[str], None]) -> list[Polled]:
        """Poll the sources that are due (all of them with `force`); one that fails stops no other."""
        places = [(one.state_name, one.home, partial(self._poll, one)) for one in self._sources]
        return await poll_due(self._database, self._clock, places, done, force)

    async def _poll(self, source: OfferSource, state: SourceState) -> Polled:
        """Poll a source; an error of its reader is its failure only."""
        try:
            answer = await ask_newest(self._fetcher, source, self._clock(), self._mirror)
        except Exception as error:
            answer = OfferAnswer(error=error)
        return await self._take(source, state, answer)

    async def _take(self, source: OfferSource, state: SourceState, answer: OfferAnswer) -> Polled:
        """Store the tables of a poll, and record whether there was any. The last good ones stay where there is none."""
        now, zone = self._clock(), ZoneInfo(source.zone)
        warnings = list(answer.problems)
        stored: list[OfferTable] = []
        error = answer.error
        new = held = deliveries = 0
        for table in answer.tables:
            try:
                # Each table has its own transaction: one that cannot be stored costs no other.
                async with self._database.write() as connection:
                    watched = await alerts.watched_markets(connection, now)
                    done = await store_offers(connection, source.name, zone, table, now)
                    fired = await alerts.evaluate_markets(connection, watched, now)
            except StorageError:
                raise
            except NotAPage as failure:
                error = error or failure
                warnings.append(f"{table.pair}: {failure}")
                continue
            except Exception as failure:
                error = failure
                continue
            stored.append(table)
            new, held, deliveries = new + done.new, held + done.held, deliveries + fired
            warnings += table.warnings
            if done.held:
                warnings.append(f"{table.pair}: {done.held} offers that contradict themselves or the rate were held")
            if done.placeholders:
                warnings.append(f"{table.pair}: {done.placeholders} placeholders of cash prices were left out")
            if is_stale(table.as_of, source.awaited(now), zone):
                warnings.append(f"{table.pair}: the newest table is of {table.as_of.astimezone(zone):%Y-%m-%d}")
        if not stored:
            return await self._health.failed(state, error or NotAPage("no table of offers"), OFFER_FAILURES)
        as_of = max(table.as_of for table in stored)
        newest = as_of.astimezone(zone).date()
        state = replace(
            state,
            valid_on=max(newest, state.valid_on or newest),
            problem=problem_of(warnings, ()),
            # A mirror is the operator's own and has no hours.
            next_attempt_at=now + self._period if self._mirror else next_poll(source, now),
        )
        old_since = as_of if is_stale(as_of, source.awaited(now), zone) else None
        state = await self._health.succeeded(state, warnings, old_since=old_since)
        log.info("polled", source=source.state_name, valid_on=str(newest), offers=new, held=held, deliveries=deliveries)
        snapshot = Snapshot(source.state_name, page_date=newest, warnings=tuple(warnings))
        return Polled(source.state_name, source.home, snapshot, Ingested((), (), deliveries), state=state)
