"""Currencies by code, sign and flag. Their names are in the catalogs."""

from __future__ import annotations

from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.views.message import capital

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
_SIGNS = {code: own for code, (own, _) in _TABLE.items()}
# Signs that English puts before the number.
_BEFORE = frozenset("$€£¥₩₹₺₨")
FLAGS = {code: flag for code, (_, flag) in _TABLE.items()}


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
    return f"{capital(name(t, pair.base))} → {name(t, pair.quote)}"


def code_label(code: str) -> str:
    """Return a currency as the label of a button: its flag and code."""
    return f"{FLAGS.get(code, '')} {code}".strip()


def flags(pair: Pair) -> str:
    """Return the flags of a pair; of one with the dollar that of the other currency."""
    return "".join(FLAGS.get(code, "") for code in (pair.base, pair.quote) if code != "USD")
