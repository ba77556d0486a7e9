"""The gate that everything leaves through: the pacer with a clock, for deliveries and for answers to people."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import RetryAfter

from bot.delivery.pacing import REPLY, Pacer, SendRequest

log = structlog.get_logger()

# The longest an answer waits for its chat's turn; the person has typed again by then.
LONGEST_REPLY_WAIT = 20.0
# The same while the program stops.
CLOSING_REPLY_WAIT = 2.0

# Called when the turn has come; must not wait.
Go = Callable[[], None]


class RateLimiter:
    """One for the process, and one event loop. `monotonic` gives the seconds that the pacer counts in.

    `permit`, if set, is awaited with the chat before an answer to a person leaves (ReplyPermits).
    """

    def __init__(self, monotonic: Callable[[], float], pacer: Pacer[Go] | None = None) -> None:
        self._monotonic = monotonic
        self.permit: Callable[[int], Awaitable[None]] | None = None
        self._pacer: Pacer[Go] = pacer or Pacer()
        self._timer: asyncio.TimerHandle | None = None
        self._look_at = 0.0  # when it comes, by the gate's clock
        self._pumping = False
        self._replies: set[asyncio.Future[None]] = set()
        self._timeout = LONGEST_REPLY_WAIT
        self.floods = 0  # refusals for a flood, all told

    def enter(self, request: SendRequest[Go]) -> None:
        """Call the ticket's item when its turn has come: perhaps now. `done` must follow, but for a reply."""
        self._pacer.add(self._monotonic(), request)
        self._pump()

    def done(self, request: SendRequest[Go]) -> None:
        """Take back the place of a delivery that is answered, or will not be."""
        self._pacer.done(self._monotonic(), request)
        self._pump()

    async def reply(self, chat_id: int) -> None:
        """Wait until an answer to a person may leave; RetryAfter if that is too far away."""
        wait = self.wait_for(chat_id, REPLY)
        if wait > self._timeout:
            raise RetryAfter(dt.timedelta(seconds=wait))
        permission: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._replies.add(permission)

        def go() -> None:
            if not permission.done():
                permission.set_result(None)

        try:
            self.enter(SendRequest(chat_id, REPLY, go))
            await permission
        finally:
            self._replies.discard(permission)
        if self.permit is not None:
            await self.permit(chat_id)

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
        """Note that Telegram took a message; all go on if it was the probe after a pause."""
        if self._pacer.accepted(self._monotonic(), paid=paid):
            log.info("flood_pause_ended")
            self._pump()

    def withdraw(self, horizon: float = float("-inf")) -> list[tuple[SendRequest[Go], float]]:
        """Take back the deliveries that would wait longer than `horizon` seconds, each with its wait."""
        return self._pacer.withdraw(self._monotonic(), horizon)

    def close(self) -> None:
        """Let answers wait no longer than a stop may take."""
        self._timeout = CLOSING_REPLY_WAIT
        asyncio.get_running_loop().call_later(CLOSING_REPLY_WAIT, self._give_up)

    def _give_up(self) -> None:
        for permission in self._replies:
            if not permission.done():
                permission.set_exception(RetryAfter(dt.timedelta(seconds=CLOSING_REPLY_WAIT)))

    def _pump(self) -> None:
        """Let go all whose turn it is, and come back when there is more."""
        if self._pumping:  # a delivery that ended while another was let go
            return
        self._pumping = True
        try:
            while (request := self._pacer.take(self._monotonic())) is not None:
                request.item()
        finally:
            self._pumping = False
        now = self._monotonic()
        wait = self._pacer.wait(now)
        if self._timer is not None:
            if wait is not None and self._look_at <= now + wait:
                return  # it comes soon enough, and looks again
            self._timer.cancel()
            self._timer = None
        if wait is not None:
            self._look_at = now + wait
            self._timer = asyncio.get_running_loop().call_later(wait, self._look)

    def _look(self) -> None:
        self._timer = None
        self._pump()
