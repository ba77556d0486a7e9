"""Families of Telegram's error texts. Pure: a description in any letter case, with or without "Bad Request: ".

The sentences are those of tdlib/telegram-bot-api, the names in capitals are MTProto's, which the server passes on. Both
come with status 400 as well as 403, so the text decides and not the status.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Family(StrEnum):
    """The kind of a refusal by its description, as far as the next step depends on it."""

    MALFORMED = "malformed"  # our text, mark-up, button or link is refused
    FLOOD = "flood"  # too many requests; certainly not sent
    MOVED = "moved"  # the group became a supergroup
    TO_BOT = "to bot"  # the recipient is a bot
    NOT_PAID = "not paid"  # this bot cannot pay for a broadcast
    NOT_MODIFIED = "not modified"  # the message says so already
    MESSAGE_GONE = "message gone"  # the message to edit, delete or reply to is gone; it or the query is too old
    TOPIC = "topic"  # the forum's topic is closed, deleted or unknown
    BLOCKED = "blocked"  # the person or the chat receives nothing from us any more
    RIGHTS = "rights"  # the bot may not write there; an admin can change that
    NOT_FOUND = "not found"  # the chat is unknown, perhaps by a fault of the server
    UNKNOWN = "unknown"


# The first family that matches wins. MALFORMED comes before those that are looked for anywhere in a description:
# its own descriptions quote our text, which may say anything.
# Names are joined by "_" or by spaces: a proxy or an older server may write either.
_TABLE: tuple[tuple[Family, str], ...] = (
    (Family.NOT_MODIFIED, r"^(error: )?(bad request: )?message.(is.)?not.modified"),
    # Names that hold a word of the next row: CHAT_SEND_WEBPAGE_FORBIDDEN.
    (Family.RIGHTS, r"^([a-z ]+: )?chat.send.\w+.forbidden$"),
    (
        Family.MALFORMED,
        (
            r"can.t parse|message text is empty|message is too long|message.too.long|caption is too long"
            r"|media.caption.too.long|reply.markup|button|entit(y|ies)\b|wrong http url|failed to get http url"
            r"|wrong type of the web page|wrong file identifier|wrong remote file|webpage|photo.invalid|image.process"
            r"|request entity too large|file is too big"
        ),
    ),
    (Family.FLOOD, r"too many requests|flood.?(premium.?)?wait|slow.?mode.?wait|flood control|retry (after|in) \d"),
    (Family.MOVED, r"(upgraded|migrated) to a supergroup|chat.migrated|group.migrated"),
    (Family.TO_BOT, r"can.t send messages to (the )?bots?\b|user.is.bot\b|user.bot.invalid"),
    (Family.NOT_PAID, r"floodskip.not.allowed|balance.too.low|not enough stars"),
    (
        Family.MESSAGE_GONE,
        (
            r"message to (edit|delete|forward|copy|pin) not found|message can.t be (edited|deleted)"
            r"|message.(id.invalid|edit.time.expired|delete.forbidden|author.required)|message.can.not.be.edited"
            r"|message to (be replied|reply) not found|replied message not found|query is too old|query.id.invalid"
        ),
    ),
    (
        Family.TOPIC,
        (
            r"topic[a-z_ ]{0,20}(closed|deleted|not.found|id.invalid|invalid|hidden)"
            r"|(message.)?thread[a-z_ ]{0,12}(not.found|invalid|closed|deleted)|invalid.(message.)?thread"
            r"|topics are disabled|is not a forum|forum.(missing|disabled)"
        ),
    ),
    (
        Family.BLOCKED,
        (
            r"(blocked|stopped) by the user|user.is.blocked|you.blocked.user|blocked the bot"
            r"|(bot was|been) (kicked|removed|banned)|(kicked|removed|banned) from the"
            r"|(user|account|chat|group) (is|was) deactivated|user.deactivated"
            r"|channel.(private|inaccessible)|(chat|group|channel) (was|is) deleted|user is deleted"
            r"|can.t initiate conversation|not a (member|participant) of|chat.forbidden|user.not.participant"
        ),
    ),
    (
        Family.RIGHTS,
        (
            r"not enough rights|(have )?no rights?\b|no write access|administrator rights|must be an administrator"
            r"|not an admin|need to be (an )?admin|(chat|user|channel).(write.forbidden|admin.required)"
            r"|(chat|user|channel).(is.)?restricted"
            r"|(chat|channel).guest.send.forbidden|chat.send.\w+.forbidden|user.banned.in.channel|right.forbidden"
            r"|banned.rights|allow.payment.required|(privacy.premium|premium.account).required|voice.messages.forbidden"
        ),
    ),
    (
        Family.NOT_FOUND,
        r"(chat|user|group|channel) not found|(peer|chat|channel|user).(id.)?invalid|chat.not.exist",
    ),
)
_PATTERNS = tuple((family, re.compile(pattern, re.IGNORECASE)) for family, pattern in _TABLE)
# Longer descriptions are none of Telegram's: only so much of one is searched.
LONGEST_DESCRIPTION = 1000

_SECONDS = re.compile(r"retry (?:after|in) (\d+)|wait.{0,4}?(\d+)", re.IGNORECASE)


def family(description: str) -> Family:
    """Return the family of a description, UNKNOWN for one that is not in the table."""
    words = description[:LONGEST_DESCRIPTION]
    return next((family for family, pattern in _PATTERNS if pattern.search(words)), Family.UNKNOWN)


def seconds_in(description: str) -> float | None:
    """Return the seconds that a flood's description asks to wait, None where it has none."""
    found = _SECONDS.search(description[:LONGEST_DESCRIPTION])
    return None if found is None else float((found[1] or found[2])[:12])
