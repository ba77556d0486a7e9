"""Updates that Telegram must keep, because their change of membership is not stored yet."""

from __future__ import annotations

import asyncio

# Held at a time; beyond it the oldest are released. A database outage in which more people block or unblock the bot
# than this would hold back every other update.
MAX_HELD = 10_000


class HeldUpdates:
    """The numbers of updates that may not be confirmed. `changed` is set whenever one is released."""

    def __init__(self) -> None:
        self._numbers: dict[int, None] = {}
        self.changed = asyncio.Event()

    def __contains__(self, number: int) -> bool:
        return number in self._numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def first(self) -> int | None:
        """Return the smallest number, None if nothing is held."""
        return min(self._numbers, default=None)

    def hold(self, number: int) -> None:
        """Keep an update unconfirmed."""
        self._numbers[number] = None
        if len(self._numbers) > MAX_HELD:
            self.release(next(iter(self._numbers)))

    def release(self, number: int) -> None:
        """Let an update be confirmed."""
        if number in self._numbers:
            del self._numbers[number]
            self.changed.set()
