"""The past of the demo's banks: it is stored before the demo opens, as the banks themselves would print it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from bot.demo.past import newest_tables, past_tables, store_past
from bot.demo.site import EditionSite
from bot.domain.rates import Pair
from bot.ingest.history import DAYS
from bot.sources.banks import BANKS, mirrored
from bot.sources.fetch import Fetcher
from storage import sources
from storage.database import Database
from storage.rates import days_of


@pytest.fixture
async def site() -> AsyncIterator[EditionSite]:
    site = EditionSite()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    fetcher = Fetcher("test", allow_private=True)
    yield fetcher
    await fetcher.close()


@pytest.mark.parametrize("name", ["cbr", "nbk", "cbu", "ecb", "frankfurter", "nbkr"])
async def test_the_stored_past_is_what_the_bank_prints(site: EditionSite, fetcher: Fetcher, name: str) -> None:
    bank, market = BANKS[name], site.market
    printed = await newest_tables(fetcher, market, site.banks_url)
    made = {table.valid_on: table for table in past_tables(bank, printed[name], market)}
    day = max(made)
    _, endpoints = bank.history(day, day)
    read = [
        quote
        for url, reader in endpoints
        for table in reader((await fetcher.fetch(mirrored(url, site.banks_url, name))).body)
        if table.valid_on == day
        for quote in table.quotes
    ]
    assert len(read) > 3
    own = {quote.pair: quote for quote in made[day].quotes}
    for quote in read:
        # A bank may print a step more or less where a rate has another number of digits.
        assert abs(own[quote.pair].value - quote.value) <= 20 * max(quote.tick, own[quote.pair].tick), quote


async def test_ninety_days_of_every_pair_are_stored_and_nothing_is_left_to_fill(
    site: EditionSite, fetcher: Fetcher, database: Database
) -> None:
    market = site.market
    printed = await newest_tables(fetcher, market, site.banks_url)
    yesterday = market.today - dt.timedelta(days=1)
    first = market.today - dt.timedelta(days=DAYS)

    async def days(source: str, pair: Pair) -> int:
        async with database.read() as connection:
            return len([day for known, day in await days_of(connection, source, first, yesterday) if known == pair])

    await store_past(database, market, printed, first=True)
    assert await days("nbk", Pair("USD", "KZT")) == DAYS
    assert await days("cbr", Pair("TJS", "RUB")) == DAYS
    assert await days("nbk", Pair("GBP", "KZT")) == 0
    async with database.read() as connection:
        assert (await sources.get(connection, "nbk", BANKS["nbk"].home)).filled_to == yesterday
    await store_past(database, market, printed, first=False)
    assert await days("nbk", Pair("GBP", "KZT")) == DAYS
