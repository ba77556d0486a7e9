"""Prices of gold bars at central banks, for the whole bar in the bank's own currency. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.currencies import GOLD, OWN
from bot.domain.languages import TABLE
from bot.domain.numbers import CONTEXT
from bot.domain.offers import Side
from bot.domain.rates import LARGEST_RATE, Pair, Rate

# The banks whose price lists are read, each with the currency of its prices.
CURRENCY_OF = {"cbu": "UZS", "nbkr": "KGS"}
# The bar that charts and alerts begin with: both banks have it, and it is the one that people ask for most.
USUAL_WEIGHT = Decimal(10)
# Bars for people weigh 1 to 100 g; the banks' lists of refined bars (10.9 kg and more) are other lists.
LARGEST_WEIGHT = Decimal(1000)
# A hundred grams cost 185 million soum; more than a thousand times that is a mistake.
LARGEST_PRICE = Decimal(10) ** 12
# Banks buy back for 85 to 99.5 % of the sale price; less than half is a placeholder.
LEAST_BUYBACK = Decimal("0.5")
# A gram of a small bar costs up to a sixth more than one of a large bar; a price of another weight is farther off.
FARTHEST = Decimal("1.5")
# So long after a list, the price of gold may have moved by any share.
FORGOTTEN = dt.timedelta(days=14)
# Levels up to twice a rate can be stored; a dearer gram has no alerts.
LARGEST_GRAM = LARGEST_RATE / 2
_COUNTRY_OF = {zone: one.country for one in TABLE if one.country in OWN for zone in one.zones}


@dataclass(frozen=True, slots=True)
class BarPrice:
    """The prices of one bar of `weight` grams: a customer pays `sale`, and gets `buyback` for it later.

    `buyback` is that of an intact package; None where none is published.
    """

    weight: Decimal
    sale: Decimal
    buyback: Decimal | None = None

    @property
    def per_gram(self) -> Decimal:
        """The sale price of one gram."""
        return CONTEXT.divide(self.sale, self.weight)

    @property
    def spread(self) -> Decimal | None:
        """The share of the sale price that a customer loses who sells the bar back at once (0.133 = 13.3 %)."""
        return None if self.buyback is None else CONTEXT.divide(self.sale - self.buyback, self.sale)


@dataclass(frozen=True, slots=True)
class PriceList:
    """The price list of a bank (a key of `CURRENCY_OF`) of one day, the lightest bar first.

    `valid_on` is the day that the bank names, else the day on which the list was read. `warnings` are English lines for
    the operator: the parts that were left out and the reasons.
    """

    source: str
    valid_on: dt.date
    bars: tuple[BarPrice, ...]
    warnings: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """The currency of the prices."""
        return CURRENCY_OF[self.source]

    def bar(self, weight: Decimal) -> BarPrice | None:
        """Return the bar of a weight in grams; None if the list has none."""
        return next((bar for bar in self.bars if bar.weight == weight), None)


@dataclass(frozen=True, slots=True)
class StoredBar:
    """A bar of a bank's price list of a day; `observed_at` is when it was read last (UTC)."""

    source: str
    valid_on: dt.date
    bar: BarPrice
    observed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BarSeries:
    """The prices of one gram of a bar in a range of charts (`bot.domain.charts.RANGES`), the oldest day first.

    `weights` are those of the newest list: the bars that a chart can be drawn of.
    """

    source: str
    weight: Decimal
    span: str
    since: dt.date
    points: tuple[tuple[dt.date, Decimal], ...]
    weights: tuple[Decimal, ...]


def check(bar: BarPrice) -> BarPrice | str:
    """Return the bar as it may be stored, without a placeholder for its buyback, or the reason why it may not be."""
    if not 0 < bar.weight <= LARGEST_WEIGHT or not 0 < bar.sale <= LARGEST_PRICE:
        return "prices or weights out of range"
    if bar.buyback is None or bar.buyback < bar.sale * LEAST_BUYBACK:
        return BarPrice(bar.weight, bar.sale)
    return "a sale price below the buyback price" if bar.sale < bar.buyback else bar


def plausible(bars: Sequence[BarPrice]) -> tuple[BarPrice, ...]:
    """Return the bars of a list, the lightest first, without those whose price per gram is far from the median.

    Without a majority nothing shows which of the bars are right: none is returned.
    """
    median = _median(bars)
    kept = [bar for bar in bars if _is_near(bar.per_gram, median)]
    return tuple(sorted(kept, key=lambda bar: bar.weight)) if 2 * len(kept) > len(bars) else ()


def is_far(before: PriceList, after: PriceList) -> bool:
    """Return whether a list's price per gram is far from that of the one before it: another metal, or a lost digit.

    After `FORGOTTEN` days the one before it shows nothing.
    """
    is_recent = after.valid_on - before.valid_on <= FORGOTTEN
    return is_recent and not _is_near(_median(after.bars), _median(before.bars))


def _is_near(price: Decimal, other: Decimal) -> bool:
    return other / FARTHEST <= price <= other * FARTHEST


def _median(bars: Sequence[BarPrice]) -> Decimal:
    """Return the higher median of the prices per gram; 0 without bars."""
    return sorted(bar.per_gram for bar in bars)[len(bars) // 2] if bars else Decimal(0)


def gold_pair(source: str, side: Side) -> Pair:
    """Return the pair whose rate is the price of one gram of the usual bar at a bank: `XAU/UZS` of `cbu:sell`.

    `side` is the bank's, as in offers: of `sell` the rate is the sale price, of `buy` the buyback price.
    """
    return Pair(GOLD, CURRENCY_OF[source], f"{source}:{side}")


def gold_pairs(market: str) -> list[Pair]:
    """Return the pairs of gold that a market means: that of `cbu:sell`, or those of all banks for `:sell`."""
    source, _, side = market.partition(":")
    return [gold_pair(bank, Side(side)) for bank in ([source] if source else CURRENCY_OF)]


def gold_of(pair: Pair) -> tuple[str, Side] | None:
    """Return the bank and its side of a pair of gold, in either direction; None for another pair."""
    source, _, side = pair.market.partition(":")
    return (source, Side(side)) if source in CURRENCY_OF else None


def gold_rates(stored: StoredBar) -> list[Rate]:
    """Return the prices of one gram of a bar as exact rates, that of the sale first; without those that are missing."""
    bar, found = stored.bar, []
    for side, price in ((Side.SELL, bar.sale), (Side.BUY, bar.buyback)):
        gram = None if price is None else CONTEXT.divide(price, bar.weight)
        if gram is None or gram > LARGEST_GRAM:
            continue
        pair, at = gold_pair(stored.source, side), stored.observed_at
        found.append(Rate(pair, gram, Decimal(0), stored.source, at, at, stored.valid_on))
    return found


def home_currency(own: Sequence[str], timezone: str) -> str:
    """Return the currency of a chat's country: the first of its own that is of the region, else that of its zone.

    The own currencies come first: people choose them, while many zones are the default one. Empty if neither is known.
    """
    return next((code for code in own if code in OWN), _COUNTRY_OF.get(timezone, ""))
