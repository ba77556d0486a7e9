"""The problems of a catalog, each with its language and key. Pure."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from bot.domain.currencies import CURRENCIES

TAG = re.compile(r"<(/?)(\w[\w-]*)[^<>]*>")
# Parts of a text that are no words of its language: a placeholder, a tag, an entity, an address, a command with its
# arguments up to the end of its example, a name of a field of the query language with its value, a length (`30d`).
NO_WORDS = re.compile(
    r"\{[^{}]*\}|</?\w[^<>]*>|&#?\w+;|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b|(?<![\w/])/[a-z]\w*"
    r"|\b\w+:[a-z][\w-]*|\b(?:since|until):[\d-]*|\b\d+[a-z]\b|@\w+|ℹ"
)
# Texts that only operators see: the catalogs of the region's languages may lack them. Whole subjects, and single keys.
OPERATORS = {"broadcast", "failures", "stats"}
OPERATORS_KEYS = {
    *(f"sources.{name}" for name in ("answered", "button_off", "button_on", "button_test", "changed", "checking")),
    *(f"sources.{name}" for name in ("error", "help_operator", "interval", "never", "off", "on", "polled", "tested")),
    *(f"sources.{name}" for name in ("tested_error", "tested_newest", "tested_warning", "unchanged", "weight")),
    *(f"status.{name}" for name in ("error", "failed", "flood_pause", "flooded", "left_out", "paused")),
    "help.operators",
}
# Languages in which an ending depends on the sound before it, so that none can follow an unknown value.
HARMONIC = frozenset(("kk", "ky", "tg", "tk"))
_GLUED = re.compile(r"\}(?:</?\w+>)*[\w\-‐‑'’ʼʻ]")
# After a per cent sign the ending is always that of one word, and a sign is no letter: `{share}%` needs no rule.
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
ALPHABETS = {
    "en": _LATIN + "'ʻü",  # soʻm, Türkiye
    "ru": _RUSSIAN,
    "kk": _RUSSIAN + "әғқңөұүһі",
    "ky": _RUSSIAN + "ңөү",
    "uz": _LATIN.replace("w", "") + "ʻʼ",
    "uz_cyrl": _RUSSIAN.replace("щ", "").replace("ы", "") + "ўқғҳ",
    "tg": "".join(sorted(set(_RUSSIAN) - set("щцыь"))) + "ғӣқӯҳҷ",
    "tk": "abçdeäfghijžklmnňoöprsştuüwyýz",
}
# Names and abbreviations that are written in Latin letters in every language, and words of commands.
LATIN = {
    "Jarchi",
    "Telegram",
    "CSV",
    "RSS",
    "Atom",
    "JSON",
    "Feed",
    "General",
    "ID",
    "UTC",
    "Frankfurter",
    "Asia",
    "The",
    "Times",
    "of",
    "Central",
    "OR",
    "IANA",
}
LATIN |= {
    "https",
    "off",
    "now",
    "peg",
    "tag",
    "EUR",
    "zł",
    "country",
    "source",
    "topic",
    "title",
    "high",
    "max",
    "timesca",
    "lang",
}
# Names of ours with the endings of a language.
LATIN |= {"Jarchini"}
# Words that end with a dot because they are cut.
CUT = frozenset(
    [
        "дн",
        "нед",
        "янв",
        "выкл",
        "вкл",
        "изм",
        "фикс",
        "мин",
        "макс",
        "өзг",
        "өзгер",
        "тағй",
        "üýtg",
        "berk",
        "бекит",
        "oʻzg",
        "ўзг",
    ]
)
# The names of a language in several languages at once.
EVERY_LANGUAGE = {"start.button_language", "settings.command.language"}
# A familiar form of address; texts are polite.
FAMILIAR = {
    "kk": r"сен|сенің|саған|сені|сенде|сенімен",
    "ky": r"сен|сенин|сага|сени|сенде",
    "uz": r"sen|sening|senga|seni|senda",
    "uz_cyrl": r"сен|сенинг|сенга|сени|сенда",
    "tg": r"ту|туро|бароят|туат",
    "tk": r"sen|seniň|saňa|seni|sende",
    "ru": r"ты|тебя|тебе|тобой|твой|твоя|твоё|твои",
}
_WORD = re.compile(r"[^\W\d_]+(?:[ʻʼ'’][^\W\d_]*)*")
_FINAL = ".:?!…"


def is_operators(key: str) -> bool:
    """Whether only operators see the text of a key."""
    return key.partition(".")[0] in OPERATORS or key in OPERATORS_KEYS


def problems(language: str, texts: Mapping[str, str], english: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a catalog, each with the language and the key."""
    for key in english.keys() - texts.keys():
        if language in ("en", "ru") or not is_operators(key):
            yield f"{language} {key}: the text is missing"
    for key, text in texts.items():
        if key not in english:
            yield f"{language} {key}: the English catalog has no such key"
        else:
            yield from (f"{language} {key}: {problem}" for problem in _of_text(language, key, text, english[key]))


