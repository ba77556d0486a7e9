"""Charts: the values to draw, and the pictures that Telegram has already."""

from __future__ import annotations

import datetime as dt

from bot.domain.charts import ChartSeries, since
from bot.domain.rate_graph import PEG, PEG_PAIR, TICKER, RateGraph, authority, compose
from bot.domain.rates import Pair, Rate
from storage import alerts, charts, rates
from storage.database import Database

# Banks date their tables tomorrow, and some days ahead over long holidays.
AHEAD = dt.timedelta(days=14)


async def chart_series(database: Database, chat_id: int, code: str, span: str, now: dt.datetime) -> ChartSeries:
    """Return the rates of a currency against the dollar in a range, and the chat's alerts."""
    first, today = since(now, span), now.date()
    wanted = Pair("USD", code)
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
        source, official = "", list[Rate]()
        for source in filter(None, (authority(code), "frankfurter")):
            printed = _printed(graph, source, wanted)
            last = today if source == PEG else today + AHEAD
            official = await rates.series(connection, printed, source, first, last) if printed else []
            if official:
                break
        ticker = await rates.series(connection, Pair(code, "USD"), TICKER, first, today + AHEAD)
        own = await alerts.of_chat(connection, chat_id)
    return ChartSeries(code, span, source, _turned(official, wanted), _turned(ticker, wanted), own)


def _printed(graph: RateGraph, source: str, pair: Pair) -> Pair | None:
    """Return the pair in the direction in which a source prints it, if it does."""
    if source == PEG:
        return PEG_PAIR
    return graph.printed(source, pair)


def _turned(found: list[Rate], pair: Pair) -> list[Rate]:
    return [rate for leg in found if (rate := compose(pair, [leg]))]


async def picture_id(database: Database, key: str) -> str | None:
    """Return Telegram's file_id of a picture, if it was sent before."""
    async with database.read() as connection:
        return await charts.known(connection, key)


async def save_picture_id(database: Database, key: str, file_id: str, now: dt.datetime) -> None:
    """Store Telegram's file_id of a picture that was sent."""
    async with database.write() as connection:
        await charts.remember(connection, key, file_id, now)
