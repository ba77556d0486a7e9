"""The recurring jobs of the leader: polls, digests, reviews, broadcasts, boards and the nightly pruning."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from functools import partial

import structlog

from bot.app.leader import Leader
from bot.config import Settings
from bot.delivery.boards import SAMPLE_SECONDS as BOARD_SECONDS
from bot.delivery.boards import BoardEditor
from bot.delivery.broadcasts import SAMPLE_SECONDS as BROADCAST_SECONDS
from bot.delivery.broadcasts import Broadcaster
from bot.ingest.counting import count_pass
from bot.ingest.history import HistoryFiller
from bot.ingest.offer_history import OfferHistoryFiller
from bot.ingest.poll import Poller
from bot.metrics import Metrics
from bot.schedule.jobs import REVIEW_SECONDS, Timetable, digest_tick, prune, review_tick, timetable
from storage.database import Database

log = structlog.get_logger()


class Jobs:
    """The jobs, which run in the leader only. `clock` gives UTC."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        leader: Leader,
        poller: Poller,
        filler: HistoryFiller,
        offer_filler: OfferHistoryFiller,
        broadcaster: Broadcaster,
        board_editor: BoardEditor,
        metrics: Metrics,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._settings, self._database, self._metrics, self._clock = settings, database, metrics, clock
        self._poller, self._filler, self._broadcaster = poller, filler, broadcaster
        self._offer_filler = offer_filler
        self._board_editor = board_editor
        self._run = leader.run_if_leader
        self._polling = asyncio.Lock()

    def timetable(self) -> Timetable:
        """Return the timetable of all jobs, not yet started."""
        made = timetable(
            partial(self._run, "poll", self._poll),
            partial(self._run, "digest_tick", self._tick_digests),
            partial(self._run, "prune", self._prune),
            self._settings.poll_seconds,
        )
        made.often("broadcasts", self._feed_broadcasts, BROADCAST_SECONDS)
        made.often("reviews", partial(self._run, "reviews", self._tick_reviews), REVIEW_SECONDS)
        return made

    async def run_at_start(self) -> None:
        """Poll at once instead of after the first period, then fill the history of the banks and that of offers."""
        await self._run("poll", self._poll)
        await self._run("history", self._filler.run)
        # Past offers are judged by the past rates of the banks.
        await self._run("offer_history", self._offer_filler.run)

    async def keep_boards(self) -> None:
        """Edit the boards that are due, until cancelled; one change of a rate may take minutes."""
        while True:
            try:
                await self._run("boards", self._board_editor.advance)
            except Exception as error:
                log.exception("boards_not_edited", error=type(error).__name__)
            await asyncio.sleep(BOARD_SECONDS)

    async def _poll(self) -> None:
        if self._polling.locked():  # the poll at the start takes longer than a period
            return
        async with self._polling:
            count_pass(self._metrics, await self._poller.run_pass())

    async def _tick_digests(self) -> None:
        await digest_tick(self._database, self._clock())

    async def _tick_reviews(self) -> None:
        await review_tick(self._database, self._clock())

    async def _feed_broadcasts(self) -> None:
        if self._metrics.is_leader and not self._broadcaster.idle():
            await self._run("broadcasts", self._broadcaster.advance)

    async def _prune(self) -> None:
        await prune(self._database, self._clock(), dt.timedelta(days=self._settings.keep_text_days))
