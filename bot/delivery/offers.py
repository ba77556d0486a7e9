"""The ranking of offers, read within the caller's transaction: for answers, conversions and digests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.offer_ranking import OfferRanking, OfferRequest, ranked
from bot.domain.offers import StoredOffer
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair
from bot.sources.offers import OFFER_SOURCES
from storage import offers
from storage.database import Connection

# The current offers of a pair's official tables, by source.
Tables = Mapping[str, Sequence[StoredOffer]]


async def read_tables(connection: Connection, pair: Pair) -> Tables:
    """Return the current offers of all tables of a pair, as the tables print it."""
    return {name: tuple((await offers.current(connection, name, pair)).values()) for name in OFFER_SOURCES}


def ranking_from(request: OfferRequest, graph: RateGraph, tables: Tables, now: dt.datetime) -> OfferRanking:
    """Return the current offers for a request, best first; without any if no official table has its pair."""
    rate = graph.resolve(request.pair)
    for source in OFFER_SOURCES.values():
        if stored := tables.get(source.name):
            ranking = ranked(request, stored, source.awaited(now), ZoneInfo(source.zone))
            return replace(ranking, rate=rate, source=source.name, home=source.home)
    return OfferRanking(request, rate=rate)


async def ranking_of(connection: Connection, request: OfferRequest, graph: RateGraph, now: dt.datetime) -> OfferRanking:
    """Return the ranking for a request by the offers that are stored now."""
    tables = {} if request.table is None else await read_tables(connection, request.table)
    return ranking_from(request, graph, tables, now)
