"""The rate limiter: gives permission to send, for deliveries and for answers to people. The pacer with a clock."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import RetryAfter, TelegramError

from bot.delivery.answers import NotSent
from bot.delivery.pacing import Pacer
from bot.delivery.quotas import REPLY, SendRequest

log = structlog.get_logger()

# The longest that an answer to a person waits for permission; the person has typed again by then.
LONGEST_REPLY_WAIT = 20.0
# The same while the program stops.
CLOSING_REPLY_WAIT = 2.0

# A request to send that is allowed when its future has a result.
Permission = SendRequest[asyncio.Future[None]]


class RateLimiter:
    """One for the process, and one event loop. `monotonic` gives the seconds that the pacer counts in.

    `permit`, if set, is awaited with the chat before an answer to a person leaves (ReplyPermits).
    """

    def __init__(self, monotonic: Callable[[], float], pacer: Pacer[asyncio.Future[None]] | None = None) -> None:
        self._monotonic = monotonic
        self.permit: Callable[[int], Awaitable[None]] | None = None
        self._pacer: Pacer[asyncio.Future[None]] = pacer or Pacer()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._replies: set[asyncio.Future[None]] = set()
        self._closing, self._timeout = False, LONGEST_REPLY_WAIT
        self.floods = 0  # refusals for a flood since the start

    async def acquire(self, chat_id: int, priority: int = REPLY, *, paid: bool = False) -> Permission:
        """Wait until one more message to a chat may leave. A delivery must `release` its permission when answered.

        Raises RetryAfter for an answer to a person that would wait too long, and for a delivery that is withdrawn;
        NotSent for such an answer while the program stops, since it is not tried again.
        """
        now = self._monotonic()
        if priority == REPLY and (wait := self._pacer.wait_for(now, chat_id, REPLY)) > self._timeout:
            raise self._refusal(wait)
        allowed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        permission = SendRequest(chat_id, priority, allowed, paid)
        self._pacer.add(now, permission)
        self._pump()
        if priority == REPLY:
            self._replies.add(allowed)
        try:
            await allowed
        except asyncio.CancelledError:
            if priority != REPLY and not allowed.cancelled():  # allowed just now
                self.release(permission)
            raise
        finally:
            self._replies.discard(allowed)
        if priority == REPLY and self.permit is not None:
            await self.permit(chat_id)
        return permission

    def release(self, permission: Permission) -> None:
        """Take back the place of a delivery that is answered, or will not be."""
        self._pacer.done(self._monotonic(), permission)
        self._pump()

    def wait_for(self, chat_id: int, priority: int, *, paid: bool = False) -> float:
        """Return the seconds until one more message to a chat may leave, about."""
        return self._pacer.wait_for(self._monotonic(), chat_id, priority, paid=paid)

    def halt(self, *, paid: bool = False) -> float:
        """Return the seconds for which everything waits after flood refusals in several chats."""
        return self._pacer.halt(self._monotonic(), paid=paid)

    def chat_wait(self, chat_id: int, priority: int) -> float:
        """Return the seconds until one more message to a chat may leave by the chat's own limits, about."""
        return self._pacer.chat_wait(self._monotonic(), chat_id, priority)

    def flooded(self) -> int:
        """Return how many chats wait for more than a minute because Telegram refused a flood there."""
        return self._pacer.flooded(self._monotonic())

    def refused(self, chat_id: int, seconds: float, *, paid: bool = False) -> None:
        """Let a chat wait that Telegram refused a flood in, and with several such chats everything for a while."""
        self.floods += 1
        if self._pacer.refused(self._monotonic(), chat_id, seconds, paid=paid):
            log.warning("flood_pause", seconds=round(self.halt(paid=paid), 1), asked=round(seconds), chat=chat_id)

    def accepted(self, *, paid: bool = False) -> None:
        """Note that Telegram took a message, which ends a pause if it was the probe after it."""
        if self._pacer.accepted(self._monotonic(), paid=paid):
            log.info("flood_pause_ended")
            self._pump()

    def withdraw(self, horizon: float = float("-inf")) -> None:
        """Withdraw the deliveries that would wait longer than `horizon` seconds.

        Their `acquire` raises RetryAfter with the seconds that their own chat has to wait: a pause of everything is
        waited out in memory, for in the database it would outlive a restart.
        """
        for request, wait in self._pacer.withdraw(self._monotonic(), horizon):
            if not request.item.done():
                request.item.set_exception(RetryAfter(dt.timedelta(seconds=wait)))

    def close(self) -> None:
        """Let all answers together wait no longer than a stop may take."""
        self._closing, self._timeout = True, CLOSING_REPLY_WAIT
        asyncio.get_running_loop().call_later(CLOSING_REPLY_WAIT, self._give_up)

    def _give_up(self) -> None:
        self._timeout = 0.0
        for allowed in self._replies:
            if not allowed.done():
                allowed.set_exception(self._refusal(CLOSING_REPLY_WAIT))

    def _refusal(self, wait: float) -> TelegramError:
        return NotSent("the program stops") if self._closing else RetryAfter(dt.timedelta(seconds=wait))

    def _pump(self) -> None:
        """Allow everything that may leave now, and set the timer for what comes next."""
        now = self._monotonic()
        while (request := self._pacer.take(now)) is not None:
            if not request.item.done():
                request.item.set_result(None)
            elif request.priority != REPLY:  # its task was cancelled
                self._pacer.done(now, request)
            now = self._monotonic()
        wait = self._pacer.wait(now)
        if self._timer is not None:
            if wait is not None and self._timer_at <= now + wait:
                return  # it comes soon enough, and sets the next one
            self._timer.cancel()
            self._timer = None
        if wait is not None:
            self._timer_at = now + wait
            self._timer = asyncio.get_running_loop().call_later(wait, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._pump()
