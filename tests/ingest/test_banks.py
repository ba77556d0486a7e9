"""Polling banks: rates stored, held back, sent and filled in, with a fetcher that a test scripts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.alerts import Alert, AlertRule, Side
from bot.domain.chats import Chat
from bot.domain.events import EventKind
from bot.domain.rates import Pair
from bot.domain.sites import FEED, Site
from bot.ingest.history import DAYS, MAX_FAILURES, HistoryFiller
from bot.ingest.matching import Matcher
from bot.ingest.poll import BANK_FAILURES, Poller
from bot.sources.banks import BANKS, Bank, nbt
from bot.sources.fetch import Fetched, Unreachable
from storage import alerts, chats, claims, rates, sources
from storage.database import Database
from tests.ingest.scripted import Clock, ScriptedFetcher, cbu_table

T0 = dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC)
CBU, NBK, NBT = BANKS["cbu"], BANKS["nbk"], BANKS["nbt"]


def poller(database: Database, fetcher: Any, clock: Clock, *banks: Bank, mirror: str = "") -> Poller:
    sites = [Site(FEED, "Home", "https://site.example/feed/")]
    return Poller(database, Matcher(), fetcher, sites, "https://site.example/", 900, clock, banks, mirror)


async def price(database: Database, pair: str, now: dt.datetime = T0) -> Decimal | None:
    base, _, quote = pair.partition("/")
    async with database.read() as connection:
        resolved = (await rates.graph(connection, now)).resolve(Pair(base, quote))
    return resolved.rate.value if resolved else None


async def person_with_a_line(database: Database, pair: Pair) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Tashkent"), T0)
        line = AlertRule(pair.inverted, Side.ABOVE, level=Decimal(20000))
        far = Alert(0, 1, 0, pair, Side.BELOW, line, Decimal("0.00005"), None)
        await alerts.add(connection, far, T0)


async def waiting(database: Database, now: dt.datetime) -> list[tuple[EventKind, str]]:
    async with database.write() as connection:
        found = await claims.claim(connection, now, 100)
    return [(delivery.event.kind, getattr(delivery.event.content, "source", "")) for delivery in found]


async def test_a_bank_s_table_becomes_the_rate_and_the_ticker_steps_back(database: Database) -> None:
    fetcher = ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12194.21", RUB="150.53")})
    polled = await poller(database, fetcher, Clock(), CBU).run_pass()
    assert [(one.source, one.error is None) for one in polled] == [("timesca", False), ("page", False), ("cbu", True)]
    assert await price(database, "USD/UZS") == Decimal("12194.21")
    assert await price(database, "RUB/UZS") == Decimal("150.53")


async def test_the_outlier_of_the_manat_is_held_and_the_true_rate_after_it_believed(database: Database) -> None:
    clock, fetcher = Clock(), ScriptedFetcher()
    polling = poller(database, fetcher, clock, CBU)
    seen = []
    for day, dollar, manat in (
        ("31.03.2026", "12210.71", "3929.43"),
        ("01.04.2026", "12194.21", "4037.68"),
        ("02.04.2026", "12142.10", "3469.17"),
    ):
        fetcher.pages["cbu.uz"] = cbu_table(day, TMT=manat, USD=dollar)
        await polling.run_pass(force=True)
        await polling.run_pass(force=True)  # the same table again confirms nothing
        async with database.read() as connection:
            rate = (await rates.graph(connection, clock.now)).rate("cbu", Pair("TMT", "UZS"))
        seen.append(rate.value if rate else None)
        clock.now += dt.timedelta(days=1)
    assert seen == [None, None, Decimal("3469.17")]


async def test_a_jump_of_one_bank_sends_nothing_until_another_confirms_it(database: Database) -> None:
    clock, fetcher = Clock(), ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12194.21", RUB="150.53")})
    polling = poller(database, fetcher, clock, CBU)
    await polling.run_pass()
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Tashkent"), T0)
        line = AlertRule(Pair("USD", "UZS"), Side.ABOVE, level=Decimal(13000))
        level = 1 / Decimal(13000)
        await alerts.add(connection, Alert(0, 1, 0, Pair("UZS", "USD"), Side.BELOW, line, level, None), T0)
    clock.now += dt.timedelta(days=1)
    fetcher.pages["cbu.uz"] = cbu_table("02.04.2026", USD="15852.47", RUB="150.53")
    await polling.run_pass(force=True)
    assert await price(database, "USD/UZS", clock.now) == Decimal("12194.21")
    assert await waiting(database, clock.now) == []
    kazakh = (
        b"<rates><date>02.04.2026</date><item><title>USD</title><quant>1</quant><description>478.77</description></item>"
        b"<item><title>UZS</title><quant>100</quant><description>3.02</description></item></rates>"
    )
    fetcher.pages["nationalbank.kz"] = kazakh
    await poller(database, fetcher, clock, NBK, CBU).run_pass(force=True)
    assert await price(database, "USD/UZS", clock.now) == Decimal("15852.47")
    assert [kind for kind, _ in await waiting(database, clock.now)] == [EventKind.CROSSING]


async def test_a_silent_bank_is_sent_once_to_those_whose_pairs_it_concerns_and_once_when_back(
    database: Database,
) -> None:
    clock, fetcher = Clock(), ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12194.21")})
    await person_with_a_line(database, Pair("UZS", "USD"))
    async with database.write() as connection:
        await chats.ensure(connection, Chat(2, "private", "en", "Asia/Almaty"), T0)
    polling = poller(database, fetcher, clock, CBU)
    await polling.run_pass()
    fetcher.pages["cbu.uz"] = None
    for _ in range(BANK_FAILURES + 2):
        clock.now += dt.timedelta(hours=7)
        await polling.run_pass()
    assert [x for x in await waiting(database, clock.now) if x[1] == "cbu"] == [(EventKind.STALE, "cbu")]
    async with database.read() as connection:
        resolved = (await rates.graph(connection, clock.now)).resolve(Pair("USD", "UZS"))
    assert resolved is not None
    assert resolved.stale
    fetcher.pages["cbu.uz"] = cbu_table("04.04.2026", USD="12150.00")
    for _ in range(2):
        clock.now += dt.timedelta(hours=7)
        await polling.run_pass()
    assert [x for x in await waiting(database, clock.now) if x[1] == "cbu"] == [(EventKind.BACK, "cbu")]


async def test_a_bank_is_not_asked_before_its_time(database: Database) -> None:
    clock, fetcher = Clock(), ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12194.21")})
    clock.now = T0.replace(hour=20)  # past midnight in Tashkent
    polling = poller(database, fetcher, clock, CBU)
    for minutes in (0, 15, 15):
        clock.now += dt.timedelta(minutes=minutes)
        await polling.run_pass()
    assert len([url for url in fetcher.asked if "cbu.uz" in url]) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>busy</html>",
        b"",
        b"[]",
        b'[{"Ccy":"USD"',
        cbu_table("01.04.2026", USD="0"),
        cbu_table("01.04.2099", USD="1"),
    ],
)
async def test_a_bad_answer_keeps_the_last_value_and_counts_as_a_failure(database: Database, answer: bytes) -> None:
    clock, fetcher = Clock(), ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12194.21")})
    polling = poller(database, fetcher, clock, CBU)
    await polling.run_pass()
    fetcher.pages["cbu.uz"] = answer
    polled = (await polling.run_pass(force=True))[-1]
    assert polled.error
    assert await price(database, "USD/UZS") == Decimal("12194.21")
    async with database.read() as connection:
        assert (await sources.get(connection, "cbu", CBU.home)).failures == 1


async def test_a_mirror_is_asked_in_place_of_the_bank(database: Database) -> None:
    fetcher = ScriptedFetcher()
    await poller(database, fetcher, Clock(), CBU, NBT, mirror="http://127.0.0.1:1/banks/").run_pass()
    assert fetcher.asked[2:] == [
        "http://127.0.0.1:1/banks/cbu/en/arkhiv-kursov-valyut/json/",
        "http://127.0.0.1:1/banks/nbt/en/kurs/export_xml.php?date=2026-04-01&export=xmlout",
    ]


def tajik(day: dt.date, dollar: str = "9.3450") -> bytes:
    return (
        f'<ValCurs Date="{day}" name="x"><Valute ID="840"><CharCode>USD</CharCode><Nominal>1</Nominal>'
        f"<Value>{dollar}</Value></Valute></ValCurs>"
    ).encode()


def tajik_span(code: str, days: list[dt.date], nominal: str = "1", value: str = "9.3450") -> bytes:
    records = "".join(
        f'<Record Date="{day:%d.%m.%Y}" Id="0"><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal>'
        f"<Value>{value}</Value></Record>"
        for day in days
    )
    return f'<?xml version="1.0" encoding="windows-1251" ?><ValCurs ID="0" Name="x">{records}</ValCurs>'.encode(
        "cp1251"
    )


@dataclass
class History:
    """The National Bank of Tajikistan's past: by days, and by spans if it `spans`; it breaks off where `broken` says."""

    broken: set[dt.date] = field(default_factory=set)
    asked: list[dt.date] = field(default_factory=list)
    spans: dict[str, list[dt.date]] = field(default_factory=dict)
    asked_spans: list[str] = field(default_factory=list)

    async def fetch(self, url: str, **_conditions: Any) -> Fetched:
        if "export_xml_dynamic.php" in url:
            code = url.partition("cs=")[2][:3]
            self.asked_spans.append(code)
            if code not in self.spans:
                return Fetched(url, body=b"<html><body>how to use this</body></html>")
            return Fetched(url, body=tajik_span(code, self.spans[code]))
        day = dt.date.fromisoformat(url.partition("date=")[2][:10])
        self.asked.append(day)
        if day in self.broken:
            raise Unreachable("no connection")
        return Fetched(url, body=tajik(day))


