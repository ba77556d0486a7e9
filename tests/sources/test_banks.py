"""Each bank's table as printed, broken tables, and the times at which banks are polled."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.snapshot import NotAPage
from bot.sources.banks import BANKS, Bank, cbr, cbu, ecb, frankfurter, mirrored, nbk, nbkr, nbt, next_poll
from tests.sources.tables import EXPECTED, FOLDER, printed_rates


@pytest.mark.parametrize("file", EXPECTED)
def test_a_bank_s_table_is_read_as_it_is_printed(file: str) -> None:
    read, days = EXPECTED[file]
    assert printed_rates(read((FOLDER / file).read_bytes())) == {
        day: {pair: (Decimal(value), Decimal(tick)) for pair, (value, tick) in rows.items()}
        for day, rows in days.items()
    }


def test_every_bank_has_its_fixture_and_its_rates_keep_the_number_of_their_units() -> None:
    assert set(BANKS) == {file.partition(".")[0].partition("-")[0] for file in EXPECTED}
    tenge = next(q for q in nbk.read((FOLDER / "nbk.xml").read_bytes())[0].quotes if q.pair.base == "UZS")
    assert (tenge.nominal, tenge.value * tenge.nominal) == (100, Decimal("3.93"))


# Broken contents in place of a bank's table; each reader must refuse all of them.
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE rates [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rates><date>01.04.2026</date>'
    b"<item><title>USD</title><quant>1</quant><description>478.77&c;</description></item></rates>"
)
GARBAGE = {
    "nothing": b"",
    "html": b"<!doctype html><html><body>Service is busy</body></html>",
    "well-formed html": b"<html><body><p>Service is busy</p></body></html>",
    "zeros": b"\0" * 1000,
    "an entity bomb": _BOMB,
    "an entity bomb where no declaration is seen": _BOMB.decode()
    .replace("?>", ' encoding="utf-16"?>')
    .encode("utf-16"),
    "a bomb in an attribute": _BOMB.replace(b"<rates>", b'<rates name="&c;">'),
    "an outside entity": (
        b'<!DOCTYPE rates [<!ENTITY a SYSTEM "file:///etc/passwd">]><rates><date>01.04.2026</date>'
        b"<item><title>USD</title><quant>1</quant><description>4&a;</description></item></rates>"
    ),
    "a list of nothing": b"[]",
    "an object": b'{"rates": {"USD": 1}}',
    "numbers": b"[1, 2, 3]",
    "deep json": b"[" * 100_000,
    "megabytes": b"<a>" * 1_500_000,
    "megabytes of rows without a table": b"<rates><date>01.04.2026</date>"
    + b"<item><title>USD</title></item>" * 150_000,
    "megabytes of half of a page": b"<!--date-->01.04.2026<!--date-->" * 150_000,
    "megabytes of a number": b"[" + b"9" * 5_000_000 + b"]",
    "megabytes of empty rows": b"[" + b"{}," * 1_500_000 + b"{}]",
    "megabytes of no sense": random.Random(1).randbytes(5 * 1024 * 1024),
}
# Far more than any of it takes, and far less than would hold a process up.
SECONDS = 5


@pytest.mark.parametrize("what", GARBAGE)
@pytest.mark.parametrize("file", EXPECTED)
def test_what_is_no_table_is_refused_soon_and_in_a_few_words(file: str, what: str) -> None:
    began = time.process_time()
    with pytest.raises(NotAPage) as refused:
        EXPECTED[file][0](GARBAGE[what])
    assert time.process_time() - began < SECONDS
    assert 0 < len(str(refused.value)) < 80


@pytest.mark.parametrize("file", EXPECTED)
@given(content=st.binary(max_size=300), at=st.floats(0, 1))
def test_whatever_is_spliced_in_a_table_is_read_or_refused(file: str, content: bytes, at: float) -> None:
    honest = (FOLDER / file).read_bytes()
    place = int(len(honest) * at)
    try:
        tables = EXPECTED[file][0](honest[:place] + content + honest[place:])
    except NotAPage:
        return
    assert all(quote.value > quote.tick > 0 for table in tables for quote in table.quotes)


@pytest.mark.parametrize("file", [file for file in EXPECTED if not file.endswith(".html")])
def test_a_truncated_table_is_refused_whole(file: str) -> None:
    content = (FOLDER / file).read_bytes()
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(NotAPage):
            EXPECTED[file][0](content[: int(len(content) * share)])


@pytest.mark.parametrize("file", ["nbkr-daily.xml", "cbr.xml"])
def test_the_encoding_of_the_bytes_counts_more_than_the_declared_one(file: str) -> None:
    content = (FOLDER / file).read_bytes().decode("windows-1251")
    right = printed_rates(EXPECTED[file][0]((FOLDER / file).read_bytes()))
    for declared in ("utf-8", "windows-1251", "utf-16", "x-unknown"):
        for encoding in ("utf-8", "windows-1251", "utf-8-sig", "utf-16"):
            served = content.replace("windows-1251", declared).encode(encoding)
            assert printed_rates(EXPECTED[file][0](served)) == right


@pytest.mark.parametrize(
    "broken",
    ["0", "-1", "", "nan", "1e5", "9" * 30, "5,87 KZT", "٤٧٨"],
)
def test_a_broken_rate_is_left_out_and_counted_and_the_others_are_kept(broken: str) -> None:
    content = (FOLDER / "nbk.xml").read_bytes().replace(b"548.62", broken.encode())
    (table,) = nbk.read(content)
    assert "EUR/KZT" not in {str(quote.pair) for quote in table.quotes}
    assert len(table.quotes) == len(EXPECTED["nbk.xml"][1]["2026-04-01"]) - 1
    assert table.warnings == ("1 figures that are no positive numbers were left out",)


@pytest.mark.parametrize("nominal", ["0", "-10", "", "ten", "1.5", "99999999999"])
def test_a_nominal_that_is_none_leaves_its_rate_out(nominal: str) -> None:
    content = (
        (FOLDER / "nbt.xml").read_bytes().replace(b"<Nominal>100</Nominal>", f"<Nominal>{nominal}</Nominal>".encode())
    )
    (table,) = nbt.read(content)
    assert "UZS/TJS" not in {str(quote.pair) for quote in table.quotes}
    assert len(table.warnings) == 1


def test_a_currency_printed_twice_with_different_rates_is_left_out() -> None:
    item = {"Ccy": "USD", "Nominal": "1", "Date": "02.04.2026"}
    euro = {**item, "Ccy": "EUR", "Rate": "13900.00"}
    (table,) = cbu.read(json.dumps([{**item, "Rate": "12142.10"}, {**item, "Rate": "12152.10"}, euro]).encode())
    assert [str(quote.pair) for quote in table.quotes] == ["EUR/UZS"]
    assert table.warnings == ("USD/UZS is printed with different figures; left out",)


def test_a_row_without_a_code_is_counted_and_a_currency_that_nobody_asks_for_is_not() -> None:
    content = (FOLDER / "nbk.xml").read_bytes().replace(b"<title>EUR</title>", b"<title>EURO</title>")
    (table,) = nbk.read(content)
    assert table.warnings == ("1 rows without a currency's code were left out",)
    assert not any("SEK" in str(quote.pair) for quote in table.quotes)


def _blend(**parts: object) -> dict[str, object]:
    return {"date": "2026-07-17", "base": "USD", "quote": "EUR", "rate": 0.8739, **parts}


def test_one_day_that_cannot_be_read_does_not_take_the_others_with_it() -> None:
    answers = (
        (cbu.read, [{"Ccy": "USD", "Nominal": "1", "Rate": "12142.10", "Date": day} for day in ("02.04.2026", "soon")]),
        (frankfurter.read, [_blend(), _blend(date="soon"), _blend(date="2026-07-16", rate="none")]),
    )
    for read, rows in answers:
        (table,) = read(json.dumps(rows).encode())
        assert len(table.quotes) == len(table.warnings) == 1
    ecb_days = (
        (FOLDER / "ecb.xml").read_bytes().replace(b"1.1458", b"-").replace(b"182.9", b"-").replace(b"7.8910", b"-")
    )
    (table,) = ecb.read(ecb_days)
    assert (table.valid_on, len(table.warnings)) == (dt.date(2026, 3, 17), 1)


def _cells(day: str, value: str) -> str:
    return f"<tr><td><!--date-->{day}<!--date--></td><td><!--value-->{value}<!--value--></td></tr>"


@pytest.mark.parametrize("broken", ["0", "n/a", "", "87,45</td><td>"])
def test_a_past_day_without_a_rate_does_not_get_its_neighbour_s(broken: str) -> None:
    page = _cells("01.04.2026", broken) + _cells("02.04.2026", "87,4500")
    (table,) = nbkr.read_history("USD", page.encode())
    assert printed_rates([table]) == {"2026-04-02": {"USD/KGS": (Decimal("87.4500"), Decimal("0.00005"))}}


def test_a_past_day_with_two_rates_has_none() -> None:
    page = _cells("01.04.2026", "87,45") + _cells("01.04.2026", "80,45") + _cells("02.04.2026", "87,4500")
    (table,) = nbkr.read_history("USD", page.encode())
    assert (table.valid_on, len(table.warnings)) == (dt.date(2026, 4, 2), 1)


def test_a_blend_with_two_rates_of_different_size_has_none_and_another_base_is_no_row() -> None:
    rows = [_blend(), _blend(quote="KGS", rate=87.45), _blend(quote="KGS", rate=8.745), _blend(base="EUR", quote="KZT")]
    (table,) = frankfurter.read(json.dumps(rows).encode())
    assert [str(quote.pair) for quote in table.quotes] == ["USD/EUR"]
    assert len(table.warnings) == 2


def rounded(value: Decimal) -> tuple[Decimal, int]:
    """Frankfurter's rule as its project states it, on the figure before rounding."""
    places = next((n for bound, n in ((5000, 0), (80, 2), (20, 3), (1, 4)) if value > bound), 5)
    places = 6 if value < Decimal("0.0001") else places
    return value.quantize(Decimal(1).scaleb(-places)), places


