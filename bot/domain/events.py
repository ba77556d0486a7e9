"""Events (what happened) and deliveries (one event for one chat).

The content of an event is a frozen dataclass: the code that writes an event and the view that renders it meet in its
type. `storage.event_codec` turns these types into rows and back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import ClassVar

from bot.domain.alerts import Alert, AlertRule, Crossing
from bot.domain.rates import Rate


class EventKind(StrEnum):
    """The kind of an event, as rows, metrics and texts name it."""

    ARTICLE = "article"
    CROSSING = "crossing"
    DIGEST = "digest"
    STALE = "stale"
    BACK = "back"
    CAPPED = "capped"
    CORRECTION = "correction"
    CHAT_PAUSED = "chat_paused"
    TOPIC_CLOSED = "topic_closed"
    BROADCAST = "broadcast"


@dataclass(frozen=True, slots=True)
class ArticlePublished:
    """A new article matches a topic."""

    kind: ClassVar = EventKind.ARTICLE
    article_id: int


@dataclass(frozen=True, slots=True)
class ArticleCorrected:
    """The headline of an article changed, or it was withdrawn: the messages about it are edited."""

    kind: ClassVar = EventKind.CORRECTION
    article_id: int


@dataclass(frozen=True, slots=True)
class AlertFired:
    """An alert fired: its rule as typed, and all that its message shows, whatever becomes of the alert later.

    `rate` is the canonical rate that fired it, `before` the value at the tick before. `share` is the change or the
    deviation that it was compared with, for the kinds that have one. `rearms_at` is the canonical value at which it is
    armed again, where a value decides that. `at` is UTC.
    """

    kind: ClassVar = EventKind.CROSSING
    alert_id: int
    rule: AlertRule
    once: bool
    rate: Rate
    at: dt.datetime
    before: Decimal | None = None
    share: Decimal | None = None
    rearms_at: Decimal | None = None

    @classmethod
    def of(cls, crossing: Crossing, after: Alert) -> AlertFired:
        """Return the event of a crossing; `after` is the alert as the crossing left it."""
        seen = crossing.observation
        return cls(
            after.id,
            after.rule,
            after.once,
            seen.rate,
            crossing.at,
            seen.before,
            seen.shares.get(after.kind),
            after.rearms_at_value(seen.rate.tick * 2),
        )


@dataclass(frozen=True, slots=True)
class AlertsCapped:
    """A chat reached the daily cap of alerts: the rest of the day's are in its list only."""

    kind: ClassVar = EventKind.CAPPED


@dataclass(frozen=True, slots=True)
class DigestDue:
    """The digest of a local date is due."""

    kind: ClassVar = EventKind.DIGEST
    date: dt.date


@dataclass(frozen=True, slots=True)
class SourceStale:
    """A source has had no fresh data since an instant (UTC)."""

    kind: ClassVar = EventKind.STALE
    source: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class SourceBack:
    """A source has fresh data again, for the first time since an instant (UTC)."""

    kind: ClassVar = EventKind.BACK
    source: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class ChatPaused:
    """A chat refuses messages for want of a right: the operators are notified."""

    kind: ClassVar = EventKind.CHAT_PAUSED
    chat_id: int


@dataclass(frozen=True, slots=True)
class TopicClosed:
    """A topic of a forum takes no messages any more: the forum is notified in its General topic."""

    kind: ClassVar = EventKind.TOPIC_CLOSED
    chat_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class BroadcastSent:
    """An operator's message (Telegram HTML) to an audience. `paid`: sent as a paid broadcast where that is enabled."""

    kind: ClassVar = EventKind.BROADCAST
    text: str
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that this version cannot decode: a newer version wrote it. It cannot be rendered."""

    kind: EventKind


EventContent = (
    ArticlePublished
    | ArticleCorrected
    | AlertFired
    | AlertsCapped
    | DigestDue
    | SourceStale
    | SourceBack
    | ChatPaused
    | TopicClosed
    | BroadcastSent
    | Unreadable
)


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
    EventKind.CHAT_PAUSED: Priority.NOTICE,
    EventKind.TOPIC_CLOSED: Priority.NOTICE,
    EventKind.CORRECTION: Priority.EDIT,
    EventKind.DIGEST: Priority.DIGEST,
    EventKind.BROADCAST: Priority.BROADCAST,
}


# How old a message may be when it is corrected. Telegram lets people edit theirs so long, and bots' messages in some
# chats no longer; and nobody scrolls farther back.
EDITABLE = dt.timedelta(hours=48)
# A headline that changes more often than this is not followed any more: its message stays as it is.
MAX_CORRECTIONS = 5


class DeliveryState(StrEnum):
    """The life of one delivery. `pending`, `held` and `sending` are unfinished."""

    PENDING = "pending"
    SENDING = "sending"  # claimed; goes back to pending when the lease runs out
    SENT = "sent"
    UNCERTAIN = "uncertain"  # the request left, no answer came: it may have arrived; not sent again
    HELD = "held"  # of a broadcast that is paused
    MERGED = "merged"  # part of the message of another delivery, or of the next digest
    DROPPED = "dropped"  # no recipient: chat gone or stopped, subscription ended
    DEAD = "dead"  # our fault or too many attempts; kept for an admin to see


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event. `key` is unique for what happened, so that nothing is stored twice. `created_at` is UTC."""

    id: int
    key: str
    content: EventContent
    created_at: dt.datetime

    @property
    def kind(self) -> EventKind:
        """The kind of its content."""
        return self.content.kind


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one chat (and thread; 0 is none). `attempts` counts sends that got an answer other than 429.

    `lease_until` distinguishes this claim from a later one of the same delivery.
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
        return isinstance(self.event.content, BroadcastSent) and self.event.content.paid
