"""Rates: the table of all, one pair in full, conversions, and the rates of a person's own currencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bot.domain.amounts import ConvertRequest
from bot.domain.conversion import Conversion, converted
from bot.domain.own_rates import OwnRate
from bot.domain.rate_graph import PairRate, RateTableRow
from bot.domain.rates import Pair
from storage import own_rates as stored_own_rates
from storage import rates
from storage.database import Database

# The ages of the earlier rates of a pair, in days.
SPANS = {"week": 7, "month": 30, "year": 365}


async def rates_table(database: Database, now: dt.datetime) -> list[RateTableRow]:
    """Return the rows of /rates in their order; USD is the base."""
    async with database.read() as connection:
        return await rates.rate_table(connection, now)


async def rates_version(database: Database) -> rates.State:
    """Return a value that changes with the table of rates: a much cheaper statement than the table."""
    async with database.autocommit() as connection:
        return await rates.state(connection)


async def known_currencies(database: Database, now: dt.datetime) -> list[str]:
    """Return the codes of the currencies that have a rate against the dollar."""
    async with database.read() as connection:
        return (await rates.graph(connection, now)).against_dollar


async def pair_rate(
    database: Database, pair: Pair, now: dt.datetime, spans: Mapping[str, int] = SPANS
) -> PairRate | None:
    """Return the rate of a pair in its direction, with those of `spans` of days ago; None if there is none."""
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
        resolved = graph.resolve(pair)
        if resolved is None:
            return None
        [day_before] = await rates.rates_before(connection, [resolved])
        earlier = {"day": day_before}
        for span, days in spans.items():
            [earlier[span]] = await rates.rates_on(connection, [resolved], now.date() - dt.timedelta(days=days))
    return PairRate(resolved, earlier, tuple(graph.others(pair)))


async def own_rates(database: Database, pairs: Sequence[Pair], now: dt.datetime) -> list[OwnRate]:
    """Return the rates of several pairs of own currencies; a pair without a rate is left out."""
    async with database.read() as connection:
        return await stored_own_rates.own_rates(connection, await rates.graph(connection, now), pairs, now)


async def convert(database: Database, request: ConvertRequest, now: dt.datetime, own: Sequence[str] = ()) -> Conversion:
    """Return the rates by which an amount is converted; `own` are the currencies shown first if none is named."""
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
    return converted(request, graph, own)
