"""Charts: the ranges that can be drawn, as typed and in days, and the values that a chart shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.alerts import Alert
from bot.domain.rate_graph import PEG
from bot.domain.rate_series import CARRY, Leg, shown_units
from bot.domain.rates import Pair, Rate

# The ranges in days; `max` is all that is stored.
RANGES = {"30d": 30, "90d": 90, "1y": 365, "max": 20 * 365}
DEFAULT_RANGE = "90d"

# A range that is this close to the one that was asked for is the same: 12 weeks and 90 days, 360 days and a year.
_SAME = 0.07
# Words for lengths of time, in days.
_LENGTHS = {
    **dict.fromkeys(("d", "day", "days", "д", "дн", "день", "дня", "дней", "сутки", "суток"), 1),
    **dict.fromkeys(("w", "wk", "week", "weeks", "нед", "неделя", "неделю", "недели", "недель"), 7),
    **dict.fromkeys(("m", "mo", "month", "months", "м", "мес", "месяц", "месяца", "месяцев"), 30),
    **dict.fromkeys(("quarter", "квартал"), 90),
    **dict.fromkeys(("y", "yr", "year", "years", "г", "год", "года", "лет"), 365),
    **dict.fromkeys(("all", "max", "всё", "все", "макс"), RANGES["max"]),
}
_COUNTED = re.compile(r"([0-9]{1,5})\s?([^\W\d_]*)\.?")


@dataclass(frozen=True, slots=True)
class Span:
    """The range that is drawn for a typed length of time; `asked` is that length as typed where it is another one."""

    range: str
    asked: str = ""


def chart_span(text: str) -> Span | None:
    """Read `90d`, `30`, `1y`, `2 weeks`, `год`, `все`; None for anything else.

    A length that is no range is drawn as the shortest range that contains it: 30 days for two weeks.
    """
    compact = " ".join(text.casefold().split())
    if compact in _LENGTHS:
        days = _LENGTHS[compact]
    elif (found := _COUNTED.fullmatch(compact)) and (not found[2] or found[2] in _LENGTHS) and int(found[1]):
        days = int(found[1]) * _LENGTHS.get(found[2], 1)
    else:
        return None
    for span, length in RANGES.items():
        if abs(days - length) <= length * _SAME:
            return Span(span)
        if days < length:
            return Span(span, text)
    return Span("max", text)


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
