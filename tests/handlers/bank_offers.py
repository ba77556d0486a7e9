"""Offers of banks for the tests of answers and alerts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.offers import Channel, Offer, OfferTable
from bot.domain.rates import Pair
from bot.ingest.alerts import evaluate_markets, watched_markets
from bot.ingest.offers import store_offers
from storage.database import Database
from tests.handlers.conftest import NOW

AT = NOW - dt.timedelta(hours=1)
DUSHANBE = ZoneInfo("Asia/Dushanbe")
CASH, TRANSFER = Channel.CASH, Channel.TRANSFER


def offer(provider: str, pair: str, channel: Channel, buy: str, sell: str, at: dt.datetime = AT) -> Offer:
    return Offer(provider, channel, Pair(pair[:3], pair[3:]), Decimal(buy), Decimal(sell), at, "nbt")


async def publish_offers(database: Database, *published: Offer) -> int:
    """Store a table as a poll does; returns the number of messages about alerts on it."""
    async with database.write() as connection:
        watched = await watched_markets(connection, NOW)
        await store_offers(connection, "nbt", DUSHANBE, OfferTable(published[0].pair, published), NOW)
        return await evaluate_markets(connection, watched, NOW)
