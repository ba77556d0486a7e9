"""The conflict of two processes that poll with one token: which one stops. Pure; times are monotonic seconds.

Telegram ends the older of two getUpdates requests with 409 and lets the newer one wait. Of two that started together,
only one is refused at a time: it steps back for longer than the other needs to become established.
"""

from __future__ import annotations

import random
from collections.abc import Callable

# The longest that Telegram delays a 409 (tdlib/telegram-bot-api): a poll may have ended that long before.
LATE_SECONDS = 3.0
# A process that has polled for so long without a conflict is established and never stops for another one. This is
# longer than an established process needs to poll again, so that two never become established at the same time.
ESTABLISHED_SECONDS = 6.0
# The random pause of a process that is not established after a conflict: longer than the other one needs to become
# established.
STEP_BACK_SECONDS = (10.0, 15.0)
# The pause before an established process polls again, which ends the poll of the other one.
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
        """Record the start of a poll."""
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
