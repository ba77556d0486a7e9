"""Stored prices of gold bars: one row for a bank, a weight and a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.gold import CURRENCY_OF, BarPrice, PriceList, StoredBar
from bot.domain.numbers import D
from storage.models import GoldPriceRow
from storage.upsert import insert

_NEWEST = 2  # the newest day and the one before it

_BARS = select(
    GoldPriceRow.source,
    GoldPriceRow.valid_on,
    GoldPriceRow.weight,
    GoldPriceRow.sale,
    GoldPriceRow.buyback,
    GoldPriceRow.observed_at,
)
_OF_BAR = (GoldPriceRow.source == bindparam("source"), GoldPriceRow.weight == bindparam("weight"))
_BARS_BETWEEN = _BARS.where(
    *_OF_BAR, GoldPriceRow.valid_on >= bindparam("since"), GoldPriceRow.valid_on <= bindparam("until")
).order_by(GoldPriceRow.valid_on)
_BAR_ON = (
    _BARS.where(*_OF_BAR, GoldPriceRow.valid_on <= bindparam("day")).order_by(GoldPriceRow.valid_on.desc()).limit(1)
)
# Of a few banks, so that the index is used, whose first column is the bank.
_BARS_SINCE = _BARS.where(
    GoldPriceRow.source.in_(CURRENCY_OF),
    GoldPriceRow.weight == bindparam("weight"),
    GoldPriceRow.valid_on >= bindparam("since"),
).order_by(GoldPriceRow.valid_on)


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


def _bar(row: Any) -> BarPrice:
    return BarPrice(row.weight, D(row.sale), None if row.buyback is None else D(row.buyback))


def _stored(row: Any) -> StoredBar:
    return StoredBar(row.source, row.valid_on, _bar(row), row.observed_at)


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
        bars.setdefault(row.valid_on, []).append(_bar(row))
    return [PriceList(source, day, tuple(found)) for day, found in bars.items()]


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


async def newest_bars(connection: AsyncConnection, weight: Decimal, since: dt.date) -> list[StoredBar]:
    """Return the newest prices of a bar at each bank that has a price list since a day."""
    rows = await connection.execute(_BARS_SINCE, {"weight": weight, "since": since})
    return list({row.source: _stored(row) for row in rows}.values())


async def bars_between(
    connection: AsyncConnection, source: str, weight: Decimal, since: dt.date, until: dt.date
) -> list[StoredBar]:
    """Return the prices of a bank's bar on each stored day of a span, the oldest first."""
    values = {"source": source, "weight": weight, "since": since, "until": until}
    return [_stored(row) for row in await connection.execute(_BARS_BETWEEN, values)]


async def bar_on(connection: AsyncConnection, source: str, weight: Decimal, day: dt.date) -> StoredBar | None:
    """Return the prices of a bank's bar in the newest list not later than a day; None without one."""
    row = (await connection.execute(_BAR_ON, {"source": source, "weight": weight, "day": day})).first()
    return _stored(row) if row else None