@given(st.decimals("0.00002", "20000", places=9))
@example(Decimal("5000.3"))
@example(Decimal("80.0012"))
@example(Decimal("1.00002"))
def test_a_blended_rate_covers_the_value_it_was_rounded_from(true: Decimal) -> None:
    printed, places = rounded(true)
    text = json.dumps([_blend(rate=0)]).replace('"rate": 0', f'"rate": {printed.normalize():f}')
    ((quote,),) = (table.quotes for table in frankfurter.read(text.encode()))
    assert quote.value - quote.tick <= true <= quote.value + quote.tick
    # Never coarser than the rule but at a bound, where the side is not known.
    assert quote.tick == Decimal(5).scaleb(-places - 1) or printed in (5000, 80, 20, 1, Decimal("0.0001"))


def test_the_day_that_a_table_names_counts_whatever_was_asked_for() -> None:
    ((url, read),) = BANKS["nbt"].endpoints(dt.datetime(2031, 1, 1, 12, tzinfo=dt.UTC))
    assert "date=2031-01-01" in url
    assert [table.valid_on for table in read((FOLDER / "nbt.xml").read_bytes())] == [dt.date(2026, 5, 18)]


def test_a_day_without_rates_is_no_table() -> None:
    with pytest.raises(NotAPage):
        nbk.read(b"<rates><date>02.04.2026</date><info>no information</info></rates>")


