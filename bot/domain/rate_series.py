"""The past of a pair: where it can come from, and a cross rate's days composed from those of its legs. Pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.numbers import CONTEXT
from bot.domain.rate_graph import PEG, PEG_PAIR, TICKER, RateGraph, ResolvedRate, authority, compose
from bot.domain.rates import Pair, Rate

# A day on which a leg has no rate takes the leg's last one, at most so old: the longest regular holidays have ten days.
CARRY = dt.timedelta(days=10)
# The numbers of units that people and banks state small rates for.
_UNITS = (1, 100, 1000, 10_000)


@dataclass(frozen=True, slots=True)
class Leg:
    """A published series: a source, and a pair in the direction in which the source prints it."""

    source: str
    pair: Pair


@dataclass(frozen=True, slots=True)
class RateHistory:
    """The rates of a pair in a period, oldest first, and the last one before it; of a year the last of each month.

    They have one path, whose published series are `legs`, and are per one unit of the base. `fixed` is the rate of a
    pair whose rate is fixed; it has no others.
    """

    pair: Pair
    legs: tuple[Leg, ...]
    rates: tuple[Rate, ...]
    before: Rate | None = None
    fixed: Rate | None = None


def paths(graph: RateGraph, pair: Pair) -> list[tuple[Leg, ...]]:
    """Return the paths that a pair's past can come from, best first; the newspaper's ticker alone is none of them.

    A bank of one of the two countries comes first, of two banks the one that prints the pair finer. Then the blend of
    several banks, for a pair with the dollar, and the path by which the current rate is resolved.
    """
    if PEG_PAIR in (pair, pair.inverted):
        return [(Leg(PEG, PEG_PAIR),)]
    banks = [rate for code in (pair.base, pair.quote) if (rate := _printed(graph, authority(code), pair))]
    if "USD" in (pair.base, pair.quote) and (blend := _printed(graph, "frankfurter", pair)):
        banks.append(blend)
    else:
        banks.sort(key=lambda rate: rate.coarseness)
    found: list[tuple[Rate, ...]] = [(rate,) for rate in banks]
    resolved = graph.resolve(pair)
    if resolved is not None and resolved.source != TICKER:
        found.append(resolved.legs)
    return list(dict.fromkeys(tuple(Leg(leg.source, leg.pair) for leg in legs) for legs in found))


def _printed(graph: RateGraph, source: str | None, pair: Pair) -> Rate | None:
    """Return a source's newest rate of a pair in the direction in which it prints it."""
    way = graph.printed(source, pair) if source else None
    return graph.rate(source, way) if source and way else None


def compose_series(pair: Pair, legs: Sequence[Sequence[Rate]], since: dt.date) -> list[ResolvedRate]:
    """Return the rates of a pair on the days from `since` on which a leg has a rate, oldest first, with their legs.

    Each leg is a series with one rate a day, oldest first, in the order of the path; begin it `CARRY` before `since`.
    On a day without its own rate a leg takes its last one, if that is at most `CARRY` old; else the day is left out.
    The fixed rate is in force from its first day on, and adds no day unless it is alone.
    """
    ways = [list(leg) for leg in legs if leg]
    if len(ways) != len(legs) or not ways:
        return []
    moving = [way for way in ways if way[0].source != PEG] or ways
    days = sorted({rate.valid_on for way in moving for rate in way if rate.valid_on >= since})
    dates = [[rate.valid_on for rate in way] for way in ways]
    found = []
    for day in days:
        used = [_in_force(way, known, day) for way, known in zip(ways, dates, strict=True)]
        known_legs = tuple(leg for leg in used if leg is not None)
        rate = compose(pair, known_legs) if len(known_legs) == len(ways) else None
        if rate is not None:
            found.append(ResolvedRate(rate if rate.valid_on == day else replace(rate, valid_on=day), known_legs))
    return found


def _in_force(way: Sequence[Rate], days: Sequence[dt.date], day: dt.date) -> Rate | None:
    place = bisect_right(days, day)
    return way[place - 1] if place and (way[0].source == PEG or day - days[place - 1] <= CARRY) else None


def shown_units(rate: Rate) -> int:
    """Return how many units of the base a rate is stated for: 100 or more where that of one unit is below one."""
    return next((units for units in _UNITS if rate.value * units >= 1), _UNITS[-1])


def per_units(rate: Rate, units: int) -> Rate:
    """Return a rate whose value is for so many units of the base, with its tick and bounds."""
    if units == 1:
        return rate
    factor = Decimal(units)
    bounds = rate.bounds and (CONTEXT.multiply(rate.bounds[0], factor), CONTEXT.multiply(rate.bounds[1], factor))
    value, tick = CONTEXT.multiply(rate.value, factor), CONTEXT.multiply(rate.tick, factor)
    return replace(rate, value=value, tick=tick, bounds=bounds)
