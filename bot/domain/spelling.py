"""Spelling: normalizes texts to words, and words to keys that their spellings have in common.

One word is written in many ways in the region: soʻm, so'm and сўм; Тоқаев, Токаев and Tokayev. `fold` removes
insignificant differences (case, accents, kinds of apostrophes); `keys` unifies letters, alphabets and known names. The
stemmer is passed in: this module depends on letters, not on languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import chain

from bot.domain.variants import VARIANTS

Stem = Callable[[str], str]

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHE = re.compile("[’‘ʼʻ`´]")
# Letters without anything to remove but capitals: most of what is typed.
_PLAIN_RUSSIAN = re.compile("[а-яА-Яa-zA-Z]+")
# Size of the cache of text pieces with their words: the vocabulary of a news site. People type other words, and each
# cache of words grows to its bound: all of them together take some 10 MiB. Longer pieces are addresses, each seen once.
_REMEMBERED = 8192
_LONGEST_REMEMBERED = 32

# Letters of Kazakh, Kyrgyz, Uzbek and Tajik, with the Russian letters that replace them.
_PLAIN = str.maketrans("қғңөұүіһҳәҷў", "кгноууиххажу")
_OWN = frozenset("қғңөұүіһҳәҷў")
# Cyrillic letters in the Uzbek Latin alphabet; its apostrophes are dropped, as in words (oʻ is o).
_LATIN = str.maketrans(
    {
        **dict(zip("абвгдежзийклмнопрстуфхыэқғҳўңөұүіһә", "abvgdejziyklmnoprstufxieqghonouuiha", strict=True)),
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sh",
        "ю": "yu",
        "я": "ya",
        "ъ": "",
        "ь": "",
        "ҷ": "j",
    }
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
# In Uzbek, е is written ye at the start of a word or after a vowel.
_YE = re.compile("(?:(?<=^)|(?<=[аеиоуыэюяўі]))е")
# Shorter Russian words are other words in Latin letters: мост is not "most", год not "god".
MIN_CROSSING = 6
_BREVE = "\u0306"


def fold(text: str) -> str:
    """Remove insignificant differences: case, accents, ё/е, kinds of apostrophes. й and ў stay letters of their own."""
    if _PLAIN_RUSSIAN.fullmatch(text):
        return text.lower()
    text = _one_apostrophe(text)
    if text.isascii():
        return text.lower()
    # Text is decomposed before and after case folding: decomposing can produce capitals (ℌ), and case folding marks
    # (İ).
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # A text has few different characters: checking those alone saves a check of each of its thousands.
    for character in set(text):
        if unicodedata.combining(character) and character != _BREVE:
            text = text.replace(character, "")
    # The breve makes letters of и and у only; it is an accent elsewhere (Erdoğan is Erdogan).
    if _BREVE in text:
        text = text.replace("и" + _BREVE, "й").replace("у" + _BREVE, "ў").replace(_BREVE, "")
    return _one_apostrophe(unicodedata.normalize("NFC", text))


def _one_apostrophe(text: str) -> str:
    return _APOSTROPHE.sub("'", text)


def words(text: str) -> list[str]:
    """Return the normalized words of a text, in order; apostrophes inside a word are dropped (so'm = som')."""
    # No word contains a space, and no accent combines with one, so each piece between spaces is normalized separately,
    # once.
    pieces = text.split()
    if max(map(len, pieces), default=0) <= _LONGEST_REMEMBERED:
        return list(chain.from_iterable(map(_remembered, pieces)))
    some = (_remembered(piece) if len(piece) <= _LONGEST_REMEMBERED else _words(piece) for piece in pieces)
    return list(chain.from_iterable(some))


@lru_cache(maxsize=2)
def words_of_text(text: str) -> tuple[str, ...]:
    """Return the words of a long text; of the last two at once: an article is read for its topics and for queries."""
    return tuple(words(text))


def _words(piece: str) -> tuple[str, ...]:
    return tuple(word.replace("'", "") for word in _TOKEN.findall(fold(piece)))


_remembered = lru_cache(maxsize=_REMEMBERED)(_words)


def plain(word: str) -> str:
    """Return a normalized word in Russian letters where it has similar ones (тоқаев is токаев)."""
    return word if word.isascii() else word.translate(_PLAIN)


def latin(word: str) -> str:
    """Return a normalized Cyrillic word in the Uzbek Latin alphabet, if it may be one; else its plain form.

    Words with letters of their own may, and long ones: few of those mean another thing in the other alphabet.
    """
    if word.isascii() or not _CYRILLIC.search(word) or (len(word) < MIN_CROSSING and _OWN.isdisjoint(word)):
        return plain(word)
    return _YE.sub("ye", word).translate(_LATIN) or plain(word)


@lru_cache(maxsize=_REMEMBERED)
def keys(word: str, stem: Stem) -> tuple[str, str]:
    """Return the keys of a normalized word: in its own alphabet, and in the Uzbek Latin one (often the same)."""
    plain_word = plain(word)
    if known := VARIANTS.get(word) or VARIANTS.get(plain_word):
        return known, known
    return stem(plain_word), stem(latin(word))


def own_key(word: str, stem: Stem) -> str:
    """Return the key of a normalized word in its own alphabet."""
    plain_word = plain(word)
    return VARIANTS.get(word) or VARIANTS.get(plain_word) or stem(plain_word)


@lru_cache(maxsize=_REMEMBERED)
def beginnings(word: str) -> tuple[str, ...]:
    """Return the forms of a normalized word that a prefix is compared with, each once."""
    return tuple({plain(word), latin(word)})
