"""Spelling: texts folded to words, and words to the keys under which their spellings meet.

One word is written many ways in the region: soʻm, so'm and сўм; Тоқаев, Токаев and Tokayev. `fold` drops what never
matters (case, accents, kinds of apostrophes); `keys` joins letters, alphabets and known names. The stemmer is passed
in: this module knows letters, no language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from bot.domain.variants import VARIANTS

Stem = Callable[[str], str]

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHES = "’‘ʼʻ`´"
# Pieces of text remembered with their words: the vocabulary that a news site uses again and again. People type others,
# and each cache of words grows to its bound: all of them together hold some 10 MiB. Longer ones are addresses, each
# seen once.
_REMEMBERED = 8192
_LONGEST_REMEMBERED = 32

# Letters of Kazakh, Kyrgyz, Uzbek and Tajik, with those that Russian spelling writes for them.
_PLAIN = str.maketrans("қғңөұүіһҳәҷў", "кгноууиххажу")
_OWN = frozenset("қғңөұүіһҳәҷў")
# Cyrillic letters as Uzbek Latin writes them; its apostrophes are dropped, as in words (oʻ is o).
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
# Uzbek writes ye where е begins a word or follows a vowel.
_YE = re.compile("(?:(?<=^)|(?<=[аеиоуыэюяўі]))е")
# Shorter Russian words are other words in Latin letters: мост is no "most", год no "god".
MIN_CROSSING = 6
_BREVE = "\u0306"


def fold(text: str) -> str:
    """Fold what should not matter: case, accents, ё/е, the many apostrophes. й and ў stay letters of their own."""
    text = _one_apostrophe(text)
    if text.isascii():
        return text.lower()
    # Decomposing comes before and after folding case: it brings forth capitals (ℌ), as folding brings forth marks (İ).
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # A text has few different characters: looking at those alone spares a look at each of its thousands.
    for character in set(text):
        if unicodedata.combining(character) and character != _BREVE:
            text = text.replace(character, "")
    # The breve makes letters of и and у only; it is an accent elsewhere (Erdoğan is Erdogan).
    if _BREVE in text:
        text = text.replace("и" + _BREVE, "й").replace("у" + _BREVE, "ў").replace(_BREVE, "")
    return _one_apostrophe(unicodedata.normalize("NFC", text))


def _one_apostrophe(text: str) -> str:
    for other in _APOSTROPHES:
        text = text.replace(other, "'")
    return text


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order; apostrophes inside a word are dropped (so'm = som')."""
    # No word reaches over a space, and no accent binds to one: what stands between spaces is folded by itself, once.
    found: list[str] = []
    for piece in text.split():
        found += _remembered(piece) if len(piece) <= _LONGEST_REMEMBERED else _words(piece)
    return found


def _words(piece: str) -> tuple[str, ...]:
    return tuple(word.replace("'", "") for word in _TOKEN.findall(fold(piece)))


_remembered = lru_cache(maxsize=_REMEMBERED)(_words)


def plain(word: str) -> str:
    """Return a folded word in the letters of Russian where it has nearby ones (тоқаев is токаев)."""
    return word if word.isascii() else word.translate(_PLAIN)


def latin(word: str) -> str:
    """Return a folded Cyrillic word as Uzbek Latin writes it, if it may be one; else its plain form.

    Words with letters of their own may, and long ones: few of those mean another thing in the other alphabet.
    """
    if word.isascii() or not _CYRILLIC.search(word) or (len(word) < MIN_CROSSING and _OWN.isdisjoint(word)):
        return plain(word)
    return _YE.sub("ye", word).translate(_LATIN) or plain(word)


@lru_cache(maxsize=_REMEMBERED)
def keys(word: str, stem: Stem) -> tuple[str, str]:
    """Return the keys of a folded word: as its own alphabet has it, and as Uzbek Latin would (often the same)."""
    plain_word = plain(word)
    if known := VARIANTS.get(word) or VARIANTS.get(plain_word):
        return known, known
    return stem(plain_word), stem(latin(word))


@lru_cache(maxsize=_REMEMBERED)
def beginnings(word: str) -> tuple[str, ...]:
    """Return the forms of a folded word that a prefix is compared with, each once."""
    return tuple({plain(word), latin(word)})