async def unhurried(_seconds: float) -> None:
    return


async def test_history_is_filled_politely_goes_on_where_it_was_left_and_is_not_asked_twice(database: Database) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    yesterday = T0.date() - dt.timedelta(days=1)
    first, middle = yesterday - dt.timedelta(days=DAYS - 1), yesterday - dt.timedelta(days=40)
    bank: Any = History(broken={middle})
    filler = HistoryFiller(database, bank, [NBT], "", Clock(), sleep)
    reports: list[tuple[str, int, int]] = []
    new = await filler.run(lambda *progress: reports.append(progress))
    assert new == {"nbt": (middle - first).days}
    assert bank.asked[-MAX_FAILURES:] == [middle] * MAX_FAILURES
    bank.broken, bank.asked = set(), []
    assert await filler.run() == {"nbt": DAYS - (middle - first).days}
    assert (bank.asked[0], bank.asked[-1]) == (middle, yesterday)
    assert reports[-1] == ("nbt", (middle - first).days, DAYS)
    assert min(waits) >= NBT.pause
    bank.asked = []
    assert await filler.run() == {"nbt": 0}
    assert bank.asked == []


async def test_a_bank_that_answers_with_another_day_fills_nothing_twice(database: Database) -> None:
    fetcher = ScriptedFetcher({"nbt.tj": tajik(T0.date())})
    filler: Any = HistoryFiller(database, fetcher, [NBT], "", Clock(), unhurried)  # type: ignore[arg-type]
    assert await filler.run() == {"nbt": 1}


