"""The past rates of a pair: a month or a year as a table, and as rows of a file."""

from __future__ import annotations

import datetime as dt

from bot.domain.periods import FIRST_YEAR, Period
from bot.domain.rate_graph import PEG, TICKER, RateGraph, ResolvedRate
from bot.domain.rate_series import Leg, RateHistory, paths
from bot.domain.rates import Pair
from storage import rates
from storage.database import Database
from storage.past_rates import first_past_rates

# A file of more rows is for `jarchi rates export`; this is thirteen years of days.
MAX_CSV_ROWS = 5000
# The change of a period's first rate is taken from a rate of at most so long before: longer than any holidays.
BEFORE = dt.timedelta(days=14)


async def natural_pair(database: Database, code: str, now: dt.datetime) -> Pair:
    """Return the pair of a currency and the dollar, in the direction in which its rate is at least one."""
    pair = Pair("USD", code)
    async with database.read() as connection:
        resolved = (await rates.graph(connection, now)).resolve(pair)
    return pair if resolved is None or resolved.rate.value >= 1 else pair.inverted


async def rate_history(database: Database, pair: Pair, period: Period, now: dt.datetime) -> RateHistory | None:
    """Return the rates of a pair in a period; None if the pair has no rate."""
    async with database.read() as connection:
        ways = _paths(await rates.graph(connection, now), pair)
        if not ways:
            return None
        legs, found = await first_past_rates(connection, pair, ways, period.first - BEFORE, period.last)
    every = [one.rate for one in found]
    if all(leg.source == PEG for leg in legs):
        return RateHistory(pair, legs, (), fixed=found[-1].legs[0] if found else None)
    before = [rate for rate in every if rate.valid_on < period.first]
    shown = [rate for rate in every if rate.valid_on >= period.first]
    if period.month is None:
        shown = list({rate.valid_on.month: rate for rate in shown}.values())
    return RateHistory(pair, legs, tuple(shown), before[-1] if before else None)


async def rate_rows(database: Database, pair: Pair, period: Period | None, now: dt.datetime) -> list[ResolvedRate]:
    """Return the rates of a pair with their published legs, oldest first: of a period, or the newest of all."""
    first = period.first if period else dt.date(FIRST_YEAR, 1, 1)
    last = period.last if period else now.date() + BEFORE  # banks date tables some days ahead
    async with database.read() as connection:
        ways = _paths(await rates.graph(connection, now), pair)
        found = (await first_past_rates(connection, pair, ways, first, last))[1] if ways else []
    return found[-MAX_CSV_ROWS:]


def _paths(graph: RateGraph, pair: Pair) -> list[tuple[Leg, ...]]:
    """Return the paths of a pair's past; where there is no other, that of the ticker."""
    printed = graph.printed(TICKER, pair)
    return paths(graph, pair) or ([(Leg(TICKER, printed),)] if printed else [])