@given(st.decimals("0.0001", "99999", places=4), st.sampled_from((1, 10, 100, 1000)))
def test_a_rate_is_exact_and_its_step_half_of_the_last_digit_for_the_nominal(value: Decimal, nominal: int) -> None:
    printed = f"{value:.4f}".replace(".", ",")
    text = (
        f'<ValCurs Date="25.04.2026"><Valute><CharCode>USD</CharCode><Nominal>{nominal}</Nominal>'
        f"<Value>{printed}</Value></Valute></ValCurs>"
    )
    ((quote,),) = ([table.quotes for table in cbr.read(text.encode())],)[0]
    assert quote.value * nominal == value
    assert quote.tick * nominal == Decimal("0.00005")


PERIOD = dt.timedelta(minutes=15)
START = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - the strategy wants naive bounds


@given(st.sampled_from(list(BANKS.values())), st.datetimes(min_value=START, max_value=START.replace(year=2028)))
def test_a_bank_is_polled_often_in_its_hours_and_seldom_else_and_no_opening_is_missed(
    bank: Bank, at: dt.datetime
) -> None:
    now = at.replace(tzinfo=dt.UTC)
    following = next_poll(bank, now, PERIOD)
    assert now < following <= now + dt.timedelta(hours=6)

    def is_open(moment: dt.datetime) -> bool:
        local = moment.astimezone(ZoneInfo(bank.zone))
        return local.weekday() in bank.weekdays and bank.hours[0] <= local.hour < bank.hours[1]

    if is_open(now):
        assert following == now + PERIOD
    else:
        minutes = int((following - now).total_seconds() // 60)
        assert not any(is_open(now + dt.timedelta(minutes=n)) for n in range(0, minutes - 1, 7))


# The time of looking (UTC), the day of the newest table that is known, and when to look again.
@pytest.mark.parametrize(
    ("bank", "at", "newest", "following"),
    [
        ("nbk", "2026-04-01 09:30", None, "2026-04-01 09:45"),
        ("nbk", "2026-04-01 09:30", "2026-03-31", "2026-04-01 09:45"),
        ("nbk", "2026-04-01 09:30", "2026-04-02", "2026-04-01 15:30"),
        ("nbk", "2026-04-01 07:00", "2026-03-31", "2026-04-01 09:00"),  # the hours begin at 14 in Almaty
        ("nbk", "2026-04-01 11:00", "2026-03-31", "2026-04-01 17:00"),  # and have ended at 16
        ("nbk", "2026-04-04 09:30", "2026-04-03", "2026-04-04 15:30"),  # no hours on a Saturday
        ("nbk", "2026-04-05 23:00", "2026-04-03", "2026-04-06 05:00"),
        ("nbt", "2026-04-05 04:30", "2026-04-04", "2026-04-05 04:45"),  # but here on a Sunday
        ("cbr", "2026-04-01 09:30", "2026-04-01", "2026-04-01 09:45"),  # tomorrow's is what comes in these hours
        ("cbr", "2026-04-01 09:30", "2026-04-02", "2026-04-01 15:30"),
        ("ecb", "2026-03-27 15:00", None, "2026-03-27 15:15"),  # 16:00 in winter
        ("ecb", "2026-03-30 14:00", None, "2026-03-30 14:15"),  # 16:00 in summer
        ("ecb", "2026-03-27 14:30", None, "2026-03-27 15:00"),
    ],
)
def test_a_bank_that_has_spoken_is_left_alone(bank: str, at: str, newest: str | None, following: str) -> None:
    now, expected = (dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) for text in (at, following))
    known = dt.date.fromisoformat(newest) if newest else None
    assert next_poll(BANKS[bank], now, PERIOD, known) == expected


