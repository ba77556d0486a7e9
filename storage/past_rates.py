"""The past rates of any pair, for charts and histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rate_graph import PEG, PEG_SINCE, ResolvedRate
from bot.domain.rate_series import CARRY, Leg, compose_series
from bot.domain.rates import Pair
from storage import rates


async def past_rates(
    connection: AsyncConnection, pair: Pair, legs: Sequence[Leg], first: dt.date, last: dt.date
) -> list[ResolvedRate]:
    """Return the rates of a pair by a path on the days from `first` to `last`, oldest first, with their legs."""
    begin = first - CARRY if len(legs) > 1 else first
    series = []
    for leg in legs:
        since = max(begin, PEG_SINCE.date()) if leg.source == PEG else begin
        series.append(await rates.series(connection, leg.pair, leg.source, since, last) if since <= last else [])
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
