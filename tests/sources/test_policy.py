"""Policy rates are read from the banks' own forms, and half of an answer is never a rate of its own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policy_rates import PrintedPolicyRate
from bot.domain.snapshot import NotAPage
from bot.sources.fetch import BadRedirect, Fetcher, Post
from bot.sources.policy import POLICY, ask, cbr, nbk, next_poll

FOLDER = Path(__file__).parent / "policy"
NBK, CBR = (FOLDER / "nbk.html").read_bytes(), (FOLDER / "cbr.xml").read_bytes()
NBK_RATES = {"2025-10-13": "18", "2026-01-26": "18", "2026-06-08": "17", "2026-07-27": "16.75"}
CBR_RATES = {"2025-09-15": "17", "2026-07-24": "14.5", "2026-07-27": "14"}
ROW = "<tr><td>{day}</td><td>{rate}</td><td>15,75 - 17,75</td><td>Пресс-релиз</td></tr>"


def printed(rates: dict[str, str]) -> list[PrintedPolicyRate]:
    return [PrintedPolicyRate(dt.date.fromisoformat(day), Decimal(rate)) for day, rate in rates.items()]


def page(*rows: tuple[str, str]) -> bytes:
    return f"<table>{''.join(ROW.format(day=day, rate=rate) for day, rate in rows)}</table>".encode()


def soap(*rows: tuple[str, str], name: str = "KR") -> bytes:
    found = "".join(f"<{name}><DT>{day}</DT><Rate>{rate}</Rate></{name}>" for day, rate in rows)
    return f'<e:Envelope xmlns:e="urn:e"><e:Body>{found}</e:Body></e:Envelope>'.encode()


def test_the_table_of_kazakhstan_is_read_without_the_days_of_announcements() -> None:
    table = nbk.read(NBK)
    assert (list(table.rates), table.warnings) == (printed(NBK_RATES), ())


def test_the_days_of_russia_become_the_days_of_changes() -> None:
    table = cbr.read(CBR)
    assert (list(table.rates), table.warnings) == (printed(CBR_RATES), ())


def test_an_announced_rate_is_not_one_in_force() -> None:
    [rate] = nbk.read(page(("04.12.2026*", "16,25"), ("05.03.2027*", ""))).rates
    assert rate == PrintedPolicyRate(dt.date(2026, 12, 4), Decimal("16.25"), announced=True)


@pytest.mark.parametrize(
    "cell", ["16,75", "16.75", "16,75 %", "&nbsp;16,75<br>", "<p><span> 16,75</span></p>", "016,75"]
)
def test_a_rate_may_be_printed_in_several_ways(cell: str) -> None:
    assert [one.percent for one in nbk.read(page(("27.07.2026", cell))).rates] == [Decimal("16.75")]


@pytest.mark.parametrize("cell", ["0", "0,00", "100", "1675", "-16,75", "16,75,1", "1e1", "16,75 - 17,75", "n/a 5"])
def test_a_rate_out_of_reason_is_left_out_with_a_warning(cell: str) -> None:
    table = nbk.read(page(("27.07.2026", cell), ("08.06.2026", "17,00")))
    assert list(table.rates) == printed({"2026-06-08": "17"})
    assert table.warnings == ("1 rows with a rate that cannot be read",)


def test_a_day_with_two_rates_has_none() -> None:
    table = nbk.read(page(("27.07.2026", "16,75"), ("27.07.2026", "17,75"), ("08.06.2026", "17,00")))
    assert list(table.rates) == printed({"2026-06-08": "17"})
    assert table.warnings == ("1 days with two different rates",)


def test_columns_may_stand_in_another_order() -> None:
    row = "<tr><td>Пресс-релиз</td><td>15,75 - 17,75</td><td>27.07.2026</td><td>16,75</td></tr>"
    assert list(nbk.read(f"<table>{row}</table>".encode()).rates) == printed({"2026-07-27": "16.75"})


INFLATION = "<table><tr><td>Дата</td><td>Инфляция, %</td></tr><tr><td>01.09.2026</td><td>8,1</td></tr></table>"


@pytest.mark.parametrize("inflation", [INFLATION, INFLATION.replace("Дата", "&nbsp;")])
def test_a_table_of_something_else_is_passed_over(inflation: str) -> None:
    for html in (f"{inflation}{NBK.decode()}", f"{NBK.decode()}{inflation}"):
        assert list(nbk.read(html.encode()).rates) == printed(NBK_RATES)
    with pytest.raises(NotAPage):
        nbk.read(inflation.encode())


@pytest.mark.parametrize("rate", ["6,75", "17,76"])
def test_a_rate_outside_of_its_corridor_is_left_out(rate: str) -> None:
    table = nbk.read(page(("27.07.2026", rate), ("08.06.2026", "17,00")))
    assert list(table.rates) == printed({"2026-06-08": "17"})
    assert table.warnings == ("1 rows with a rate that cannot be read",)


def test_a_footnote_is_no_part_of_a_rate_and_a_row_without_one_day_is_counted() -> None:
    html = NBK.decode().replace("16.75</p>", "16.75<sup>1</sup></p>").replace("08.06.2026", "08.06.2026 - 26.07.2026")
    table = nbk.read(html.encode())
    assert list(table.rates)[-1] == printed({"2026-07-27": "16.75"})[0]
    assert table.warnings == ("1 rows with a rate that cannot be read",)


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_day_at_the_end_of_the_calendar_is_left_out(day: str) -> None:
    table = cbr.read(soap((day, "14.00"), ("2026-07-27T00:00:00", "14.00"), ("2026-07-24T00:00:00", "14.50")))
    assert list(table.rates) == printed({"2026-07-27": "14"})


@pytest.mark.parametrize("read", [nbk.read, cbr.read])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body><form>login</form></body></html>",
        b'{"error": 1}',
        page(("31.02.2026", "16,75")),
        page(("04.12.2026*", "")),
        soap(("2026-07-27T00:00:00", "0.00")),
        soap(("2026-07-27T00:00:00", "14.00")),
        soap(),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + soap(("2026-07-27T00:00:00", "14.00"), ("2026-07-24T00:00:00", "15.00")),
        b"<e:Envelope xmlns:e='urn:e'><e:Body><e:Fault>denied</e:Fault></e:Body></e:Envelope>",
    ],
)  # fmt: skip
def test_what_has_no_rate_is_refused(read: object, body: bytes) -> None:
    with pytest.raises(NotAPage):
        read(body)  # type: ignore[operator]


@pytest.mark.parametrize("suffix", ["", "+03:00", ".0000000+03:00"])
@pytest.mark.parametrize("name", ["KR", "x:KR"])
def test_the_names_and_times_of_the_service_may_have_any_suffix(suffix: str, name: str) -> None:
    body = soap((f"2026-07-27T00:00:00{suffix}", "14.00"), (f"2026-07-24T00:00:00{suffix}", "14.50"), name=name)
    body = body.replace(b"<e:Body>", b'<e:Body xmlns:x="urn:x">')
    assert list(cbr.read(body).rates) == printed({"2026-07-27": "14"})


def test_a_time_in_another_zone_is_a_day_in_moscow() -> None:
    body = soap(("2026-07-26T21:00:00Z", "14.00"), ("2026-07-23T21:00:00Z", "14.50"))
    assert list(cbr.read(body).rates) == printed({"2026-07-27": "14"})


@given(st.integers(0, len(NBK)))
def test_a_page_that_breaks_off_has_only_rates_of_the_whole_one(length: int) -> None:
    try:
        found = nbk.read(NBK[:length]).rates
    except NotAPage:
        found = ()
    assert set(found) <= set(printed(NBK_RATES))


@given(st.integers(0, len(CBR) - len("</soap:Envelope>\n")))
def test_a_soap_answer_that_breaks_off_is_refused(length: int) -> None:
    with pytest.raises(NotAPage):
        cbr.read(CBR[:length])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (nbk.read, cbr.read):
        with pytest.raises(NotAPage):
            read(body)


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-12-01T08:00", "2026-12-02T08:00"),  # once a day
        ("2026-12-03T08:00", "2026-12-04T07:00"),  # at noon of the decision in Astana
        ("2026-12-04T07:00", "2026-12-04T08:00"),  # and every hour after it on that day
        ("2026-12-04T18:30", "2026-12-04T19:30"),
        ("2026-12-04T19:30", "2026-12-05T19:30"),  # the next day has begun in Almaty
        ("2027-03-05T08:00", "2027-03-06T08:00"),  # beyond the calendar
    ],
)
def test_a_rate_is_polled_daily_and_hourly_after_a_decision(now: str, following: str) -> None:
    at, then = (dt.datetime.fromisoformat(f"{text}:00+00:00") for text in (now, following))
    assert next_poll("nbk", at) == then


async def serve(application: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def test_the_service_gets_a_post_and_no_redirect_is_followed() -> None:
    got = []

    async def answer(request: web.Request) -> web.Response:
        got.append((request.headers["SOAPAction"], request.headers["Content-Type"], await request.text()))
        return web.Response(body=CBR)

    async def moved(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/cbr/DailyInfoWebServ/DailyInfo.asmx")

    application = web.Application()
    application.router.add_post("/cbr/DailyInfoWebServ/DailyInfo.asmx", answer)
    application.router.add_post("/moved", moved)
    runner, base = await serve(application)
    fetcher = Fetcher("test", allow_private=True)
    try:
        table = await ask(fetcher, POLICY["cbr"], dt.datetime(2026, 11, 29, tzinfo=dt.UTC), base)
        with pytest.raises(BadRedirect):
            await fetcher.fetch(f"{base}/moved", post=Post(b"", {}))
    finally:
        await fetcher.close()
        await runner.cleanup()
    assert list(table.rates) == printed(CBR_RATES)
    [(action, kind, body)] = got
    assert (action, kind) == ('"http://web.cbr.ru/KeyRateXML"', "text/xml; charset=utf-8")
    assert "<fromDate>2023-01-01T00:00:00</fromDate><ToDate>2026-12-13T00:00:00</ToDate>" in body