SPAN = [T0.date() - dt.timedelta(days=n) for n in range(DAYS, 0, -1)]


async def test_the_past_comes_by_spans_where_the_bank_answers_them(database: Database) -> None:
    bank: Any = History(
        spans={code: [*SPAN, T0.date()] for code in nbt.HISTORY}
    )  # and today's, which was not asked for
    filler = HistoryFiller(database, bank, [NBT], "", Clock(), unhurried)
    reports: list[tuple[str, int, int]] = []
    assert await filler.run(lambda *progress: reports.append(progress)) == {"nbt": DAYS * len(nbt.HISTORY)}
    assert (bank.asked_spans, bank.asked, reports) == (list(nbt.HISTORY), [], [("nbt", DAYS, DAYS)])
    async with database.read() as connection:
        rate = (await rates.graph(connection, T0)).rate("nbt", Pair("UZS", "TJS"))
    assert rate is not None
    assert rate.valid_on == SPAN[-1]
    assert await filler.run() == {"nbt": 0}
    assert len(bank.asked_spans) == len(nbt.HISTORY)


@pytest.mark.parametrize(
    "spans",
    [
        {},  # a page of help
        {code: [T0.date()] for code in nbt.HISTORY},  # today's in place of a span
        dict.fromkeys(nbt.HISTORY[:-1], SPAN),  # one currency is not answered
        {code: [] for code in nbt.HISTORY},
    ],
)
async def test_where_a_span_is_not_answered_the_past_comes_by_days(
    database: Database, spans: dict[str, list[dt.date]]
) -> None:
    bank: Any = History(spans=spans)
    assert await HistoryFiller(database, bank, [NBT], "", Clock(), unhurried).run() == {"nbt": DAYS}
    assert bank.asked == SPAN


async def test_an_error_of_the_program_in_one_bank_s_past_stops_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_content: bytes) -> Any:
        raise KeyError("x")

    broken = replace(CBU, day=lambda _day: (("https://cbu.uz/", read),))
    bank: Any = History()
    monkeypatch.setattr(bank, "spans", {})

    async def fetch(url: str, **conditions: Any) -> Fetched:
        return Fetched(url, body=b"[]") if "cbu" in url else await History.fetch(bank, url, **conditions)

    monkeypatch.setattr(bank, "fetch", fetch)
    filled = await HistoryFiller(database, bank, [broken, NBT], "", Clock(), unhurried).run()
    assert filled == {"cbu": 0, "nbt": DAYS}


