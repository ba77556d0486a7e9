"""Typing errors: the known word that an unknown one was meant to be. Pure; the words are in the vocabulary."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bot.domain.currencies import CURRENCIES
from bot.domain.romanized import mistyped_layout, romanized, unmixed
from bot.domain.spelling import fold
from bot.domain.vocabulary import (
    code_of,
    columns_of,
    currency_words,
    longest_phrases,
    meaning_of,
    romanized_words,
    table,
)

# A shorter word has too many neighbours for a typing error to be certain, a longer one is no word of the vocabulary.
SHORTEST, LONGEST = 4, 20
# The letters of a word in which two errors are corrected: alone, and in a sentence about money.
_TWO_ERRORS, _TWO_ERRORS_BESIDE = 8, 7
# Meanings in whose words a typing error is corrected; the others say too little to be worth it.
_CORRECTED = frozenset(
    (
        *("currency", "rate", "howmuch", "cost", "convert", "tell", "alert", "alerts", "chart", "history"),
        *("news", "search", "help", "greeting", "thanks", "month", "yesterday", "percent", "when", "above"),
        *("below", "fresh", "price", "unit", "last", "extreme", "reach", "menu"),
    )
)
# Meanings whose words are corrected only if they are long: many short words are one letter away from them.
_CORRECTED_LONG = frozenset(
    (
        *("number", "times", "filler", "place", "people", "into", "city", "switch", "command"),
        *("qualifier", "official", "banks", "channel"),
    )
)
_LONG = 6
# Meanings whose words are not corrected in a sentence about money, and those whose are in such a one only.
_TALK = frozenset(("greeting", "thanks", "help"))
_CORRECTED_BESIDE = frozenset(("either", "become", "about", "follow", "much", "all"))
# Meanings whose words in another language than the chat's are corrected. The words of all languages are too many: most
# words are one letter away from one of them, as `solar` is from the plural of the som.
_ABROAD = frozenset(("rate", "howmuch", "chart", "news", "help", "greeting", "thanks"))
# Words of four letters that are typed so often that one wrong letter is certain.
_SURE = frozenset(("курс", "rate", "news", "help", "евро", "euro", "меню", "menu"))
# The currencies that a misspelt word is taken for; the words for the others are too close to other words.
_OFTEN = frozenset(CURRENCIES[:10])
_LATIN, _CYRILLIC = "etaoinsrhldcumfpgwybvkxjqz'", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфқғңөұүіһәҷўӣ"
_DOUBLED = re.compile(r"(.)\1+")


@cache
def _words_of_phrases() -> dict[str, frozenset[str]]:
    """Return the words that have a meaning together with others, by column."""
    found: dict[str, set[str]] = {}
    for phrase, entries in table().items():
        if " " in phrase:
            for column, _ in entries:
                found.setdefault(column, set()).update(phrase.split())
    return {column: frozenset(words) for column, words in found.items()}


@cache
def _single() -> dict[str, str]:
    """Return the words of intents and currencies with their double letters single (`долар`), and the words."""
    words = [
        word for word, entries in table().items() if len(word) > SHORTEST and _kind_of(entries[0][1]) in _CORRECTED
    ]
    found: dict[str, str] = {}
    for word, single in zip(words, _with_single_letters("\n".join(words)).split("\n"), strict=True):
        found.setdefault(word if word == single else single, word)  # most are equal: one text in memory, not two
    return found


def _with_single_letters(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)


@cache
def _long_words() -> dict[str, list[str]]:
    """Return the words in which two errors are corrected, by their first letter."""
    found: dict[str, list[str]] = {}
    corrected: dict[str, bool] = {}
    for word, entries in table().items():
        if len(word) >= _LONG and " " not in word:
            meaning = entries[0][1]
            if meaning not in corrected:
                corrected[meaning] = _is_corrected(meaning, _LONG, False)
            if corrected[meaning]:
                found.setdefault(word[0], []).append(word)
    return found


def load() -> None:
    """Read the vocabulary and build all tables of its words; else the first sentence waits for them."""
    for build in (longest_phrases, romanized_words, currency_words, _words_of_phrases, _single, _long_words):
        build()


@lru_cache(maxsize=8192)
def nearest_word(word: str, language: str = "en", beside: bool = False) -> str | None:
    """Return the known word that a normalized, unknown one differs from by one letter, or None.

    One letter is missing, too many, wrong, or has changed places with its neighbour; or the keyboard was switched to
    the other alphabet (`ghbdtn`). In long words there may be two errors. Of several, a word of the chat's language
    comes first. `beside`: the other words of the sentence are about money, so that less likely errors are ones too
    (`курс убля`).
    """
    if (
        len(word) < SHORTEST - beside
        or len(word) > LONGEST
        or (_kind_of(meaning_of(word, language)) == "ordinary" and not beside)
    ):
        return None
    word = unmixed(word).removesuffix("'s")
    if _is_known(other := mistyped_layout(word), language):
        return other
    same = _single().get(_with_single_letters(word)) if len(word) > SHORTEST else None
    if same and _is_meant(same, language, word):
        return same  # `доларр`: letters that are doubled or not
    certain = _beside(word, language) if beside else _alone(word, language)
    own = [near for near in certain if _is_own(near, language)]
    # A currency is what people mistype most; the first of the equals is the one by the likelier error.
    nearest = min(own or certain, key=lambda near: not meaning_of(near, language).startswith("currency"), default=None)
    return nearest or _by_two_errors(word, language, beside)


def nearest_currency(word: str) -> str | None:
    """Return the word for a currency that a word was meant to be where one is expected (`тнге`, `kgz`), or None.

    A code is in capital letters.
    """
    normalized = fold(word.strip())
    if not SHORTEST - 1 <= len(normalized) <= LONGEST:
        return None
    words = currency_words()
    near = next((near for near in _edits(normalized) if near in words and len(near) > 2), None)
    if near is None and (long := nearest_word(normalized, beside=True)) is not None and code_of(long):
        near = long
    return near.upper() if near is not None and near.upper() in CURRENCIES else near


def _alone(word: str, language: str) -> list[str]:
    """Return the known words that are certain whatever the sentence is about, the likeliest errors first."""
    words, phrases = table(), _phrase_words_of(language)
    found = dict.fromkeys(
        near for near in _edits(word) if (_is_meant(near, language, word) or near in phrases) and len(near) >= SHORTEST
    )
    certain = [
        near
        for near in found
        if _is_corrected(meaning_of(near, language), max(len(word), len(near)), near not in words)
        and (near[0] == word[0] or len(word) > _LONG or sorted(near) == sorted(word) or _is_begun(word, near))
        and word != f"{near}s"
        and near != f"{word}s"  # another number, no error
        and (len(word) > _LONG or near not in words or _is_known(near, language) or not _is_replaced(word, near))
    ]
    certain = [
        near for near in certain if _kind(near, language) not in ("menu", "command") or not _is_replaced(word, near)
    ]
    if len(word) == SHORTEST:  # four letters with one wrong are often another word (воде, воне)
        certain = [near for near in certain if len(near) > len(word) or sorted(near) == sorted(word) or near in _SURE]
    return certain


def _columns_of(language: str) -> tuple[str, ...]:
    """Return the columns whose words are meant in a chat: the ones of its language, and those that most people type."""
    return ("any", "en", "ru", *columns_of(language))


@lru_cache(maxsize=32)
def _phrase_words_of(language: str) -> frozenset[str]:
    """Return the words that have a meaning together with others in a chat of this language."""
    return frozenset().union(*(_words_of_phrases().get(column, ()) for column in _columns_of(language)))


def _is_known(word: str, language: str) -> bool:
    """Return whether a word has a meaning in the chat's language or in one that most people type."""
    entries = table().get(word)
    return entries is not None and any(column in _columns_of(language) for column, _ in entries)


