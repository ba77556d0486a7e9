"""Whether the database accepts writes: probed at intervals, so that a health check or a scrape costs nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog

from bot.metrics import Metrics
from storage.database import Database
from storage.errors import DATABASE_ERRORS, one_line
from storage.probe import prove_writable

log = structlog.get_logger()

# From the end of one attempt to the next: red within a minute, at four commits a minute.
PROBE_SECONDS = 15.0
# An attempt may wait for a lock; no success for this long is a failure of its own.
STALE_SECONDS = 40.0


class WriteProbe:
    """Writes to the database every `PROBE_SECONDS` and keeps the outcome for `/readyz` and the metrics."""

    def __init__(self, database: Database, metrics: Metrics, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database, self._metrics, self._monotonic = database, metrics, monotonic
        self._written_at, self._problem, self._beat = monotonic(), "", int(time.time())
        metrics.database_writable.set_function(lambda: float(self.check()["ok"]))

    async def run(self) -> None:
        """Probe until cancelled."""
        while True:
            await self.probe()
            await asyncio.sleep(PROBE_SECONDS)

    async def probe(self) -> None:
        """Write once and keep the outcome; nothing escapes."""
        self._beat += 1
        try:
            await prove_writable(self._database, self._beat)
        except (*DATABASE_ERRORS, OSError) as error:
            problem = one_line(error)
            if not self._problem:
                log.error("database_not_writable", reason=problem)
            self._problem = problem
            return
        if self._problem:
            log.info("database_writable")
        self._written_at, self._problem = self._monotonic(), ""

    def check(self) -> dict[str, Any]:
        """Return the check of `/readyz`: ok, the seconds since the last write, and the reason of a failure."""
        seconds = self._monotonic() - self._written_at
        problem = self._problem or ("a write waits for a lock" if seconds > STALE_SECONDS else "")
        state: dict[str, Any] = {"ok": not problem, "seconds_ago": round(seconds, 1)}
        return {**state, "reason": problem} if problem else state
