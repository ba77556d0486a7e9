"""The things that a message of the bot contains, as the auditor counts them. Pure."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.views.message import plain_text
from tests.chaos.audit import Kind, Shown

_T = Translator("en")
_ALERT, _DIGEST, _REPEAT = (
    ", below your ",
    plain_text(_T("digest.title", day="")).strip(),
    "You may have received this already",
)
_NAME = "\N{INFORMATION SEPARATOR ONE}"


def _around(key: str) -> tuple[str, str]:
    """Return the words before and after the name of a chat in a text."""
    before, _, after = plain_text(_T(key, chat=_NAME)).partition(_NAME)
    return before, after


_DRAFT = _around("review.draft")
_PROMPT = plain_text(_T("review.type_lead", chat=_NAME, limit=0)).partition(_NAME)[0]
# The notices to the managers of a chat; they stand below its name.
_BOARD_LOST = plain_text(_T("boards.lost"))
_NOTICES = {
    plain_text(_T("status.paused_channel")): "paused",
    plain_text(_T("status.paused_group")): "paused",
    plain_text(_T("status.removed")): "removed",
    _BOARD_LOST: "board",
}
_CHAT = "📢 "
_DECISIONS = {
    "posted": (plain_text(_T("review.posted_by", name="", at="")).split()[0],),
    "skipped": (plain_text(_T("review.skipped_by", name="", at="")).split()[0],),
    "dropped": (plain_text(_T("review.dropped")).split()[0],),
}
PAIR = Pair("KZT", "USD")


def key_of_level(level: str) -> str:
    """Return the words of a message for an alert's level as it was typed: the message has no zeros at its end."""
    return f"{PAIR} below {level.rstrip('0')}"


def key_of_draft(title: str, name: str) -> str:
    """Return the key of an article's draft for a chat."""
    return f"draft of {title} for {name}"


def key_of_notice(what: str, name: str = "") -> str:
    """Return the key of a notice about a chat: paused, removed or board (lost); without a name in that chat itself."""
    return f"{what} {name}".strip()


def things_in(text: str, titles: list[str]) -> list[Shown]:
    """Return the things found in a message."""
    first = text.partition("\n")[0]
    if _ALERT in first:
        return [Shown(Kind.CROSSING, key_of_level(first.partition(_ALERT)[2]), _REPEAT in text)]
    if _DIGEST in first:
        return [Shown(Kind.DIGEST, Kind.DIGEST)]
    if text == _BOARD_LOST:
        return [Shown(Kind.NOTICE, key_of_notice("board"))]
    if first.startswith(_CHAT) and (what := _NOTICES.get(text.partition("\n")[2])):
        return [Shown(Kind.NOTICE, key_of_notice(what, first.removeprefix(_CHAT)))]
    if draft := draft_in(text, titles):
        return [Shown(Kind.DRAFT, key_of_draft(*draft))]
    return [Shown(Kind.ARTICLE, title) for title in titles if title in text]


def draft_in(text: str, titles: list[str]) -> tuple[str, str] | None:
    """Return the title of a draft and the name of its chat, None for another message."""
    name = _between(text.partition("\n")[0], _DRAFT)
    title = next((title for title in titles if title in text), None)
    return None if name is None or title is None else (title, name)


def decision_in(text: str) -> str | None:
    """Return the decision that a draft shows in its last line, None while it is open."""
    last = text.rpartition("\n")[2]
    return next((state for state, marks in _DECISIONS.items() if last.startswith(marks)), None)


def shows_rate(text: str, rate: Decimal) -> bool:
    """Return whether a board shows this rate of the tenge: in dollars for a thousand."""
    return f"${rate * 1000:.2f} " in text


def prompted(text: str) -> str | None:
    """Return the name of the chat for whose draft a message asks another lead, None for another message."""
    return text[len(_PROMPT) :].partition(".")[0] if text.startswith(_PROMPT) else None


def _between(text: str, words: tuple[str, str]) -> str | None:
    before, after = words
    fits = text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after)
    return text[len(before) : len(text) - len(after)] if fits else None
