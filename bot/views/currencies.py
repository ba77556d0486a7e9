"""Currencies by code, sign and flag, and the currencies that a text names. Their names are in the catalogs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.domain.currencies import CURRENCIES
from bot.domain.intents import Correction
from bot.domain.rates import Pair
from bot.domain.spelling import fold
from bot.domain.vocabulary import code_of, currency_words
from bot.i18n import Translator

# code: (sign, flag). Telegram's fonts show these signs everywhere; where a currency's own sign changes the direction of
# the line (Arabic ones) or is ambiguous, the code is used. An empty sign is a word: it is in the catalogs, in the
# letters of each language.
_TABLE: dict[str, tuple[str, str]] = {
    "KZT": ("₸", "🇰🇿"),
    "KGS": ("", "🇰🇬"),
    "UZS": ("", "🇺🇿"),
    "TJS": ("", "🇹🇯"),
    "TMT": ("TMT", "🇹🇲"),
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
CODES = CURRENCIES
_SIGNS = {code: own for code, (own, _) in _TABLE.items()}
# Signs that English puts before the number.
_BEFORE = frozenset("$€£¥₩₹₺₨")
FLAGS = {code: flag for code, (_, flag) in _TABLE.items()}
# A word below this similarity (of difflib) is a different word, not a typing error.
_LIKENESS = 0.6
# The likeness and the length in letters of a word that is a typing error even beside a known currency.
_VERY_LIKE, _LONG = 0.75, 4
# A text of more words names no currencies; a longer word is none.
MAX_WORDS, MAX_WORD = 12, 20
_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʼʻ`´][^\W\d_]+)*|[$¢-¥֏\u20a0-\u20cf]")


def sign(t: Translator, code: str) -> str:
    """Return the short sign of a currency in a language (`₸`, `сом`), or its code."""
    return _SIGNS.get(code, code) or t.plain(f"currencies.sign.{code}")


def money(t: Translator, amount: str, code: str) -> str:
    """Return a formatted number with the sign of its currency, on one line: `$1`, `100 ₽`, in Russian `1 $`."""
    mark = sign(t, code)
    return f"{mark}{amount}" if t.language == "en" and mark in _BEFORE else f"{amount}\u00a0{mark}"


def name(t: Translator, code: str) -> str:
    """Return a currency's name in a language, or its code."""
    return t.plain(f"currencies.name.{code}") if code in _TABLE else code


def names(t: Translator, pair: Pair) -> str:
    """Return the names of a pair's currencies, `Russian ruble → Tajik somoni`."""
    base = name(t, pair.base)
    return f"{base[:1].upper()}{base[1:]} → {name(t, pair.quote)}"


def flags(pair: Pair) -> str:
    """Return the flags of a pair; of one with the dollar that of the other currency."""
    return "".join(FLAGS.get(code, "") for code in (pair.base, pair.quote) if code != "USD")


def nearest(word: str) -> str | None:
    """Return the code that an unknown word may have meant (`kgz` -> KGS), or None."""
    return code_of(nearest_word(word) or "")


def nearest_word(word: str, likeness: float = _LIKENESS) -> str | None:
    """Return the known word that an unknown one is most like (`тенгэ` -> тенге, `kgz` -> KGS), or None.

    Of equally similar words, the one with more letters in the same places is chosen, then the first.
    """
    normalized = fold(word.strip())
    if not normalized:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(normalized)
    likest, best = None, (likeness, 0)
    for known in currency_words():
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            found = (matcher.ratio(), sum(map(str.__eq__, known, normalized)))
            if found > best:
                likest, best = known, found
    return likest.upper() if likest and likest.upper() in CODES else likest


@dataclass(frozen=True, slots=True)
class CurrencyWords:
    """The different currencies that a text names, in order; its misspelt words with their meaning; its other words."""

    codes: tuple[str, ...]
    corrections: tuple[Correction, ...] = ()
    unknown: tuple[str, ...] = ()


def read_currencies(text: str) -> CurrencyWords:
    """Read the currencies of a text: `rub tjs`, `RUB/TJS`, `рубли в сомони`, `тенгэ`.

    Beside a currency a word must be long and very like another one to be read as it: most other words are small talk.
    """
    words = _WORD.findall(text)[:MAX_WORDS]
    codes = {word: code for word in words if (code := code_of(word))}
    corrections = {}
    for word in words:
        longest = word[:MAX_WORD]
        if word not in codes and (not codes or len(longest) >= _LONG):
            known = nearest_word(longest, _VERY_LIKE if codes else _LIKENESS)
            if known is not None:
                corrections[word] = known
    meant = codes | {word: code_of(known) or "" for word, known in corrections.items()}
    return CurrencyWords(
        tuple(dict.fromkeys(meant[word] for word in words if word in meant)),
        tuple(Correction(typed, known) for typed, known in corrections.items()),
        tuple(word[:MAX_WORD] for word in words if word not in meant),
    )
