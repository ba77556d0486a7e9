"""The market behind the demo's banks: the price of a dollar on each day, moving slowly around real rates."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

# Units for a dollar, as around the end of 2025, the date of the demo's ticker.
_DOLLAR = {
    "KZT": 516.0, "KGS": 87.45, "UZS": 12142.10, "TJS": 9.18, "TMT": 3.5, "USD": 1.0, "RUB": 80.6613, "EUR": 0.87275,
    "CNY": 6.9, "TRY": 44.2, "GBP": 0.75, "KRW": 1460.0, "JPY": 157.0, "CHF": 0.8, "INR": 92.0, "AED": 3.6725,
    "PLN": 3.7, "AZN": 1.7, "GEL": 2.7, "AMD": 380.0, "BYN": 2.95, "UAH": 43.0, "MNT": 3560.0, "AFN": 66.0,
    "PKR": 280.0, "IRR": 1_400_000.0,
}  # fmt: skip
CURRENCIES = tuple(_DOLLAR)
# Currencies with a fixed price of a dollar.
_FIXED = ("USD", "TMT", "AED", "AZN")
# Amplitude, as a share, and period in days of each wave of a rate.
_WAVES = ((0.015, 97.0), (0.006, 23.0), (0.002, 7.0))
# Today's rates are republished every few seconds: down, up and back within two and a half minutes, by this share.
_STEP_SECONDS = 10.0
_SWING_SECONDS = 150.0
_SWING = {"KZT": 0.008, "RUB": 0.006, "KGS": 0.001}
_SMALL_SWING = 0.003


def _waves(code: str, day: int) -> float:
    shift = sum(map(ord, code))  # each currency has its own phase
    return sum(size * math.sin(2 * math.pi * day / days + shift * n) for n, (size, days) in enumerate(_WAVES, 1))


def dollar(code: str, days_ago: int, today: dt.date, seconds: float = 0.0) -> Decimal:
    """Return the units of a currency for a dollar, some days ago; today's rate moves with the demo's seconds."""
    base = _DOLLAR[code]
    if code in _FIXED:
        return Decimal(str(base))
    swing = _SWING.get(code, _SMALL_SWING)
    if days_ago:
        now = today.toordinal()
        return Decimal(repr(base * (1 - swing + _waves(code, now - days_ago) - _waves(code, now))))
    at = (seconds // _STEP_SECONDS * _STEP_SECONDS) / _SWING_SECONDS % 1
    return Decimal(repr(base * (1 - swing * math.cos(2 * math.pi * at))))
