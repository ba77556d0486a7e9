"""Currencies as people call them: codes, signs, and the words they type."""

from __future__ import annotations

import difflib

# code: (sign, words people type for it, folded to lower case). Telegram fonts show these signs everywhere.
_TABLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "KZT": ("₸", ("tenge", "тенге", "теңге", "₸")),
    "KGS": ("сом", ("som", "сом", "kyrgyz som")),
    "UZS": ("so‘m", ("sum", "soum", "so'm", "сум", "сўм")),
    "TJS": ("смн", ("somoni", "сомони", "сомонӣ")),
    "TMT": ("m", ("manat", "манат")),
    "USD": ("$", ("dollar", "dollars", "доллар", "доллара", "доллары", "баксы", "$")),
    "EUR": ("€", ("euro", "евро", "€")),
    "RUB": ("₽", ("ruble", "rouble", "рубль", "рублей", "рубли", "₽")),
    "CNY": ("¥", ("yuan", "юань", "юани", "¥")),
}
CODES = tuple(_TABLE)
_WORDS = {word: code for code, (_, words) in _TABLE.items() for word in words}

# Flags of the five, for the eye in a list.
FLAGS = {"KZT": "🇰🇿", "KGS": "🇰🇬", "UZS": "🇺🇿", "TJS": "🇹🇯", "TMT": "🇹🇲", "USD": "🇺🇸"}


def sign(code: str) -> str:
    """Return the short sign of a currency, or its code."""
    return _TABLE[code][0] if code in _TABLE else code


def code_of(word: str) -> str | None:
    """Return the code that a word means (`kzt`, `тенге`, `$`), or None."""
    folded = word.strip().casefold()
    return folded.upper() if folded.upper() in _TABLE else _WORDS.get(folded)


def nearest(word: str) -> str | None:
    """Return the code that was perhaps meant by an unknown word (`kzr` -> KZT), or None."""
    folded = word.strip().casefold()
    close = difflib.get_close_matches(folded, [code.casefold() for code in CODES] + list(_WORDS), n=1, cutoff=0.6)
    return code_of(close[0]) if close else None