def _is_meant(near: str, language: str, word: str) -> bool:
    """Return whether an unknown word may be a misspelling of this known one, of the chat's language or a likely one."""
    entries = table().get(near)
    if entries is None or _is_known(near, language):
        return entries is not None
    return len(word) > SHORTEST and entries[0][1].partition(":")[0] in _ABROAD


def _is_own(word: str, language: str) -> bool:
    """Return whether a known word is one of the chat's language."""
    own = columns_of(language)
    return any(column in own for column, _ in table().get(word, ()))


def _is_replaced(word: str, near: str) -> bool:
    """Return whether one letter stands for another: of all errors this one makes most words of words."""
    return len(word) == len(near) and sorted(word) != sorted(near)


def _is_begun(word: str, near: str) -> bool:
    """Return whether the first letter is missing, or another one is before it: `убль`, `отенге`, `овости`."""
    is_asked = code_of(near) is not None or meaning_of(near) in ("rate", "news")
    return len(near) > SHORTEST and is_asked and (near[1:] == word or word[1:] == near)


def _beside(word: str, language: str) -> list[str]:
    """Return the known words that are likely in a sentence about money, the likeliest errors first."""
    words, phrases = table(), _phrase_words_of(language)
    found = dict.fromkeys(
        near for near in _edits(word) if _is_meant(near, language, word) or (len(near) > _LONG and near in phrases)
    )
    if word.isascii() and len(word) > SHORTEST:  # `rubya`: рубля
        russian = romanized_words()
        romanized_ones = (near for each in _edits(romanized(word)) if (near := russian.get(each)))
        found |= dict.fromkeys(near for near in romanized_ones if code_of(near))
    likely = [near for near in found if near not in words or _is_likely(word, near, meaning_of(near, language))]
    return sorted(likely, key=lambda near: _kind(near, language) not in _CORRECTED)


