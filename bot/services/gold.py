"""Prices of gold bars: the newest price lists, and the past of one bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from bot.domain.charts import since
from bot.domain.gold import BarSeries, PriceList
from storage import gold
from storage.database import Database


async def price_lists(database: Database, sources: Sequence[str]) -> list[PriceList]:
    """Return the newest price list of each bank that has one, in the order of the banks."""
    async with database.read() as connection:
        found = [await gold.newest(connection, source) for source in sources]
    return [lists[-1] for lists in found if lists]


async def bar_series(database: Database, source: str, weight: Decimal, span: str, now: dt.datetime) -> BarSeries | None:
    """Return the prices of one gram of a bar in a range of charts; None where there is nothing to draw."""
    first = since(now, span)
    async with database.read() as connection:
        lists = await gold.newest(connection, source)
        points = await gold.per_gram(connection, source, weight, first)
    if not points:
        return None
    return BarSeries(source, weight, span, first, tuple(points), tuple(bar.weight for bar in lists[-1].bars))
