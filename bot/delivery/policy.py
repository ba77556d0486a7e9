"""The next step of a claimed delivery, and the meaning of Telegram's answer. Pure: instants are UTC and passed in.

Refusals are read by the family of their text (bot/delivery/families.py). Merging is decided before, at
the claim (bot/domain/merging.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.delivery.answers import NotSent, seconds_of
from bot.delivery.families import Family, family
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import EDITS, Delivery, DeliveryState
from bot.domain.events import EventKind
from bot.domain.times import is_quiet, quiet_ends
from storage.claims import LEASE
from storage.deliveries import Message
from storage.outcomes import DeliveryUpdate

# A delivery whose chat must wait longer than this waits in the database, so that no lease expires in memory; seconds.
LONGEST_CHAT_WAIT = 5.0
# The pause before a request that never left is tried again; it doubles with each attempt.
FIRST_PAUSE = dt.timedelta(seconds=2)
# A chat or topic that may not be written to, or is not found, is tried again a day later.
DAY = dt.timedelta(days=1)
# Added to the end of a flood limit, so that two clocks agree about it.
FLOOD_MARGIN = dt.timedelta(seconds=0.1)
# A delivery that failed this often is kept for an operator to see and not tried again.
MAX_ATTEMPTS = 8
# Kinds that are sent once more, marked as a repetition, when it is uncertain whether they arrived: an alert that is
# missed costs money. All others are sent at most once.
ONCE_MORE = frozenset({EventKind.CROSSING})
# Kinds that are sent in quiet hours too: a digest comes at the hour asked for, and an edit makes no sound.
SENT_IN_QUIET_HOURS = EDITS | {EventKind.DIGEST}

_SENT_ANYWAY = "sent message was immediately deleted"


class Outcome(StrEnum):
    """The meaning of an answer to an attempt."""

    SENT = "sent"
    LATER = "later"
    GONE = "gone"  # the chat receives nothing from us any more; its settings stay
    NOBODY = "nobody"  # the recipient is a bot: bots receive nothing from bots
    NOT_FOUND = "not found"  # perhaps gone: counted by days
    PAUSED = "paused"  # no right to write; an admin can give it back
    NO_TOPIC = "no topic"  # the forum's topic is closed or deleted; the rest of the chat is not affected
    MOVED = "moved"  # the group became a supergroup
    OUR_FAULT = "our fault"  # refused as malformed: sent once more as plain text, then kept for operators
    UNCERTAIN = "uncertain"  # it may have arrived
    NOT_PAID = "not paid"  # this bot cannot pay for broadcasts: no stars, or too few users
    TOO_LATE = "too late"  # the message to edit is gone or too old
    STOP = "stop"  # the token is refused: nothing can be sent


# The meaning of a refusal of each family; all others are our fault.
_OUTCOMES = {
    Family.NOT_MODIFIED: Outcome.SENT,
    Family.MESSAGE_GONE: Outcome.TOO_LATE,
    Family.TO_BOT: Outcome.NOBODY,
    Family.BLOCKED: Outcome.GONE,
    Family.NOT_FOUND: Outcome.NOT_FOUND,
    # Without the new id: Telegram also sends it in a service message, which moves the chat with what waits for it.
    Family.MOVED: Outcome.NOT_FOUND,
    Family.TOPIC: Outcome.NO_TOPIC,
    Family.RIGHTS: Outcome.PAUSED,
    Family.NOT_PAID: Outcome.NOT_PAID,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of an answer: for the chat (`outcome`), and for the delivery; `new_chat_id` of a group that moved."""

    outcome: Outcome
    update: DeliveryUpdate
    reason: str = ""
    new_chat_id: int | None = None


def requeue(delivery: Delivery, not_before: dt.datetime | None = None) -> DeliveryUpdate:
    """Return the update of a claimed delivery that was not tried; it may be claimed again from `not_before`."""
    return DeliveryUpdate(delivery.id, DeliveryState.PENDING, not_before=not_before, attempted=False)


def drop(delivery: Delivery, reason: str) -> DeliveryUpdate:
    """Return the update of a claimed delivery that is not needed any more."""
    return DeliveryUpdate(delivery.id, DeliveryState.DROPPED, error=reason, attempted=False)


