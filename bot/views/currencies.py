"""Currencies by code, sign and flag. Their names are in the catalogs, the words for them in the vocabulary."""

from __future__ import annotations

from difflib import SequenceMatcher

from bot.domain.currencies import CURRENCIES
from bot.domain.spelling import fold
from bot.domain.vocabulary import code_of, currency_words
from bot.i18n import Translator

# code: (sign, flag). Telegram's fonts show these signs everywhere; where a currency's own sign changes the direction of
# the line (Arabic ones) or is ambiguous, the code is used.
_TABLE: dict[str, tuple[str, str]] = {
    "KZT": ("₸", "🇰🇿"),
    "KGS": ("сом", "🇰🇬"),
    "UZS": ("so‘m", "🇺🇿"),
    "TJS": ("смн", "🇹🇯"),
    "TMT": ("m", "🇹🇲"),
    "USD": ("$", "🇺🇸"),
    "EUR": ("€", "🇪🇺"),
    "RUB": ("₽", "🇷🇺"),
    "CNY": ("¥", "🇨🇳"),
    "TRY": ("₺", "🇹🇷"),
    "GBP": ("£", "🇬🇧"),
    "AED": ("AED", "🇦🇪"),
    "KRW": ("₩", "🇰🇷"),
    "JPY": ("JP¥", "🇯🇵"),
    "CHF": ("CHF", "🇨🇭"),
    "INR": ("₹", "🇮🇳"),
    "PLN": ("zł", "🇵🇱"),
    "AZN": ("₼", "🇦🇿"),
    "GEL": ("₾", "🇬🇪"),
    "AMD": ("֏", "🇦🇲"),
    "BYN": ("Br", "🇧🇾"),
    "UAH": ("₴", "🇺🇦"),
    "MNT": ("₮", "🇲🇳"),
    "AFN": ("AFN", "🇦🇫"),
    "PKR": ("₨", "🇵🇰"),
    "IRR": ("IRR", "🇮🇷"),
}
__all__ = ["CODES", "FLAGS", "code_of", "name", "nearest", "sign"]

CODES = CURRENCIES
FLAGS = {code: flag for code, (_, flag) in _TABLE.items()}
# A word below this similarity (of difflib) is a different word, not a typing error.
_LIKENESS = 0.6


def sign(code: str) -> str:
    """Return the short sign of a currency, or its code."""
    return _TABLE[code][0] if code in _TABLE else code


def name(t: Translator, code: str) -> str:
    """Return a currency's name in a language, or its code."""
    return t.plain(f"currencies.name.{code}") if code in _TABLE else code


def nearest(word: str) -> str | None:
    """Return the code that an unknown word may have meant (`kgz` -> KGS), or None.

    Of equally similar words, the one with more letters in the same places is chosen, then the first.
    """
    normalized = fold(word.strip())
    if not normalized:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(normalized)
    likest, best = "", (_LIKENESS, 0)
    known_words = currency_words()
    for known in known_words:
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            likeness = (matcher.ratio(), sum(map(str.__eq__, known, normalized)))
            if likeness > best:
                likest, best = known, likeness
    return known_words.get(likest)
