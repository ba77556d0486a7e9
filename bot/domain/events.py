"""Events: what happened and is of interest to chats.

The content of an event is a frozen dataclass: the code that writes an event and the view that renders it meet in its
type. `storage.event_codec` turns these types into rows and back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from bot.domain.alerts import Alert, AlertRule, Crossing
from bot.domain.rates import Rate

# A headline that changes more often than this is not followed any more: its message stays as it is.
MAX_CORRECTIONS = 5


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
    BOARD_LOST = "board_lost"
    BROADCAST = "broadcast"
    REVIEW = "review"
    REVIEW_EDIT = "review_edit"
    POLICY = "policy"


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
    armed again, where a value decides that. `provider` is that of a best offer. `at` is UTC.
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
    provider: str = ""

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
            seen.provider,
        )


@dataclass(frozen=True, slots=True)
class AlertsCapped:
    """A chat reached the daily cap of alerts: the rest of the day's are in its list only."""

    kind: ClassVar = EventKind.CAPPED


@dataclass(frozen=True, slots=True)
class DigestDue:
    """The digest of a local date and time of day is due. `minute` is after midnight; events of one a day have none."""

    kind: ClassVar = EventKind.DIGEST
    date: dt.date
    minute: int | None = None


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
    """A chat takes no messages any more, for want of a right or since the bot was `removed`: its managers are notified.

    Where it has none, the operators are notified of a missing right.
    """

    kind: ClassVar = EventKind.CHAT_PAUSED
    chat_id: int
    removed: bool = False


@dataclass(frozen=True, slots=True)
class TopicClosed:
    """A topic of a forum takes no messages any more: its managers are notified, and the forum in its General topic.

    `thread_id` 0 or 1 is the General topic itself.
    """

    kind: ClassVar = EventKind.TOPIC_CLOSED
    chat_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class BoardLost:
    """The message of a board cannot be edited any more: its chat is notified, or the managers of its channel."""

    kind: ClassVar = EventKind.BOARD_LOST
    chat_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class BroadcastSent:
    """An operator's message (Telegram HTML) to an audience. `paid`: sent as a paid broadcast where that is enabled."""

    kind: ClassVar = EventKind.BROADCAST
    text: str
    paid: bool = False


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """A post waits for a decision: the reviewers of its chat get the draft. `delivery_id` is that of the post."""

    kind: ClassVar = EventKind.REVIEW
    delivery_id: int


@dataclass(frozen=True, slots=True)
class ReviewChanged:
    """A draft is out of date, by a decision, another lead or a corrected article: its messages are edited."""

    kind: ClassVar = EventKind.REVIEW_EDIT
    delivery_id: int


@dataclass(frozen=True, slots=True)
class PolicyDecided:
    """A central bank has decided on its policy rate: `percent` a year, after `before`; equal: the rate is kept.

    `in_force_on` is None while the bank has only announced the decision.
    """

    kind: ClassVar = EventKind.POLICY
    bank: str
    percent: Decimal
    before: Decimal
    in_force_on: dt.date | None = None


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
    | BoardLost
    | BroadcastSent
    | ReviewAsked
    | ReviewChanged
    | PolicyDecided
    | Unreadable
)


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
