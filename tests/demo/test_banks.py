"""The demo's banks speak their banks' own forms: every reader reads them, and they agree but for their lies."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal

import aiohttp
import pytest
from aiohttp import web

from bot.demo import gold
from bot.demo.banks import DemoBanks
from bot.domain.currencies import CURRENCIES
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.sources.banks import BANKS, Endpoint, mirrored
from bot.sources.gold import GOLD
from bot.sources.gold.price_table import read as read_gold

# A Wednesday, at noon in every zone of the region.
NOW = dt.datetime(2026, 4, 1, 8, tzinfo=dt.UTC)
TODAY = NOW.date()
YESTERDAY = TODAY - dt.timedelta(days=1)
NBKR_GOLD = GOLD["nbkr"]
SPEAKING = [name for name in BANKS if name != "nbt"]


class Street:
    """The stand-ins on loopback, at a time of one's choosing."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def start(self) -> None:
        application = web.Application()
        DemoBanks(lambda: NOW.timestamp() + self.seconds).add_to(application, "/street")
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}/street"
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def get(self, url: str, bank: str) -> tuple[int, bytes]:
        async with self._session.get(mirrored(url, self.base, bank)) as answer:
            return answer.status, await answer.read()

    async def ask(self, bank: str, endpoints: tuple[Endpoint, ...]) -> list[Table]:
        tables = []
        for url, read in endpoints:
            status, body = await self.get(url, bank)
            assert status == 200
            tables += read(body)
        return tables

    async def today(self, bank: str) -> dict[Pair, Quote]:
        return {
            quote.pair: quote for table in await self.ask(bank, BANKS[bank].endpoints(NOW)) for quote in table.quotes
        }


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    street = Street()
    await street.start()
    yield street
    await street.stop()


@pytest.mark.parametrize("bank", SPEAKING)
async def test_a_reader_reads_its_stand_in_s_newest_table(street: Street, bank: str) -> None:
    tables = await street.ask(bank, BANKS[bank].endpoints(NOW))
    assert max(table.valid_on for table in tables) == TODAY
    assert all(table.warnings == () for table in tables)
    quotes = await street.today(bank)
    assert all(quote.value > quote.tick for quote in quotes.values())
    assert len(quotes) == {"ecb": 9, "nbk": 24}.get(bank, len(CURRENCIES) - 1)


@pytest.mark.parametrize("bank", [name for name in SPEAKING if BANKS[name].has_history])
async def test_a_reader_reads_its_stand_in_s_past_up_to_the_day_asked_for(street: Street, bank: str) -> None:
    last, endpoints = BANKS[bank].history(TODAY - dt.timedelta(days=90), YESTERDAY)
    tables = await street.ask(bank, endpoints)
    days = {table.valid_on for table in tables}
    assert all(table.warnings == () for table in tables)
    assert min(days) == TODAY - dt.timedelta(days=90)
    assert max(days) == last
    assert len(days) == {True: 1, False: 64 if bank == "ecb" else 90}[BANKS[bank].span is None]


async def test_the_banks_agree_on_every_cross(street: Street) -> None:
    dollars = {}
    for bank in SPEAKING:
        quotes = await street.today(bank)
        own = BANKS[bank].currency
        for code in ("EUR", "RUB", "KZT", "CNY", "TRY"):
            paths = {
                "ecb": (Pair("EUR", "USD"), Pair("EUR", code)),
                "frankfurter": (Pair("USD", "USD"), Pair("USD", code)),
            }.get(bank, (Pair(code, own), Pair("USD", own)))
            one, many = (quotes[pair].value if pair in quotes else Decimal(1) for pair in paths)
            if all(pair in quotes or pair.base == pair.quote for pair in paths):
                dollars[bank, code] = many / one
    assert len(dollars) > 20
    for (_, code), value in dollars.items():
        others = [other for (_, same), other in dollars.items() if same == code]
        # The Kyrgyz and the Kazakh banks print small currencies to three digits.
        assert all(abs(value - other) / value < Decimal("0.005") for other in others), code


async def test_the_bank_of_tajikistan_is_missing_and_the_blend_has_its_currency(street: Street) -> None:
    for url, _ in BANKS["nbt"].endpoints(NOW):
        assert (await street.get(url, "nbt"))[0] == 503
    assert Decimal(9) < (await street.today("frankfurter"))[Pair("USD", "TJS")].value < Decimal("9.5")


async def test_the_bank_of_uzbekistan_lies_about_the_manat_always_and_about_the_dollar_for_a_while(
    street: Street,
) -> None:
    honest = (await street.today("frankfurter"))[Pair("USD", "UZS")].value
    seen = {}
    for street.seconds in (0.0, 39.0, 40.0, 79.0, 80.0):
        quotes = await street.today("cbu")
        seen[street.seconds] = round(quotes[Pair("USD", "UZS")].value / honest, 1)
        if seen[street.seconds] == 1:
            assert round(quotes[Pair("USD", "UZS")].value / quotes[Pair("TMT", "UZS")].value, 2) == Decimal("3.02")
    assert list(seen.values()) == [Decimal(text) for text in ("1.0", "1.0", "1.3", "1.3", "1.0")]
    (past,) = await street.ask("cbu", BANKS["cbu"].history(YESTERDAY, YESTERDAY)[1])
    value = {quote.pair.base: quote.value for quote in past.quotes}
    assert round(value["USD"] / value["TMT"], 2) == Decimal("3.50")


async def test_the_stand_ins_keep_to_their_banks_habits(street: Street) -> None:
    _, daily = await street.get("https://www.nbkr.kg/XML/daily.xml", "nbkr")
    assert b'encoding="windows-1251"' in daily
    assert "Курсы".encode("windows-1251") in daily
    _, russian = await street.get("https://www.cbr.ru/scripts/XML_daily.asp", "cbr")
    assert "<Value>" in russian.decode("windows-1251")
    assert b"E-0" in russian  # a unit's rate in scientific notation
    status, _ = await street.get("https://api.frankfurter.dev/v2/rates?base=USD&quotes=XXX", "frankfurter")
    assert status == 422
    _, day = await street.get("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml", "ecb")
    _, past = await street.get("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml", "ecb")
    assert b"time='2026-04-01'" in day
    assert b'time="2026-03-31"' in past


async def test_the_pages_of_gold_bars_are_read_in_their_banks_forms(street: Street) -> None:
    for source in GOLD.values():
        status, body = await street.get(source.page, source.bank)
        assert status == 200
        [found] = read_gold(body)
        assert (found.valid_on, found.warnings) == (TODAY, ())
        assert found.bars == gold.bars(source.bank, TODAY)
    assert NBKR_GOLD.span is not None
    _, body = await street.get(NBKR_GOLD.span(TODAY - dt.timedelta(days=2), TODAY), "nbkr")
    assert [one.valid_on for one in read_gold(body)] == [TODAY - dt.timedelta(days=ago) for ago in (2, 1, 0)]
