"""The demo's table of offers has the form of its bank: the reader reads it, and finds what is wrong in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from bot.cli import checks
from bot.demo.banks import DemoBanks
from bot.demo.market import Market
from bot.domain.offer_decisions import WRONG, best_offers, hold_of, is_stale, without_placeholders
from bot.domain.offers import Channel, OfferHold, OfferTable, Side, StoredOffer
from bot.domain.rates import Rate
from bot.sources.banks import mirrored
from bot.sources.fetch import Fetched, Fetcher, Unreachable
from bot.sources.offers import OFFER_SOURCES, nbt
from tests.sources.offer_pages import PAGE, of_currency

NBT = OFFER_SOURCES["nbt"]
DUSHANBE = ZoneInfo("Asia/Dushanbe")
# A Friday, at noon in Dushanbe.
NOW = dt.datetime(2026, 4, 3, 7, 20, tzinfo=dt.UTC)
TODAY = NOW.date()
USD, _, RUB = nbt.PAIRS


@pytest.fixture
async def base() -> AsyncIterator[str]:
    application = web.Application()
    DemoBanks(NOW.timestamp).add_to(application)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/banks"
    await runner.cleanup()


async def tables(base: str, day: dt.date | None = None) -> list[OfferTable]:
    found = []
    async with aiohttp.ClientSession() as session:
        for url, read in NBT.newest() if day is None else NBT.day(day):
            async with session.get(mirrored(url, base, NBT.state_name)) as answer:
                assert answer.status == 200
                found.append(read(await answer.read()))
    return found


def judged(table: OfferTable) -> dict[tuple[str, Channel], StoredOffer]:
    value = Market(NOW.timestamp).cross(table.pair.base, "TJS", TODAY)
    official = Rate(table.pair, value, Decimal("0.00005"), "nbt", NOW, NOW, TODAY)
    return {
        (one.provider, one.channel): StoredOffer(one, one.as_of, NOW, hold_of(one, official))
        for one in without_placeholders(table.offers)[0]
    }


async def test_the_newest_tables_are_of_this_hour(base: str) -> None:
    found = await tables(base)
    assert [table.pair for table in found] == list(nbt.PAIRS)
    assert {table.as_of for table in found} == {NOW.replace(minute=0)}
    assert all(table.complete for table in found)
    assert {channel for table in found for channel in Channel} == {one.channel for one in found[0].offers}


async def test_one_provider_lies_and_one_is_old(base: str) -> None:
    found = judged((await tables(base))[0])
    held = {key: one.held for key, one in found.items() if one.held}
    assert {provider for provider, _ in held} == {'ҶСП "Бонки Сароб"'}
    assert held['ҶСП "Бонки Сароб"', Channel.CASH] is OfferHold.CROSSED
    assert held['ҶСП "Бонки Сароб"', Channel.TRANSFER] is OfferHold.OFF_OFFICIAL
    old = {provider for (provider, _), one in found.items() if is_stale(one.confirmed_as_of, TODAY, DUSHANBE)}
    assert old == {'ҶДММ ТАҚХ "Осмон"'}
    best = {(one.channel, one.side): one for one in best_offers(list(found.values()), DUSHANBE)}
    assert best[Channel.CASH, Side.BUY].providers == 5
    assert best[Channel.CASH, Side.BUY].best < best[Channel.CASH, Side.SELL].best


async def test_a_placeholder_is_printed_for_a_ruble_in_cash(base: str) -> None:
    (one,) = (
        one
        for one in (await tables(base))[2].offers
        if one.provider.startswith('КВД "Бонки Нур"') and one.channel is Channel.CASH
    )
    assert one.pair == RUB
    assert one.buy is None
    assert one.sell is not None


@pytest.mark.parametrize(
    ("requested", "served"),
    [
        ("2026-04-02", "2026-04-02"),
        ("2026-04-01", "2026-03-31"),  # the day without a table
        ("2026-03-29", "2026-03-27"),  # a Sunday
        ("2026-03-25", "2026-03-25"),
        ("2026-05-01", "2026-04-03"),  # a day to come
        ("nonsense", "2026-04-03"),
    ],
)
async def test_for_a_day_without_a_table_another_one_is_served(base: str, requested: str, served: str) -> None:
    url = f"{NBT.home}?currency=USD&date={requested}"
    async with aiohttp.ClientSession() as session, session.get(mirrored(url, base, NBT.state_name)) as answer:
        table = nbt.read(USD, await answer.read())
    assert table.as_of.astimezone(DUSHANBE).date() == dt.date.fromisoformat(served)


async def test_the_check_of_the_command_line_prints_what_it_reads(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = Fetcher("Jarchi", allow_private=True)
    monkeypatch.setattr(checks, "utc_now", lambda: NOW)
    try:
        name, works, line = await checks._offers(fetcher, NBT, base)
        monkeypatch.setattr(checks, "utc_now", lambda: NOW + dt.timedelta(days=20))
        assert await checks._offers(fetcher, NBT, base) == (name, False, "the newest table is of 2026-04-03")
    finally:
        await fetcher.close()
    assert (name, works) == ("offers_nbt", True)
    dollar, _, ruble = line.split("; ")
    channels = "interbank, cash, noncash, wallet, card, transfer"
    assert dollar.startswith(f'USD/TJS of 2026-04-03 12:00: 8 providers ({channels}), ҶСК "Бонки Кӯҳсор", interbank: ')
    assert dollar.endswith(", 28 missing or unusable prices were left out")
    assert ruble.endswith(", 29 missing or unusable prices were left out")


async def test_the_check_of_the_command_line_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "utc_now", lambda: dt.datetime(2026, 9, 24, 12, tzinfo=dt.UTC))
    swapped = PAGE.replace("харид</th>", "?</th>").replace("фурӯш</th>", "харид</th>").replace("?</th>", "фурӯш</th>")
    ruble = of_currency(swapped, "RUB")

    class Site:
        async def fetch(self, url: str) -> Fetched:
            if "EUR" in url:
                raise Unreachable("no connection")
            return Fetched(url, body=(PAGE if "USD" in url else ruble).encode())

    _, works, line = await checks._offers(Site(), NBT, "")  # type: ignore[arg-type]
    assert not works
    dollar, _, *problems = line.split("; ")
    assert "alif, interbank: 9.1800 / 9.2700, 8 missing" in dollar
    assert problems == ["a table could not be read: no connection", f"RUB/TJS: {WRONG}"]
