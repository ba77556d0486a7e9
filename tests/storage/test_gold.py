"""Prices of gold bars: exact, one row for a bank, a weight and a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bot.domain.gold import BarPrice, PriceList
from storage import gold
from storage.database import Database

NOW = dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)
TODAY = NOW.date()
YESTERDAY = TODAY - dt.timedelta(days=1)
LARGE = BarPrice(Decimal(100), Decimal(174694000), Decimal(167910000))
OUNCE = BarPrice(Decimal("31.1035"), Decimal("235546.50"), Decimal("232065.50"))
ALONE = BarPrice(Decimal(10), Decimal(17469000))


async def test_prices_are_stored_exactly(database: Database) -> None:
    lists = [PriceList("cbu", TODAY, (ALONE, LARGE)), PriceList("nbkr", TODAY, (OUNCE,))]
    async with database.write() as connection:
        await gold.add(connection, lists, NOW)
        assert await gold.newest(connection, "cbu") == lists[:1]
        assert await gold.newest(connection, "nbkr") == lists[1:]
        assert await gold.newest(connection, "nbt") == []
        assert await gold.newest_day(connection, "cbu") == TODAY
        assert await gold.newest_day(connection, "nbt") is None


async def test_a_corrected_price_replaces_that_of_its_day(database: Database) -> None:
    corrected = BarPrice(Decimal(10), Decimal(17500000), Decimal(16800000))
    async with database.write() as connection:
        await gold.add(connection, [PriceList("cbu", TODAY, (ALONE, LARGE))], NOW)
        await gold.add(connection, [PriceList("cbu", TODAY, (corrected,))], NOW)
        assert await gold.newest(connection, "cbu") == [PriceList("cbu", TODAY, (corrected, LARGE))]


async def test_the_newest_two_days_and_the_prices_of_a_gram(database: Database) -> None:
    days = [TODAY - dt.timedelta(days=ago) for ago in (9, 5, 1, 0)]
    lists = [PriceList("nbkr", day, (BarPrice(Decimal(10), Decimal(76000) + n),)) for n, day in enumerate(days)]
    async with database.write() as connection:
        await gold.add(connection, [lists[3], lists[1], lists[0], lists[2]], NOW)
        await gold.add(connection, [PriceList("cbu", TODAY, (ALONE,))], NOW)
        assert await gold.newest(connection, "nbkr") == lists[2:]
        assert await gold.per_gram(connection, "nbkr", Decimal(10), days[1]) == [
            (days[1], Decimal("7600.1")),
            (days[2], Decimal("7600.2")),
            (days[3], Decimal("7600.3")),
        ]
        assert await gold.per_gram(connection, "nbkr", Decimal(5), days[0]) == []
