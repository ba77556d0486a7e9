"""Prices of gold bars: exact, one row for a bank, a weight and a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.domain.gold import BarPrice, PriceList, StoredBar
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


async def test_the_newest_bar_of_each_bank_and_those_of_a_span(database: Database) -> None:
    days = [TODAY - dt.timedelta(days=ago) for ago in (20, 3, 1)]
    bars = [BarPrice(Decimal(10), Decimal(76000) + n, Decimal(75000) + n) for n in range(3)]
    lists = [PriceList("nbkr", day, (bar, OUNCE)) for day, bar in zip(days, bars, strict=True)]
    async with database.write() as connection:
        await gold.add(connection, [*lists, PriceList("cbu", days[0], (ALONE,))], NOW)
        ten, week = Decimal(10), TODAY - dt.timedelta(days=7)
        assert await gold.newest_bars(connection, ten, week) == [StoredBar("nbkr", days[2], bars[2], NOW)]
        assert {one.source for one in await gold.newest_bars(connection, ten, days[0])} == {"cbu", "nbkr"}
        between = await gold.bars_between(connection, "nbkr", ten, days[0], days[1])
        assert [(one.valid_on, one.bar) for one in between] == list(zip(days, bars, strict=True))[:2]
        on = [
            await gold.bar_on(connection, "nbkr", ten, day) for day in (days[1], TODAY, TODAY - dt.timedelta(days=30))
        ]
        assert [one and one.valid_on for one in on] == [days[1], days[2], None]


@pytest.mark.parametrize("statement", [gold._BARS_SINCE, gold._BARS_BETWEEN, gold._BAR_ON])
async def test_bars_are_read_by_an_index(database: Database, statement: object) -> None:
    async with database.read() as connection:
        if not database.sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
            await connection.execute(text("SET enable_bitmapscan = off"))
        values = dict.fromkeys(("since", "until", "day"), TODAY) | {"weight": Decimal(10), "source": "cbu"}
        words = statement.params(values).compile(compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
        explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
        assert "ix_gold_prices_of" in str((await connection.exec_driver_sql(f"{explain} {words}")).all())
