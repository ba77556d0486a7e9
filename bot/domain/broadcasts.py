"""Broadcasts: the audience of an operator's message, its duration, and the price of a paid one. Pure."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import InvalidInput
from bot.domain.spelling import fold
from bot.domain.typed import clean

# Messages a second in the free quota and in the paid one (bot/delivery/pacing.py).
FREE_A_SECOND = 29
PAID_A_SECOND = 970
# Telegram's price of a message above the free 30 a second: a tenth of a Star.
MESSAGES_A_STAR = 10

# Whitespace of any kind but a line break, and invisible characters, may precede a filter.
_FILTER = re.compile("(?:[^\\S\n]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff])*" + r"([^\W\d_]+):(\S+)")
_NAMES = {"lang": "language", "language": "language", "язык": "language", "topic": "topic", "тема": "topic"}


class BroadcastState(StrEnum):
    """The life of a broadcast."""

    DRAFT = "draft"  # shown to its operator, not confirmed
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"  # pending deliveries are being dropped
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Audience:
    """The audience of a broadcast: None means everybody. `topic` is a curated topic that the chat follows."""

    language: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is: the chats when it began, those that are done, and those whose delivery waits.

    `quiet` of the waiting ones wait for their quiet hours to end, the last of them until `quiet_until` (UTC).
    """

    state: BroadcastState
    expected: int
    finished: int = 0
    waiting: int = 0
    quiet: int = 0
    quiet_until: dt.datetime | None = None
    paid: bool = False


def read(text: str, languages: Collection[str], topics: Mapping[str, str]) -> tuple[Audience, int]:
    """Read the words before the message, `lang:ru topic:energy`; InvalidInput for words that name no audience.

    `topics`: normalized name -> slug. Returns the audience and the start of the message (characters). Only the first
    line is read: a message that itself begins with such words begins on the second.
    """
    found: dict[str, str] = {}
    position = 0
    while match := _FILTER.match(text, position):
        typed, value = match[1], clean(match[2])
        if value.startswith("//"):  # a link
            break
        kind = _NAMES.get(typed.casefold())
        if kind is None:
            raise InvalidInput("broadcast.error_filter", at=f"{typed}:"[:40])
        if kind in found:
            raise InvalidInput("broadcast.error_twice", at=f"{typed}:")
        if kind == "language":
            named = value.casefold() if value.casefold() in languages else None
        else:
            name = fold(value).strip()
            named = topics.get(name, name if name in topics.values() else None)
        if named is None:
            raise InvalidInput(
                f"broadcast.error_{kind}",
                at=value[:40],
                languages=", ".join(languages),
                topics=", ".join(sorted(set(topics.values()))),
            )
        found[kind] = named
        position = match.end()
    rest = text[position:]
    return Audience(found.get("language"), found.get("topic")), position + len(rest) - len(rest.lstrip())


def duration(messages: int, *, paid: bool = False) -> dt.timedelta:
    """Return the shortest time in which this many messages can be sent."""
    return dt.timedelta(seconds=math.ceil(messages / (PAID_A_SECOND if paid else FREE_A_SECOND)))


def stars(messages: int) -> int:
    """Return the highest price of this many paid messages, in whole Stars: as if other messages used the free quota."""
    return math.ceil(messages / MESSAGES_A_STAR)
