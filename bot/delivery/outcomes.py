"""What an attempt to send means for its delivery. Pure: the error, the kind of event, the attempts, the time.

The sentences are the server's own (tdlib/telegram-bot-api); python-telegram-bot strips "Bad Request: " and changes the
case, so they are looked for without regard to it.
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

from bot.delivery.request import NotSent
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

_NOT_FOUND = ("chat not found", "peer_id_invalid", "user not found")
_NO_RIGHT = (
    "chat_write_forbidden",
    "not enough rights",
    "have no rights",
    "have no write access",
    "need administrator rights",
    "chat_restricted",
    "chat_admin_required",
    "chat_send_",
)
_NO_TOPIC = ("topic_closed", "topic closed", "message thread not found", "topic not found")
_TO_BOT = "can't send messages to the bot"
_NOT_PAID = "floodskip_not_allowed"
_TOO_LARGE = "request entity too large"
# What python-telegram-bot says of an answer that is no JSON: a proxy's page, half an answer.
_GARBAGE = "invalid server response"
_SENT_ANYWAY = "sent message was immediately deleted"


def decide(error: TelegramError | None, kind: EventKind, attempts: int, repeat: bool, now: dt.datetime) -> Decision:
    """Return what to do after an attempt; `error` None is success. Unknown refusals are our fault: seen, not lost."""
    reason = "" if error is None else f"{type(error).__name__}: {str(error)[:150]}"
    words = reason.lower()
    if error is None or _SENT_ANYWAY in words:
        return Decision(Outcome.SENT, reason=reason)
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        pause = wait if isinstance(wait, dt.timedelta) else dt.timedelta(seconds=wait)
        return Decision(Outcome.LATER, not_before=now + pause + FLOOD_MARGIN, reason=reason, counts=False)
    if isinstance(error, ChatMigrated):
        return Decision(Outcome.MOVED, new_chat_id=error.new_chat_id, reason=reason)
    if isinstance(error, Forbidden):
        return Decision(Outcome.NOBODY if _TO_BOT in words else Outcome.GONE, reason=reason)
    if isinstance(error, InvalidToken):
        return Decision(Outcome.STOP, reason=reason, counts=False)
    if isinstance(error, BadRequest):
        if any(sentence in words for sentence in _NOT_FOUND):
            return Decision(Outcome.NOT_FOUND, reason=reason)
        if _NOT_PAID in words:
            return Decision(Outcome.NOT_PAID, reason=reason, counts=False)
        if any(sentence in words for sentence in _NO_TOPIC):
            return Decision(Outcome.NO_TOPIC, reason=reason)
        if any(sentence in words for sentence in _NO_RIGHT):
            return Decision(Outcome.PAUSED, reason=reason)
        return Decision(Outcome.OUR_FAULT, reason=reason)
    if isinstance(error, NotSent) or (isinstance(error, NetworkError) and kind is EventKind.CORRECTION):
        # Editing twice is editing once.
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 16), LONGEST_PAUSE)
        return Decision(Outcome.LATER, not_before=now + pause, reason=reason)
    if _TOO_LARGE in words:
        return Decision(Outcome.OUR_FAULT, reason=reason)
    unclear = isinstance(error, NetworkError) or _GARBAGE in words
    if unclear and kind in ONCE_MORE and not repeat:
        return Decision(Outcome.UNCERTAIN, not_before=now + FIRST_PAUSE, reason=reason)
    if unclear:
        return Decision(Outcome.UNCERTAIN, reason=reason)
    return Decision(Outcome.OUR_FAULT, reason=reason)
