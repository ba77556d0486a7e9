"""Stored prices of gold bars: one row for a bank, a weight and a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.gold import BarPrice, PriceList
from bot.domain.numbers import D
from storage.models import GoldPriceRow
from storage.upsert import insert

_NEWEST = 2  # the newest day and the one before it, for the observation of a change


async def add(connection: AsyncConnection, lists: Sequence[PriceList], now: dt.datetime) -> None:
    """Store price lists; a price that a bank has corrected replaces the one of the same day."""
    rows = [
        {
            "source": one.source,
            "currency": one.currency,
            "weight": bar.weight,
            "sale": format(bar.sale, "f"),
            "buyback": None if bar.buyback is None else format(bar.buyback, "f"),
            "valid_on": one.valid_on,
            "observed_at": now,
        }
        for one in lists
        for bar in one.bars
    ]
    statement = insert(connection, GoldPriceRow)
    changes = {name: statement.excluded[name] for name in ("sale", "buyback", "observed_at")}
    key = ["source", "weight", "valid_on"]
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changes), rows)


async def newest(connection: AsyncConnection, source: str) -> list[PriceList]:
    """Return the price lists of the newest two days of a bank, the oldest first; fewer where fewer are stored."""
    days = select(GoldPriceRow.valid_on).where(GoldPriceRow.source == source).distinct()
    last = days.order_by(GoldPriceRow.valid_on.desc()).limit(_NEWEST).scalar_subquery()
    rows = await connection.execute(
        select(GoldPriceRow.valid_on, GoldPriceRow.weight, GoldPriceRow.sale, GoldPriceRow.buyback)
        .where(GoldPriceRow.source == source, GoldPriceRow.valid_on.in_(last))
        .order_by(GoldPriceRow.valid_on, GoldPriceRow.weight)
    )
    bars: dict[dt.date, list[BarPrice]] = {}
    for row in rows:
        buyback = None if row.buyback is None else D(row.buyback)
        bars.setdefault(row.valid_on, []).append(BarPrice(row.weight, D(row.sale), buyback))
    return [PriceList(source, day, tuple(found)) for day, found in bars.items()]


async def newest_day(connection: AsyncConnection, source: str) -> dt.date | None:
    """Return the newest day of a bank's stored prices; None without any."""
    found = await connection.execute(select(func.max(GoldPriceRow.valid_on)).where(GoldPriceRow.source == source))
    return found.scalar_one_or_none()


async def per_gram(
    connection: AsyncConnection, source: str, weight: Decimal, since: dt.date
) -> list[tuple[dt.date, Decimal]]:
    """Return the sale price of one gram of a bar on each stored day since `since`, the oldest first."""
    rows = await connection.execute(
        select(GoldPriceRow.valid_on, GoldPriceRow.sale)
        .where(GoldPriceRow.source == source, GoldPriceRow.weight == weight, GoldPriceRow.valid_on >= since)
        .order_by(GoldPriceRow.valid_on)
    )
    return [(row.valid_on, BarPrice(weight, D(row.sale)).per_gram) for row in rows]
