"""Charts: the values to draw, and the pictures that Telegram has already."""

from __future__ import annotations

import datetime as dt

from bot.domain.charts import ChartSeries, since
from bot.domain.rate_graph import PEG_PAIR, TICKER, ResolvedRate
from bot.domain.rate_series import Leg, paths
from bot.domain.rates import Pair
from storage import alerts, charts, rates
from storage.database import Database
from storage.past_rates import first_past_rates, past_rates

# Banks date their tables tomorrow, and some days ahead over long holidays.
AHEAD = dt.timedelta(days=14)


async def chart_series(database: Database, chat_id: int | None, pair: Pair, span: str, now: dt.datetime) -> ChartSeries:
    """Return the rates of a pair in a range, in the direction of the pair, and the alerts of a chat (None: of none)."""
    first, today = since(now, span), now.date()
    async with database.read() as connection:
        ways = paths(await rates.graph(connection, now), pair)
        last = today if PEG_PAIR in (pair, pair.inverted) else today + AHEAD
        legs, found = await first_past_rates(connection, pair, ways, first, last)
        ticker: list[ResolvedRate] = []
        if "USD" in (pair.base, pair.quote):
            printed = pair if pair.quote == "USD" else pair.inverted
            ticker = await past_rates(connection, pair, (Leg(TICKER, printed),), first, today + AHEAD)
        own = [] if chat_id is None else await alerts.of_chat(connection, chat_id)
    official, dots = ([one.rate for one in series] for series in (found, ticker))
    return ChartSeries(pair, span, first, legs, official, dots, own)


async def picture_id(database: Database, key: str) -> str | None:
    """Return Telegram's file_id of a picture, if it was sent before."""
    async with database.read() as connection:
        return await charts.known(connection, key)


async def save_picture_id(database: Database, key: str, file_id: str, now: dt.datetime) -> None:
    """Store Telegram's file_id of a picture that was sent."""
    async with database.write() as connection:
        await charts.remember(connection, key, file_id, now)
