"""The rates of a person's own currencies, in the direction in which their money goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.rate_graph import PEG, ResolvedRate
from bot.domain.rates import Pair, Rate

# The days of which the best rate is shown; the texts name their number.
BEST_DAYS = 90
# One currency that a person has and four that they need: more would hide the table below them.
MAX_OWN = 5
# The pairs that a person is offered first, by the language of the chat: wages in rubles are sent home from Russia.
OFFERS = {
    "ru": (Pair("RUB", "TJS"), Pair("RUB", "UZS"), Pair("RUB", "KGS"), Pair("USD", "KZT")),
    "en": (Pair("USD", "KZT"), Pair("USD", "UZS"), Pair("USD", "KGS"), Pair("EUR", "USD")),
    "kk": (Pair("USD", "KZT"), Pair("RUB", "KZT"), Pair("EUR", "KZT"), Pair("CNY", "KZT")),
    "ky": (Pair("RUB", "KGS"), Pair("USD", "KGS"), Pair("KZT", "KGS"), Pair("EUR", "KGS")),
    "uz": (Pair("RUB", "UZS"), Pair("USD", "UZS"), Pair("KZT", "UZS"), Pair("EUR", "UZS")),
    "uz_cyrl": (Pair("RUB", "UZS"), Pair("USD", "UZS"), Pair("KZT", "UZS"), Pair("EUR", "UZS")),
    "tg": (Pair("RUB", "TJS"), Pair("USD", "TJS"), Pair("EUR", "TJS"), Pair("KZT", "TJS")),
    "tk": (Pair("USD", "TMT"), Pair("TRY", "TMT"), Pair("RUB", "TMT"), Pair("TRY", "USD")),
}


@dataclass(frozen=True, slots=True)
class OwnRate:
    """The rate of an own pair now and a week ago, and the best one (most quote units) of the last days.

    `since` is the first day (of the legs' tables) that the best rate was chosen from. All rates have the direction of
    the pair.
    """

    resolved: ResolvedRate
    week_ago: Rate | None = None
    best: Rate | None = None
    since: dt.date | None = None

    @property
    def pair(self) -> Pair:
        """The pair, from the currency that the person has to the one that they need."""
        return self.resolved.rate.pair

    @property
    def fixed(self) -> bool:
        """Whether the rate is fixed by a state, so that it never becomes better."""
        return self.resolved.source == PEG

    @property
    def whole(self) -> bool:
        """Whether the best rate was chosen from all the days."""
        wanted = last_day(self.resolved) - dt.timedelta(days=BEST_DAYS)
        return self.since is not None and self.since <= wanted + dt.timedelta(days=4)  # a weekend or a holiday

    @property
    def at_best(self) -> bool:
        """Whether the current rate is the best one."""
        return self.best is not None and self.best.value <= self.resolved.rate.value


def last_day(resolved: ResolvedRate) -> dt.date:
    """Return the newest day of the legs' tables, with which the days of the best rate end."""
    return max(leg.valid_on for leg in resolved.legs)


def own_pairs(currencies: Sequence[str]) -> tuple[Pair, ...]:
    """Return the pairs of own currencies: from the first one to each of the others."""
    return tuple(Pair(have, needed) for have in currencies[:1] for needed in currencies[1:])


def best_of(history: Iterable[Rate]) -> Rate | None:
    """Return the rate of the most quote units; of equal ones the latest."""
    return max(history, key=lambda rate: (rate.value, rate.valid_on), default=None)