@pytest.mark.parametrize(
    "table",
    [
        cbu_table("02.04.2026", USD="12 142.10 som", RUB="151.20"),
        cbu_table("02.04.2026", USD="", RUB="151.20"),
        cbu_table("02.04.2026", RUB="151.20", KZT="25.55"),
        cbu_table("02.04.2026", USD="99999999999", RUB="151.20"),
        cbu_table("02.04.2026", USD="0.0000000000001", RUB="151.20"),
    ],
)
async def test_a_bank_without_a_readable_rate_of_its_own_currency_fails_and_keeps_the_others(
    database: Database, table: bytes
) -> None:
    clock, fetcher = Clock(), ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12194.21", RUB="150.53")})
    await person_with_a_line(database, Pair("UZS", "USD"))
    polling = poller(database, fetcher, clock, CBU)
    await polling.run_pass()
    fetcher.pages["cbu.uz"] = table
    for _ in range(BANK_FAILURES + 1):
        clock.now += dt.timedelta(hours=7)
        polled = (await polling.run_pass())[-1]
        assert polled.error == "no readable rate of UZS"
    assert await price(database, "RUB/UZS", clock.now) == Decimal("151.20")
    assert [x for x in await waiting(database, clock.now) if x[1] == "cbu"] == [(EventKind.STALE, "cbu")]
    async with database.read() as connection:
        state = await sources.get(connection, "cbu", CBU.home)
    assert (state.failures, state.last_ok_at) == (BANK_FAILURES + 1, T0)


async def test_a_rate_with_blanks_is_read(database: Database) -> None:
    fetcher = ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12\u00a0194.21", KZT="25,55")})
    polled = (await poller(database, fetcher, Clock(), CBU).run_pass())[-1]
    assert polled.error is None
    assert await price(database, "USD/UZS") == Decimal("12194.21")
    assert await price(database, "KZT/UZS") == Decimal("25.55")


async def test_a_table_that_never_moves_on_fails_after_the_longest_honest_pause(database: Database) -> None:
    clock, fetcher = Clock(), ScriptedFetcher({"cbu.uz": cbu_table("01.04.2026", USD="12194.21")})
    polling = poller(database, fetcher, clock, CBU)
    seen = []
    for _ in range(17):
        seen.append((await polling.run_pass(force=True))[-1].error)
        clock.now += dt.timedelta(days=1)
    assert seen == [None] * 15 + ["the newest table is of 2026-04-01"] * 2


def kazakh(day: str, dollar: str | None) -> bytes:
    row = f"<item><title>USD</title><quant>1</quant><description>{dollar}</description></item>"
    return f"<rates><date>{day}</date>{row if dollar else '<info>none</info>'}</rates>".encode()


async def test_tomorrow_s_kazakh_table_is_read_once_it_is_out(database: Database) -> None:
    clock = Clock(dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC))  # 14:30 in Almaty, a Wednesday
    today, tomorrow = "fdate=01.04.2026", "fdate=02.04.2026"
    fetcher = ScriptedFetcher({today: kazakh("01.04.2026", "478.77"), tomorrow: kazakh("02.04.2026", None)})
    polling = poller(database, fetcher, clock, NBK)
    assert (await polling.run_pass())[-1].error is None
    assert await price(database, "USD/KZT", clock.now) == Decimal("478.77")
    clock.now += dt.timedelta(minutes=15)
    fetcher.pages[tomorrow] = kazakh("02.04.2026", "479.10")
    assert not (await polling.run_pass())[-1].skipped  # polled again within its hours: it is not out yet
    assert await price(database, "USD/KZT", clock.now) == Decimal("479.10")
    clock.now += dt.timedelta(minutes=15)
    assert (await polling.run_pass())[-1].skipped


async def test_a_kazakh_table_of_tomorrow_that_cannot_be_had_costs_not_today_s(database: Database) -> None:
    fetcher = ScriptedFetcher({"fdate=01.04.2026": kazakh("01.04.2026", "478.77"), "fdate=02.04.2026": None})
    polled = (await poller(database, fetcher, Clock(), NBK).run_pass())[-1]
    assert polled.error is None
    assert polled.state is not None
    assert polled.state.problem == "a table could not be read: no connection"
    fetcher.pages = {"fdate=01.04.2026": b"<html>", "fdate=02.04.2026": kazakh("02.04.2026", None)}
    assert (await poller(database, fetcher, Clock(), NBK).run_pass(force=True))[-1].error


async def test_an_error_of_the_program_in_one_bank_stops_no_other(database: Database) -> None:
    def read(_content: bytes) -> Any:
        raise IndexError("secret words")

    broken = replace(CBU, today=lambda _day: (("https://cbu.uz/", read),))
    fetcher = ScriptedFetcher({"cbu.uz": b"[]", "nbt.tj": tajik(T0.date())})
    polled = {one.source: one for one in await poller(database, fetcher, Clock(), broken, NBT).run_pass()}
    assert polled["cbu"].error == "an error of the program (IndexError)"
    assert polled["nbt"].error is None
    assert await price(database, "USD/TJS") == Decimal("9.3450")
