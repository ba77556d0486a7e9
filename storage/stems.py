"""Stems: the one form of a word under which it is stored in the search index, and by which topics are matched."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import Stemmer

# Distinct words remembered with their stems: those that a news site uses again and again, not all that people type.
_REMEMBERED = 8192

_CYRILLIC = re.compile("[\u0400-\u04ff]")
# Without caches of their own, which hold 10,000 words more each.
_RUSSIAN = Stemmer.Stemmer("russian", 0)
_ENGLISH = Stemmer.Stemmer("english", 0)
# A stemmer works in a buffer of its own; searches run in threads.
_STEMMING = threading.Lock()


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str) -> str:
    """Return the stem of a folded word: Russian rules for Cyrillic letters, English ones for others."""
    with _STEMMING:
        return str((_RUSSIAN if _CYRILLIC.search(word) else _ENGLISH).stemWord(word))
