"""Telegram's flood limits, pure: whether a message is allowed at `now`, and the wait if it is not.

Telegram publishes rough numbers only (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)
and not its algorithm, so there are two algorithms to test against.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


OVERALL = Limit(30, 1.0)  # "about 30 messages per second"
PAID = Limit(1000, 1.0)  # "up to 1000 messages per second" with allow_paid_broadcast, counted separately
PRIVATE = Limit(3, 3.0)  # "more than one message per second ... short bursts": one a second, three at once
GROUP = Limit(20, 60.0)  # "20 messages per minute to the same group", also to a channel; edits count there too


class Meter(Protocol):
    """Counts one limit. Times are seconds of a monotonic clock."""

    def wait(self, now: float) -> float:
        """Return the seconds until one more message is allowed; 0 if it is allowed now."""
        ...

    def take(self, now: float) -> None:
        """Count an accepted message."""
        ...


class TrailingWindow:
    """The strict algorithm: never more than the count in any window of the limit's length."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._times: deque[float] = deque(maxlen=limit.count)

    def wait(self, now: float) -> float:
        """See Meter."""
        if len(self._times) < self._limit.count:
            return 0.0
        return max(0.0, self._times[0] + self._limit.seconds - now)

    def take(self, now: float) -> None:
        """See Meter."""
        self._times.append(now)


class TokenBucket:
    """The lenient algorithm: a token bucket of the count's size, refilled evenly; a burst, then the steady rate."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._rate = limit.count / limit.seconds
        self._tokens = float(limit.count)
        self._at = -math.inf

    def wait(self, now: float) -> float:
        """See Meter."""
        return max(0.0, (1 - self._level(now)) / self._rate)

    def take(self, now: float) -> None:
        """See Meter."""
        self._tokens, self._at = self._level(now) - 1, now

    def _level(self, now: float) -> float:
        if math.isinf(self._at):
            return self._tokens
        return min(float(self._limit.count), self._tokens + (now - self._at) * self._rate)


class FloodPolicy:
    """All limits together; edits count like messages. A refused message is not counted."""

    def __init__(
        self,
        counting: Literal["window", "bucket"] = "window",
        *,
        overall: Limit = OVERALL,
        private: Limit = PRIVATE,
        group: Limit = GROUP,
        paid: Limit = PAID,
    ) -> None:
        self._meter: type[TrailingWindow] | type[TokenBucket] = TrailingWindow if counting == "window" else TokenBucket
        self._private = private
        self._group = group
        self._overall: Meter = self._meter(overall)
        self._paid: Meter = self._meter(paid)
        self._chats: dict[int, Meter] = {}

    def check(self, chat_id: int, now: float, *, paid: bool = False) -> int:
        """Return 0 and count a message to the chat if it is allowed; else whole seconds to wait.

        Negative ids are those of groups and channels.
        """
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = self._meter(self._group if chat_id < 0 else self._private)
        overall = self._paid if paid else self._overall
        wait = max(overall.wait(now), chat.wait(now))
        if wait > 0:
            return max(1, math.ceil(wait))
        overall.take(now)
        chat.take(now)
        return 0
