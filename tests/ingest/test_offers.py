"""Polling a source of offers and filling its past, with a fetcher that a test scripts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.alerts import AlertRule, Kind
from bot.domain.alerts import Side as AlertSide
from bot.domain.chats import Chat
from bot.domain.events import AlertFired
from bot.domain.offers import Channel, OfferHold, Side
from bot.domain.rates import Pair, Quote
from bot.domain.sites import PAGE
from bot.domain.snapshot import Table
from bot.ingest.history import DAYS, MAX_FAILURES
from bot.ingest.ingest import Ingested
from bot.ingest.offer_history import OfferHistoryFiller
from bot.ingest.offer_polls import OFFER_FAILURES
from bot.ingest.rates import store_history
from bot.services.alerts import Created, create_alert
from bot.services.status import status
from storage import chats, claims, offers, sources
from storage.database import Database
from storage.event_codec import decode
from storage.models import EventRow
from tests.ingest.offer_bank import DAY, NAME, NBT, SAMPLE, T0, TODAY, USD, Bank, Clock, page, poll, poller


async def set_official(database: Database, value: str, day: dt.date = TODAY) -> None:
    quote = Quote(USD, Decimal(value), Decimal("0.00005"))
    async with database.write() as connection:
        await store_history(connection, "nbt", [Table(day, (quote,))])


async def best(database: Database, at: dt.datetime = T0) -> Decimal | None:
    async with database.read() as connection:
        found = await offers.best_at(connection, "nbt", USD, Channel.CASH, Side.BUY, at)
    return found.best if found else None


async def test_a_poll_stores_the_tables_and_the_next_one_is_due_in_an_hour(database: Database) -> None:
    bank, clock = Bank({code: page() for code in ("USD", "EUR", "RUB")}), Clock()
    polling = poller(database, bank, clock)
    polled = await poll(polling)
    assert polled.error is None
    assert polled.state is not None
    assert (polled.state.valid_on, polled.state.next_attempt_at) == (T0.date(), T0 + DAY / 24)
    assert await best(database) == Decimal("9.2")
    assert (await poll(polling, force=False)).skipped
    clock.now += DAY / 24
    assert not (await poll(polling, force=False)).skipped
    assert len(bank.asked) == 6


async def test_a_mirror_is_polled_as_often_as_the_sites(database: Database) -> None:
    bank = Bank({code: page() for code in ("USD", "EUR", "RUB")})
    polled = await poll(poller(database, bank, Clock(), "http://127.0.0.1:9/banks"))
    assert polled.state is not None
    assert polled.state.next_attempt_at == T0 + dt.timedelta(minutes=15)


async def test_a_new_table_fires_the_alerts_on_its_offers_at_once(database: Database) -> None:
    bank, clock = Bank({"USD": page()}), Clock()
    polling = poller(database, bank, clock)
    await poll(polling)
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Dushanbe"), T0)
    cash = Pair("USD", "TJS", "cash:buy")
    for rule in (
        AlertRule(cash, AlertSide.ABOVE, level=Decimal("9.25")),
        AlertRule(cash, AlertSide.BOTH, kind=Kind.MOVE, move=Decimal("0.005")),
        AlertRule(cash, AlertSide.BELOW, level=Decimal("9.1")),
    ):
        assert isinstance(await create_alert(database, 1, 0, rule, T0), Created)
    clock.now += DAY
    bank.pages = {"USD": page(clock.now.date()).replace("9.2000", "9.2600")}
    assert (await poll(polling)).ingested == Ingested((), (), 2)
    async with database.read() as connection:
        events = [decode(row) for row in await connection.execute(select(EventRow.__table__))]
    for event in events:
        assert isinstance(event, AlertFired)
        assert (round(1 / event.rate.value, 9), round(1 / (event.before or 1), 9)) == (Decimal("9.26"), Decimal("9.2"))
    clock.now += DAY / 24
    assert (await poll(polling)).ingested == Ingested((), (), 0), "the same table fires nothing again"


@pytest.mark.parametrize("bad", ["<h1>login</h1>", "", SAMPLE[:3000], None])
async def test_a_failure_keeps_the_last_good_table_and_costs_no_other_pair(database: Database, bad: str | None) -> None:
    bank, clock = Bank({"USD": page()}), Clock()
    polling = poller(database, bank, clock)
    assert (await poll(polling)).error is None
    clock.now += DAY
    bank.pages = {"USD": bad, "EUR": page(clock.now.date())}
    polled = await poll(polling)
    assert polled.error is None
    assert polled.state is not None
    assert polled.state.problem is not None
    assert "a table could not be read" in polled.state.problem
    assert await best(database, clock.now) == Decimal("9.2")
    async with database.read() as connection:
        assert {one.confirmed_as_of for one in (await offers.current(connection, "nbt", USD)).values()} == {
            dt.datetime(2026, 9, 24, 11, 9, tzinfo=dt.UTC)
        }
        assert await offers.current(connection, "nbt", Pair("EUR", "TJS"))


async def test_a_source_that_fails_often_is_stale_and_nobody_is_alerted(database: Database) -> None:
    bank, clock = Bank({"USD": page()}), Clock()
    polling = poller(database, bank, clock)
    await poll(polling)
    bank.pages = {}
    for _ in range(OFFER_FAILURES):
        clock.now += DAY
        polled = await poll(polling)
    assert polled.error == "no connection"
    assert polled.state is not None
    assert polled.state.stale_since == T0
    async with database.write() as connection:
        assert await claims.claim(connection, clock.now, 100) == []


async def test_operators_see_what_was_left_out_and_that_the_table_is_old(database: Database) -> None:
    bank, clock = Bank({code: page() for code in ("USD", "EUR", "RUB")}), Clock(T0 + 6 * DAY)
    await poll(poller(database, bank, clock))
    state = await status(database, (), 0, clock.now, operator=True)
    (one,) = (source for source in state.sources if source.name == NAME)
    assert one.problem is not None
    assert "USD/TJS: 8 missing or unusable prices were left out" in one.problem
    assert "USD/TJS: the newest table is of 2026-09-24" in one.problem
    assert PAGE in {source.name for source in state.sources}


async def test_an_offer_far_off_the_official_rate_is_held_and_a_crossed_one(database: Database) -> None:
    await set_official(database, "9.2")
    crossed = page().replace("<td>9.1600</td>", "<td>9.9600</td>")
    far = crossed.replace("<td>9.2000</td>", "<td>12.8800</td>").replace("<td>9.2800</td>", "<td>12.9900</td>")
    polled = await poll(poller(database, Bank({"USD": far}), Clock()))
    assert polled.snapshot is not None
    assert "USD/TJS: 9 offers that contradict themselves or the rate were held" in polled.snapshot.warnings
    async with database.read() as connection:
        found = await offers.current(connection, "nbt", USD)
    held = {provider: one.held for (channel, provider), one in found.items() if channel is Channel.NON_CASH}
    assert held == {"alif": None, "activ": OfferHold.OFF_OFFICIAL, "freedom": OfferHold.CROSSED}


def swapped(text: str) -> str:
    """The page with the headers of purchase and sale exchanged."""
    return text.replace("харид</th>", "?</th>").replace("фурӯш</th>", "харид</th>").replace("?</th>", "фурӯш</th>")


@pytest.mark.parametrize(
    "wrong",
    [
        swapped(page()),
        page().replace(">9.1", ">0.1").replace(">9.2", ">0.1"),
        page().replace(">9.1", ">9 1").replace(">9.2", ">9 2"),
    ],
)
async def test_of_a_table_that_is_wrong_as_a_whole_nothing_is_stored(database: Database, wrong: str) -> None:
    await set_official(database, "9.2")
    bank, clock = Bank({"USD": page()}), Clock()
    polling = poller(database, bank, clock)
    await poll(polling)
    clock.now += DAY / 4
    bank.pages["USD"] = wrong.replace("16:09", "17:09")
    assert (await poll(polling)).error is not None
    assert await best(database, clock.now) == Decimal("9.2")
    async with database.read() as connection:
        found = await offers.current(connection, "nbt", USD)
    assert {one.confirmed_as_of for one in found.values()} == {T0 - dt.timedelta(minutes=21)}
    assert {one.held for one in found.values()} == {None}


async def test_another_pair_is_stored_beside_a_table_that_is_wrong(database: Database) -> None:
    await set_official(database, "9.2")
    polled = await poll(poller(database, Bank({"USD": page(), "EUR": swapped(page())}), Clock()))
    assert polled.error is None
    assert polled.state is not None
    assert polled.state.problem is not None
    assert "EUR/TJS: the offers contradict themselves or the official rate" in polled.state.problem
    assert await best(database) == Decimal("9.2")


async def test_offers_that_cannot_be_read_are_not_withdrawn(database: Database) -> None:
    bank, clock = Bank({"USD": page()}), Clock()
    polling = poller(database, bank, clock)
    await poll(polling)
    clock.now += DAY / 24
    renamed = page().replace("16:09", "17:09").replace("Нақдӣ харид", "Қурби нав").replace("Нақдӣ фурӯш", "Қурби дигар")
    bank.pages["USD"] = renamed
    await poll(polling)
    async with database.read() as connection:
        found = await offers.current(connection, "nbt", USD)
    at = {channel: one.confirmed_as_of.astimezone(dt.UTC).hour for (channel, _), one in found.items()}
    assert at == {channel: 11 if channel is Channel.CASH else 12 for channel in at}


async def test_a_cash_price_under_half_of_the_non_cash_one_is_counted_as_a_placeholder(database: Database) -> None:
    rub = (Path(__file__).parents[1] / "sources/offers/nbt-rub.html").read_text(encoding="utf-8")
    clock = Clock(dt.datetime(2026, 8, 26, 6, tzinfo=dt.UTC))
    polled = await poll(poller(database, Bank({"RUB": rub.replace("0.0800", "0.0500")}), clock))
    assert polled.snapshot is not None
    assert "RUB/TJS: 1 placeholders of cash prices were left out" in polled.snapshot.warnings


async def filler(database: Database, bank: Any, waits: list[float], mirror: str = "") -> OfferHistoryFiller:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    return OfferHistoryFiller(database, bank, [NBT], mirror, Clock(), sleep)


async def test_the_past_is_filled_with_pauses_and_continues_where_it_stopped(database: Database) -> None:
    yesterday = TODAY - DAY
    first, middle = yesterday - DAY * (DAYS - 1), yesterday - DAY * 40
    waits: list[float] = []
    bank = Bank(broken={middle})
    filling = await filler(database, bank, waits)
    await filling.run()
    assert filling.unfinished == {NAME}
    assert bank.asked[-1] == ("USD", middle)
    assert len([day for _, day in bank.asked if day == middle]) == MAX_FAILURES
    assert min(waits) >= NBT.pause
    bank.broken, bank.asked = set(), []
    reports: list[tuple[str, int, int]] = []
    await filling.run(lambda *progress: reports.append(progress))
    assert filling.unfinished == set()
    days = [day for _, day in bank.asked if day is not None]
    assert (days[0], days[-1]) == (middle, yesterday)
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4, 5}
    assert reports[-1][1] == reports[-1][2] == len(set(days))
    bank.asked = []
    assert await filling.run() == {NAME: 0}
    assert bank.asked == []
    async with database.read() as connection:
        found = await offers.best_between(connection, "nbt", USD, Channel.CASH, Side.BUY, T0 - DAY * (DAYS + 5), T0)
    # One price for all days: one row, confirmed to the last of them.
    assert [(one.as_of.date(), one.confirmed_as_of.date()) for one in found] == [(first, yesterday)]


async def test_a_day_without_a_table_of_its_own_is_left_out(database: Database) -> None:
    hole = TODAY - DAY
    bank = Bank(missing={hole})
    async with database.write() as connection:
        state = await sources.get(connection, NAME, NBT.home)
        await sources.save(connection, replace(state, filled_to=hole - 2 * DAY))
    await (await filler(database, bank, [])).run()
    async with database.read() as connection:
        found = await offers.current(connection, "nbt", USD)
    assert {one.confirmed_as_of.date() for one in found.values()} == {hole - DAY}
    assert ("USD", hole) in bank.asked


async def test_past_offers_are_judged_by_the_official_rate_of_their_day(database: Database) -> None:
    yesterday = TODAY - DAY
    await set_official(database, "7", yesterday)
    await set_official(database, "9.2")
    async with database.write() as connection:
        state = await sources.get(connection, NAME, NBT.home)
        await sources.save(connection, replace(state, filled_to=yesterday - DAY))
    filling = await filler(database, Bank(), [])
    await filling.run()
    async with database.read() as connection:
        assert await offers.current(connection, "nbt", USD) == {}
        assert (await sources.get(connection, NAME, NBT.home)).filled_to == yesterday
    assert filling.unfinished == set()


async def test_a_mirror_needs_no_pauses(database: Database) -> None:
    waits: list[float] = []
    await (await filler(database, Bank(), waits, "http://127.0.0.1:9/banks")).run()
    assert waits == []
