"""Offers: the ranking of what banks and other providers pay and ask, with its source and the official rate."""

from __future__ import annotations

import datetime as dt

from bot.delivery.offers import ranking_of
from bot.domain.offer_ranking import OfferRanking, OfferRequest
from storage import rates
from storage.database import Database


async def rank_offers(database: Database, request: OfferRequest, now: dt.datetime) -> OfferRanking:
    """Return the current offers for a request, best first; without any if no official table has its pair."""
    async with database.read() as connection:
        return await ranking_of(connection, request, await rates.graph(connection, now), now)
