"""Health: liveness (`/healthz`), readiness with its checks (`/readyz`), and metrics (`/metrics`)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from telegram.error import TelegramError

from bot.metrics import Metrics
from bot.web.queue import QueueWatch
from bot.web.writes import WriteProbe
from storage.database import Database, ping
from storage.errors import StorageError

# The timeout of a check: a probe does not wait longer.
CHECK_SECONDS = 5.0
# A long poll ends after 25 s; if Telegram has not answered anything for this long, it is called for a check.
TELEGRAM_SECONDS = 60.0
# The shortest interval of these calls.
ASK_SECONDS = 10.0
# A request for updates is answered after 25 s at the latest, and 30 s lie between two that fail; three in a row.
RECEIVE_SECONDS = 120.0
# Rounds of polls that may be missed, and the longest duration of one in which every source hangs.
PASSES_MISSED = 3
PASS_SECONDS = 120.0
# A hundred thousand digests at eight o'clock take an hour, which is no problem: a queue is stuck when a delivery has
# been due for this long and nothing was sent meanwhile.
QUEUE_SECONDS = 300.0
STUCK_SECONDS = 120.0

Check = dict[str, Any]


class Health:
    """Answers health checks.

    `ask` is set once Telegram has been reached: a request to it that returns the problem, or an empty text. `writes` is
    set once the write probe runs. With `webhook`, updates are posted to us, and only that request shows whether they
    still are. `silence` is set where this process polls for updates: the seconds since Telegram last answered a poll.
    """

    def __init__(
        self,
        database: Database,
        metrics: Metrics,
        queue: QueueWatch,
        poll_seconds: float,
        webhook: bool,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._metrics, self._queue, self._monotonic = database, metrics, queue, monotonic
        self._webhook, self._longest_pass = webhook, PASSES_MISSED * poll_seconds + PASS_SECONDS
        self.writes: WriteProbe | None = None
        self.ask: Callable[[], Awaitable[str]] | None = None
        self.silence: Callable[[], float] = lambda: 0.0
        self._asking = asyncio.Lock()
        self._called_at, self._problem = float("-inf"), ""

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes of the health checks."""
        return [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/metrics", self._metrics_page),
        ]

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        database, telegram, queue = await asyncio.gather(
            self._in_time(self._database_check()),
            self._in_time(self._telegram_check()),
            self._in_time(self._queue_check()),
        )
        checks = {
            "database": database,
            **({"writes": self.writes.check()} if self.writes is not None else {}),
            "telegram": telegram,
            "updates": self._updates_check(),
            "poll": self._poll_check(),
            "sources": self._sources_check(),
            "queue": queue,
        }
        ready = all(check["ok"] for check in checks.values())
        return web.json_response({"ready": ready, "checks": checks}, status=200 if ready else 503)

    async def _metrics_page(self, _request: web.Request) -> web.Response:
        await self._in_time(self._queue_check())  # during a database failure the other metrics matter even more
        page = generate_latest(self._metrics.registry)
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _in_time(self, check: Awaitable[Check]) -> Check:
        """Return the result of a check; its error in one line if it fails."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await check
        except StorageError as error:
            return {"ok": False, "reason": str(error)}
        except TimeoutError:
            return {"ok": False, "reason": f"no answer within {CHECK_SECONDS:g} s"}
        except Exception as error:
            return {"ok": False, "reason": type(error).__name__}

    async def _database_check(self) -> Check:
        await ping(self._database)
        return {"ok": True}

    async def _telegram_check(self) -> Check:
        if self.ask is None:
            return {"ok": False, "reason": "not reached yet, or no longer"}
        async with self._asking:
            now = self._monotonic()
            quiet = now - self._metrics.answered_at > TELEGRAM_SECONDS
            pause = ASK_SECONDS if self._problem else TELEGRAM_SECONDS
            if (self._webhook or self._problem or quiet) and now - self._called_at >= pause:
                self._called_at = now
                try:
                    self._problem = await self.ask()
                except TelegramError as error:
                    self._problem = f"no answer ({type(error).__name__})"
        return {"ok": False, "reason": self._problem} if self._problem else {"ok": True}

    def _updates_check(self) -> Check:
        """Check that updates are received where this process polls for them, and handled where they are received."""
        if (silence := self.silence()) > RECEIVE_SECONDS:
            return {"ok": False, "reason": f"Telegram has given no updates for {silence:.0f} s"}
        problem = self._metrics.updates_problem()
        return {"ok": False, "reason": problem} if problem else {"ok": True}

    def _poll_check(self) -> Check:
        if not self._metrics.is_leader:
            return {"ok": True, "elected": False}
        seconds = self._monotonic() - self._metrics.passed_at
        return {"ok": seconds <= self._longest_pass, "elected": True, "seconds_ago": round(seconds, 1)}

    def _sources_check(self) -> Check:
        """Name the failing and the stale sources. The process still answers, so they never make it unready."""
        sources = self._metrics.sources
        failing = {
            name: {
                "failures": one.failures,
                "last_success": one.last_success_at.isoformat() if one.last_success_at else None,
                "error": one.error,
            }
            for name, one in sources.items()
            if one.failures
        }
        stale = [name for name, one in sources.items() if one.stale]
        return {"ok": True, "polled": len(sources), "failing": failing, "stale": stale}

    async def _queue_check(self) -> Check:
        due, oldest = await self._queue.sample()
        if not self._metrics.is_leader:  # the leader sends
            return {"ok": True, "due": due, "oldest_seconds": round(oldest, 1)}
        idle = self._monotonic() - self._metrics.attempted_at
        return {"ok": oldest <= QUEUE_SECONDS or idle <= STUCK_SECONDS, "due": due, "oldest_seconds": round(oldest, 1)}
