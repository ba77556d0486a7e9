"""The past rates of a currency: a month or a year as a table, and as rows of a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.periods import FIRST_YEAR, Period
from bot.domain.rate_graph import PEG, RateGraph, authority
from bot.domain.rates import Pair, Rate
from storage import rates
from storage.database import Database

# A file of more rows is for `jarchi rates export`; this is thirteen years of days.
MAX_CSV_ROWS = 5000
# The change of a period's first rate is taken from a rate of at most so long before: longer than any holidays.
BEFORE = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class RateHistory:
    """The rates of a period, oldest first, and the last one before it; of a year the last rate of each month.

    They have one source and the direction in which the newest is at least one. `fixed` is the rate of a currency
    whose rate is fixed; it has no others.
    """

    rates: tuple[Rate, ...]
    before: Rate | None = None
    fixed: Rate | None = None


async def rate_history(database: Database, code: str, period: Period, now: dt.datetime) -> RateHistory | None:
    """Return the rates of a currency in a period; None if the currency has no rate."""
    async with database.read() as connection:
        origin = _origin(await rates.graph(connection, now), code)
        if origin is None:
            return None
        source, pair = origin
        found = await rates.series(connection, pair, source, period.first - BEFORE, period.last)
    if source == PEG:
        return RateHistory((), fixed=found[-1])
    if found and found[-1].value < 1:
        found = [rate.inverted for rate in found]
    before = [rate for rate in found if rate.valid_on < period.first]
    shown = [rate for rate in found if rate.valid_on >= period.first]
    if period.month is None:
        shown = list({rate.valid_on.month: rate for rate in shown}.values())
    return RateHistory(tuple(shown), before[-1] if before else None)


async def rate_rows(database: Database, code: str, period: Period | None, now: dt.datetime) -> list[Rate]:
    """Return the rates of a currency as its source prints them, oldest first: of a period, or the newest of all."""
    first = period.first if period else dt.date(FIRST_YEAR, 1, 1)
    last = period.last if period else now.date() + BEFORE  # banks date tables some days ahead
    async with database.read() as connection:
        origin = _origin(await rates.graph(connection, now), code)
        found = await rates.series(connection, origin[1], origin[0], first, last) if origin else []
    return found[-MAX_CSV_ROWS:]


def _origin(graph: RateGraph, code: str) -> tuple[str, Pair] | None:
    """Return the source and the pair of a currency's history: its own bank's, else the source of its current rate."""
    own, pair = authority(code), Pair("USD", code)
    if own is not None and (printed := graph.printed(own, pair)) is not None:
        return own, printed
    resolved = graph.resolve(pair)
    return (resolved.source, resolved.legs[0].pair) if resolved is not None and len(resolved.legs) == 1 else None
