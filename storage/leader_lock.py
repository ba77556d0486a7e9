"""The leader lock: which of several processes on one PostgreSQL polls, ticks, sends and receives.

The lock is a row with a lease. The leader renews it; another process may take it once it has run out by the clock of
the database. The leader counts the same lease by its own clock and stops earlier, so that two never lead at a time: not
when packets to the database are dropped, and not when a process was suspended and resumes (docs/decisions/0065).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

from storage.database import QUEUE_CHANNEL, Database, noop

log = structlog.get_logger()

# Another process takes the lock so long after the last renewal. A leader whose process died is replaced within this.
LEASE_SECONDS = 10.0
# So long before that the leader stops by itself: time for the requests that it has begun.
MARGIN_SECONDS = 2.5
# How often the lock is renewed, or looked at by the others.
RENEW_SECONDS = 2.5
# How long the database may take to answer, or to be connected to; and how soon it is tried again after that.
ANSWER_SECONDS = 2.0
RETRY_SECONDS = 0.5
# The database is silent after so many answers that did not come. That is before the leader stops: it can still answer
# the people whose requests wait for the database.
SILENT_AFTER = 2
# After a leader has ended the others wait for this long: Telegram counts the messages of a second, whoever sent them.
RELEASE_SECONDS = 1.0

_RENEW = """
    UPDATE leader SET lease_until = clock_timestamp() + make_interval(secs => $2)
    WHERE id = 1 AND holder = $1 RETURNING id"""
_REMAINING = "SELECT extract(epoch FROM lease_until - clock_timestamp())::float8 FROM leader WHERE id = 1"
_TAKE = """
    INSERT INTO leader (id, holder, lease_until) VALUES (1, $1, clock_timestamp() + make_interval(secs => $2))
    ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
    WHERE leader.lease_until < clock_timestamp() RETURNING id"""
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def lease_clock() -> float:
    """Return seconds that go on while the process, or on Linux the whole machine, is suspended."""
    return time.clock_gettime(_CLOCK)


class LeaderLock:
    """The lock of one process. On SQLite there is one process, and it is the leader.

    The connection is no part of the pool. It also receives the notifications of what other processes queue: `on_queued`
    is called when they have written deliveries or broadcasts, and after each connect, for earlier ones are lost.
    """

    def __init__(
        self, database: Database, on_queued: Callable[[], None] = noop, clock: Callable[[], float] = lease_clock
    ) -> None:
        self._database, self._on_queued, self._clock = database, on_queued, clock
        self._driver: Any = None
        self._held, self._until, self._wait = False, float("-inf"), RENEW_SECONDS
        self._overdue, self._trouble = 0, ""
        self._listeners: dict[str, Callable[[str], None]] = {QUEUE_CHANNEL: self._queued}

    @property
    def is_leader(self) -> bool:
        """Whether this process may send and receive at this moment. Asks no database."""
        return self._database.sqlite or (self._held and self._clock() < self._until)

    @property
    def listening(self) -> bool:
        """Whether the notifications of other processes arrive."""
        return self._driver is not None and not self._driver.is_closed()

    def listen(self, channel: str, received: Callable[[str], None]) -> None:
        """Have the notifications on a channel passed on, from the next connect on."""
        self._listeners[channel] = received

    async def renew(self) -> bool:
        """Renew the lock, or take it where its lease has run out; return whether this process is the leader.

        A process that finds the lock lost does not take it in the same call: it must have stopped first. Without an
        answer of the database the lease goes on by the clock.
        """
        if self._database.sqlite:
            return True
        began = self._clock()
        try:
            self._held = await (self._keep() if self._held else self._take())
        except Exception as error:  # the driver's own, which SQLAlchemy does not translate
            self._failed(error)
        else:
            self._overdue = 0
            self._database.connections.silent = False
            if self._held:
                self._until = began + LEASE_SECONDS - MARGIN_SECONDS
            if self._trouble:
                log.info("leader_lock_answers_again")
            self._trouble = ""
        return self.is_leader

    async def keep(self, changed: Callable[[bool], Awaitable[None]]) -> None:
        """Renew the lock until cancelled; `changed` is called as this process becomes the leader or is no longer it.

        On SQLite there is nothing to renew, and it returns at once.
        """
        if self._database.sqlite:
            return
        was = self.is_leader
        while True:
            left = self._until - self._clock() if was else RENEW_SECONDS
            await asyncio.sleep(max(0.0, min(self._wait, left)))
            if (is_leader := await self.renew()) != was:
                was = is_leader
                await changed(is_leader)

    async def close(self) -> None:
        """Let another process lead."""
        if self._held and self.listening:
            with suppress(Exception):
                await self._driver.fetchval(_RENEW, self._database.sender, RELEASE_SECONDS)
        self._held = False
        self._hang_up()

    async def _keep(self) -> bool:
        self._wait = RENEW_SECONDS
        driver = await self._connected()
        return await driver.fetchval(_RENEW, self._database.sender, LEASE_SECONDS) is not None

    async def _take(self) -> bool:
        driver = await self._connected()
        remaining = await driver.fetchval(_REMAINING)
        self._wait = RENEW_SECONDS
        if remaining is not None and remaining > 0:
            self._wait = min(RENEW_SECONDS, remaining)
            return False
        return await driver.fetchval(_TAKE, self._database.sender, LEASE_SECONDS) is not None

    def _failed(self, error: Exception) -> None:
        """End the connection, and those of the pool where the database is silent: they would wait for minutes."""
        self._hang_up()
        self._wait = RETRY_SECONDS
        self._overdue = self._overdue + 1 if isinstance(error, TimeoutError) else 0
        if self._overdue >= SILENT_AFTER:
            self._database.connections.cut()
        else:
            self._database.connections.silent = False
        if self._trouble != (trouble := type(error).__name__):
            log.error("leader_lock_unreachable", error=trouble)
            self._trouble = trouble

    async def _connected(self) -> Any:
        if not self.listening:
            self._hang_up()
            self._driver = await self._database.connect_driver(ANSWER_SECONDS)
            for channel in self._listeners:
                await self._driver.add_listener(channel, self._notified)
            self._on_queued()
        return self._driver

    def _notified(self, _connection: object, _pid: int, channel: str, payload: str) -> None:
        self._listeners[channel](payload)

    def _queued(self, sender: str) -> None:
        if sender != self._database.sender:
            self._on_queued()

    def _hang_up(self) -> None:
        """End the connection at once, whether or not the server answers."""
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.terminate()
