"""When a refused token is believed. Pure: time is monotonic seconds and passed in."""

from __future__ import annotations

# A token that is refused for so long is believed wrong: long enough for two scrapes of the metrics at the usual 15 s,
# and with the last pause still within a minute.
BELIEVED_SECONDS = 40.0
# Pauses between attempts: doubled from the first to the longest.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 8.0


class TokenRefusals:
    """Refusals (401, or 404 for a token of a wrong form) in a row, of one kind of request."""

    def __init__(self) -> None:
        self.count = 0
        self._since = 0.0

    def refused(self, now: float) -> float | None:
        """Return the seconds until the next attempt; None: the token is wrong."""
        if not self.count:
            self._since = now
        self.count += 1
        if self.count > 1 and now - self._since >= BELIEVED_SECONDS:
            return None
        return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.count - 1, 8)))

    def accepted(self) -> None:
        """Note an answer of another kind."""
        self.count = 0
