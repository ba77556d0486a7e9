"""The rates of own pairs, from the history of their legs, on both engines."""

import datetime as dt
from decimal import Decimal

from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history
from storage import rates
from storage.database import Database
from storage.own_rates import own_rates

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
RUB_TJS = Pair("RUB", "TJS")


async def store(database: Database, source: str, code: str, **values: str) -> None:
    """Store the rates of a dollar by days ago: d7="9.3"."""
    tables = [
        Table(
            NOW.date() - dt.timedelta(days=int(back[1:])),
            (Quote(Pair("USD", code), Decimal(value), Decimal("0.00005")),),
        )
        for back, value in values.items()
    ]
    async with database.write() as connection:
        await store_history(connection, source, sorted(tables, key=lambda table: table.valid_on))


async def test_the_best_cross_rate_is_composed_day_by_day_from_its_legs(database: Database) -> None:
    await store(database, "nbt", "TJS", d100="9.9", d60="9.6", d30="9.5", d7="9.3", d0="9.345")
    await store(database, "cbr", "RUB", d100="81", d60="80", d30="80", d7="80", d3="78", d0="80")
    async with database.read() as connection:
        known = await rates.graph(connection, NOW)
        [own] = await own_rates(connection, known, [RUB_TJS, Pair("RUB", "JPY")], NOW)
    assert own.pair == RUB_TJS
    assert own.week_ago is not None
    assert own.best is not None
    assert round(own.resolved.rate.value, 6) == Decimal("0.116812")
    assert round(own.week_ago.value, 6) == Decimal("0.116250")
    # 60 days ago the somoni gave more than ever since; 100 days ago is too long ago to count.
    assert (round(own.best.value, 6), own.best.valid_on) == (Decimal("0.120000"), NOW.date() - dt.timedelta(days=60))
    assert own.since == NOW.date() - dt.timedelta(days=60)
    assert not own.whole


async def test_the_fixed_rate_has_no_best_day(database: Database) -> None:
    await store(database, "nbk", "KZT", d0="478.77")
    async with database.read() as connection:
        [own] = await own_rates(connection, await rates.graph(connection, NOW), [Pair("TMT", "USD")], NOW)
    assert own.fixed
    assert own.best is None