def _of_text(language: str, key: str, text: str, english: str) -> Iterator[str]:
    if not text.strip():
        yield "the text is empty"
        return
    try:
        found = placeholders(text)
    except ValueError as error:
        yield f"a placeholder is not closed ({error})"
        return
    if found != placeholders(english):
        yield f"placeholders {sorted(found.elements())} instead of {sorted(placeholders(english).elements())}"
    yield from _of_tags(text, english)
    if _edges(text) != _edges(english):
        yield f"begins or ends with {_edges(text)} instead of {_edges(english)}"
    if emoji(text) != emoji(english):
        yield f"signs {sorted(emoji(text).elements())} instead of {sorted(emoji(english).elements())}"
    if language in HARMONIC and (glued := _GLUED.search(text)):
        yield f"an ending after a placeholder: {text[max(glued.start() - 12, 0) : glued.end() + 5]!r}"
    if foreign := sorted(set(_foreign(language, key, text))):
        yield f"words that have letters of no alphabet of {language}: {', '.join(foreign)}"
    if language in FAMILIAR and (hit := re.search(rf"\b(?:{FAMILIAR[language]})\b", text, re.IGNORECASE)):
        yield f"a familiar form of address: {hit[0]}"


def placeholders(text: str) -> Counter[str]:
    """Return the names in braces."""
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _of_tags(text: str, english: str) -> Iterator[str]:
    opened: list[str] = []
    for closing, tag in TAG.findall(text):
        if not closing:
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            yield f"</{tag}> closes no open tag"
    yield from (f"<{tag}> is not closed" for tag in opened)
    if _tags(text) != _tags(english):
        yield f"tags {dict(_tags(text))} instead of {dict(_tags(english))}"


def _tags(text: str) -> Counter[str]:
    return Counter(tag for closing, tag in TAG.findall(text) if not closing)


def _edges(text: str) -> tuple[str, str, str]:
    """Return the white space at both ends, and the last sign if it is one of punctuation."""
    bare = TAG.sub("", text).rstrip()
    cut = re.search(r"([^\W\d_]+)\.$", bare)
    last = "" if cut and cut[1] in CUT else bare[-1:]
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :], last if last in _FINAL else ""


def emoji(text: str) -> Counter[str]:
    """Return the pictures and marks of a text: they mean the same in every language."""
    return Counter(sign for sign in text if unicodedata.category(sign) == "So")


def words(text: str) -> list[str]:
    """Return the words of a text in its language."""
    return _WORD.findall(NO_WORDS.sub(" ", text))


def _foreign(language: str, key: str, text: str) -> Iterator[str]:
    if key in EVERY_LANGUAGE:
        return
    for word in words(text):
        if word.upper() in CURRENCIES or word in LATIN:
            continue
        if set(word.lower()) - set(ALPHABETS[language]):
            yield word
