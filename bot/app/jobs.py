"""The recurring jobs of the leader: polls, digests, broadcasts and the nightly pruning."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app.leader import Leader
from bot.config import Settings
from bot.delivery.broadcasts import SAMPLE_SECONDS as BROADCAST_SECONDS
from bot.delivery.broadcasts import Broadcaster
from bot.ingest.counting import count_pass
from bot.ingest.history import HistoryFiller
from bot.ingest.poll import Poller
from bot.metrics import Metrics
from bot.schedule.jobs import digest_tick, often, prune, timetable
from storage.database import Database


class Jobs:
    """The jobs, which run in the leader only. `clock` gives UTC."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        leader: Leader,
        poller: Poller,
        filler: HistoryFiller,
        broadcaster: Broadcaster,
        metrics: Metrics,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._settings, self._database, self._metrics, self._clock = settings, database, metrics, clock
        self._poller, self._filler, self._broadcaster = poller, filler, broadcaster
        self._run = leader.run_if_leader
        self._polling = asyncio.Lock()

    def scheduler(self) -> AsyncIOScheduler:
        """Return the scheduler of all jobs, not yet started."""
        scheduler = timetable(
            partial(self._run, "poll", self._poll),
            partial(self._run, "digest_tick", self._tick_digests),
            partial(self._run, "prune", self._prune),
            self._settings.poll_seconds,
        )
        often(scheduler, "broadcasts", self._feed_broadcasts, BROADCAST_SECONDS)
        return scheduler

    async def run_at_start(self) -> None:
        """Poll once without waiting for the period to pass, then fill the past of the banks."""
        await self._run("poll", self._poll)
        await self._run("history", self._filler.run)

    async def _poll(self) -> None:
        if self._polling.locked():  # the poll at the start takes longer than a period
            return
        async with self._polling:
            count_pass(self._metrics, await self._poller.run_pass())

    async def _tick_digests(self) -> None:
        await digest_tick(self._database, self._clock())

    async def _feed_broadcasts(self) -> None:
        if self._metrics.is_leader and not self._broadcaster.idle():
            await self._run("broadcasts", self._broadcaster.advance)

    async def _prune(self) -> None:
        await prune(self._database, self._clock(), dt.timedelta(days=self._settings.keep_text_days))