def test_a_mirror_keeps_the_bank_s_own_path_and_query() -> None:
    (endpoint,) = BANKS["nbk"].endpoints(
        dt.datetime(2026, 3, 31, 20, tzinfo=dt.UTC)
    )  # already the first of April in Almaty
    assert endpoint[0] == "https://nationalbank.kz/rss/get_rates.cfm?fdate=01.04.2026"
    assert (
        mirrored(endpoint[0], "http://127.0.0.1:9/b/", "nbk")
        == "http://127.0.0.1:9/b/nbk/rss/get_rates.cfm?fdate=01.04.2026"
    )


def test_the_past_is_asked_by_days_or_in_one_piece() -> None:
    first, last = dt.date(2026, 1, 1), dt.date(2026, 3, 31)
    assert BANKS["cbu"].history(first, last) == (
        first,
        (("https://cbu.uz/en/arkhiv-kursov-valyut/json/all/2026-01-01/", cbu.read),),
    )
    until, endpoints = BANKS["nbkr"].history(first, last)
    assert until == last
    assert next(url.partition("?")[2] for url, _ in endpoints) == (
        "item=1562&lang=ENG&valuta_id=15&beg_day=01&beg_month=01&beg_year=2026&end_day=31&end_month=03&end_year=2026"
    )