def decide(
    delivery: Delivery, chat: Chat, now: dt.datetime, chat_wait: float, edited: Message | None
) -> DeliveryUpdate | None:
    """Return what becomes of a claimed delivery that is not sent now; None: it is sent.

    `chat_wait` is how long the limits of its chat hold it up, in seconds; `edited` the message that an edit replaces.
    """
    if chat.state not in (ChatState.ACTIVE, ChatState.PAUSED):
        return drop(delivery, "nobody there")
    if delivery.blocked_until is not None:  # also where the earlier delivery has just become due: it goes first
        return requeue(delivery, delivery.blocked_until)
    zone = ZoneInfo(chat.timezone)
    if chat.quiet and delivery.event.kind not in SENT_IN_QUIET_HOURS and is_quiet(now, chat.quiet, zone):
        return requeue(delivery, quiet_ends(now, chat.quiet, zone))
    if chat_wait > LONGEST_CHAT_WAIT:
        return requeue(delivery, now + dt.timedelta(seconds=chat_wait))
    if delivery.event.kind in EDITS and edited is None:
        if delivery.attempts:
            return DeliveryUpdate(delivery.id, DeliveryState.DROPPED, error="nothing to edit")
        # The message was on its way when the edit was written: it can be edited once it has arrived.
        return DeliveryUpdate(delivery.id, DeliveryState.PENDING, not_before=now + LEASE)
    return None


def judge(error: TelegramError | None, delivery: Delivery, now: dt.datetime) -> Verdict:
    """Return what the answer to an attempt means; `error` None is success.

    An unknown refusal is our fault: it is sent once more as plain text, then kept for the operators.
    """
    reason = "" if error is None else f"{type(error).__name__}: {str(error)[:150]}"
    outcome, later, counts = _read(error, delivery, now)
    new_chat_id = error.new_chat_id if isinstance(error, ChatMigrated) else None
    return Verdict(outcome, _update(delivery, outcome, later, reason, counts=counts), reason, new_chat_id)


def outcome_of(error: TelegramError | None) -> Outcome:
    """Return the meaning of the answer to a request about a chat; `error` None is success."""
    if error is None or _SENT_ANYWAY in str(error).lower():
        return Outcome.SENT
    match error:
        case RetryAfter() | NotSent():
            return Outcome.LATER
        case ChatMigrated():
            return Outcome.MOVED
        case InvalidToken():
            return Outcome.STOP
        case Forbidden() | BadRequest():
            return _OUTCOMES.get(family(str(error)), Outcome.OUR_FAULT)
        case NetworkError():
            return Outcome.UNCERTAIN
    return Outcome.OUR_FAULT


def _read(
    error: TelegramError | None, delivery: Delivery, now: dt.datetime
) -> tuple[Outcome, dt.datetime | None, bool]:
    """Return the outcome, when to try again, and whether the attempt counts."""
    kind, outcome = delivery.event.kind, outcome_of(error)
    if isinstance(error, RetryAfter):
        return outcome, now + dt.timedelta(seconds=seconds_of(error)) + FLOOD_MARGIN, False
    if outcome is Outcome.LATER or (outcome is Outcome.UNCERTAIN and kind in EDITS):
        # Editing twice is editing once.
        return Outcome.LATER, now + FIRST_PAUSE * 2 ** min(delivery.attempts, MAX_ATTEMPTS), True
    if outcome is Outcome.UNCERTAIN:
        again = kind in ONCE_MORE and not delivery.repeat
        return outcome, now + FIRST_PAUSE if again else None, True
    later = now + DAY if outcome in (Outcome.PAUSED, Outcome.NO_TOPIC, Outcome.NOT_FOUND) else None
    return outcome, later, outcome not in (Outcome.STOP, Outcome.NOT_PAID)


def _update(
    delivery: Delivery, outcome: Outcome, later: dt.datetime | None, reason: str, *, counts: bool
) -> DeliveryUpdate:
    """Return what an outcome makes of a delivery."""
    repeat = None
    match outcome:
        case Outcome.SENT:
            return DeliveryUpdate(delivery.id, DeliveryState.SENT)
        case Outcome.UNCERTAIN if later is None:
            state = DeliveryState.UNCERTAIN
        case Outcome.UNCERTAIN:
            state, repeat = DeliveryState.PENDING, True
        case Outcome.GONE | Outcome.NOBODY | Outcome.TOO_LATE:
            state = DeliveryState.DROPPED
        case Outcome.OUR_FAULT:
            state = DeliveryState.DEAD
        case _:
            state = DeliveryState.DEAD if counts and delivery.attempts + 1 >= MAX_ATTEMPTS else DeliveryState.PENDING
    later = later if state is DeliveryState.PENDING else None
    return DeliveryUpdate(delivery.id, state, later, error=reason or None, attempted=counts, repeat=repeat)
