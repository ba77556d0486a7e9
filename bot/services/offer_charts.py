"""Charts of offers: the best and the median of each day, beside the official rate."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.charts import ChartSeries, since
from bot.domain.offer_charts import OfferSeries, daily
from bot.domain.offers import channel_of
from bot.domain.rate_series import paths
from bot.domain.rates import Pair
from bot.ingest.markets import rate_of
from bot.services.charts import AHEAD
from bot.sources.offers import OFFER_SOURCES
from storage import alerts, offers, rates
from storage.database import Database
from storage.past_rates import first_past_rates


async def offer_series(database: Database, chat_id: int, pair: Pair, span: str, now: dt.datetime) -> OfferSeries | None:
    """Return the offers of a pair's market in a range, with a chat's alerts on them; None if there are none.

    The pair is as its table prints it, with its market.
    """
    first, (channel, side) = since(now, span), channel_of(pair.market)
    begin = dt.datetime.combine(first, dt.time(), dt.UTC)
    official = Pair(pair.base, pair.quote)
    async with database.read() as connection:
        for source in OFFER_SOURCES.values():
            found = await offers.best_between(connection, source.name, official, channel, side, begin, now)
            days = daily(found, first, ZoneInfo(source.zone))
            if days:
                break
        else:
            return None
        graph = await rates.graph(connection, now)
        _, resolved = await first_past_rates(connection, official, paths(graph, official), first, now.date() + AHEAD)
        own = await alerts.of_chat(connection, chat_id)
    best = [replace(rate_of(one), valid_on=day) for day, one in days]
    series = ChartSeries(pair, span, first, (), best, (), own)
    median, printed = [one.median for _, one in days], [one.rate for one in resolved]
    return OfferSeries(series, median, printed, found[-1].confirmed_as_of, source.name, source.home)
