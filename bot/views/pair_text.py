"""The past of pairs in words: the published series that it is composed of, and rates without false digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.rate_series import Leg
from bot.domain.rates import Rate
from bot.i18n import Translator, dates
from bot.views.rates import source_name

# The most digits of small rates, and the last decimal of others.
_DIGITS, _CENT = 5, Decimal("0.01")


def legs_text(t: Translator, legs: Sequence[Leg]) -> str:
    """Return the published series of a cross rate, each with its source: `USD/RUB (Bank of Russia) and USD/TJS (…)`."""
    named = [t.plain("charts.leg", pair=str(leg.pair), source=source_name(t, leg.source)) for leg in legs]
    return dates.listed(named, t.language)


def legible(rate: Rate) -> Rate:
    """Return a rate whose tick allows two decimals from ten on, and five digits below: more can hardly be read."""
    finest = (_CENT if rate.value >= 10 else Decimal(1).scaleb(rate.value.adjusted() - _DIGITS + 1)) / 2
    return replace(rate, tick=finest) if 0 < rate.tick < finest else rate
