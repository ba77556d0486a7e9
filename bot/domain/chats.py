"""Chats: who hears Jarchi, and how they want to hear it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class ChatState(StrEnum):
    """Whether a chat can be reached. Settings outlive every state but `forget`."""

    ACTIVE = "active"
    STOPPED = "stopped"  # asked for silence with /stop; answers still work
    GONE = "gone"  # blocked the bot or removed it; revived by /start or unblocking
    PAUSED = "paused"  # the bot lost its right to write here; an admin can give it back


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of silence in local time, as minutes after midnight; `start` > `end` spans midnight (22-7)."""

    start: int
    end: int

    def __str__(self) -> str:
        """Return `22:00-07:00`."""
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat and its settings.

    `id` is Telegram's (negative for groups). `digest_at` is local minutes after midnight or None for no digest;
    `next_digest_at` and `last_digest_at` are UTC; `last_digest_on` is the local date last served.
    `per_dollar` says which direction /rates shows first, `theme` how charts look: light or dark. `awaiting` names the
    question the chat was asked last (for typed answers) and holds for a few minutes. `active_on` is the day (UTC) on
    which it last asked for something.
    """

    id: int
    kind: str  # private, group, supergroup or channel
    language: str
    timezone: str
    state: ChatState = ChatState.ACTIVE
    digest_at: int | None = None
    next_digest_at: dt.datetime | None = None
    last_digest_at: dt.datetime | None = None
    last_digest_on: dt.date | None = None
    quiet: Quiet | None = None
    per_dollar: bool = True
    theme: str = "light"
    awaiting: str | None = None
    awaiting_until: dt.datetime | None = None
    active_on: dt.date | None = None

    @property
    def private(self) -> bool:
        """Whether this is one person's own chat."""
        return self.kind == "private"
