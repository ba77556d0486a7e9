"""Spelling: normalizes texts to words, and words to keys that their spellings have in common.

One word is written in many ways in the region: soʻm, so'm and сўм; Тоқаев, Токаев and Tokayev. `fold` removes
insignificant differences (case, accents, kinds of apostrophes); `keys` unifies letters, alphabets and known names. The
stemmer is passed in: this module depends on letters, not on languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from bot.domain.variants import RUSSIAN_LETTERS, VARIANTS

Stem = Callable[[str], str]
# The stemmer for articles in a language; None or an unknown one: the usual stemmer.
StemOf = Callable[[str | None], Stem]

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# The signs that people type for the apostrophe of soʻm and tanʼga; a keyboard has the one or the other.
APOSTROPHES = "'’‘ʼʻ`´′ʹʽˈ‛＇"
_APOSTROPHE = re.compile(f"[{APOSTROPHES[1:]}]")
# Letters without anything to remove but capitals: most of what is typed.
_PLAIN_RUSSIAN = re.compile("[а-яА-Яa-zA-Z]+")
# Size of the cache of text pieces with their words: the vocabulary of a news site. People type other words, and each
# cache of words grows to its bound: all of them together take some 10 MiB. Longer pieces are addresses, each seen once.
_REMEMBERED = 8192
_LONGEST_REMEMBERED = 32

# Letters of Kazakh, Kyrgyz, Uzbek and Tajik that Russian has not.
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
# Letters of the new Uzbek Latin alphabet that the present one writes with two; ö and ğ are o and g, as oʻ and gʻ are.
_NEW_UZBEK = str.maketrans({"ş": "sh", "ç": "ch", "Ş": "Sh", "Ç": "Ch"})
_CYRILLIC = re.compile("[\u0400-\u04ff]")
# In Uzbek, е is written ye at the start of a word or after a vowel.
_YE = re.compile("(?:(?<=^)|(?<=[аеиоуыэюяўі]))е")
# Shorter Russian words are other words in Latin letters: мост is not "most", год not "god".
MIN_CROSSING = 6


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The stemmer of languages that are written in both alphabets: words from `crossing` letters on are one in both."""

    stem: Stem
    crossing: int

    def __call__(self, word: str) -> str:
        """Return the stem of a normalized word."""
        return self.stem(word)


_BREVE = "\u0306"


# Letters of the two alphabets that look the same; people type the one that their keyboard has (`бiз` with a Latin i).
_SEEMS_CYRILLIC = dict(zip("aceopxyikmtjh", "асеорхуікмтјһ", strict=True))
_SEEMS_LATIN = {cyrillic: latin for latin, cyrillic in _SEEMS_CYRILLIC.items()}
_TO_CYRILLIC, _TO_LATIN = str.maketrans(_SEEMS_CYRILLIC), str.maketrans(_SEEMS_LATIN)
_LATIN_LETTER = re.compile("[a-z]")


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


def with_two_letters(text: str) -> str:
    """Return a text in the new Uzbek alphabet in the present one: `neça` is `necha`."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_NEW_UZBEK)


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
    return tuple(in_one_alphabet(word.replace("'", "")) for word in _TOKEN.findall(fold(piece)))


def in_one_alphabet(word: str) -> str:
    """Return a normalized word with the look-alikes of another alphabet in its own; one of both alphabets unchanged."""
    if word.isascii() or not (_LATIN_LETTER.search(word) and _CYRILLIC.search(word)):
        return word
    cyrillic, latin_word = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    if not _LATIN_LETTER.search(cyrillic):
        return cyrillic if _CYRILLIC.search(latin_word) or _mostly_cyrillic(word) else latin_word
    return word if _CYRILLIC.search(latin_word) else latin_word


def _mostly_cyrillic(word: str) -> bool:
    return 2 * len(_CYRILLIC.findall(word)) >= len(word)


_remembered = lru_cache(maxsize=_REMEMBERED)(_words)


def plain(word: str) -> str:
    """Return a normalized word in Russian letters where it has similar ones (тоқаев is токаев)."""
    return word if word.isascii() else word.translate(RUSSIAN_LETTERS)


def latin(word: str, crossing: int = MIN_CROSSING) -> str:
    """Return a normalized Cyrillic word in the Uzbek Latin alphabet, if it may be one; else its plain form.

    Words with letters of their own may, and those from `crossing` letters on: few of these are other words in Latin.
    """
    if word.isascii() or not _CYRILLIC.search(word) or (len(word) < crossing and _OWN.isdisjoint(word)):
        return plain(word)
    return uzbek_latin(word) or plain(word)


def uzbek_latin(word: str) -> str:
    """Return a normalized word with its Cyrillic letters in the Uzbek Latin alphabet, whatever its language."""
    return word if word.isascii() else _YE.sub("ye", word).translate(_LATIN)


@lru_cache(maxsize=_REMEMBERED)
def keys(word: str, stem: Stem) -> tuple[str, str]:
    """Return the keys of a normalized word: in its own alphabet, and in the Uzbek Latin one (often the same)."""
    plain_word = plain(word)
    if known := VARIANTS.get(plain_word):
        return known, known
    return stem(plain_word), stem(latin(word, stem.crossing if isinstance(stem, Rules) else MIN_CROSSING))


def own_key(word: str, stem: Stem) -> str:
    """Return the key of a normalized word in its own alphabet."""
    plain_word = plain(word)
    return VARIANTS.get(plain_word) or stem(plain_word)


@lru_cache(maxsize=_REMEMBERED)
def beginnings(word: str) -> tuple[str, ...]:
    """Return the forms of a normalized word that a prefix is compared with, each once."""
    return tuple({plain(word), latin(word)})
