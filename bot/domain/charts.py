"""Charts: the ranges that can be drawn, and the values that a chart shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.alerts import Alert
from bot.domain.rate_graph import PEG
from bot.domain.rate_series import CARRY, Leg, shown_units
from bot.domain.rates import Pair, Rate
from bot.domain.spans import RANGES as RANGES

DEFAULT_RANGE = "90d"


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """The rates of a pair by a bank, or composed from several legs, and by the ticker, and the chat's alerts.

    Rates are oldest first, in the direction of the pair, per one unit. `since` is the first day of the range, `legs`
    are the published series that the official rates come from.
    """

    pair: Pair
    span: str
    since: dt.date
    legs: tuple[Leg, ...]
    official: Sequence[Rate]
    ticker: Sequence[Rate]
    alerts: Sequence[Alert]

    @property
    def main(self) -> Sequence[Rate]:
        """The rates that the chart is about; empty if there is nothing to draw."""
        return self.official or self.ticker

    @property
    def fixed(self) -> bool:
        """Whether the rate is fixed by the state."""
        return bool(self.official) and all(leg.source == PEG for leg in self.legs)

    @property
    def begins_on(self) -> dt.date | None:
        """The day of the first rate, where it is not about the first day of the range; None for a whole range."""
        first = self.main[0].valid_on
        return first if self.span == "max" or first - self.since > CARRY else None

    @property
    def units(self) -> int:
        """The number of units of the base that the chart's values are for."""
        return shown_units(self.main[-1])


def since(now: dt.datetime, span: str) -> dt.date:
    """Return the first day of a range that ends now (UTC)."""
    return now.date() - dt.timedelta(days=RANGES[span])
