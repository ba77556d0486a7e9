"""The rules for commands that words name with their arguments: `digest at 7:30`, `часовой пояс москва`."""

from __future__ import annotations

import re

from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.sentence import PADDING, Sentence
from bot.domain.intents.word_rules import language_named, query_of
from bot.domain.languages import language_of
from bot.domain.spelling import fold
from bot.domain.times import NotATime, clock, find_quiet, joined, parse_clock
from bot.domain.tokens import Token, kinds
from bot.domain.vocabulary import meaning_of

# A time of day that a preposition or a part of the day marks as one, or that is typed with minutes.
_CLOCK = re.compile(
    r"(?:\b(?:at|в|на|к)\s+)?\b([0-9]{1,2}(?:[:.][0-9]{2})?)\s*(am|pm|утра|дня|вечера|ночи)?(?![\w:.,]*\d)",
    re.IGNORECASE,
)
# The argument of a command that switches something off.
OFF = "off"
_SWITCHED_OFF = frozenset(("switch:off", "command:stop"))  # `тоқтат` is both
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
    """Return the name of the first command that is named, or an empty text; `stop` may only switch another off."""
    names = [token.meaning.partition(":")[2] for token in sentence.tokens if token.kind == "command"]
    return next((name for name in names if name != "stop"), "")


def _digest(sentence: Sentence) -> Intent | None:
    """Return the intent of a daily digest at a time: `дайджест в 7:30`, `news every morning at 8`."""
    named = _named(sentence) == "digest"
    if named and _is_off(sentence):
        return _intent("digest", OFF)
    if named and sentence.has("switch", "alert") and sentence.kinds <= _BESIDE | _IN_DIGEST:
        return _intent("digest", "")
    if not named and not (sentence.has("news") and sentence.has("daypart")):
        return None
    found = _times(sentence.text)
    if not found:
        is_asked = not named and sentence.has("tell", "into") and sentence.only("news", "daypart")
        return _intent("digest", "") if is_asked else None
    rest = sentence.without(found[0].start(), found[-1].end())
    if rest.unknown or not rest.kinds <= _BESIDE | kinds("news unit") | (_IN_DIGEST if named else set()):
        return None
    is_evening = len(found) == 1 and any(map(_is_evening, sentence.tokens))
    try:
        times = [parse_clock(f"{one[1]} {one[2] or ''}") for one in found]
    except NotATime:
        return None
    if is_evening and not found[0][2] and times[0] < 12 * 60:
        times[0] += 12 * 60
    return _intent("digest", " ".join(map(clock, times)))


def _times(text: str) -> list[re.Match[str]]:
    """Return the first time of day in a sentence, and those that are listed after it: `в 8 и в 18`."""
    found: list[re.Match[str]] = []
    for one in _CLOCK.finditer(text):
        if found and not joined(text[found[-1].end() : one.start()]):
            break
        found.append(one)
    return found


def _is_evening(token: Token) -> bool:
    """Return whether a token names the evening: `вечером`, `every evening`."""
    return "daypart:pm" in (token.meaning, meaning_of(fold(token.text.split()[-1])))


def _is_off(sentence: Sentence, *named: str) -> bool:
    """Return whether a sentence switches off what it names: `выключи дайджест`."""
    off = [one for one in sentence.tokens if one.meaning in _SWITCHED_OFF or one.kind == "delete"]
    return bool(off) and sentence.kinds <= _BESIDE | {"delete", *named}


def _spoken(sentence: Sentence) -> Intent | None:
    """Return the intent of a sentence that is no more than a language: `на русском`, `english please`."""
    words = [token for token in sentence.tokens if token.kind not in ("filler", "into", "by")]
    whole = language_of(sentence.text.strip(" .!?"))  # `қазақ тілі`
    code = language_named(words[0]) if len(words) == 1 else whole
    return _intent("language", code) if code else None


def _settings(sentence: Sentence) -> Intent | None:
    """Return the intent of a setting with its value."""
    name = _named(sentence)
    if name == "language" and not sentence.numbers and len(sentence.tokens) <= _LONGEST:
        # `на русский` after a preposition is read as money.
        languages = [language_named(token) for token in sentence.tokens]
        known = [language for language in languages if language]
        unknown = any(not language_named(token) for token in sentence.unknown)
        is_meant = not unknown or sentence.has("switch", "people") or bool(known)
        if is_meant and sentence.kinds <= _BESIDE | {"people", "currency", "", "ordinary"}:
            return _intent("language", known[0] if known else "")
    if name == "timezone" and not sentence.codes and len(sentence.tokens) <= _LONGEST:
        return _intent("timezone", query_of(sentence, _is_beside))
    if name == "quiet" and _is_off(sentence):
        return _intent("quiet", OFF)
    if name == "quiet" and (found := find_quiet(sentence.text)):
        hours, place = found
        rest = sentence.without(*place)
        asked = f"{_short(hours.start)}-{_short(hours.end)}"
        return _intent("quiet", asked) if not rest.unknown and rest.kinds <= _BESIDE else None
    if name == "unsubscribe" and not sentence.codes and len(sentence.tokens) <= _LONGEST:
        return _intent("unsubscribe", query_of(sentence, _is_beside_topic))
    return None


def _short(minutes: int) -> str:
    """Return a time of day as people type it in a span: `22`, `22:30`."""
    return str(minutes // 60) if minutes % 60 == 0 else clock(minutes)


def _is_beside(token: Token) -> bool:
    return token.kind in _BESIDE | {"price", "howmuch"}


def _is_beside_topic(token: Token) -> bool:
    return token.kind in _BESIDE | {"news"}
