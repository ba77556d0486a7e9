"""Vocabulary: the words that people type, by meaning and language, from `vocabulary.tsv`. Pure after the first read.

A row of the table is a meaning, a column is a language, and all columns are active at once. A cell lists words; `_`
joins the words of a phrase, and `*` stands for the endings of a word in that language (bot/domain/endings.py).
The column `any` has signs and codes. Within one language a word has one meaning; between languages, the chat's decides,
then the order of the columns. Meanings with an argument are written `currency:KZT`, `month:12`, `times:1e3`.
"""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from pathlib import Path

from bot.domain.endings import forms
from bot.domain.romanized import romanized, unmixed
from bot.domain.spelling import fold, plain

TABLE = Path(__file__).with_name("vocabulary.tsv")
# The columns of the chats whose language has two, its own alphabet first.
_COLUMNS = {"uz": ("uz", "uz_Cyrl"), "uz_cyrl": ("uz_Cyrl", "uz")}
# Columns of languages with letters that many people replace by Russian ones (`канша`, `мин`); the cells of the other
# columns list such spellings.
_ALSO_PLAIN = ("kk", "ky")
# The columns whose words are known in the chats of every language, however short they are.
_COMMON = frozenset(("any", "en", "ru"))
# A word of so many letters, none of them a letter of its language alone, is another word or a name in most other
# languages (`он`, `бар`, `mana`, `соли`); words that ask for rates may be one letter shorter.
_SHORT, _SHORT_ASKED = 4, 3
_ASKED = frozenset(("howmuch", "rate"))
# The commands whose names are words of a meaning of its own.
_COMMANDS = {
    "rate": "rates",
    "convert": "convert",
    "alert": "alert",
    "alerts": "alerts",
    "chart": "chart",
    "history": "history",
    "gold": "gold",
    "news": "news",
    "search": "search",
    "follow": "subscribe",
    "help": "help",
    "menu": "start",
    "cost": "rates",
    "banks": "banks",
}

Entries = tuple[tuple[str, str], ...]


def columns() -> dict[str, list[tuple[str, list[str]]]]:
    """Return the meanings of each column with their words, as `fold` writes them; a phrase has spaces."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    meanings, *cells = zip(*rows, strict=True)
    found = {}
    for column, entries in zip(header[1:], cells, strict=True):
        # All at once: the table is read while people wait for the start.
        normalized = fold("\n".join(entries)).split("\n")
        found[column] = [
            (meaning, [word for entry in cell.split() for word in forms(entry, column)])
            for meaning, cell in zip(meanings, normalized, strict=True)
            if cell
        ]
    return found


@cache
def table() -> dict[str, Entries]:
    """Return the entries (column, meaning) of each word, in the order of the columns."""
    found: dict[str, Entries] = {}
    for column, rows in columns().items():
        for meaning, words in rows:
            _add(found, words, column, meaning)
        if column in _ALSO_PLAIN:
            for meaning, words in rows:
                _add(found, plain("\n".join(words)).split("\n"), column, meaning)
    return found


def _add(found: dict[str, Entries], words: list[str], column: str, meaning: str) -> None:
    """Add the entries of words that have none of this column yet; words of one meaning share their entry."""
    entry = ((column, meaning),)
    for word in words:
        before = found.get(word)
        if before is None:
            found[word] = entry
        elif before[-1][0] != column:
            found[word] = before + entry


@cache
def longest_phrases() -> dict[str, int]:
    """Return the first words of the phrases, each with the number of words of its longest one."""
    found: dict[str, int] = {}
    for phrase in table():
        if " " in phrase:
            pieces = phrase.split()
            found[pieces[0]] = max(found.get(pieces[0], 0), len(pieces))
    return found


@cache
def romanized_words() -> dict[str, str]:
    """Return the Russian words in the Latin letters that people type them in (`skolko`), with the words."""
    words = [
        word
        for word, entries in table().items()
        if len(word) > 2 and not word.isascii() and "ru" in [column for column, _ in entries]
    ]
    found: dict[str, str] = {}
    for word, latin in zip(words, romanized("\n".join(words)).split("\n"), strict=True):
        found.setdefault(latin, word)
    return found


@lru_cache(maxsize=8192)
def meaning_of(word: str, language: str = "en") -> str:
    """Return the meaning of a normalized word or phrase for a chat of this language; empty if there is none.

    Also of a word with letters of two alphabets (`дoллар` with a Latin o), and of a Russian one in Latin letters.
    """
    words = table()
    entries = words.get(word) or words.get(unmixed(word)) or words.get(word.replace("'", ""))
    if entries is None and word.endswith("'s"):
        entries = words.get(word.removesuffix("'s"))  # `Kazakhstan's`, `yesterday's`
    if entries is None and word.isascii() and len(word) > 2 and word.isalpha():
        entries = words.get(romanized_words().get(romanized(word), ""))
    if not entries:
        return ""
    for own in columns_of(language):
        for column, meaning in entries:
            if column == own:
                return meaning
    return _shared_meaning(word, entries)


def columns_of(language: str) -> tuple[str, ...]:
    """Return the columns with the words of a chat's language, in all its alphabets, its own one first."""
    return _COLUMNS.get(language) or (language,)


def _shared_meaning(word: str, entries: Entries) -> str:
    """Return the meaning of a word in the chats of other languages; empty if it is too short to be certain there."""
    length = _SHORT + 1 if "'" in word or plain(word) != word else len(word)
    for column, meaning in entries:
        if column in _COMMON or length > (_SHORT_ASKED if meaning in _ASKED else _SHORT):
            return meaning
    return ""


def multiplier_of(word: str) -> str:
    """Return the meaning of a normalized word that means a thousand or more in any language; empty for another one.

    After a number it is certain, however short it is: `5 ming`, `3 müň`.
    """
    return next((meaning for _, meaning in table().get(word, ()) if meaning.startswith("times:1e")), "")


def code_of(word: str, language: str = "en") -> str | None:
    """Return the code of the currency that a word means (`kzt`, `тенге`, `so‘m`, `$`), or None."""
    kind, _, code = meaning_of(fold(word.strip()), language).partition(":")
    return code if kind == "currency" and code != "?" else None


@cache
def currency_words() -> dict[str, str]:
    """Return the words for currencies in all languages, normalized, with their codes."""
    found = {}
    for word, entries in table().items():
        for _, meaning in entries:
            if meaning.startswith("currency"):
                kind, _, code = _shared_meaning(word, entries).partition(":")
                if kind == "currency" and code != "?":
                    found[word] = code
                break
    return found


def command_of(word: str, language: str = "en") -> str | None:
    """Return the name of the command that a word means (`курс` -> rates, `алерт` -> alert), or None."""
    meaning = meaning_of(fold(word.strip()), language)
    return meaning.partition(":")[2] if meaning.startswith("command:") else _COMMANDS.get(meaning)


def is_switch(word: str, on: bool, language: str = "en") -> bool:
    """Return whether a word means on (or off, which `stop` means too); the English words do in every chat."""
    typed, wanted = fold(word.strip()), ("switch:on",) if on else ("switch:off", "command:stop")
    return meaning_of(typed, language) in wanted or meaning_of(typed) in wanted
