"""Pairs in words: amounts with the sign of their currency, and the sources that a pair's rates come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from babel.lists import format_list

from bot.domain.rate_series import Leg
from bot.domain.rates import Pair, Rate
from bot.i18n import Translator
from bot.views.currencies import FLAGS, sign
from bot.views.rates import source_name

# Signs that English puts before the number.
_BEFORE = frozenset("$€£¥₩₹₺₨")
# The most digits of small rates, and the last decimal of others.
_DIGITS, _CENT = 5, Decimal("0.01")


def currency_sign(t: Translator, code: str) -> str:  # noqa: ARG001
    """Return the short sign of a currency in a language, or its code."""
    return sign(code)


def amount_text(t: Translator, amount: str, code: str) -> str:
    """Return a formatted number with the sign of its currency, on one line: `$1`, `100 ₽`, in Russian `1 $`."""
    mark = currency_sign(t, code)
    return f"{mark}{amount}" if t.language == "en" and mark in _BEFORE else f"{amount}\u00a0{mark}"


def flags(pair: Pair) -> str:
    """Return the flags of a pair: of one with the dollar that of the other currency."""
    return " ".join(FLAGS[code] for code in (pair.base, pair.quote) if code != "USD" and code in FLAGS)


def legs_text(t: Translator, legs: Sequence[Leg]) -> str:
    """Return the published series of a cross rate, each with its source: `USD/RUB (Bank of Russia) and USD/TJS (…)`."""
    named = [t.plain("charts.leg", pair=str(leg.pair), source=source_name(t, leg.source)) for leg in legs]
    return format_list(named, locale=t.language)


def legible(rate: Rate) -> Rate:
    """Return a rate whose tick allows two decimals from ten on, and five digits below: more can hardly be read."""
    finest = (_CENT if rate.value >= 10 else Decimal(1).scaleb(rate.value.adjusted() - _DIGITS + 1)) / 2
    return replace(rate, tick=finest) if 0 < rate.tick < finest else rate
