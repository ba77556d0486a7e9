"""The leader: the one of several processes that polls, ticks the digests and receives updates for all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.metrics import Metrics
from storage.database import StorageError
from storage.election import Election

log = structlog.get_logger()

# How often the leader checks its lock and the other processes try to acquire it: the longest gap without a leader, and
# the longest that a leader works on after it lost its lock connection. Each check is a transaction.
LEADER_SECONDS = 5.0


class Leader:
    """Runs jobs only while this process holds the leader lock; `on_check` gets the result of each check of the lock."""

    def __init__(self, lock: Election, metrics: Metrics, on_check: Callable[[bool], Awaitable[None]]) -> None:
        self._lock, self._metrics, self._on_check = lock, metrics, on_check
        self._checking = asyncio.Lock()

    async def is_leader(self) -> bool:
        """Check the lock, or try to acquire it. StorageError without an answer of the database."""
        async with self._checking:
            is_leader = await self._lock.won()
            self._metrics.elect(is_leader)
            await self._on_check(is_leader)
        return is_leader

    async def run_if_leader(self, job: str, work: Callable[[], Awaitable[object]] | None = None) -> None:
        """Check the lock, then do the work as the leader. An error of the database is logged: the job comes again."""
        try:
            if await self.is_leader() and work is not None:
                await work()
        except StorageError as error:
            log.error("leader_job_failed", job=job, error=str(error))
