"""Charts: the ranges that can be drawn, and the values that a chart shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.alerts import Alert
from bot.domain.rates import Rate

# The ranges in days; `max` is all that is stored.
RANGES = {"30d": 30, "90d": 90, "1y": 365, "max": 20 * 365}


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """The rates of USD/code of a bank and of the ticker, oldest first, and the chat's alerts on the currency.

    `source` names where the official ones are from.
    """

    code: str
    span: str
    source: str
    official: Sequence[Rate]
    ticker: Sequence[Rate]
    alerts: Sequence[Alert]

    @property
    def main(self) -> Sequence[Rate]:
        """The rates that the chart is about; empty if there is nothing to draw."""
        return self.official or self.ticker

    @property
    def main_source(self) -> str:
        """The source of the main rates."""
        return self.source if self.official else "ticker"


def since(now: dt.datetime, span: str) -> dt.date:
    """Return the first day of a range that ends now (UTC)."""
    return now.date() - dt.timedelta(days=RANGES[span])
