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
    NOT_FOUND = "not found"  # perhaps gone: counted by days
    PAUSED = "paused"  # no right to write; an admin can give it back
    MOVED = "moved"  # the group is a supergroup now
    OUR_FAULT = "our fault"  # refused as malformed: once more as plain text, then kept for us to see
    UNCERTAIN = "uncertain"  # it may have arrived
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
    whole_bot: bool = False


# Pauses before a request that never left is tried again.
FIRST_PAUSE = dt.timedelta(seconds=2)
LONGEST_PAUSE = dt.timedelta(minutes=10)
# Telegram's own 429 for a single chat is short; a long one speaks of the whole bot.
CHAT_FLOOD_SECONDS = 60.0

_NOT_FOUND = ("chat not found", "peer_id_invalid", "user not found")
_NO_RIGHT = (
    "chat_write_forbidden",
    "not enough rights",
    "have no write access",
    "need administrator rights",
    "chat_restricted",
    "chat_admin_required",
    "topic_closed",
    "message thread not found",
    "topic not found",
)
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
        return Decision(
            Outcome.LATER,
            not_before=now + pause + dt.timedelta(seconds=0.1),
            reason=reason,
            counts=False,
            whole_bot=pause.total_seconds() > CHAT_FLOOD_SECONDS,
        )
    if isinstance(error, ChatMigrated):
        return Decision(Outcome.MOVED, new_chat_id=error.new_chat_id, reason=reason)
    if isinstance(error, Forbidden):
        return Decision(Outcome.GONE, reason=reason)
    if isinstance(error, InvalidToken):
        return Decision(Outcome.STOP, reason=reason, counts=False)
    if isinstance(error, BadRequest):
        if any(sentence in words for sentence in _NOT_FOUND):
            return Decision(Outcome.NOT_FOUND, reason=reason)
        if any(sentence in words for sentence in _NO_RIGHT):
            return Decision(Outcome.PAUSED, reason=reason)
        return Decision(Outcome.OUR_FAULT, reason=reason)
    if isinstance(error, NotSent) or (isinstance(error, NetworkError) and kind is EventKind.CORRECTION):
        # Editing twice is editing once.
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 16), LONGEST_PAUSE)
        return Decision(Outcome.LATER, not_before=now + pause, reason=reason)
    if isinstance(error, NetworkError) and kind is EventKind.CROSSING and not repeat:
        # A crossing missed costs money, a crossing read twice costs a glance: once more, and it says so.
        return Decision(Outcome.UNCERTAIN, not_before=now + FIRST_PAUSE, reason=reason)
    if isinstance(error, NetworkError):
        return Decision(Outcome.UNCERTAIN, reason=reason)
    return Decision(Outcome.OUR_FAULT, reason=reason)
