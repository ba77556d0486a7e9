"""The rules for commands that words name with their arguments: `digest at 7:30`, `часовой пояс москва`."""

from __future__ import annotations

import re

from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.sentence import PADDING, Sentence
from bot.domain.intents.word_rules import LANGUAGES, query_of
from bot.domain.spelling import fold
from bot.domain.times import NotATime, clock, parse_clock
from bot.domain.tokens import Token, kinds
from bot.domain.vocabulary import meaning_of

# A time of day that a preposition or a part of the day marks as one, or that is typed with minutes.
_CLOCK = re.compile(
    r"(?:\b(?:at|в|на|к)\s+)?\b([0-9]{1,2}(?:[:.][0-9]{2})?)\s*(am|pm|утра|дня|вечера|ночи)?(?![\w:.,]*\d)",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\b([0-9]{1,2}(?:[:.][0-9]{2})?)\s*(?:[-–—]|до|to|till|until)\s*([0-9]{1,2}(?:[:.][0-9]{2})?)\b")
# The argument of a command that switches something off.
OFF = "off"
# More tokens are a sentence about something else.
_LONGEST = 8
# Words that may stand beside a command's name: `поменяй язык на английский`.
_BESIDE = PADDING | kinds("command convert switch alert daypart either")

# Words for the rates that a digest has: `каждый день в 8 присылай курс`.
_IN_DIGEST = kinds("rate currency all price howmuch cost")


def command(sentence: Sentence) -> Intent | None:
    """Return the intent of a command that is named with an argument, if the sentence is one."""
    if sentence.has("delete") and sentence.kinds <= PADDING | {"delete"}:
        return _intent("cancel", "")
    if sentence.has("news") and _is_off(sentence, "news"):
        return _intent("topics", "")
    return _digest(sentence) or _spoken(sentence) or _settings(sentence)


def _intent(name: str, argument: str) -> Intent:
    return Intent(IntentKind.MENU, command=name, query=argument)


def _named(sentence: Sentence) -> str:
    """Return the name of the first command that is named, or an empty text."""
    return next((token.meaning.partition(":")[2] for token in sentence.tokens if token.kind == "command"), "")


def _digest(sentence: Sentence) -> Intent | None:
    """Return the intent of a daily digest at a time: `дайджест в 7:30`, `news every morning at 8`."""
    named = _named(sentence) == "digest"
    if named and _is_off(sentence):
        return _intent("digest", OFF)
    if named and sentence.has("switch", "alert") and sentence.kinds <= _BESIDE | _IN_DIGEST:
        return _intent("digest", "")
    if not named and not (sentence.has("news") and sentence.has("daypart")):
        return None
    found = _CLOCK.search(sentence.text)
    if found is None:
        is_asked = not named and sentence.has("tell", "into") and sentence.only("news", "daypart")
        return _intent("digest", "") if is_asked else None
    rest = sentence.without(*found.span())
    if rest.unknown or not rest.kinds <= _BESIDE | kinds("news unit") | (_IN_DIGEST if named else set()):
        return None
    try:
        minutes = parse_clock(f"{found[1]} {found[2] or ''}")
    except NotATime:
        return None
    if not found[2] and minutes < 12 * 60 and any(map(_is_evening, sentence.tokens)):
        minutes += 12 * 60
    return _intent("digest", clock(minutes))


def _is_evening(token: Token) -> bool:
    """Return whether a token names the evening: `вечером`, `every evening`."""
    return meaning_of(fold(token.text.split()[-1])) == "daypart:pm"


def _is_off(sentence: Sentence, *named: str) -> bool:
    """Return whether a sentence switches off what it names: `выключи дайджест`."""
    off = [one for one in sentence.tokens if one.meaning == "switch:off" or one.kind == "delete"]
    return bool(off) and sentence.kinds <= _BESIDE | {"delete", *named}


def _spoken(sentence: Sentence) -> Intent | None:
    """Return the intent of a sentence that is no more than a language: `на русском`, `english please`."""
    words = [token for token in sentence.tokens if token.kind not in ("filler", "into", "by")]
    spoken = meaning_of(fold(words[0].text)) if len(words) == 1 else ""
    code = LANGUAGES.get(spoken.partition(":")[2], "") if spoken.startswith("people:") else ""
    return _intent("language", code) if code else None


def _settings(sentence: Sentence) -> Intent | None:
    """Return the intent of a setting with its value."""
    name = _named(sentence)
    if name == "language" and not sentence.numbers and (not sentence.unknown or sentence.has("switch", "people")):
        # `на русский` after a preposition is read as money.
        spoken = [one.meaning.partition(":")[2] for one in sentence.tokens if one.kind in ("people", "currency")]
        if sentence.kinds <= _BESIDE | {"people", "currency", "", "ordinary"} and len(sentence.tokens) <= _LONGEST:
            return _intent("language", LANGUAGES.get(spoken[0], "") if spoken else "")
    if name == "timezone" and not sentence.codes and len(sentence.tokens) <= _LONGEST:
        return _intent("timezone", query_of(sentence, _is_beside))
    if name == "quiet" and _is_off(sentence):
        return _intent("quiet", OFF)
    if name == "quiet" and (hours := _HOURS.search(sentence.text)):
        rest = sentence.without(*hours.span())
        return _intent("quiet", f"{hours[1]}-{hours[2]}") if not rest.unknown and rest.kinds <= _BESIDE else None
    if name == "unsubscribe" and not sentence.codes and len(sentence.tokens) <= _LONGEST:
        return _intent("unsubscribe", query_of(sentence, _is_beside_topic))
    return None


def _is_beside(token: Token) -> bool:
    return token.kind in _BESIDE | {"price", "howmuch"}


def _is_beside_topic(token: Token) -> bool:
    return token.kind in _BESIDE | {"news"}
