"""The rates of a chat's own currencies, with the best of the last days from the history of their legs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.own_rates import BEST_DAYS, OwnRate, best_of, last_day
from bot.domain.rate_graph import PEG, RateGraph, ResolvedRate
from bot.domain.rate_series import Leg
from bot.domain.rates import Pair, Rate
from storage import rates
from storage.past_rates import SeriesRead, past_rates


async def own_rates(
    connection: AsyncConnection, known: RateGraph, pairs: Sequence[Pair], now: dt.datetime
) -> list[OwnRate]:
    """Return the rates of pairs at an instant (UTC), in order; a pair without a rate is left out."""
    resolved = [found for pair in pairs if (found := known.resolve(pair))]
    week_ago = await rates.rates_on(connection, resolved, now.date() - dt.timedelta(days=7))
    own, read = [], SeriesRead()
    for now_, then in zip(resolved, week_ago, strict=True):
        history = await _history(connection, now_, read)
        own.append(OwnRate(now_, then, best_of(history), history[0].valid_on if history else None))
    return own


async def _history(connection: AsyncConnection, resolved: ResolvedRate, read: SeriesRead) -> list[Rate]:
    """Return the rates of the last days by the path of a rate, oldest first; none of a fixed one."""
    if resolved.source == PEG:
        return []
    until = last_day(resolved)
    legs = [Leg(leg.source, leg.pair) for leg in resolved.legs]
    since = until - dt.timedelta(days=BEST_DAYS)
    return [one.rate for one in await past_rates(connection, resolved.rate.pair, legs, since, until, read)]
