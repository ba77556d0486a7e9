"""Stems: the form of a word in the search index and in the matching of topics."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import Stemmer

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
