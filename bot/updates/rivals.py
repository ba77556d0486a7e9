"""Which of two processes that poll with one token stops. Pure: time is monotonic seconds and passed in.

Telegram ends the older of two getUpdates requests with 409 and lets the newer one wait. So of two that started together
just one is refused at a time: it steps back for longer than the other needs to become established.
"""

from __future__ import annotations

import random
from collections.abc import Callable

# The longest that Telegram keeps a 409 back (tdlib/telegram-bot-api): a poll may have ended so long before.
LATE_SECONDS = 3.0
# A process that has polled for so long without a conflict is established and never stops for another one: longer than
# an established one needs to poll again, so that no two become established side by side.
ESTABLISHED_SECONDS = 6.0
# How long a process that is not established steps back after a conflict, by chance: longer than the other one needs to
# become established.
STEP_BACK_SECONDS = (10.0, 15.0)
# How soon an established process polls again, which ends the poll of the other one.
AGAIN_SECONDS = 1.0
# A process that is not established stops at this conflict.
MAX_CONFLICTS = 2


class Rivals:
    """The conflicts of one process. `established()` is true for one that has run for long or takes over."""

    def __init__(self, established: Callable[[], bool], chance: Callable[[], float] = random.random) -> None:
        self._is_established, self._chance = established, chance
        self._established = False
        self._clear_since: float | None = None
        self._conflicts = 0

    def begin(self, now: float) -> None:
        """Note that a poll begins."""
        if self._clear_since is None:
            self._clear_since = now

    def conflict(self, now: float) -> float | None:
        """Return the seconds to wait before the next poll after a 409; None: this process stops."""
        held = self._clear_since is not None and now - self._clear_since >= ESTABLISHED_SECONDS + LATE_SECONDS
        self._established = self._established or held or self._is_established()
        self._clear_since = None
        if self._established:
            return AGAIN_SECONDS
        self._conflicts += 1
        if self._conflicts >= MAX_CONFLICTS:
            return None
        least, most = STEP_BACK_SECONDS
        return least + (most - least) * self._chance()
