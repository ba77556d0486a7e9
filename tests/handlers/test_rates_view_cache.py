"""The table of rates is made once for each version of it, and an older one is never shown."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.chats import Chat
from bot.domain.rates import Pair, Quote
from bot.i18n import Translator
from handlers.rates_view_cache import RatesViewCache
from storage import own_rates, rates, sources
from storage.database import Database
from storage.models import RateRow, SourceRow
from tests.handlers.conftest import NOW, print_rates
from tests.stored import record_rate

TODAY = NOW.date()


class Tables:
    """Views of the table, and how often the table was made."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0
        self.cache = RatesViewCache(database)
        rate_table = rates.rate_table

        async def counted(connection: Any, now: dt.datetime) -> Any:
            self.made += 1
            return await rate_table(connection, now)

        monkeypatch.setattr(rates, "rate_table", counted)

    async def text(self, language: str = "en", now: dt.datetime = NOW, **chat: Any) -> str:
        view = await self.cache.view(Translator(language), now, Chat(1, "private", language, "Asia/Almaty", **chat))
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
    assert ">08:00</tg-time>" in await next_one()
    assert "8 Dec 08:00</tg-time>" in await next_one(NOW + dt.timedelta(days=1))


async def test_the_table_is_not_read_again_while_nothing_changes(tables: Tables, database: Database) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    shown = await tables.text()
    assert await tables.text(now=NOW + dt.timedelta(hours=3)) == shown
    assert tables.made == 1


async def test_own_currencies_are_first_in_the_table_of_that_chat_only(tables: Tables, database: Database) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    await print_rates(database, "cbr", TODAY, USDRUB="81.1291")
    codes = [line.split()[0] for line in (await tables.text(currencies=("RUB", "CNY"))).split("\n")[2:5]]
    assert codes == ["RUB", "KZT", "TMT"]
    assert (await tables.text()).index("KZT") < (await tables.text()).index("RUB")


async def test_the_rate_of_an_own_pair_is_read_once_for_all_chats(
    tables: Tables, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    loaded = []
    read = own_rates.own_rates

    async def counted(connection: Any, known: Any, pairs: Sequence[Pair], now: dt.datetime) -> Any:
        loaded.append(tuple(pairs))
        return await read(connection, known, pairs, now)

    monkeypatch.setattr(own_rates, "own_rates", counted)
    pairs = (Pair("USD", "KZT"), Pair("USD", "JPY"))
    for _ in range(3):
        [own] = await tables.cache.own_rates(pairs, NOW)
        assert own.pair == pairs[0]
    assert loaded == [pairs]
    await print_rates(database, "nbk", TODAY + dt.timedelta(days=1), USDKZT="480.00")
    assert [own.resolved.rate.value for own in await tables.cache.own_rates(pairs, NOW)] == [480]
    assert loaded == [pairs, pairs]


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
