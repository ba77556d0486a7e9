"""The past of offers: the best and the median of a way of payment on each day, beside the official rate. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.charts import ChartSeries
from bot.domain.offer_decisions import is_gap
from bot.domain.offers import BestOffer, Channel, Side, channel_of
from bot.domain.rates import Pair, Rate


@dataclass(frozen=True, slots=True)
class OfferSeries:
    """The offers of a pair's market in a range, as its table prints the pair.

    `best` has the best offers as rates, the alerts on them, and the range. `median` is their median on the same days.
    `rates` are the official rates, oldest first. `as_of` is the time (UTC) of the newest table with such offers;
    `source` is the name of the bank that publishes the tables, `home` its public page.
    """

    best: ChartSeries
    median: Sequence[Decimal]
    rates: Sequence[Rate]
    as_of: dt.datetime
    source: str
    home: str

    @property
    def pair(self) -> Pair:
        """The pair with its market."""
        return self.best.pair

    @property
    def market(self) -> tuple[Channel, Side]:
        """The way of payment, and the bank's side."""
        return channel_of(self.pair.market)

    @property
    def stretches(self) -> list[range]:
        """The places of the days in stretches; between two of them no table was published for longer than it may."""
        days = [rate.valid_on for rate in self.best.official]
        begins = [0, *(n for n in range(1, len(days)) if is_gap(days[n - 1], days[n]))]
        return [range(begin, end) for begin, end in zip(begins, [*begins[1:], len(days)], strict=True)]


def daily(found: Sequence[BestOffer], since: dt.date, zone: ZoneInfo) -> list[tuple[dt.date, BestOffer]]:
    """Return the best offers that were published on each day from `since`, oldest first.

    `found` is oldest first. One that several tables have holds from the first to the last; of a day with several tables
    the last counts. Days are counted in the zone of the source.
    """
    days: dict[dt.date, BestOffer] = {}
    for best in found:
        first, last = (at.astimezone(zone).date() for at in (best.as_of, best.confirmed_as_of))
        first = max(first, since)
        days |= {first + dt.timedelta(days=n): best for n in range((last - first).days + 1)}
    return sorted(days.items(), key=lambda one: one[0])
