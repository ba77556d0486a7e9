"""What an attempt to send means for its delivery. Pure: the error, the kind of event, the attempts, the time.

Refusals are read by the family of their text (bot/delivery/families.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery.answers import NotSent, seconds_of
from bot.delivery.families import Family, family
from bot.domain.events import EventKind


class Outcome(StrEnum):
    """What became of an attempt."""

    SENT = "sent"
    LATER = "later"  # try again at `not_before`
    GONE = "gone"  # the chat cannot hear us any more; its settings stay
    NOBODY = "nobody"  # another bot: bots do not hear each other
    NOT_FOUND = "not found"  # perhaps gone: counted by days
    PAUSED = "paused"  # no right to write; an admin can give it back
    NO_TOPIC = "no topic"  # the forum's topic is closed or deleted; the rest of the chat hears us
    MOVED = "moved"  # the group is a supergroup now
    OUR_FAULT = "our fault"  # refused as malformed: once more as plain text, then kept for us to see
    UNCERTAIN = "uncertain"  # it may have arrived
    NOT_PAID = "not paid"  # Telegram lets this bot pay for no broadcast: no stars, or too few users
    TOO_LATE = "too late"  # the message to edit is gone, or too old
    STOP = "stop"  # the token is refused: nothing can be sent


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with what it needs: when to try again (UTC), the new id of a chat, whether the attempt counts."""

    outcome: Outcome
    not_before: dt.datetime | None = None
    new_chat_id: int | None = None
    reason: str = ""
    counts: bool = True


# Pauses before a request that never left is tried again.
FIRST_PAUSE = dt.timedelta(seconds=2)
LONGEST_PAUSE = dt.timedelta(minutes=10)
# A flood's end, and a little more so that two clocks agree about it.
FLOOD_MARGIN = dt.timedelta(seconds=0.1)
# Kinds that are sent once more when it is uncertain whether they arrived, and say so: a crossing missed costs money,
# read twice it costs a glance. All others come at most once.
ONCE_MORE = frozenset({EventKind.CROSSING})

_SENT_ANYWAY = "sent message was immediately deleted"

# What a refusal of each family means for its delivery; all others are our fault, and kept to be seen.
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


def decide(error: TelegramError | None, kind: EventKind, attempts: int, repeat: bool, now: dt.datetime) -> Decision:
    """Return what to do after an attempt; `error` None is success.

    An unknown refusal is our fault: it is sent once more as plain text, then kept for the operators.
    """
    reason = "" if error is None else f"{type(error).__name__}: {str(error)[:150]}"
    if error is None or _SENT_ANYWAY in reason.lower():
        return Decision(Outcome.SENT, reason=reason)
    if isinstance(error, RetryAfter):
        pause = dt.timedelta(seconds=seconds_of(error))
        return Decision(Outcome.LATER, not_before=now + pause + FLOOD_MARGIN, reason=reason, counts=False)
    if isinstance(error, ChatMigrated):
        return Decision(Outcome.MOVED, new_chat_id=error.new_chat_id, reason=reason)
    if isinstance(error, InvalidToken):
        return Decision(Outcome.STOP, reason=reason, counts=False)
    if isinstance(error, Forbidden | BadRequest):
        outcome = _OUTCOMES.get(family(str(error)), Outcome.OUR_FAULT)
        return Decision(outcome, reason=reason, counts=outcome is not Outcome.NOT_PAID)
    if isinstance(error, NotSent) or (isinstance(error, NetworkError) and kind is EventKind.CORRECTION):
        # Editing twice is editing once.
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 16), LONGEST_PAUSE)
        return Decision(Outcome.LATER, not_before=now + pause, reason=reason)
    if not isinstance(error, NetworkError):
        return Decision(Outcome.OUR_FAULT, reason=reason)
    again = kind in ONCE_MORE and not repeat
    return Decision(Outcome.UNCERTAIN, not_before=now + FIRST_PAUSE if again else None, reason=reason)
