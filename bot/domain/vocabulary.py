"""Vocabulary: the words that people type, by meaning and language, from `vocabulary.tsv`. Pure after the first read.

A row of the table is a meaning, a column is a language, and all columns are active at once. A cell lists words; `_`
joins the words of a phrase, `*` stands for the endings of a noun in that language and `**` for those of an adjective.
The column `any` has signs and codes. Within one language a word has one meaning; between languages, the chat's decides,
then the order of the columns. Meanings with an argument are written `currency:KZT`, `month:12`, `times:1e3`.
"""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from pathlib import Path

from bot.domain.romanized import mistyped_layout, romanized, unmixed
from bot.domain.spelling import fold

TABLE = Path(__file__).with_name("vocabulary.tsv")
# The endings of nouns by column, `*` in a cell.
_NOUNS = {
    "en": "s es 's",
    "ru": "а я о е у ю ы и ь й ом ем ой ей ов ев ам ям ах ях ами ями ью ии ию ия ий ией иях",
}
_ADJECTIVES = {"ru": "ий ый ой ая яя ое ее ые ие ого его ому ему ую юю ым им ых их ыми ими ом ем ей и"}
# A shorter word has too many neighbours for a typing error to be certain.
SHORTEST_MISTYPED = 4
# Meanings in whose words a typing error is corrected; the others say too little to be worth it.
_CORRECTED = frozenset(
    (
        *("currency", "times", "rate", "howmuch", "cost", "convert", "tell", "alert", "alerts", "chart", "history"),
        *("news", "search", "help", "menu", "greeting", "thanks", "month", "yesterday", "percent", "when", "above"),
        *("below", "command", "fresh"),
    )
)
# Meanings whose words are corrected only if they are long: many short words are one letter away from them.
_CORRECTED_LONG = frozenset(("filler", "number", "place", "people", "unit"))
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
    stem = fold(cell.rstrip("*").replace("_", " ")) if cell not in ("*", "_") else cell
    if cell.endswith("**"):
        return [stem, *(stem + ending for ending in _ADJECTIVES.get(language, "").split())]
    if cell.endswith("*"):
        return [stem, *(stem + ending for ending in _NOUNS.get(language, "").split())]
    return [stem]


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
def _romanized() -> dict[str, str]:
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
    found = dict.fromkeys(near for near in _edits(word) if near in table and len(near) >= SHORTEST_MISTYPED)
    certain = [near for near in found if _is_corrected(meaning_of(near, language), len(word))]
    own = [near for near in certain if any(column == language for column, _ in table[near])]
    # A currency is what people mistype most; the first of the equals is the one by the likelier error.
    return min(own or certain, key=lambda near: not meaning_of(near, language).startswith("currency"), default=None)


def _is_corrected(meaning: str, length: int) -> bool:
    """Return whether a word of so many letters is likelier a misspelt word of this meaning than another word."""
    kind, _, argument = meaning.partition(":")
    return argument != "?" and (kind in _CORRECTED or (kind in _CORRECTED_LONG and length >= SHORTEST_LONG))


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
