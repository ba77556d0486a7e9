"""The board is made once for each state of the figures, and never shows an older one."""

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


class Asked:
    """Boards, and how often one was made."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0
        self._boards = RatesViewCache(database)
        rate_table = rates.rate_table

        async def counted(connection: Any, now: dt.datetime) -> Any:
            self.made += 1
            return await rate_table(connection, now)

        monkeypatch.setattr(rates, "rate_table", counted)

    async def ask(self, language: str = "en", now: dt.datetime = NOW, *, per_dollar: bool = True) -> str:
        view = await self._boards.view(Translator(language), now, per_dollar=per_dollar)
        return view.text


@pytest.fixture
def asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(database, monkeypatch)


async def test_each_language_and_direction_has_its_own_words_of_one_board(asked: Asked, database: Database) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    told = {await asked.ask(language, per_dollar=way) for language in ("en", "ru") for way in (True, False)}
    assert (len(told), asked.made) == (4, 1)
    assert {await asked.ask(language, per_dollar=way) for language in ("ru", "en") for way in (True, False)} == told
    assert asked.made == 1


async def test_whatever_changes_is_on_the_next_board(asked: Asked, database: Database) -> None:
    told = [await asked.ask()]

    async def next_one(now: dt.datetime = NOW) -> str:
        told.append(await asked.ask(now=now))
        assert told[-1] != told[-2]
        assert asked.made == len(told)
        return told[-1]

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


async def test_a_source_that_falls_silent_is_marked(asked: Asked, database: Database) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    assert "KZT!" not in await asked.ask()
    async with database.write() as connection:
        await sources.save(connection, await sources.get(connection, "nbk", "https://example.org"))
        await connection.execute(update(SourceRow).values(stale_since=NOW - dt.timedelta(days=9)))
    assert "KZT!" in await asked.ask()
    async with database.write() as connection:
        await connection.execute(update(SourceRow).values(stale_since=None))
    assert "KZT!" not in await asked.ask()
    assert asked.made == 3
