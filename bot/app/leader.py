"""The leader: the one of several processes that polls, ticks the digests, sends deliveries and receives updates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.metrics import Metrics
from storage.errors import StorageError
from storage.leader_lock import LeaderLock

log = structlog.get_logger()


class Leader:
    """Runs jobs only while this process holds the leader lock.

    `on_change` is called with the state of the lock: at the start, and whenever it changes.
    """

    def __init__(self, lock: LeaderLock, metrics: Metrics, on_change: Callable[[bool], Awaitable[None]]) -> None:
        self._lock, self._metrics, self._on_change = lock, metrics, on_change

    async def start(self) -> None:
        """Try to take the lock, once."""
        await self._changed(await self._lock.renew())

    async def keep(self) -> None:
        """Renew the lock, or try to take it, until cancelled."""
        await self._lock.keep(self._changed)

    async def run_if_leader(self, job: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do the work as the leader. A database error is logged, and the job runs again at its next time."""
        if not self._lock.is_leader:
            return
        try:
            await work()
        except StorageError as error:
            log.error("leader_job_failed", job=job, error=str(error))

    async def _changed(self, is_leader: bool) -> None:
        self._metrics.set_leader(is_leader)
        await self._on_change(is_leader)
