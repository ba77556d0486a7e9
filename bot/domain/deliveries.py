"""Deliveries (one event for one chat): their state, and the order in which they leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.events import BroadcastSent, Event, EventKind
from bot.domain.reviews import ReviewState


class Priority(IntEnum):
    """The order in which waiting deliveries leave; replies leave before all of them (bot/delivery/pacing.py)."""

    CROSSING = 10
    NEWS = 20
    POLICY = 21  # as urgent as news, but never merged with articles (storage/merging.py reads them by priority)
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
    EventKind.CHAT_PAUSED: Priority.NOTICE,
    EventKind.TOPIC_CLOSED: Priority.NOTICE,
    EventKind.BOARD_LOST: Priority.NOTICE,
    EventKind.CORRECTION: Priority.EDIT,
    EventKind.DIGEST: Priority.DIGEST,
    EventKind.BROADCAST: Priority.BROADCAST,
    EventKind.REVIEW: Priority.NOTICE,
    EventKind.REVIEW_EDIT: Priority.EDIT,
    EventKind.POLICY: Priority.POLICY,
}
# Kinds that edit a message instead of sending one.
EDITS = frozenset({EventKind.CORRECTION, EventKind.REVIEW_EDIT})
# How old a message may be when it is corrected. Telegram lets people edit theirs so long, and bots' messages in some
# chats no longer; and nobody scrolls farther back.
EDITABLE = dt.timedelta(hours=48)


class DeliveryState(StrEnum):
    """The life of one delivery. `pending`, `held`, `review` and `sending` are unfinished."""

    PENDING = "pending"
    SENDING = "sending"  # claimed; goes back to pending when the lease runs out
    SENT = "sent"
    UNCERTAIN = "uncertain"  # the request left, no answer came: it may have arrived; not sent again
    HELD = "held"  # of a broadcast that is paused
    REVIEW = "review"  # a draft: people decide whether it is sent
    MERGED = "merged"  # part of the message of another delivery, or of the next digest
    DROPPED = "dropped"  # no recipient: chat gone or stopped, subscription ended
    DEAD = "dead"  # our fault or too many attempts; kept for an admin to see


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one chat (and thread; 0 is none). `attempts` counts sends that got an answer other than 429.

    `lease_until` distinguishes this claim from a later one of the same delivery.
    `blocked_until`: until when (UTC) an earlier one of the same chat, thread and priority waits; this one
    waits with it.
    `carries`: other deliveries were merged into it, so that its message is about several events.
    `review` is the state of its review, None without one; `lead` is the lead that a reviewer wrote for it.
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
    review: ReviewState | None = None
    lead: str | None = None

    @property
    def priority(self) -> Priority:
        """How urgent it is."""
        return PRIORITY[self.event.kind]

    @property
    def paid(self) -> bool:
        """Whether an admin marked it to be sent as paid broadcast."""
        return isinstance(self.event.content, BroadcastSent) and self.event.content.paid
