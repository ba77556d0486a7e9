"""The rate of any pair, from the newest rate of every source: which one is "the rate", and by which path.

A rate joins two currencies. The rate of a pair is the cheapest path of at most three rates between them, where
a leg costs 1, more where its source is only a substitute, stale or old, and more the coarser it is printed. So a
bank's own rate comes first, a cross of two official ones beats a coarse direct one, and the newspaper's ticker is the
last resort.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import CONTEXT, D
from bot.domain.policy_rates import PolicyStanding
from bot.domain.rates import Pair, Rate

# Turkmenistan's official rate, fixed since 2015-01-01: 3.5 manat a dollar. Its bank's site cannot be depended on.
PEG = "peg"
PEG_PAIR = Pair("USD", "TMT")
PEG_VALUE = D("3.5")
PEG_SINCE = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)

TICKER = "ticker"
# The source of a rate that no single source prints: a path of several rates.
CROSS = "cross"

# The source of "the rate" of each currency: its own bank.
AUTHORITY = {"KZT": "nbk", "KGS": "nbkr", "UZS": "cbu", "TJS": "nbt", "TMT": PEG, "RUB": "cbr", "EUR": "ecb"}
# A blend of several banks' rates: after a bank's own, before a cross of two.
# The ticker is a newspaper's, coarse and sometimes days old: only where nothing else is.
_COST = {"frankfurter": D("1.5"), TICKER: D(10)}
# One more for each half per cent of a printed step, so that a fine cross beats a coarse direct rate.
_COARSE = D(200)
# A stale source's last rate comes after every fresh path but the ticker's.
_STALE = D(6)
# One that is weeks old comes after the ticker's, where that is finer than a range.
_OLD = D(12)
# A table older than this counts as stale. The longest regular pause is the Bank of Russia's: 1 to 8 January.
OLDEST_TABLE = dt.timedelta(days=14)
MAX_LEGS = 3
# Sources whose rate of any pair is shown beside "the rate"; the others are shown for their own currency only.
_ALSO_SHOWN = ("cbr", "ecb", "frankfurter", TICKER)


def authority(code: str) -> str | None:
    """Return the source that "the rate" of a currency against the dollar comes from; None: any source."""
    return AUTHORITY.get(code)


def is_official(resolved: ResolvedRate) -> bool:
    """Return whether each leg of a rate is from the central bank of one of its currencies, or fixed by the state."""
    return all(leg.source in (PEG, authority(leg.pair.base), authority(leg.pair.quote)) for leg in resolved.legs)


def currency_of(bank: str) -> str:
    """Return the currency of a central bank."""
    return next(code for code, source in AUTHORITY.items() if source == bank)


@dataclass(frozen=True, slots=True)
class ResolvedRate:
    """A rate in the requested direction with its bounds, and the published rates that it was computed from, as printed.

    `silent` names the sources on the path that are stale or whose table is old.
    """

    rate: Rate
    legs: tuple[Rate, ...]
    silent: tuple[str, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether a source on the path is stale or its table is old."""
        return bool(self.silent)

    @property
    def source(self) -> str:
        """The one source of the rate, or `cross`."""
        return self.legs[0].source if len(self.legs) == 1 else CROSS

    @property
    def path(self) -> tuple[str, ...]:
        """The currencies passed through, from the base to the quote."""
        codes = [self.rate.pair.base]
        for leg in self.legs:
            codes.append(leg.pair.quote if leg.pair.base == codes[-1] else leg.pair.base)
        return tuple(codes)


@dataclass(frozen=True, slots=True)
class RateTableRow:
    """One line of the rate table: a rate (USD/code), the one of the day before, and the one of a week ago."""

    resolved: ResolvedRate
    previous: Rate | None
    week_ago: Rate | None

    @property
    def code(self) -> str:
        """The currency of the line."""
        return self.resolved.rate.pair.quote


