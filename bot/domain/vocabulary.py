"""Vocabulary: the words that people type, by meaning and language, from `vocabulary.tsv`. Pure after the first read.

A row of the table is a meaning, a column is a language, and all columns are active at once. A cell lists words; `_`
joins the words of a phrase, and `*` stands for the endings of a word in that language.
The column `any` has signs and codes. Within one language a word has one meaning; between languages, the chat's decides,
then the order of the columns. Meanings with an argument are written `currency:KZT`, `month:12`, `times:1e3`.
"""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from pathlib import Path

from bot.domain.romanized import romanized, unmixed
from bot.domain.spelling import fold

TABLE = Path(__file__).with_name("vocabulary.tsv")
# The endings of words by column, and by the letters that follow `*` in a cell: `доллар*`, `лир*а`, `рубл*ь`, `росси*я`,
# `китайск*ый`. A word ending differently is listed in full, so that no form is invented.
_ENDINGS = {
    ("en", ""): "s es 's",
    ("ru", ""): "а у ом е ы и ов ам ами ах",
    ("ru", "а"): "а ы и у е ой ам ами ах",
    ("ru", "ь"): "ь я ю ем е и ей ью ям ями ях",
    ("ru", "я"): "я и ю ей й ям ями ях",
    ("ru", "ый"): "ый ий ой ая ое ее ые ие ого его ому ему ую ым им ых их ыми ими ом ем ей",
}
# Classes whose bare stem is a word too (`доллар`, genitive `лир`).
_BARE = frozenset(("", "а"))
# The commands whose names are words of a meaning of its own.
_COMMANDS = {
    "rate": "rates",
    "convert": "convert",
    "alert": "alert",
    "alerts": "alerts",
    "chart": "chart",
    "history": "history",
    "news": "news",
    "search": "search",
    "follow": "subscribe",
    "help": "help",
    "menu": "start",
    "cost": "rates",
}

Entries = tuple[tuple[str, str], ...]


@cache
def columns() -> dict[str, dict[str, list[str]]]:
    """Return the words of each column with their meanings, as `fold` writes them; a phrase has spaces."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found: dict[str, dict[str, list[str]]] = {name: {} for name in rows[0] if name != "meaning"}
    for row in rows:
        for language, words in found.items():
            for cell in row[language].split():
                for word in _forms(cell, language):
                    meanings = words.setdefault(word, [])
                    if row["meaning"] not in meanings:
                        meanings.append(row["meaning"])
    return found


def _forms(cell: str, language: str) -> list[str]:
    """Return the words that a cell's entry stands for."""
    if cell == "*" or "*" not in cell:
        return [fold(cell.replace("_", " "))]
    stem, _, ending = cell.partition("*")
    stem = fold(stem)
    forms = [stem + each for each in _ENDINGS[language, ending].split()]
    return [stem, *forms] if ending in _BARE else forms


@cache
def table() -> dict[str, Entries]:
    """Return the entries (language, meaning) of each word, in the order of the columns."""
    found: dict[str, list[tuple[str, str]]] = {}
    for language, words in columns().items():
        for word, meanings in words.items():
            found.setdefault(word, []).append((language, meanings[0]))
    return {word: tuple(entries) for word, entries in found.items()}


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
    found: dict[str, str] = {}
    for word in columns()["ru"]:
        if len(word) > 2 and not word.isascii():
            found.setdefault(romanized(word), word)
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
    return next((meaning for column, meaning in entries if column == language), entries[0][1])


def code_of(word: str, language: str = "en") -> str | None:
    """Return the code of the currency that a word means (`kzt`, `тенге`, `so‘m`, `$`), or None."""
    kind, _, code = meaning_of(fold(word.strip()), language).partition(":")
    return code if kind == "currency" and code != "?" else None


@cache
def currency_words() -> dict[str, str]:
    """Return the words for currencies in all languages, normalized, with their codes."""
    named = ((word, entries[0][1].partition(":")) for word, entries in table().items())
    return {word: code for word, (kind, _, code) in named if kind == "currency" and code != "?"}


def command_of(word: str, language: str = "en") -> str | None:
    """Return the name of the command that a word means (`курс` -> rates, `алерт` -> alert), or None."""
    meaning = meaning_of(fold(word.strip()), language)
    return meaning.partition(":")[2] if meaning.startswith("command:") else _COMMANDS.get(meaning)


def is_switch(word: str, on: bool, language: str = "en") -> bool:
    """Return whether a word means on (or off, which `stop` means too)."""
    return meaning_of(fold(word.strip()), language) in (("switch:on",) if on else ("switch:off", "command:stop"))
