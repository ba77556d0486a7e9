"""The pause of a whole quota after flood refusals in several chats. Pure: time is monotonic seconds and passed in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

# Refusals in so many chats within so many seconds concern the whole bot; those in one or two only them (slow mode).
FLOOD_CHATS = 3
FLOOD_SECONDS = 10.0
# The longest pause of everything, in seconds. Telegram's limits of a whole bot are seconds long; those of hours were
# seen in single chats only (tdlib/td#1331), and several such chats must not silence the others.
LONGEST_PAUSE = 30.0
# The first pause where the refusals name a longer time, in seconds: shorter than an answer to a person may wait. It
# doubles with each probe that is refused.
FIRST_PAUSE = 5.0
# How long the answer to a probe is waited for before another message may leave, in seconds.
PROBE_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class Pause:
    """Nothing of a quota leaves before `until`. After a bounded pause one message leaves first, as a probe.

    A time of up to LONGEST_PAUSE is waited out. A longer one is not believed to concern the whole bot: the pause is
    short, and the answer to the probe decides whether it ends.
    """

    until: float = float("-inf")
    probing: bool = False
    _probe_left: bool = False
    _failed: int = 0
    _recent: deque[tuple[float, int, float]] = field(default_factory=lambda: deque(maxlen=FLOOD_CHATS * 4))

    def refused(self, now: float, chat_id: int, seconds: float) -> bool:
        """Note that Telegram refused a flood in a chat for some seconds; return whether everything pauses."""
        self._recent.append((now, chat_id, now + seconds))
        lately = {chat: until for at, chat, until in self._recent if now - at < FLOOD_SECONDS}
        if self._probe_left:
            self._failed += 1
            asked = seconds
        elif len(lately) >= FLOOD_CHATS:
            asked = min(lately.values()) - now
        else:
            return False
        self._probe_left = False
        if asked > LONGEST_PAUSE:
            self.probing = True
            asked = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._failed, 8))
        self.until = max(self.until, now + asked)
        return True

    def left(self, now: float) -> None:
        """Note that a message leaves: the first one after a bounded pause is the probe, and the others wait for it."""
        if self.probing:
            self._probe_left = True
            self.until = now + PROBE_SECONDS

    def accepted(self, now: float) -> bool:
        """Note that Telegram took a message; return whether that ends a pause."""
        if not self._probe_left:
            return False
        self.probing = self._probe_left = False
        self._failed = 0
        self.until = now
        return True
