"""Exchange rates: values, how coarse they are, and how they change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.numbers import CONTEXT, D, inverse

# The site prints five decimals of "USD per 1 unit" (seen in all captures of the ticker).
TICKER_STEP = D("0.00001")

# A stored rate has 12 decimals in 64 bits (storage/types.py): no true rate of one unit is outside of these.
SMALLEST_RATE, LARGEST_RATE = D("0.00000001"), D(9_000_000)

# The inverse of an exact rate has no last digit; so many significant ones of it are shown.
EXACT_DIGITS = 6


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A currency pair: `value` units of `quote` for 1 unit of `base` (KZT/USD = 0.00194).

    `market` is empty for the official rate; for the best offer of a channel it names that with the bank's side
    (`transfer:buy`), for a gram of gold the bank with its side (`cbu:sell`). Pairs of different markets are never
    equal.
    """

    base: str
    quote: str
    market: str = ""

    def __str__(self) -> str:
        """Return the field's notation, `KZT/USD`."""
        return f"{self.base}/{self.quote}"

    @property
    def inverted(self) -> Pair:
        """The same market seen from the other side."""
        return Pair(self.quote, self.base, self.market)


@dataclass(frozen=True, slots=True)
class Quote:
    """One line of a page or table: `value` quote units per 1 base unit, with half a printed step as `tick`.

    `nominal` is for how many base units the source printed it: 3.93 tenge for 100 soum is UZS/KZT, value 0.0393,
    tick 0.00005, nominal 100.

    `change_pct` is the site's own percent as printed without the sign `%` ("-0", "0.28"); it is kept for the
    record only: it is computed from coarse steps and is not a market change.
    """

    pair: Pair
    value: Decimal
    tick: Decimal
    change_pct: str | None = None
    nominal: int = 1


@dataclass(frozen=True, slots=True)
class Rate:
    """A stored rate: `value` quote units per 1 base unit, true to ± `tick` (half a printed step).

    `observed_at` is when this value was first seen, `confirmed_at` when it was last seen again (both UTC);
    `valid_on` is the day it stands for; an unconfirmed rate is shown to nobody and fires no alert.
    """

    pair: Pair
    value: Decimal
    tick: Decimal
    source: str
    observed_at: dt.datetime
    confirmed_at: dt.datetime
    valid_on: dt.date
    confirmed: bool = True
    id: int = 0
    # The exact interval of an inverted rate, which is not symmetric; None: the value ± the tick.
    bounds: tuple[Decimal, Decimal] | None = None
    nominal: int = 1

    @property
    def low(self) -> Decimal:
        """The least true value that prints as this one."""
        return self.bounds[0] if self.bounds else self.value - self.tick

    @property
    def high(self) -> Decimal:
        """The greatest true value that prints as this one."""
        return self.bounds[1] if self.bounds else self.value + self.tick

    @property
    def inverted(self) -> Rate:
        """The same rate in the other direction ("515 tenge a dollar"), with a wider tick.

        The tick of an inverse is not symmetric; the wider half is kept, so nothing looks finer than it is.
        """
        value = inverse(self.value)
        low = inverse(self.high)
        high = inverse(self.low) if self.low > 0 else value * 2
        return Rate(
            self.pair.inverted,
            value,
            max(high - value, value - low),
            self.source,
            self.observed_at,
            self.confirmed_at,
            self.valid_on,
            self.confirmed,
            self.id,
            (low, high),
        )

    @property
    def coarseness(self) -> Decimal:
        """One whole printed step as a share of the value (0.005 for KZT, 0.125 for UZS)."""
        return CONTEXT.divide(self.tick * 2, self.value)


@dataclass(frozen=True, slots=True)
class Change:
    """How a rate moved between two stored figures of one source, as a share (0.01 = 1 %)."""

    before: Rate
    now: Rate

    @property
    def share(self) -> Decimal:
        """Signed relative change of the value."""
        return CONTEXT.divide(self.now.value - self.before.value, self.before.value)

    @property
    def visible(self) -> bool:
        """Whether the change is more than rounding: the two printed intervals do not touch in the middle.

        Two neighbouring printed values may hide no real move at all, or a whole step; they count as a change
        for display (the printed value did change), equal ones do not.
        """
        return self.before.value != self.now.value


def without_contradictions(quotes: Iterable[Quote]) -> tuple[list[Quote], list[Pair]]:
    """Keep one of repeated lines and drop the pairs printed with different values; nothing is guessed.

    Returns the quotes in order of first appearance, and the contradicting pairs.
    """
    seen: dict[Pair, Quote] = {}
    contradicting: dict[Pair, None] = {}
    for quote in quotes:
        first = seen.setdefault(quote.pair, quote)
        if first.value != quote.value:
            contradicting[quote.pair] = None
    return [quote for pair, quote in seen.items() if pair not in contradicting], list(contradicting)


def meaningful_digits(value: Decimal, tick: Decimal) -> Decimal:
    """Round a value to the digits that its tick allows: the last digit shown is not finer than a printed step.

    515.4639 ± 1.33 -> 515; 0.001940 ± 0.000005 -> 0.00194; a step of ten or more keeps whole numbers. An exact value
    (a fixed rate) keeps its digits, up to six significant ones.
    """
    if not tick:
        places = max(EXACT_DIGITS - 1 - value.adjusted(), 0)
        exact = value.quantize(Decimal(1).scaleb(-places), context=CONTEXT).normalize(CONTEXT)
        return exact if int(exact.as_tuple().exponent) <= 0 else exact.quantize(Decimal(1))
    exponent = min((tick * 2).adjusted(), 0)
    return value.quantize(Decimal(1).scaleb(exponent), context=CONTEXT)


def outer_range(rate: Rate) -> tuple[Decimal, Decimal]:
    """Return the interval of a coarse rate in whole numbers: (11765, 13333)."""
    return (
        rate.low.to_integral_value(),
        rate.high.to_integral_value(),
    )
