"""Vocabulary: the words that people type, by meaning and language, from `vocabulary.tsv`. Pure after the first read.

A row of the table is a meaning, a column is a language, and all columns are active at once. A cell lists words; `_`
joins the words of a phrase, and `*` stands for the endings of a word in that language.
The column `any` has signs and codes. Within one language a word has one meaning; between languages, the chat's decides,
then the order of the columns. Meanings with an argument are written `currency:KZT`, `month:12`, `times:1e3`.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from bot.domain.currencies import CURRENCIES
from bot.domain.romanized import mistyped_layout, romanized, unmixed
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
# A shorter word has too many neighbours for a typing error to be certain.
SHORTEST_MISTYPED = 4
# Meanings in whose words a typing error is corrected; the others say too little to be worth it.
_CORRECTED = frozenset(
    (
        *("currency", "rate", "howmuch", "cost", "convert", "tell", "alert", "alerts", "chart", "history"),
        *("news", "search", "help", "greeting", "thanks", "month", "yesterday", "percent", "when", "above"),
        *("below", "fresh", "price", "unit", "last", "extreme", "reach"),
    )
)
# Meanings whose words are corrected only if they are long: many short words are one letter away from them.
_CORRECTED_LONG = frozenset(("number", "times", "filler", "place", "people", "into", "city", "qualifier"))
SHORTEST_LONG = 6
_LATIN, _CYRILLIC = "etaoinsrhldcumfpgwybvkxjqz'", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфқғңөұүіһәҷўӣ"
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

_DOUBLED = re.compile(r"(.)\1+")
# Words of four letters that are typed so often that one wrong letter is certain.
_SURE = frozenset(("курс", "rate", "news", "help", "евро", "euro", "меню", "menu"))
# The currencies that a misspelt word is taken for; the words for the others are too close to other words.
_OFTEN = frozenset(CURRENCIES[:10])

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
def _table() -> dict[str, Entries]:
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
    for phrase in _table():
        if " " in phrase:
            pieces = phrase.split()
            found[pieces[0]] = max(found.get(pieces[0], 0), len(pieces))
    return found


@cache
def _words_of_phrases() -> frozenset[str]:
    """Return the words that have a meaning together with others."""
    return frozenset(word for phrase in _table() if " " in phrase for word in phrase.split())


@cache
def _romanized() -> dict[str, str]:
    """Return the Russian words in the Latin letters that people type them in (`skolko`), with the words."""
    found: dict[str, str] = {}
    for word in columns()["ru"]:
        if len(word) > 2 and not word.isascii():
            found.setdefault(romanized(word), word)
    return found


@cache
def _single() -> dict[str, str]:
    """Return the words of intents and currencies with their double letters single (`долар`), and the words."""
    found: dict[str, str] = {}
    for word, entries in _table().items():
        if len(word) > SHORTEST_MISTYPED and entries[0][1].partition(":")[0] in _CORRECTED:
            found.setdefault(_DOUBLED.sub(r"\1", word), word)
    return found


@lru_cache(maxsize=8192)
def meaning_of(word: str, language: str = "en") -> str:
    """Return the meaning of a normalized word or phrase for a chat of this language; empty if there is none.

    Also of a word with letters of two alphabets (`дoллар` with a Latin o), and of a Russian one in Latin letters.
    """
    table = _table()
    entries = table.get(word) or table.get(unmixed(word)) or table.get(word.replace("'", ""))
    if entries is None and word.isascii() and len(word) > 2 and word.isalpha():
        entries = table.get(_romanized().get(romanized(word), ""))
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
    named = ((word, entries[0][1].partition(":")) for word, entries in _table().items())
    return {word: code for word, (kind, _, code) in named if kind == "currency" and code != "?"}


def command_of(word: str, language: str = "en") -> str | None:
    """Return the name of the command that a word means (`курс` -> rates, `алерт` -> alert), or None."""
    meaning = meaning_of(fold(word.strip()), language)
    return meaning.partition(":")[2] if meaning.startswith("command:") else _COMMANDS.get(meaning)


def is_switch(word: str, on: bool, language: str = "en") -> bool:
    """Return whether a word means on (or off)."""
    return meaning_of(fold(word.strip()), language) == ("switch:on" if on else "switch:off")


@lru_cache(maxsize=8192)
def nearest_word(word: str, language: str = "en") -> str | None:
    """Return the known word that a normalized, unknown one differs from by one letter, or None.

    One letter is missing, too many, wrong, or has changed places with its neighbour; or the keyboard was switched to
    the other alphabet (`ghbdtn`). Of several, a word of the chat's language comes first.
    """
    if len(word) < SHORTEST_MISTYPED or len(word) > 20 or meaning_of(word, language) == "ordinary":
        return None
    table = _table()
    if (other := mistyped_layout(word)) in table:
        return other
    if len(word) > SHORTEST_MISTYPED and (same := _single().get(_DOUBLED.sub(r"\1", word))):
        return same  # `доларр`: letters that are doubled or not
    phrases = _words_of_phrases()
    found = dict.fromkeys(
        near for near in _edits(word) if (near in table or near in phrases) and len(near) >= SHORTEST_MISTYPED
    )
    known = ("any", "en", "ru", language)  # in the others, most of what people type is Russian
    certain = [
        near
        for near in found
        if _is_corrected(meaning_of(near, language), max(len(word), len(near)), near in phrases)
        and (near[0] == word[0] or len(word) > SHORTEST_LONG or sorted(near) == sorted(word))
        and word != f"{near}s"
        and near != f"{word}s"  # another number, no error
        and (len(word) > SHORTEST_LONG or near not in table or any(column in known for column, _ in table[near]))
    ]
    if len(word) == SHORTEST_MISTYPED:  # four letters with one wrong are often another word (воде, воне)
        certain = [near for near in certain if len(near) > len(word) or sorted(near) == sorted(word) or near in _SURE]
    own = [near for near in certain if any(column == language for column, _ in table.get(near, ()))]
    # A currency is what people mistype most; the first of the equals is the one by the likelier error.
    return min(own or certain, key=lambda near: not meaning_of(near, language).startswith("currency"), default=None)


def _is_corrected(meaning: str, length: int, in_phrase: bool) -> bool:
    """Return whether a word of so many letters is likelier a misspelt word of this meaning than another word."""
    kind, _, argument = meaning.partition(":")
    if kind == "currency":
        return argument in _OFTEN
    if in_phrase and length > SHORTEST_MISTYPED:
        return True
    return kind in _CORRECTED or (length >= SHORTEST_LONG and kind in _CORRECTED_LONG)


def _edits(word: str) -> list[str]:
    """Return the words one letter away, the likeliest errors first."""
    letters = _LATIN if word.isascii() else _CYRILLIC
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return [
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right for left, right in cuts for letter in letters),
        *(left + right[1:] for left, right in cuts if right),
        *(left + letter + right[1:] for left, right in cuts if right for letter in letters),
    ]
