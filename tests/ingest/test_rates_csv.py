"""Rates as CSV: out, in, and everything that a file may have wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history
from bot.ingest.rates_csv import COLUMNS, MAX_PROBLEMS, BadRows, export, import_rows, read_rows, write_rows
from storage.database import Database
from tests.databases import new_sqlite

SOURCES = frozenset(("nbk", "cbu", "ticker"))
TODAY = dt.date(2026, 4, 2)
HEAD = ",".join(COLUMNS) + "\n"
GOOD = "nbk,USD,KZT,2026-04-01,478.77,0.005,1\n"


async def everything(database: Database, **only: object) -> str:
    return "".join([piece async for piece in export(database, **only)])  # type: ignore[arg-type]


async def test_what_is_exported_can_be_imported_elsewhere_and_twice_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    tables = [
        Table(
            TODAY - dt.timedelta(days=n),
            (
                Quote(Pair("USD", "KZT"), Decimal("478.77") + n, Decimal("0.005")),
                Quote(Pair("UZS", "KZT"), Decimal("0.0393"), Decimal("0.00005"), nominal=100),
            ),
        )
        for n in range(3)
    ]
    async with database.write() as connection:
        await store_history(connection, "nbk", tables)
    text = await everything(database)
    assert text.splitlines()[:2] == [HEAD.strip(), "nbk,USD,KZT,2026-03-31,480.77,0.005,1"]
    assert "nbk,UZS,KZT,2026-04-01,0.0393,0.00005,100\n" in text
    other = await new_sqlite(tmp_path / "other.db")
    for new in (6, 0):
        done = await import_rows(other, read_rows(StringIO(text), SOURCES, TODAY))
        assert (done.count, done.new) == (6, new)
    assert await everything(other) == text
    await other.close()


async def test_an_export_may_be_of_one_pair_one_source_and_from_a_day_on(database: Database) -> None:
    rows = HEAD + GOOD + GOOD.replace("04-01", "03-01") + "cbu,USD,UZS,2026-04-01,12194.21,0.005,1\n"
    await import_rows(database, read_rows(StringIO(rows), SOURCES, TODAY))
    assert await everything(database, pair=Pair("USD", "KZT"), since=dt.date(2026, 4, 1)) == HEAD + GOOD
    assert len((await everything(database, source="cbu")).splitlines()) == 2
    assert await everything(database, source="nobody") == HEAD


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("nbk,USD,KZT,2026-04-01,478.77,0.005", "6 columns in place of 7"),
        ("bank,USD,KZT,2026-04-01,478.77,0.005,1", "no source is called 'bank'"),
        ("nbk,XXX,KZT,2026-04-01,478.77,0.005,1", "'XXX' is no currency that is kept"),
        ("nbk,KZT,KZT,2026-04-01,478.77,0.005,1", "a currency against itself"),
        ("nbk,USD,KZT,01.04.2026,478.77,0.005,1", "a date as 2026-04-01, two plain numbers and a whole one"),
        ("nbk,USD,KZT,2026-04-01,NaN,0.005,1", "a date as 2026-04-01, two plain numbers and a whole one"),
        ("nbk,USD,KZT,2026-04-01,478.77,0.005,ten", "a date as 2026-04-01, two plain numbers and a whole one"),
        ("nbk,USD,KZT,2099-04-01,478.77,0.005,1", "the day 2099-04-01 is too far away"),
        ("nbk,USD,KZT,1970-01-01,478.77,0.005,1", "the day 1970-01-01 is too far away"),
        ("nbk,USD,KZT,2026-04-01,0,0,1", "a value above zero"),
        ("nbk,USD,KZT,2026-04-01,1e9,1,1", "a value above zero"),
        ("nbk,USD,KZT,2026-04-01,478.77,500,1", "a smaller tick"),
        ("nbk,USD,KZT,2026-04-01,478.77,0.005,0", "a nominal from 1"),
        ("nbk,USD,KZT,2026-04-01,478.78,0.005,1", "USD/KZT of 2026-04-01 stands above with another figure"),
    ],
)
async def test_one_wrong_line_is_named_and_nothing_is_kept(database: Database, row: str, problem: str) -> None:
    with pytest.raises(BadRows) as caught:
        await import_rows(database, read_rows(StringIO(HEAD + GOOD + row + "\n"), SOURCES, TODAY))
    assert caught.value.problems[0].startswith("line 3: ")
    assert problem in caught.value.problems[0]
    assert await everything(database) == HEAD


async def test_the_same_rate_twice_is_one(database: Database) -> None:
    done = await import_rows(database, read_rows(StringIO(HEAD + GOOD + GOOD), SOURCES, TODAY))
    assert (done.count, done.new) == (1, 1)


def test_no_more_problems_are_sent_than_a_person_reads_and_another_head_is_refused() -> None:
    with pytest.raises(BadRows) as caught:
        read_rows(StringIO(HEAD + "nonsense\n" * 1000), SOURCES, TODAY)
    assert len(caught.value.problems) == MAX_PROBLEMS
    for text in ("", "a,b\n", GOOD, "\0", '"' * 200_000):
        with pytest.raises(BadRows, match="1 lines are wrong"):
            read_rows(StringIO(text), SOURCES, TODAY)


@given(
    st.sampled_from(CURRENCIES),
    st.sampled_from(CURRENCIES),
    st.decimals("0.00000001", "8999999", places=8),
    st.dates(dt.date(1990, 1, 1), TODAY),
    st.sampled_from((1, 10, 100, 10000)),
)
def test_a_written_rate_is_read_as_it_was(base: str, quote: str, value: Decimal, day: dt.date, nominal: int) -> None:
    if base == quote:
        return
    at = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    rate = Rate(Pair(base, quote), value, value / 1000, "cbu", at, at, day, nominal=nominal)
    assert read_rows(StringIO(HEAD + write_rows([rate])), SOURCES, TODAY) == {
        "cbu": {day: {rate.pair: Quote(rate.pair, value, value / 1000, nominal=nominal)}}
    }
