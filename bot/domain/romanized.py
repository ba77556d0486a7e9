"""Words in the letters of another alphabet: Russian in Latin ones, mixed ones, another keyboard layout. Pure."""

from __future__ import annotations

import re

# People write one Russian letter in several ways (я: ya, ia, ja); both sides are reduced to one spelling.
_SOUNDS = str.maketrans(
    {
        **dict(zip("абвгдежзийклмнопрстуфхцчшщыэюяё", "abvgdejziiklmnoprstufhcqwwieuae", strict=True)),
        "ъ": "",
        "ь": "",
    }
)
_LATIN_SOUNDS = (
    ("shch", "w"),
    ("sch", "w"),
    ("sh", "w"),
    ("ch", "q"),
    ("zh", "j"),
    ("kh", "h"),
    ("ts", "c"),
    ("yu", "u"),
    ("iu", "u"),
    ("ju", "u"),
    ("ya", "a"),
    ("ia", "a"),
    ("ja", "a"),
    ("yo", "e"),
    ("ye", "e"),
    ("x", "h"),
    ("y", "i"),
    ("'", ""),
)
_DOUBLE = re.compile(r"(.)\1+")
# Letters that look the same in both alphabets.
_CYRILLIC_ALIKE, _LATIN_ALIKE = "асеорхукмтнвіј", "aceopxykmthbij"
_TO_CYRILLIC = str.maketrans(_LATIN_ALIKE, _CYRILLIC_ALIKE)
_TO_LATIN = str.maketrans(_CYRILLIC_ALIKE, _LATIN_ALIKE)
# The same keys of the two layouts, letters only.
_KEYS_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_KEYS_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN_KEYS = str.maketrans(_KEYS_LATIN, _KEYS_RUSSIAN)
_TO_LATIN_KEYS = str.maketrans(_KEYS_RUSSIAN, _KEYS_LATIN)


def romanized(word: str) -> str:
    """Return one spelling for all the ways in which a normalized Russian word is written in Latin letters.

    Also of many words at once, one on each line.
    """
    if word.isascii():
        for typed, sound in _LATIN_SOUNDS:
            word = word.replace(typed, sound)
    else:
        word = word.translate(_SOUNDS).replace("ia", "a").replace("iu", "u")
    return _DOUBLE.sub(r"\1", word)


def unmixed(word: str) -> str:
    """Return a normalized word with letters of both alphabets in one of them, if they look alike; else the word."""
    if word.isascii():
        return word
    cyrillic = word.translate(_TO_CYRILLIC)
    if not re.search("[a-z]", cyrillic):
        return cyrillic if cyrillic != word else word
    latin = word.translate(_TO_LATIN)
    return latin if latin.isascii() else word


def mistyped_layout(word: str) -> str:
    """Return a normalized word as the same keys write it in the other layout (`ghbdtn` is `привет`)."""
    return word.translate(_TO_RUSSIAN_KEYS if word.isascii() else _TO_LATIN_KEYS)