def _is_likely(word: str, near: str, meaning: str) -> bool:
    kind, _, argument = meaning.partition(":")
    if kind == "currency":
        likely = argument in _OFTEN
    else:
        likely = kind in _CORRECTED - _TALK or kind in _CORRECTED_LONG or kind in _CORRECTED_BESIDE
    if len(near) > SHORTEST:
        return likely
    is_longer = len(near) > len(word)
    return likely and len(near) == SHORTEST and ((near[0] == word[0] and is_longer) or near in _SURE)


def _kind(word: str, language: str) -> str:
    return meaning_of(word, language).partition(":")[0]


@lru_cache(maxsize=256)
def _kind_of(meaning: str) -> str:
    return meaning.partition(":")[0]


def _is_corrected(meaning: str, length: int, in_phrase: bool) -> bool:
    """Return whether a word of so many letters is likelier a misspelt word of this meaning than another word."""
    kind, _, argument = meaning.partition(":")
    if kind == "currency":
        return argument in _OFTEN
    if in_phrase and length > SHORTEST:
        return True
    return kind in _CORRECTED or (length >= _LONG and kind in _CORRECTED_LONG)


def _by_two_errors(word: str, language: str, beside: bool) -> str | None:
    """Return the known word that a long one differs from by two letters and not in the first one, or None."""
    if len(word) < (_TWO_ERRORS_BESIDE if beside else _TWO_ERRORS):
        return None
    letters = set(word)
    near = [
        known
        for known in _long_words().get(word[0], ())
        if abs(len(known) - len(word)) <= 2
        and len(letters.symmetric_difference(known)) <= 4
        and (beside or code_of(known) is not None)
        and not word.startswith(known)  # a longer word: `миллионеры`
        and errors(word, known) == 2
        and _is_known(known, language)
    ]
    return min(near, key=lambda known: not _is_own(known, language), default=None)


def errors(one: str, other: str) -> int:
    """Return the number of wrong, missing, additional and exchanged letters between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, known in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != known))
            if older and j > 1 and letter == other[j - 2] and one[i - 2] == known:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


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
