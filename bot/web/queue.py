"""The number of waiting deliveries, read from the database at most every few seconds."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable

from bot.domain.deliveries import Priority
from bot.metrics import Metrics
from storage import queue
from storage.database import Database

# The count is read at most this often, however many requests come, ...
FRESH_SECONDS = 5.0
# ... and takes at most a fiftieth of the time: counting a million waiting deliveries takes half a second.
SHARE = 50


class QueueWatch:
    """Keeps the queue as of some seconds ago, and exports it to the metrics. `clock` returns UTC."""

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        clock: Callable[[], dt.datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._metrics, self._clock, self._monotonic = database, metrics, clock, monotonic
        self._asking = asyncio.Lock()
        self._fresh_until = float("-inf")
        self._waiting: list[queue.Waiting] = []

    async def sample(self) -> tuple[int, float]:
        """Return how many deliveries are due, and for how many seconds the oldest has been. Raises StorageError."""
        async with self._asking:
            if (began := self._monotonic()) >= self._fresh_until:
                self._metrics.queue.clear()
                self._metrics.oldest.clear()
                async with self._database.read() as connection:
                    self._waiting = await queue.waiting(connection, self._clock())
                    self._show(await queue.on_their_way(connection))
                took = self._monotonic() - began
                self._fresh_until = began + max(FRESH_SECONDS, SHARE * took)
        now = self._clock()
        since = [self._seconds(one, now) for one in self._waiting]
        return sum(one.due for one in self._waiting), max(since, default=0.0)

    def _show(self, on_their_way: int) -> None:
        now = self._clock()
        for priority in Priority:
            self._metrics.queue.labels(priority.name.lower(), "due").set(0)
            self._metrics.oldest.labels(priority.name.lower()).set(0)
        for one in self._waiting:
            kind = Priority(one.priority).name.lower()
            self._metrics.queue.labels(kind, "due").set(one.due)
            self._metrics.queue.labels(kind, "later").set(one.later)
            self._metrics.oldest.labels(kind).set(self._seconds(one, now))
        self._metrics.queue.labels("all", "sending").set(on_their_way)

    def _seconds(self, one: queue.Waiting, now: dt.datetime) -> float:
        return max(0.0, (now - one.since).total_seconds()) if one.since else 0.0
