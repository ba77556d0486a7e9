"""The limit of the requests of one person or address: a token bucket. Pure: monotonic seconds are an argument."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

# Requests that a person may make at once; nobody reads thirty answers faster than they are refilled.
BURST = 30
# Seconds in which one request is refilled.
REFILL_SECONDS = 1.5
# The share of a request that a pressed button costs: people press faster than they type.
PRESS = 0.5
# Each typed letter makes an inline query; half of them are replaced by the next one before their answer.
INLINE_BURST = 30
INLINE_REFILL_SECONDS = 2.0
# After a refusal so many requests are refilled before the next one is accepted: a person who waits once can go on.
PAUSE = 5
# A share of a request that is only an error of floating-point arithmetic.
_ROUNDING = 1e-9
# People remembered at once (some 10 MiB). Beyond that, the one who was idle longest is dropped: in the busiest minute
# that Telegram allows, a bot answers 1,800 people.
MAX_PEOPLE = 50_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused request: the whole seconds until one is accepted, and whether a message was refused before.

    Each pressed button is answered with the seconds; of the messages of a pause only the first is.
    """

    seconds: int
    repeated: bool


@dataclass(slots=True)
class _Bucket:
    """The requests left at an instant; during a pause, its end and whether a message was refused in it."""

    left: float
    at: float
    pause_until: float = -math.inf
    refused_message: bool = False


class Throttle:
    """Limits each person (or other sender) to `burst` requests at once, and one every `refill` seconds after that.

    A request beyond the limit begins a pause, in which all requests are refused.
    """

    def __init__(self, burst: float = BURST, refill: float = REFILL_SECONDS, max_people: int = MAX_PEOPLE) -> None:
        self._burst, self._refill, self._max_people = burst, refill, max_people
        self._buckets: dict[Hashable, _Bucket] = {}  # in the order of their last requests

    def __len__(self) -> int:
        """Return the number of people whose bucket may not be full."""
        return len(self._buckets)

    def check(self, person: Hashable, now: float, *, press: bool = False) -> Refusal | None:
        """Count a request; return its refusal, or None if it is accepted. `press`: of a button."""
        self._remove_full(now)
        bucket = self._buckets.pop(person, None) or _Bucket(self._burst, now)
        if len(self._buckets) >= self._max_people:
            del self._buckets[next(iter(self._buckets))]
        self._buckets[person] = bucket
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) / self._refill)
        bucket.at = now
        cost = PRESS if press else 1.0
        if now >= bucket.pause_until:
            if bucket.left >= cost - _ROUNDING:
                bucket.left = max(0.0, bucket.left - cost)
                return None
            missing = min(PAUSE, self._burst) - bucket.left
            bucket.pause_until, bucket.refused_message = now + missing * self._refill, False
        refusal = Refusal(max(1, math.ceil(bucket.pause_until - now)), bucket.refused_message)
        bucket.refused_message = bucket.refused_message or not press
        return refusal

    def _remove_full(self, now: float) -> None:
        """Remove the buckets that are full again; each is removed once, so the cost is negligible."""
        while self._buckets:
            person, bucket = next(iter(self._buckets.items()))
            if now - bucket.at < self._burst * self._refill:
                return
            del self._buckets[person]
