"""Events (what happened) and deliveries (who must hear it)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class EventKind(StrEnum):
    """What can happen that people hear of."""

    ARTICLE = "article"
    CROSSING = "crossing"
    DIGEST = "digest"
    STALE = "stale"
    BACK = "back"
    CAPPED = "capped"  # a chat heard as many crossings as a day may bring; the rest waits in its list
    CORRECTION = "correction"  # a headline that was sent is another now, or withdrawn: the messages are edited
    NOTICE = "notice"  # a word to the operators: a chat may not be written to any more
    BROADCAST = "broadcast"  # an admin's words to everyone, or to those of a language or topic


class Priority(IntEnum):
    """The order in which waiting deliveries leave; replies leave before all of them (bot/delivery/pacing.py)."""

    CROSSING = 10
    NEWS = 20
    NOTICE = 30
    EDIT = 35
    DIGEST = 40
    BROADCAST = 50


PRIORITY = {
    EventKind.CROSSING: Priority.CROSSING,
    EventKind.ARTICLE: Priority.NEWS,
    EventKind.STALE: Priority.NOTICE,
    EventKind.BACK: Priority.NOTICE,
    EventKind.CAPPED: Priority.NOTICE,
    EventKind.NOTICE: Priority.NOTICE,
    EventKind.CORRECTION: Priority.EDIT,
    EventKind.DIGEST: Priority.DIGEST,
    EventKind.BROADCAST: Priority.BROADCAST,
}


# How old a message may be when it is corrected. Telegram lets people edit theirs so long, and bots' messages in some
# chats no longer; and nobody scrolls farther back.
EDITABLE = dt.timedelta(hours=48)
# A headline that changes more often than this is one that cannot decide: it stays as it was told.
MAX_CORRECTIONS = 5


class DeliveryState(StrEnum):
    """The life of one delivery. `pending`, `held` and `sending` are unfinished."""

    PENDING = "pending"
    SENDING = "sending"  # claimed; goes back to pending when the lease runs out
    SENT = "sent"
    UNCERTAIN = "uncertain"  # the request left, no answer came: it may have arrived; not sent again
    HELD = "held"  # of a broadcast that is paused
    MERGED = "merged"  # part of the message of another delivery, or of the next digest
    DROPPED = "dropped"  # nobody to hear it: chat gone or stopped, subscription ended
    DEAD = "dead"  # our fault or too many attempts; kept for an admin to see


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, told once: `key` is unique for the thing itself. `payload` is small JSON.

    Payloads: article and correction {article_id}; crossing {alert_id, the line as typed, seen: the observation}
    (decimals as strings; see storage/crossings.py); capped {}; digest {date}; stale and back {source, since}; notice
    {chat}: the chat that may not be written to; broadcast {text: Telegram HTML, paid: whether it leaves by the paid
    lane, where that is on}.
    """

    id: int
    kind: EventKind
    key: str
    payload: Mapping[str, Any]
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one chat (and thread; 0 is none). `attempts` counts sends that got an answer other than 429.

    `lease_until` tells this claim from a later one of the same delivery.
    `blocked_until`: until when (UTC) an earlier one of the same chat, thread and priority waits; this one
    waits with it.
    `carries`: other deliveries were merged into it, so that its message is about several events.
    """

    id: int
    event: Event
    chat_id: int
    thread_id: int
    silent: bool
    attempts: int
    repeat: bool = False  # sent before with an uncertain outcome; the text says so
    blocked_until: dt.datetime | None = None
    lease_until: dt.datetime | None = None
    carries: bool = False

    @property
    def priority(self) -> Priority:
        """How urgent it is."""
        return PRIORITY[self.event.kind]

    @property
    def paid(self) -> bool:
        """Whether an admin marked it to be sent as paid broadcast."""
        return self.event.kind is EventKind.BROADCAST and self.event.payload.get("paid") is True