@dataclass(frozen=True, slots=True)
class PairRate:
    """The rate of a pair in the asked direction, with earlier ones of the same path and those of other sources.

    `earlier` is by span: day (by the tables before the current ones), week, month, year. `policy` are the policy rates
    of the two currencies' banks.
    """

    resolved: ResolvedRate
    earlier: Mapping[str, Rate | None]
    others: tuple[ResolvedRate, ...]
    policy: tuple[PolicyStanding, ...] = ()


def compose(pair: Pair, legs: Iterable[Rate]) -> Rate | None:
    """Multiply rates and intervals along a path from the pair's base to its quote; None if they do not join."""
    legs, at = tuple(legs), pair.base
    if len(legs) == 1 and legs[0].pair == pair:
        return legs[0]
    value = low = high = Decimal(1)
    for leg in legs:
        turned = leg if leg.pair.base == at else leg.inverted
        if turned.pair.base != at:
            return None
        at = turned.pair.quote
        value, low = CONTEXT.multiply(value, turned.value), CONTEXT.multiply(low, turned.low)
        high = CONTEXT.multiply(high, turned.high)
    if not legs or at != pair.quote:
        return None
    return Rate(
        pair,
        value,
        max(high - value, value - low),
        legs[0].source if len(legs) == 1 else CROSS,
        max(leg.observed_at for leg in legs),
        min(leg.confirmed_at for leg in legs),
        min(leg.valid_on for leg in legs),
        id=max(leg.id for leg in legs),
        bounds=(low, high),
    )


@dataclass(frozen=True, slots=True)
class _Edge:
    to: str
    rate: Rate
    cost: Decimal


