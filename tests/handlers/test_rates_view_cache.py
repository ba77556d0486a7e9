"""The table of rates is made once for each version of it, and an older one is never shown."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.rates import Pair, Quote
from bot.i18n import Translator
from handlers.rates_view_cache import RatesViewCache
from storage import rates, sources
from storage.database import Database
from storage.models import RateRow, SourceRow
from tests.handlers.conftest import NOW, print_rates
from tests.stored import record_rate

TODAY = NOW.date()


class Tables:
    """Views of the table, and how often the table was made."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0
        self._cache = RatesViewCache(database)
        rate_table = rates.rate_table

        async def counted(connection: Any, now: dt.datetime) -> Any:
            self.made += 1
            return await rate_table(connection, now)

        monkeypatch.setattr(rates, "rate_table", counted)

    async def text(self, language: str = "en", now: dt.datetime = NOW, *, per_dollar: bool = True) -> str:
        view = await self._cache.view(Translator(language), now, per_dollar=per_dollar)
        return view.text


@pytest.fixture
def tables(database: Database, monkeypatch: pytest.MonkeyPatch) -> Tables:
    return Tables(database, monkeypatch)


async def test_each_language_and_direction_has_its_own_view_of_one_table(tables: Tables, database: Database) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    shown = {await tables.text(language, per_dollar=way) for language in ("en", "ru") for way in (True, False)}
    assert (len(shown), tables.made) == (4, 1)
    assert {await tables.text(language, per_dollar=way) for language in ("ru", "en") for way in (True, False)} == shown
    assert tables.made == 1


async def test_each_change_is_in_the_next_view(tables: Tables, database: Database) -> None:
    shown = [await tables.text()]

    async def next_one(now: dt.datetime = NOW) -> str:
        shown.append(await tables.text(now=now))
        assert shown[-1] != shown[-2]
        assert tables.made == len(shown)
        return shown[-1]

    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    assert "478.77" in await next_one()
    await print_rates(database, "nbk", TODAY - dt.timedelta(days=1), USDKZT="470.00")  # the past is filled
    assert "▲1.9%" in await next_one()
    async with database.write() as connection:
        quote = Quote(Pair("USD", "UZS"), Decimal(12000), Decimal("0.01"))
        await record_rate(connection, "cbu", quote, NOW, TODAY)
    assert "UZS" in await next_one()
    async with database.write() as connection:
        await connection.execute(update(RateRow).values(confirmed_at=NOW - dt.timedelta(hours=3)))
    assert "3 hours" in await next_one()
    await next_one(NOW + dt.timedelta(minutes=61))  # ages grow


async def test_a_stale_source_is_marked(tables: Tables, database: Database) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    assert "KZT!" not in await tables.text()
    async with database.write() as connection:
        await sources.save(connection, await sources.get(connection, "nbk", "https://example.org"))
        await connection.execute(update(SourceRow).values(stale_since=NOW - dt.timedelta(days=9)))
    assert "KZT!" in await tables.text()
    async with database.write() as connection:
        await connection.execute(update(SourceRow).values(stale_since=None))
    assert "KZT!" not in await tables.text()
    assert tables.made == 3