def test_tomorrow_s_table_of_the_national_bank_of_kazakhstan_is_asked_for_from_its_hours_on() -> None:
    def days(at: str) -> list[str]:
        now = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
        return [url.partition("fdate=")[2] for url, _ in BANKS["nbk"].endpoints(now)]

    assert days("2026-04-01 08:59") == ["01.04.2026"]
    assert days("2026-04-01 09:00") == ["01.04.2026", "02.04.2026"]
    assert days("2026-12-31 18:59") == ["31.12.2026", "01.01.2027"]
    assert days("2026-12-31 19:00") == ["01.01.2027"]


def test_a_table_of_a_day_to_come_is_none_before_it_is_out() -> None:
    row = b"<item><title>USD</title><quant>1</quant><description>478.77</description></item>"
    assert nbk.read_if_out(b"<rates><date>02.04.2026</date><info>none</info></rates>") == []
    (table,) = nbk.read_if_out(b"<rates><date>02.04.2026</date>" + row + b"</rates>")
    assert str(table.valid_on) == "2026-04-02"
    with pytest.raises(NotAPage):
        nbk.read_if_out(b"<html>busy</html>")


def test_a_past_of_one_currency_is_read() -> None:
    content = (
        '<?xml version="1.0" encoding="windows-1251" ?>\n<ValCurs ID="860" DateRange1="01/04/2026" Name="Узбекский сум">'
        '<Record Date="02.04.2026" Id="860"><CharCode>UZS</CharCode><Nominal>100</Nominal><Value>0.0771</Value></Record>'
        '<Record Date="01.04.2026" Id="860"><CharCode>UZS</CharCode><Nominal>1 00</Nominal><Value>x</Value></Record>'
        '<Record Date="31.03.2026" Id="860"><CharCode>UZS</CharCode><Nominal>100</Nominal><Value>0.0769</Value></Record>'
        "</ValCurs>"
    ).encode("cp1251")
    assert printed_rates(nbt.read_history(content)) == {
        "2026-03-31": {"UZS/TJS": (Decimal("0.000769"), Decimal("0.0000005"))},
        "2026-04-02": {"UZS/TJS": (Decimal("0.000771"), Decimal("0.0000005"))},
    }


@pytest.mark.parametrize(
    ("printed", "value"),
    [("12 300.50", "12300.50"), ("12\u00a0300,50", "12300.50"), ("12'300.5", "12300.5"), ("1,234", "1234")],
)
def test_groups_of_digits_are_read_in_a_table(printed: str, value: str) -> None:
    (table,) = cbu.read(json.dumps([{"Ccy": "USD", "Nominal": "1", "Rate": printed, "Date": "01.04.2026"}]).encode())
    assert [quote.value for quote in table.quotes] == [Decimal(value)]


@pytest.mark.parametrize(("printed", "value"), [("1,234", "1.234"), ("1.234,5678", "1234.5678"), ("87,4500", "87.45")])
def test_a_bank_with_a_decimal_comma_is_read_by_its_comma(printed: str, value: str) -> None:
    row = f'<Currency ISOCode="USD"><Nominal>1</Nominal><Value>{printed}</Value></Currency>'
    (table,) = nbkr.read(f'<CurrencyRates Date="24.05.2026">{row}</CurrencyRates>'.encode())
    assert [quote.value for quote in table.quotes] == [Decimal(value)]
