"""What a new book says to the lines people drew: observed once for each pair, settled by the database at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import (
    EXTREME_DAYS,
    EXTREMES,
    SPANS,
    Kind,
    Observation,
    observe,
    with_extremes,
    with_peg,
    with_span,
)
from bot.domain.rate_graph import OLDEST_TABLE, PEG, PEG_PAIR, RateGraph, ResolvedRate, compose
from bot.domain.rates import Pair, Rate
from storage import crossings, rates

# The fixed rate itself, and a blend of others' figures.
NOT_INDEPENDENT = (PEG, "frankfurter")


async def evaluate(connection: AsyncConnection, before: RateGraph, graph: RateGraph, now: dt.datetime) -> int:
    """Let every watched pair be looked at, changed or not, and return how many deliveries follow.

    An unchanged rate has news too: for a line that woke beyond it, and for changes within a day or a week.
    """
    watched = await crossings.watched(connection)
    return await crossings.evaluate(connection, await look(connection, before, graph, watched), now)


async def look(
    connection: AsyncConnection, before: RateGraph, graph: RateGraph, watched: Mapping[Pair, set[Kind]]
) -> list[Observation]:
    """Return what is to be seen of the pairs (canonical), each with the readings that its kinds of lines need."""
    seen = []
    for pair, kinds in watched.items():
        resolved, earlier = graph.resolve(pair), before.resolve(pair)
        if resolved is None:
            continue
        observation = observe(resolved.rate, earlier.rate.value if earlier else None)
        for kind, days in SPANS.items():
            if kind in kinds:
                day = resolved.rate.valid_on - dt.timedelta(days=days)
                [then] = await rates.rates_on(connection, [resolved], day)
                observation = with_span(observation, kind, then) if then else observation
        if kinds.intersection(EXTREMES):
            observation = with_extremes(observation, await past(connection, resolved))
        if Kind.PEG in kinds and is_pegged(pair):
            observation = with_peg(observation, await _other_sources(connection, graph, resolved.rate))
        readings = {kind: reading for kind, reading in observation.readings.items() if kind in kinds}
        seen.append(replace(observation, readings=readings))
    return seen


def is_pegged(pair: Pair) -> bool:
    """Tell whether a pair is one that is officially fixed, either way round."""
    return pair in (PEG_PAIR, PEG_PAIR.inverted)


async def _other_sources(connection: AsyncConnection, graph: RateGraph, fixed: Rate) -> list[Rate]:
    """Return what each bank, and the ticker, says of a fixed rate: by its own dollar where it prints another pair.

    The held back figures count here: what is off a fixed rate is always held, by whoever prints it.
    """
    pegged = PEG_PAIR.quote
    found = []
    for rate in await rates.seen_lately(connection, pegged, fixed.valid_on - OLDEST_TABLE):
        if rate.source in NOT_INDEPENDENT:
            continue
        other = rate.pair.quote if rate.pair.base == pegged else rate.pair.base
        legs: tuple[Rate, ...] = (rate,)
        if other != "USD":
            dollar = graph.seen_by(rate.source, Pair(other, "USD"))
            if dollar is None:
                continue
            legs = (rate, *dollar.legs)
        implied = compose(Pair(pegged, "USD"), legs)
        if implied is not None:
            found.append(implied if fixed.pair.base == pegged else implied.inverted)
    return found


async def past(connection: AsyncConnection, resolved: ResolvedRate) -> list[Rate]:
    """Return a rate's history by its own path, one figure a valid day, oldest first; as long as any extreme needs.

    Where a path has several legs, a day without a figure of one of them is told by the last one before it.
    """
    until = resolved.rate.valid_on
    since = until - dt.timedelta(days=max(EXTREME_DAYS) + 1)
    series = [await rates.series(connection, leg.pair, leg.source, since, until) for leg in resolved.legs]
    return _joined(resolved.rate.pair, series)


def _joined(pair: Pair, series: Sequence[Sequence[Rate]]) -> list[Rate]:
    days = sorted({rate.valid_on for one in series for rate in one})
    by_day = [{rate.valid_on: rate for rate in one} for one in series]
    current: list[Rate | None] = [None] * len(series)
    joined = []
    for day in days:
        current = [known.get(day, last) for known, last in zip(by_day, current, strict=True)]
        legs = [rate for rate in current if rate is not None]
        whole = compose(pair, legs) if len(legs) == len(series) else None
        if whole is not None:
            joined.append(
                Rate(
                    pair,
                    whole.value,
                    whole.tick,
                    whole.source,
                    whole.observed_at,
                    whole.confirmed_at,
                    day,
                    bounds=(whole.low, whole.high),
                )
            )
    return joined
