"""Polling price lists of gold bars, with a fetcher that a test scripts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli import checks
from bot.domain.alerts import AlertRule
from bot.domain.alerts import Side as AlertSide
from bot.domain.chats import Chat
from bot.domain.events import AlertFired
from bot.domain.gold import BarPrice, PriceList, gold_pair
from bot.domain.offers import Side
from bot.ingest.ingest import Ingested
from bot.ingest.matching import Matcher
from bot.ingest.poll import Poller
from bot.ingest.source_health import Polled
from bot.services.alerts import Created, create_alert
from bot.sources.banks import BANKS
from bot.sources.gold import GOLD, GoldSource
from storage import chats, gold, sources
from storage.database import Database
from storage.event_codec import decode
from storage.models import EventRow
from tests.ingest.scripted import Clock, ScriptedFetcher, cbu_table

CBU, NBKR, CBU_RATES = GOLD["cbu"], GOLD["nbkr"], BANKS["cbu"]
# A Thursday, 10:00 in Tashkent and 11:00 in Bishkek.
T0 = dt.datetime(2026, 4, 2, 5, tzinfo=dt.UTC)
TODAY = T0.date()
HEADER = "<tr><td>Дата</td><td>Вес, г</td><td>Цена обратного выкупа</td><td>Цена продажи</td></tr>"


def page(*rows: str) -> bytes:
    cells = ("".join(f"<td>{cell.strip()}</td>" for cell in row.split("|")) for row in rows)
    return f"<table>{HEADER}{''.join(f'<tr>{row}</tr>' for row in cells)}</table>".encode()


def poller(database: Database, fetcher: Any, clock: Clock, *lists: GoldSource, mirror: str = "") -> Poller:
    return Poller(
        database, Matcher(), fetcher, [], "https://site.example/", 900, clock, [CBU_RATES], mirror, gold=lists
    )


async def poll(polling: Poller, *, force: bool = False) -> dict[str, Polled]:
    return {one.source: one for one in await polling.run_pass(force=force)}


async def stored(database: Database, source: str) -> list[PriceList]:
    async with database.read() as connection:
        return await gold.newest(connection, source)


async def test_a_new_list_is_stored_and_polled_again_tomorrow(database: Database) -> None:
    clock, fetcher = Clock(T0), ScriptedFetcher({"item=2747": page("02.04.2026 | 10.00 | 75 649.00 | 76 020.50")})
    polling = poller(database, fetcher, clock, NBKR)
    polled = (await poll(polling))["gold_nbkr"]
    assert (polled.error, polled.skipped) == (None, False)
    [found] = await stored(database, "nbkr")
    assert found == PriceList("nbkr", TODAY, (BarPrice(Decimal(10), Decimal("76020.50"), Decimal(75649)),))
    assert polled.state is not None
    assert polled.state.next_attempt_at == T0 + dt.timedelta(hours=6)
    clock.now += dt.timedelta(hours=1)
    assert (await poll(polling))["gold_nbkr"].skipped


async def test_within_its_hours_a_bank_is_polled_until_the_day_s_list_is_there(database: Database) -> None:
    clock, fetcher = Clock(T0), ScriptedFetcher({"item=2747": page("01.04.2026 | 10.00 | 75 649.00 | 76 020.50")})
    polled = (await poll(poller(database, fetcher, clock, NBKR)))["gold_nbkr"]
    assert polled.state is not None
    assert polled.state.next_attempt_at == T0 + dt.timedelta(minutes=15)


async def test_the_first_poll_asks_for_the_past_and_the_others_do_not(database: Database) -> None:
    both = page("02.04.2026 | 10.00 | 75 649.00 | 76 020.50", "05.01.2026 | 10.00 | 74 000.00 | 75 000.00")
    fetcher = ScriptedFetcher({"begin_day=02&begin_month=01&begin_year=2026&end_day=02&end_month=04": both})
    polling = poller(database, fetcher, Clock(T0), NBKR)
    await poll(polling)
    assert [one.valid_on for one in await stored(database, "nbkr")] == [dt.date(2026, 1, 5), TODAY]
    fetcher.pages = {"item=2747": page("02.04.2026 | 10.00 | 75 649.00 | 76 020.50")}
    await poll(polling, force=True)
    assert [url for url in fetcher.asked if "item=2747" in url][1:] == [NBKR.page]


async def test_where_the_past_is_not_answered_the_newest_list_is_read(database: Database) -> None:
    fetcher = ScriptedFetcher(
        {"begin_day": b"<h1>404</h1>", "lang=RUS": page("02.04.2026 | 10 | 75 649.00 | 76 020.50")}
    )
    fetcher.pages["begin_day=02&begin_month=01"] = b"<h1>404</h1>"
    assert (await poll(poller(database, fetcher, Clock(T0), NBKR)))["gold_nbkr"].error is None
    assert len(await stored(database, "nbkr")) == 1


async def test_a_bank_that_fails_stops_neither_the_other_nor_the_rates(database: Database) -> None:
    fetcher = ScriptedFetcher(
        {
            "arkhiv-kursov": cbu_table("02.04.2026", USD="12194.21"),
            "gold-bars": b"<html><form>login</form></html>",
            "item=2747": page("02.04.2026 | 10.00 | 75 649.00 | 76 020.50"),
        }
    )
    polled = await poll(poller(database, fetcher, Clock(T0), CBU, NBKR))
    assert polled["gold_cbu"].error == "no table of gold bars"
    assert (polled["cbu"].error, polled["gold_nbkr"].error) == (None, None)
    async with database.read() as connection:
        assert (await sources.get(connection, "gold_cbu", CBU.page)).failures == 1
        assert (await sources.get(connection, "cbu", CBU_RATES.home)).failures == 0


async def test_a_page_of_last_month_is_a_failure_and_its_prices_keep_their_day(database: Database) -> None:
    fetcher = ScriptedFetcher({"item=2747": page("02.03.2026 | 10.00 | 75 649.00 | 76 020.50")})
    polled = (await poll(poller(database, fetcher, Clock(T0), NBKR)))["gold_nbkr"]
    assert polled.error == "the newest price list is of 2026-03-02"
    assert [one.valid_on for one in await stored(database, "nbkr")] == [dt.date(2026, 3, 2)]


async def test_a_day_far_ahead_is_left_out(database: Database) -> None:
    rows = ("02.04.2036 | 10.00 | 85 649.00 | 86 020.50", "02.04.2026 | 10.00 | 75 649.00 | 76 020.50")
    polled = (await poll(poller(database, ScriptedFetcher({"item=2747": page(*rows)}), Clock(T0), NBKR)))["gold_nbkr"]
    assert polled.snapshot is not None
    assert polled.snapshot.warnings == ("a price list of a day far ahead was left out",)
    assert [one.valid_on for one in await stored(database, "nbkr")] == [TODAY]
    alone = poller(database, ScriptedFetcher({"item=2747": page(rows[0])}), Clock(T0), NBKR)
    assert (await poll(alone, force=True))["gold_nbkr"].error == "price lists of days far ahead alone"


async def test_a_list_without_a_date_is_of_the_day_on_which_it_is_read(database: Database) -> None:
    undated = b"<table><tr><td>Weight</td><td>Sale price</td></tr><tr><td>10 g</td><td>17 469 000</td></tr></table>"
    # In Tashkent the third of April has begun.
    clock = Clock(dt.datetime(2026, 4, 2, 19, 30, tzinfo=dt.UTC))
    await poll(poller(database, ScriptedFetcher({"gold-bars": undated}), clock, CBU))
    assert [one.valid_on for one in await stored(database, "cbu")] == [dt.date(2026, 4, 3)]


async def test_a_mirror_is_polled_in_place_of_the_bank(database: Database) -> None:
    fetcher = ScriptedFetcher(
        {"mirror.example/nbkr/index1.jsp?item=2747": page("02.04.2026 | 10 | 75 649.00 | 76 020.50")}
    )
    polled = (await poll(poller(database, fetcher, Clock(T0), NBKR, mirror="https://mirror.example/")))["gold_nbkr"]
    assert polled.state is not None
    assert (polled.error, polled.state.next_attempt_at) == (None, T0 + dt.timedelta(minutes=15))


async def test_a_poll_judges_the_alerts_on_gold_at_once(database: Database) -> None:
    clock, fetcher = Clock(T0), ScriptedFetcher({"item=2747": page("02.04.2026 | 10.00 | 75 649.00 | 76 020.50")})
    polling = poller(database, fetcher, clock, NBKR)
    await poll(polling)
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Bishkek"), T0)
    wanted = AlertRule(gold_pair("nbkr", Side.SELL), AlertSide.ABOVE, level=Decimal(7700))
    assert isinstance(await create_alert(database, 1, 0, wanted, T0), Created)
    clock.now += dt.timedelta(days=1)
    fetcher.pages = {"item=2747": page("03.04.2026 | 10.00 | 76 649.00 | 77 020.50")}
    polled = (await poll(polling))["gold_nbkr"]
    assert polled.ingested is not None
    assert polled.ingested.deliveries == 1
    async with database.read() as connection:
        [row] = (await connection.execute(select(EventRow.__table__))).all()
    event = decode(row)
    assert isinstance(event, AlertFired)
    assert (event.rate.value, event.before, event.rate.source) == (Decimal("7702.05"), Decimal("7602.05"), "nbkr")
    assert event.rate.valid_on == dt.date(2026, 4, 3)
    clock.now += dt.timedelta(days=1)
    assert (await poll(polling, force=True))["gold_nbkr"].ingested == Ingested((), (), 0), "it fires once"


@pytest.mark.parametrize(
    ("rows", "fine", "line"),
    [
        (("02.04.2026 | 10.00 | 75 649.00 | 76 020.50",), True, "1 bars, 10 g: 76020.50 / 75649.00 KGS, for 2026-04-02, 1 days"),
        (("02.04.2026 | 5 | 38 714 | 38 830", "01.04.2026 | 10 | 90 | 80"), True, "1 bars, for 2026-04-02, 1 days; 1 rows left out: a sale price below the buyback price"),
        (("02.03.2026 | 10.00 | 75 649.00 | 76 020.50",), False, "the newest price list is of 2026-03-02"),
        ((), False, "no table of gold bars"),
    ],
)  # fmt: skip
async def test_check_shows_the_bar_that_was_read(
    monkeypatch: pytest.MonkeyPatch, rows: tuple[str, ...], fine: bool, line: str
) -> None:
    monkeypatch.setattr(checks, "utc_now", lambda: T0)
    fetcher: Any = ScriptedFetcher({"item=2747": page(*rows) if rows else b"<p>closed</p>"})
    assert await checks._gold(fetcher, NBKR, "") == ("gold_nbkr", fine, line)


async def test_a_list_far_from_the_last_one_is_refused_until_that_is_old(database: Database) -> None:
    clock, fetcher = Clock(T0), ScriptedFetcher({"item=2747": page("02.04.2026 | 10.00 | 75 649.00 | 76 020.50")})
    polling = poller(database, fetcher, clock, NBKR)
    await poll(polling)
    clock.now += dt.timedelta(days=1)
    fetcher.pages = {"item=2747": page("03.04.2026 | 10.00 | 756.49 | 760.20")}
    assert (await poll(polling, force=True))["gold_nbkr"].error == "prices far from those of the last list"
    assert [one.valid_on for one in await stored(database, "nbkr")] == [TODAY]
    clock.now += dt.timedelta(days=14)
    fetcher.pages = {"item=2747": page("17.04.2026 | 10.00 | 756.49 | 760.20")}
    assert (await poll(polling, force=True))["gold_nbkr"].error is None
