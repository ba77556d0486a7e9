"""Pacing: when the next message may leave. Pure: time is monotonic seconds and passed in.

Telegram's own words are about 30 messages a second over all, one a second in a chat, 20 a minute in a group (Bot
FAQ); edits count in groups. Strictly 30 costs flood errors, so a little headroom is kept (docs/decisions).
"""

from __future__ import annotations

from collections import deque

# Three per cent below the limit of 30 a second: measured to give no flood error under a trailing-window server.
OVERALL_GAP = 1 / 29
# A private chat: one a second, and a hair more, so that two clocks never disagree about it.
CHAT_SECONDS = 1.02
# A group: 20 a minute by the FAQ; two are left for answers to people.
GROUP_SECONDS = 60.0
GROUP_MESSAGES = 18
# Chats remembered before the idle ones are forgotten.
MAX_CHATS = 20_000


class Pacer:
    """Knows what left when, and so when the next message to a chat may leave."""

    def __init__(self) -> None:
        self._next = 0.0
        self._halted: dict[int, float] = {}
        self._recent: dict[int, deque[float]] = {}

    def wait(self, now: float, chat_id: int) -> float:
        """Return the seconds until a message to this chat may leave; 0.0 means now."""
        return max(self.wait_overall(now), self.wait_chat(now, chat_id))

    def wait_overall(self, now: float) -> float:
        """Return the seconds until any message may leave."""
        return max(0.0, self._next - now)

    def wait_chat(self, now: float, chat_id: int) -> float:
        """Return the seconds until this chat's own limits allow a message."""
        halted = self._halted.get(chat_id, 0.0)
        recent = self._recent.get(chat_id)
        free = 0.0
        if recent:
            free = recent[-1] + CHAT_SECONDS
            if chat_id < 0 and len(recent) >= GROUP_MESSAGES:
                free = max(free, recent[0] + GROUP_SECONDS)
        return max(0.0, free - now, halted - now)

    def note(self, now: float, chat_id: int) -> None:
        """Take into account that a message (an edit, a reply) leaves for this chat now."""
        self._next = max(self._next, now) + OVERALL_GAP
        recent = self._recent.get(chat_id)
        if recent is None:
            if len(self._recent) >= MAX_CHATS:
                self._forget(now)
            recent = self._recent[chat_id] = deque(maxlen=GROUP_MESSAGES if chat_id < 0 else 1)
        recent.append(now)

    def halt(self, now: float, seconds: float) -> None:
        """Let nothing leave for a while: Telegram asked for it."""
        self._next = max(self._next, now + seconds)

    def halt_chat(self, now: float, chat_id: int, seconds: float) -> None:
        """Let nothing leave for one chat for a while."""
        self._halted[chat_id] = max(self._halted.get(chat_id, 0.0), now + seconds)

    def _forget(self, now: float) -> None:
        self._recent = {chat: recent for chat, recent in self._recent.items() if now - recent[-1] < GROUP_SECONDS}
        self._halted = {chat: until for chat, until in self._halted.items() if until > now}
