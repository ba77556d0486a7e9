"""The market behind the demo's banks: the price of a dollar on each day, moving slowly around real rates."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache

# Units for a dollar, as around the end of 2025.
_DOLLAR = {
    "KZT": 516.0, "KGS": 87.45, "UZS": 12142.10, "TJS": 9.18, "TMT": 3.5, "USD": 1.0, "RUB": 80.6613, "EUR": 0.87275,
    "CNY": 6.9, "TRY": 44.2, "GBP": 0.75, "KRW": 1460.0, "JPY": 157.0, "CHF": 0.8, "INR": 92.0, "AED": 3.6725,
    "PLN": 3.7, "AZN": 1.7, "GEL": 2.7, "AMD": 380.0, "BYN": 2.95, "UAH": 43.0, "MNT": 3560.0, "AFN": 66.0,
    "PKR": 280.0, "IRR": 1_400_000.0,
}  # fmt: skip
CURRENCIES = tuple(_DOLLAR)
# Currencies of the ticker.
_TICKER = ("KZT", "KGS", "TJS", "UZS", "TMT")
# Currencies with a fixed price of a dollar.
_FIXED = ("USD", "TMT", "AED", "AZN")
# Amplitude, as a share, and period in days of each wave of a rate.
_WAVES = ((0.015, 97.0), (0.006, 23.0), (0.002, 7.0))
# A calm market: today's rates change every few seconds, by a share that no usual alert waits for.
_STEP_SECONDS = 10.0
_CALM_SECONDS = 150.0
_CALM = 0.0004
# A swing: the seconds after its start at which the rates jump one way, jump the other way, and are calm again; and the
# shares of the jumps. The first one carries the tenge past 520 for a dollar, and the ruble past 0.115 somoni.
SWING_SECONDS = (2.0, 27.0, 52.0)
_SWING = {"KZT": (0.013, -0.009), "RUB": (-0.016, 0.009)}
_SMALL_SWING = (0.003, -0.002)


@lru_cache(maxsize=4096)
def _waves(code: str, day: int) -> float:
    shift = sum(map(ord, code))  # each currency has its own phase
    return sum(size * math.sin(2 * math.pi * day / days + shift * n) for n, (size, days) in enumerate(_WAVES, 1))


class Market:
    """The prices of a dollar. `clock` returns seconds since the epoch."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._swung_at: dict[str, float] = {}

    @property
    def today(self) -> dt.date:
        """The day of today's rates, in UTC."""
        return dt.datetime.fromtimestamp(self._clock(), dt.UTC).date()

    def swing(self, codes: Iterable[str]) -> None:
        """Let today's rates of some currencies move once, up and down, and be calm again."""
        for code in codes:
            if self._elapsed(code) >= SWING_SECONDS[-1]:
                self._swung_at[code] = self._clock()

    def _elapsed(self, code: str) -> float:
        """Return the seconds since the last swing of a currency began."""
        return self._clock() - self._swung_at.get(code, -math.inf)

    def dollar(self, code: str, day: dt.date) -> Decimal:
        """Return the units of a currency for a dollar on a day; today's rate moves."""
        base, today = _DOLLAR[code], self.today
        if code in _FIXED:
            return Decimal(str(base))
        if day < today:
            shift = _waves(code, day.toordinal()) - _waves(code, today.toordinal())
        else:
            at = (self._clock() // _STEP_SECONDS * _STEP_SECONDS) / _CALM_SECONDS % 1
            shift = _CALM * math.sin(2 * math.pi * at) + self._jump(code)
        return Decimal(repr(base * (1 + shift)))

    def cross(self, code: str, own: str, day: dt.date) -> Decimal:
        """Return the price of one unit of a currency in another on a day."""
        return self.dollar(own, day) / self.dollar(code, day)

    def ticker(self) -> list[tuple[str, str]]:
        """Return (currency, printed dollars for 1 unit), with five decimals as the site prints them."""
        return [(code, f"{1 / self.dollar(code, self.today):.5f}") for code in _TICKER]

    def _jump(self, code: str) -> float:
        up, down, calm = SWING_SECONDS
        elapsed = self._elapsed(code)
        first, second = _SWING.get(code, _SMALL_SWING)
        if up <= elapsed < down:
            return first
        return second if down <= elapsed < calm else 0.0
