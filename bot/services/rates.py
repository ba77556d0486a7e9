"""Rates: the table of all, one pair in full, conversions, and the rates of a person's own currencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.delivery.offers import ranking_of
from bot.domain.amounts import ConvertRequest
from bot.domain.conversion import Conversion, converted
from bot.domain.offer_ranking import request_of, table_of
from bot.domain.own_rates import OwnRate
from bot.domain.policy_calendar import calendars
from bot.domain.policy_rates import PolicyStanding, standing
from bot.domain.rate_graph import PairRate, RateTableRow, authority
from bot.domain.rates import Pair
from storage import own_rates as stored_own_rates
from storage import policy_rates, rates
from storage.database import Connection, Database

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
        policy = await _policy_rates(connection, pair, now)
    return PairRate(resolved, earlier, tuple(graph.others(pair)), policy)


async def _policy_rates(connection: Connection, pair: Pair, now: dt.datetime) -> tuple[PolicyStanding, ...]:
    """Return the policy rates of a pair's currencies, as far as they are known."""
    banks = {authority(code) for code in (pair.base, pair.quote)}
    decided = [bank for bank in calendars() if bank in banks]
    known = [standing(bank, await policy_rates.of_bank(connection, bank), now) for bank in decided]
    return tuple(one for one in known if one is not None)


async def own_rates(database: Database, pairs: Sequence[Pair], now: dt.datetime) -> list[OwnRate]:
    """Return the rates of several pairs of own currencies; a pair without a rate is left out."""
    async with database.read() as connection:
        return await stored_own_rates.own_rates(connection, await rates.graph(connection, now), pairs, now)


async def convert(database: Database, request: ConvertRequest, now: dt.datetime, own: Sequence[str] = ()) -> Conversion:
    """Return the rates by which an amount is converted; `own` are the currencies shown first if none is named."""
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
        conversion = converted(request, graph, own)
        if len(conversion.targets) != 1 or table_of(Pair(request.base, conversion.targets[0])) is None:
            return conversion
        wanted = request_of((request.base, conversion.targets[0]), amount=request.amount)
        return replace(conversion, offers=await ranking_of(connection, wanted, graph, now))
