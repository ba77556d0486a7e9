"""The ranking of offers, read within the caller's transaction: for answers, conversions and digests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.offer_ranking import OfferRanking, OfferRequest, ranked
from bot.domain.rate_graph import RateGraph
from bot.sources.offers import OFFER_SOURCES
from storage import offers
from storage.database import Connection


async def ranking_of(connection: Connection, request: OfferRequest, graph: RateGraph, now: dt.datetime) -> OfferRanking:
    """Return the current offers for a request, best first; without any if no official table has its pair."""
    rate, table = graph.resolve(request.pair), request.table
    if table is not None:
        for source in OFFER_SOURCES.values():
            stored = await offers.current(connection, source.name, table)
            if stored:
                ranking = ranked(request, stored.values(), source.awaited(now), ZoneInfo(source.zone))
                return replace(ranking, rate=rate, source=source.name, home=source.home)
    return OfferRanking(request, rate=rate)