class RateGraph:
    """The newest confirmed rates of all sources at an instant. A value: `with_rates` makes another."""

    def __init__(self, rates: Iterable[Rate], stale: Collection[str], now: dt.datetime) -> None:
        self._rates = {(rate.source, rate.pair): rate for rate in rates if rate.value > 0}
        self._stale, self._now = frozenset(stale), now
        if self._rates:
            fixed = Rate(PEG_PAIR, PEG_VALUE, Decimal(0), PEG, PEG_SINCE, now, now.date())
            self._rates[PEG, PEG_PAIR] = fixed
        self._edges: dict[str, list[_Edge]] = {}
        for rate in self._rates.values():
            cost = self._cost(rate)
            self._edges.setdefault(rate.pair.base, []).append(_Edge(rate.pair.quote, rate, cost))
            self._edges.setdefault(rate.pair.quote, []).append(_Edge(rate.pair.base, rate, cost))
        self._resolved: dict[Pair, ResolvedRate | None] = {}
        self._markets: dict[Pair, Rate] = {}

    def with_rates(self, rates: Iterable[Rate]) -> RateGraph:
        """Return a graph in which these rates replace those of their source and pair."""
        return RateGraph((*self._rates.values(), *rates), self._stale, self._now)

    def with_markets(self, rates: Iterable[Rate]) -> RateGraph:
        """Return a graph that also resolves pairs of other markets by these rates; no other rate is made of them."""
        graph = RateGraph(self._rates.values(), self._stale, self._now)
        graph._markets = {rate.pair: rate for rate in rates}
        return graph

    @property
    def rates(self) -> tuple[Rate, ...]:
        """Every rate, as its source prints it."""
        return tuple(self._rates.values())

    @property
    def currencies(self) -> tuple[str, ...]:
        """Every currency that has a rate."""
        return tuple(self._edges)

    @property
    def against_dollar(self) -> list[str]:
        """The currencies that have a rate against the dollar, in the order in which people are shown them."""
        return [code for code in CURRENCIES if self.resolve(Pair("USD", code))]

    def rate(self, source: str, pair: Pair) -> Rate | None:
        """Return a source's newest confirmed rate of a pair, in the direction that it prints."""
        return self._rates.get((source, pair))

    def printed(self, source: str, pair: Pair) -> Pair | None:
        """Return a pair in the direction in which a source prints it; None if it does not."""
        return next((way for way in (pair, pair.inverted) if (source, way) in self._rates), None)

    def is_stale(self, rate: Rate) -> bool:
        """Return whether a rate's source is stale, or its day too long ago."""
        return rate.source in self._stale or self._is_old(rate)

    def _is_old(self, rate: Rate) -> bool:
        return self._now.date() - rate.valid_on > OLDEST_TABLE

    def _cost(self, rate: Rate) -> Decimal:
        stale = _OLD if self._is_old(rate) else _STALE if rate.source in self._stale else Decimal(0)
        return _COST.get(rate.source, Decimal(1)) + rate.coarseness * _COARSE + stale

    def resolve(self, pair: Pair) -> ResolvedRate | None:
        """Return the rate of a pair, whichever way round it is asked for; None where no path leads."""
        if pair.market:
            rate = self._markets.get(pair) or self._markets.get(pair.inverted)
            return None if rate is None else ResolvedRate(rate if rate.pair == pair else rate.inverted, (rate,))
        if pair not in self._resolved:
            self._resolved[pair] = self._resolve(pair, self._edges)
        return self._resolved[pair]

    def _resolve(self, pair: Pair, edges: dict[str, list[_Edge]]) -> ResolvedRate | None:
        if pair.base == pair.quote:
            return None
        best: dict[str, tuple[Decimal, tuple[Rate, ...]]] = {pair.base: (Decimal(0), ())}
        for _ in range(MAX_LEGS):
            farther = dict(best)
            for code, (cost, legs) in best.items():
                for edge in edges.get(code, ()):
                    total = cost + edge.cost
                    if edge.to != pair.base and (edge.to not in farther or total < farther[edge.to][0]):
                        farther[edge.to] = (total, (*legs, edge.rate))
            best = farther
        if pair.quote not in best:
            return None
        legs = best[pair.quote][1]
        rate = compose(pair, legs)
        silent = dict.fromkeys(leg.source for leg in legs if self.is_stale(leg))
        return None if rate is None else ResolvedRate(rate, legs, tuple(silent))

    def seen_by(self, source: str, pair: Pair) -> ResolvedRate | None:
        """Return one source's own rate of a pair, direct or by its own cross."""
        own = {code: [e for e in edges if e.rate.source == source] for code, edges in self._edges.items()}
        return self._resolve(pair, own)

    def others(self, pair: Pair) -> list[ResolvedRate]:
        """Return the rates of a pair by other sources and by both banks, to be shown beside "the rate"."""
        chosen = self.resolve(pair)
        home = (AUTHORITY.get(pair.base), AUTHORITY.get(pair.quote))
        found = []
        for source in dict.fromkeys((*home, *_ALSO_SHOWN)):
            if source is None or (chosen is not None and source == chosen.source):
                continue
            seen = self.seen_by(source, pair)
            if seen is not None and (chosen is None or seen.legs != chosen.legs):
                found.append(replace(seen, rate=replace(seen.rate, source=source)))
        return found

    def other_sources(self, source: str, pair: Pair) -> list[Rate]:
        """Return the rates of a pair by fresh sources that are independent of this one.

        Frankfurter only blends the banks' own rates and would repeat their errors: it is left out.
        """
        asked = dict.fromkeys(name for name, _ in self._rates if name not in (source, "frankfurter", PEG))
        seen = [self.seen_by(name, pair) for name in asked]
        return [resolved.rate for resolved in seen if resolved is not None and not resolved.stale]

    def fixed(self, pair: Pair, source: str) -> Rate | None:
        """Return a pair of the fixed currency by the fixed rate and a source's dollar rate; None for other pairs."""
        pegged = PEG_PAIR.quote
        if pegged not in (pair.base, pair.quote) or (PEG, PEG_PAIR) not in self._rates:
            return None
        other = pair.base if pair.quote == pegged else pair.quote
        peg = self._rates[PEG, PEG_PAIR]
        if other == "USD":
            return compose(pair, (peg,))
        dollar = self.seen_by(source, Pair("USD", other))
        if dollar is None:
            return None
        return compose(pair, (peg, *dollar.legs) if pair.base == pegged else (*reversed(dollar.legs), peg))
