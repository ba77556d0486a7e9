"""Stems: the form of a word in the search index and in the matching of topics, by the language of its article.

Words of an article and of a query are equal if the rules of the article's language make one stem of both. Letters alone
do not show the language: by Kazakh rules Russian words would lose their ends (`правда` and `право` would be one).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import lru_cache

import Stemmer

from bot.domain.spelling import Rules, Stem, plain
from bot.domain.suffixes import TAJIK, TURKIC_CYRILLIC, TURKIC_LATIN, TURKMEN

# Size of the cache of words with their stems: the vocabulary of a news site, not of all people.
_REMEMBERED = 8192

_CYRILLIC = re.compile("[\u0400-\u04ff]")
# Without the stemmers' own caches, which would hold 10,000 more words each.
_RUSSIAN = Stemmer.Stemmer("russian", 0)
_ENGLISH = Stemmer.Stemmer("english", 0)
# A stemmer has one buffer, and searches run in threads.
_STEMMING = threading.Lock()


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str) -> str:
    """Return the stem of a normalized word: Russian rules for Cyrillic letters, English ones for others."""
    with _STEMMING:
        return str((_RUSSIAN if _CYRILLIC.search(word) else _ENGLISH).stemWord(word))


@lru_cache(maxsize=_REMEMBERED)
def _turkic(word: str) -> str:
    """Return the stem of a normalized word of an article in Kazakh, Kyrgyz or Uzbek."""
    return TURKIC_CYRILLIC.stem(plain(word)) if _CYRILLIC.search(word) else TURKIC_LATIN.stem(word)


@lru_cache(maxsize=_REMEMBERED)
def _turkmen(word: str) -> str:
    """Return the stem of a normalized word of an article in Turkmen."""
    return TURKIC_CYRILLIC.stem(plain(word)) if _CYRILLIC.search(word) else TURKMEN.stem(word)


@lru_cache(maxsize=_REMEMBERED)
def tajik_stem(word: str) -> str:
    """Return the stem of a normalized word of an article in Tajik."""
    return TAJIK.stem(plain(word)) if _CYRILLIC.search(word) else stem(word)


# These are, or were, written in both alphabets.
turkic_stem, turkmen_stem = Rules(_turkic, 1), Rules(_turkmen, 1)
# The rules of each language that has some of its own.
_RULES: Mapping[str, Stem] = {
    **dict.fromkeys(("kk", "ky", "uz", "uz_cyrl"), turkic_stem),
    "tk": turkmen_stem,
    "tg": tajik_stem,
}
# All rules, the usual ones first.
ALL_RULES: tuple[Stem, ...] = (stem, turkic_stem, turkmen_stem, tajik_stem)
# The sign after each stem in the search index, which has the stems of all articles. No normalized word has one.
_MARKS: Mapping[Stem, str] = dict(zip(ALL_RULES, ("", "¹", "²", "³"), strict=True))


def stem_of(language: str | None) -> Stem:
    """Return the rules for articles in a language; the usual ones where it is unknown."""
    return _RULES.get(language or "", stem)


def mark_of(rules: Stem) -> str:
    """Return the sign after the stems by some rules in the search index."""
    return _MARKS[rules]
