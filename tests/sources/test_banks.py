"""Each bank's table as it prints it, every way in which one may be broken, and when banks are looked at."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks import BANKS, Bank, Read, cbr, cbu, ecb, frankfurter, mirrored, nbk, nbkr, nbt, next_look

FOLDER = Path(__file__).parent / "banks"

# file, reader: per day what one unit costs and half of a printed step
EXPECTED: dict[str, tuple[Read, dict[str, dict[str, tuple[str, str]]]]] = {
    "nbk.xml": (
        nbk.read,
        {
            "2026-04-01": {
                "USD/KZT": ("478.77", "0.005"),
                "EUR/KZT": ("548.62", "0.005"),
                "RUB/KZT": ("5.87", "0.005"),
                "KGS/KZT": ("5.47", "0.005"),
                "TJS/KZT": ("50.19", "0.005"),
                "UZS/KZT": ("0.0393", "0.00005"),
                "JPY/KZT": ("3", "0.005"),
                "GEL/KZT": ("179.5", "0.005"),
            }
        },
    ),
    "nbkr-daily.xml": (
        nbkr.read,
        {
            "2026-05-24": {
                "USD/KGS": ("87.4500", "0.00005"),
                "EUR/KGS": ("101.5076", "0.00005"),
                "KZT/KGS": ("0.1859", "0.00005"),
                "RUB/KGS": ("1.2263", "0.00005"),
            }
        },
    ),
    "nbkr-weekly.xml": (
        nbkr.read,
        {
            "2026-05-23": {
                "TJS/KGS": ("9.4148", "0.00005"),
                "TMT/KGS": ("24.9857", "0.00005"),
                "UZS/KGS": ("0.0073", "0.00005"),
            }
        },
    ),
    "nbkr-history.html": (
        partial(nbkr.read_history, "USD"),
        {
            "2005-06-25": {"USD/KGS": ("40.9614", "0.00005")},
            "2005-06-28": {"USD/KGS": ("40.9500", "0.00005")},
        },
    ),
    "cbu.json": (
        cbu.read,
        {
            "2026-04-02": {
                "USD/UZS": ("12142.10", "0.005"),
                "RUB/UZS": ("150.53", "0.005"),
                "KZT/UZS": ("25.55", "0.005"),
                "TMT/UZS": ("3469.17", "0.005"),
            }
        },
    ),
    "nbt.xml": (
        nbt.read,
        {
            "2026-05-18": {
                "USD/TJS": ("9.3450", "0.00005"),
                "KGS/TJS": ("0.10686", "0.000005"),
                "KZT/TJS": ("0.01971", "0.000005"),
                "UZS/TJS": ("0.000780", "0.0000005"),
                "TMT/TJS": ("2.6700", "0.00005"),
                "RUB/TJS": ("0.1277", "0.00005"),
            }
        },
    ),
    "cbr.xml": (
        cbr.read,
        {
            "2026-04-25": {
                "KZT/RUB": ("0.163172", "0.0000005"),
                "KGS/RUB": ("0.864125", "0.0000005"),
                "TJS/RUB": ("8.00866", "0.000005"),
                "TMT/RUB": ("21.5792", "0.00005"),
                "UZS/RUB": ("0.00628322", "0.000000005"),
            }
        },
    ),
    "ecb.xml": (
        ecb.read,
        {
            "2026-03-18": {
                "EUR/USD": ("1.1458", "0.00005"),
                "EUR/JPY": ("182.9", "0.00005"),
                "EUR/CNY": ("7.8910", "0.00005"),
            },
            "2026-03-17": {"EUR/USD": ("1.146", "0.00005"), "EUR/JPY": ("183", "0.00005")},
        },
    ),
    "frankfurter.json": (
        frankfurter.read,
        {
            "2026-07-17": {
                "USD/EUR": ("0.8739", "0.000005"),
                "USD/UZS": ("12142", "0.5"),
                "USD/KZT": ("478.77", "0.005"),
                "USD/TJS": ("9.345", "0.00005"),
            },
            "2026-07-16": {"USD/KGS": ("87.45", "0.005")},
        },
    ),
}


def told(tables: list[Table]) -> dict[str, dict[str, tuple[Decimal, Decimal]]]:
    return {str(t.valid_on): {str(q.pair): (q.value, q.tick) for q in t.quotes} for t in tables}


@pytest.mark.parametrize("file", EXPECTED)
def test_a_bank_s_table_is_read_as_it_is_printed(file: str) -> None:
    read, days = EXPECTED[file]
    assert told(read((FOLDER / file).read_bytes())) == {
        day: {pair: (Decimal(value), Decimal(tick)) for pair, (value, tick) in figures.items()}
        for day, figures in days.items()
    }


def test_every_bank_has_its_fixture_and_its_figures_say_for_how_many_units_they_stood() -> None:
    assert set(BANKS) == {file.partition(".")[0].partition("-")[0] for file in EXPECTED}
    tenge = next(q for q in nbk.read((FOLDER / "nbk.xml").read_bytes())[0].quotes if q.pair.base == "UZS")
    assert (tenge.nominal, tenge.value * tenge.nominal) == (100, Decimal("3.93"))


# What stands for the bank's table where it is broken; each reader must refuse all of it.
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
    "a list of nothing": b"[]",
    "an object": b'{"rates": {"USD": 1}}',
    "numbers": b"[1, 2, 3]",
    "deep json": b"[" * 100_000,
    "megabytes": b"<a>" * 1_500_000,
}


@pytest.mark.parametrize("what", GARBAGE)
@pytest.mark.parametrize("file", EXPECTED)
def test_what_is_no_table_is_refused(file: str, what: str) -> None:
    with pytest.raises(NotAPage):
        EXPECTED[file][0](GARBAGE[what])


@pytest.mark.parametrize("file", [file for file in EXPECTED if not file.endswith(".html")])
def test_a_truncated_table_is_refused_whole(file: str) -> None:
    content = (FOLDER / file).read_bytes()
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(NotAPage):
            EXPECTED[file][0](content[: int(len(content) * share)])


@pytest.mark.parametrize("file", ["nbkr-daily.xml", "cbr.xml"])
def test_another_encoding_than_the_declared_one_is_read_or_refused_but_never_misread(file: str) -> None:
    content = (FOLDER / file).read_bytes().decode("windows-1251")
    mojibake = content.replace("windows-1251", "utf-8").encode("windows-1251")
    with pytest.raises(NotAPage):
        EXPECTED[file][0](mojibake)
    utf8 = content.replace("windows-1251", "utf-8").encode()
    assert told(EXPECTED[file][0](utf8)) == told(EXPECTED[file][0]((FOLDER / file).read_bytes()))


@pytest.mark.parametrize(
    "broken",
    ["0", "-1", "", "nan", "1e5", "9" * 30, "5,87 KZT", "٤٧٨"],
)
def test_a_broken_figure_is_left_out_and_counted_and_the_others_are_kept(broken: str) -> None:
    content = (FOLDER / "nbk.xml").read_bytes().replace(b"548.62", broken.encode())
    (table,) = nbk.read(content)
    assert "EUR/KZT" not in {str(quote.pair) for quote in table.quotes}
    assert len(table.quotes) == len(EXPECTED["nbk.xml"][1]["2026-04-01"]) - 1
    assert table.warnings == ("1 figures that are no positive numbers were left out",)


@pytest.mark.parametrize("nominal", ["0", "-10", "", "ten", "1.5", "99999999999"])
def test_a_nominal_that_is_none_leaves_its_figure_out(nominal: str) -> None:
    content = (
        (FOLDER / "nbt.xml").read_bytes().replace(b"<Nominal>100</Nominal>", f"<Nominal>{nominal}</Nominal>".encode())
    )
    (table,) = nbt.read(content)
    assert "UZS/TJS" not in {str(quote.pair) for quote in table.quotes}
    assert len(table.warnings) == 1


def test_a_currency_printed_twice_with_different_figures_is_left_out() -> None:
    item = {"Ccy": "USD", "Nominal": "1", "Date": "02.04.2026"}
    euro = {**item, "Ccy": "EUR", "Rate": "13900.00"}
    (table,) = cbu.read(json.dumps([{**item, "Rate": "12142.10"}, {**item, "Rate": "12152.10"}, euro]).encode())
    assert [str(quote.pair) for quote in table.quotes] == ["EUR/UZS"]
    assert table.warnings == ("USD/UZS is printed with different figures; left out",)


def test_a_day_without_rates_is_no_table() -> None:
    with pytest.raises(NotAPage):
        nbk.read(b"<rates><date>02.04.2026</date><info>no information</info></rates>")


@given(st.decimals("0.0001", "99999", places=4), st.sampled_from((1, 10, 100, 1000)))
def test_a_figure_is_exact_and_its_step_half_of_the_last_digit_for_the_nominal(value: Decimal, nominal: int) -> None:
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
def test_a_bank_is_looked_at_often_in_its_hours_and_seldom_else_and_no_opening_is_slept_through(
    bank: Bank, at: dt.datetime
) -> None:
    now = at.replace(tzinfo=dt.UTC)
    following = next_look(bank, now, PERIOD)
    assert now < following <= now + dt.timedelta(hours=6)

    def is_open(moment: dt.datetime) -> bool:
        local = moment.astimezone(ZoneInfo(bank.zone))
        return local.weekday() in bank.weekdays and bank.hours[0] <= local.hour < bank.hours[1]

    if is_open(now):
        assert following == now + PERIOD
    else:
        minutes = int((following - now).total_seconds() // 60)
        assert not any(is_open(now + dt.timedelta(minutes=n)) for n in range(0, minutes - 1, 7))


def test_a_mirror_keeps_the_bank_s_own_path_and_query() -> None:
    (look,) = BANKS["nbk"].looks(dt.datetime(2026, 3, 31, 20, tzinfo=dt.UTC))  # already the first of April in Almaty
    assert look[0] == "https://nationalbank.kz/rss/get_rates.cfm?fdate=01.04.2026"
    assert (
        mirrored(look[0], "http://127.0.0.1:9/b/", "nbk")
        == "http://127.0.0.1:9/b/nbk/rss/get_rates.cfm?fdate=01.04.2026"
    )


def test_the_past_is_asked_by_days_or_in_one_piece() -> None:
    first, last = dt.date(2026, 1, 1), dt.date(2026, 3, 31)
    assert BANKS["cbu"].history(first, last) == (
        first,
        (("https://cbu.uz/en/arkhiv-kursov-valyut/json/all/2026-01-01/", cbu.read),),
    )
    until, looks = BANKS["nbkr"].history(first, last)
    assert until == last
    assert next(url.partition("?")[2] for url, _ in looks) == (
        "item=1562&lang=ENG&valuta_id=15&beg_day=01&beg_month=01&beg_year=2026&end_day=31&end_month=03&end_year=2026"
    )
