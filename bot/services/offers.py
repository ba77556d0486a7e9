"""Offers: the ranking of what banks and other providers pay and ask, with its source and the official rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from bot.delivery.offers import Tables, ranking_from, ranking_of, read_tables
from bot.domain.offer_ranking import PUBLISHED, OfferRanking, OfferRequest
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair
from bot.sources.offers import OFFER_SOURCES
from storage import offers, rates
from storage.database import Database


@dataclass(frozen=True, slots=True)
class PublishedOffers:
    """The current official rates, and the current offers of each pair that an official table has."""

    graph: RateGraph
    tables: Mapping[Pair, Tables]

    def ranking(self, request: OfferRequest, now: dt.datetime) -> OfferRanking:
        """Return the offers for a request at an instant (UTC), best first."""
        tables = {} if request.table is None else self.tables[request.table]
        return ranking_from(request, self.graph, tables, now)


async def rank_offers(database: Database, request: OfferRequest, now: dt.datetime) -> OfferRanking:
    """Return the current offers for a request, best first; without any if no official table has its pair."""
    async with database.read() as connection:
        return await ranking_of(connection, request, await rates.graph(connection, now), now)


async def published_offers(database: Database, now: dt.datetime) -> PublishedOffers:
    """Return all that rankings are made of at an instant (UTC)."""
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
        return PublishedOffers(graph, {pair: await read_tables(connection, pair) for pair in PUBLISHED})


async def offers_version(database: Database, now: dt.datetime) -> Hashable:
    """Return a value that changes with the current rates and offers, and with what is stale: two cheap statements."""
    awaited = tuple(source.awaited(now) for source in OFFER_SOURCES.values())
    async with database.autocommit() as connection:
        return awaited, now.date(), await rates.state(connection), await offers.state(connection)
