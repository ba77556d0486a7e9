"""The past rates of any pair, for charts and histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rate_graph import PEG, PEG_SINCE, ResolvedRate
from bot.domain.rate_series import CARRY, Leg, compose_series
from bot.domain.rates import Pair, Rate
from storage import rates

# Published series by their leg and their first and last day, as they were read.
SeriesRead: TypeAlias = dict[tuple[Leg, dt.date, dt.date], list[Rate]]


async def past_rates(
    connection: AsyncConnection,
    pair: Pair,
    legs: Sequence[Leg],
    first: dt.date,
    last: dt.date,
    read: SeriesRead | None = None,
) -> list[ResolvedRate]:
    """Return the rates of a pair by a path on the days from `first` to `last`, oldest first, with their legs.

    `read` holds the series that were read before, and gets the new ones: several pairs may share a leg.
    """
    read = {} if read is None else read
    begin = first - CARRY if len(legs) > 1 else first
    series = []
    for leg in legs:
        since = max(begin, PEG_SINCE.date()) if leg.source == PEG else begin
        key = leg, since, last
        if key not in read:
            read[key] = await rates.series(connection, leg.pair, leg.source, since, last) if since <= last else []
        series.append(read[key])
    return compose_series(pair, series, first)


async def first_past_rates(
    connection: AsyncConnection, pair: Pair, ways: Sequence[Sequence[Leg]], first: dt.date, last: dt.date
) -> tuple[tuple[Leg, ...], list[ResolvedRate]]:
    """Return the first path that has rates on the days, with them; without any, the first path and nothing."""
    for legs in ways:
        found = await past_rates(connection, pair, legs, first, last)
        if found:
            return tuple(legs), found
    return (tuple(ways[0]) if ways else ()), []
