"""Permission to answer people: one rate limiter, the leader's, counts the answers of all processes."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from itertools import count

import structlog
from telegram.error import RetryAfter

from bot.delivery.answers import NotSent, seconds_of
from bot.delivery.rate_limiter import LONGEST_REPLY_WAIT
from storage.database import Database
from storage.errors import StorageError
from storage.leader_lock import LeaderLock

log = structlog.get_logger()

# The channels on which a process asks for permission, and on which the leader gives it.
ASK_CHANNEL, GRANT_CHANNEL = "jarchi_reply", "jarchi_reply_granted"
# How often the leader is asked again: another one may have replaced it.
ASK_AGAIN_SECONDS = 2.0


class ReplyPermits:
    """Asks the leader before each answer to a person, and answers the other processes while this one leads.

    `wait_locally` waits until the limiter of this process lets an answer leave, and raises RetryAfter. `polled`:
    updates are polled for, so that only the leader answers; otherwise they are posted to every process.
    """

    def __init__(
        self, database: Database, lock: LeaderLock, wait_locally: Callable[[int], Awaitable[object]], *, polled: bool
    ) -> None:
        self._database, self._lock, self._wait_locally, self._polled = database, lock, wait_locally, polled
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[float]] = {}
        self._granting: dict[tuple[str, str], asyncio.Task[None]] = {}
        if not polled:
            lock.listen(ASK_CHANNEL, self._asked)
            lock.listen(GRANT_CHANNEL, self._granted)

    async def acquire(self, chat_id: int) -> None:
        """Wait until an answer to a chat may leave; RetryAfter if that takes too long, NotSent if it may not."""
        if self._lock.is_leader:
            return
        if self._polled:
            raise NotSent("another process answers people now")
        number = next(self._numbers)
        granted = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(LONGEST_REPLY_WAIT):
                while not granted.done():
                    await self._database.notify(ASK_CHANNEL, f"{self._database.sender} {number} {chat_id}")
                    await asyncio.wait({granted}, timeout=ASK_AGAIN_SECONDS)
        except (StorageError, TimeoutError) as error:
            log.warning("reply_without_permit", error=type(error).__name__)  # paced by this process's limiter alone
            return
        finally:
            del self._waiting[number]
        if seconds := granted.result():
            raise RetryAfter(dt.timedelta(seconds=seconds))

    async def close(self) -> None:
        """End the permissions under way; called once the lock is closed, so that no process asks this one any more."""
        granting = list(self._granting.values())
        for task in granting:
            task.cancel()
        await asyncio.gather(*granting, return_exceptions=True)

    def _asked(self, payload: str) -> None:
        sender, number, chat = payload.split()
        key = sender, number
        if self._lock.is_leader and key not in self._granting:
            task = self._granting[key] = asyncio.create_task(self._grant(sender, number, int(chat)))
            task.add_done_callback(lambda _task: self._granting.pop(key))

    async def _grant(self, sender: str, number: str, chat_id: int) -> None:
        seconds = 0.0
        try:
            await self._wait_locally(chat_id)
        except RetryAfter as flood:
            seconds = seconds_of(flood)
        try:
            await self._database.notify(GRANT_CHANNEL, f"{sender} {number} {seconds}")
        except StorageError as error:
            log.warning("reply_not_permitted", error=str(error))

    def _granted(self, payload: str) -> None:
        sender, number, seconds = payload.split()
        waiting = self._waiting.get(int(number)) if sender == self._database.sender else None
        if waiting is not None and not waiting.done():
            waiting.set_result(float(seconds))
