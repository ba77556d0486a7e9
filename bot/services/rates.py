"""Rates: the table of all, one currency in full, and conversions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.amounts import ConvertRequest
from bot.domain.conversion import Conversion, converted
from bot.domain.rate_graph import RateTableRow, ResolvedRate
from bot.domain.rates import Pair, Rate
from storage import rates
from storage.database import Database

# The ages of the earlier rates of a currency, in days.
SPANS = {"week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class CurrencyRate:
    """The rate of a currency per dollar: the last different one, those of some days ago, and those of other sources."""

    resolved: ResolvedRate
    previous: Rate | None
    earlier: dict[str, Rate | None]
    others: tuple[ResolvedRate, ...]


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


async def currency_rate(
    database: Database, code: str, now: dt.datetime, spans: Mapping[str, int] = SPANS
) -> CurrencyRate | None:
    """Return the rate of a currency per dollar, with those of `spans` of days ago; None if there is none."""
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
        resolved = graph.resolve(Pair("USD", code))
        if resolved is None:
            return None
        [previous] = await rates.previous_different(connection, [resolved])
        earlier = {}
        for span, days in spans.items():
            [earlier[span]] = await rates.rates_on(connection, [resolved], now.date() - dt.timedelta(days=days))
    return CurrencyRate(resolved, previous, earlier, tuple(graph.others(resolved.rate.pair)))


async def convert(database: Database, request: ConvertRequest, now: dt.datetime) -> Conversion:
    """Return the rates by which an amount is converted."""
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
    return converted(request, graph)
