"""Stored rates as CSV and back: for moving and for spreadsheets. All is checked before anything is stored."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import D, NotANumber
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history
from storage import rates
from storage.database import Database

COLUMNS = ("source", "base", "quote", "valid_on", "value", "tick", "nominal")
# Ten years of ten sources with twenty pairs are 50 MB; more is another file.
MAX_BYTES = 100 * 1024 * 1024
# Problems listed at once; a file with more is the wrong one.
MAX_PROBLEMS = 20
# The largest value that a stored decimal holds is nine million.
LARGEST = Decimal(9_000_000)
# By source, day and pair.
Rows = dict[str, dict[dt.date, dict[Pair, Quote]]]
_EARLIEST = dt.date(1990, 1, 1)


class BadRows(ValueError):
    """The file cannot be imported; `problems` has a line for each of the first twenty."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"{len(problems)} lines are wrong")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rates the file held, and how many of these were new."""

    count: int
    new: int


def write_rows(rows: Iterable[Rate]) -> str:
    """Return rates as CSV lines without a head."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for rate in rows:
        cells = (rate.source, rate.pair.base, rate.pair.quote, rate.valid_on)
        writer.writerow((*cells, f"{rate.value:f}", f"{rate.tick:f}", rate.nominal))
    return text.getvalue()


async def export(
    database: Database, pair: Pair | None = None, source: str | None = None, since: dt.date | None = None
) -> AsyncIterator[str]:
    """Yield the confirmed rates as pieces of CSV, the head first; never all of them in memory."""
    yield ",".join(COLUMNS) + "\n"
    async with database.read() as connection:
        async for piece in rates.every(connection, pair, source, since):
            yield write_rows(piece)


def read_rows(lines: Iterable[str], known_sources: frozenset[str], today: dt.date) -> Rows:
    """Return {source: {day: rates}} of a CSV file; BadRows with the numbers of the lines that are wrong."""
    reader = csv.reader(lines)
    try:
        head = tuple(cell.strip() for cell in next(reader, ()))
    except csv.Error:
        head = ()
    if head != COLUMNS:
        raise BadRows([f"line 1: the columns are {','.join(COLUMNS)}"])
    found: Rows = {}
    problems: list[str] = []
    for number, cells in _rows(reader, problems):
        try:
            source, day, quote = _row(cells, known_sources, today)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
        else:
            first = found.setdefault(source, {}).setdefault(day, {}).setdefault(quote.pair, quote)
            if first != quote:
                problems.append(f"line {number}: {quote.pair} of {day} stands above with another figure")
        if len(problems) >= MAX_PROBLEMS:
            break
    if problems:
        raise BadRows(problems)
    return found


def _rows(reader: Iterator[list[str]], problems: list[str]) -> Iterator[tuple[int, list[str]]]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(f"line {number}: {error}")
            return
        if cells:
            yield number, cells


def _row(cells: list[str], known_sources: frozenset[str], today: dt.date) -> tuple[str, dt.date, Quote]:
    """Return one row's source, day and rate; ValueError names what is wrong."""
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns in place of {len(COLUMNS)}")
    source, base, quote, day_text, value_text, tick_text, nominal_text = (cell.strip() for cell in cells)
    if source not in known_sources:
        raise ValueError(f"no source is called {source[:20]!r}")
    for code in (base, quote):
        if code not in CURRENCIES:
            raise ValueError(f"{code[:10]!r} is no currency that is kept")
    if base == quote:
        raise ValueError("a currency against itself")
    try:
        day = dt.date.fromisoformat(day_text)
        value, tick, nominal = D(value_text), D(tick_text), int(nominal_text)
    except (NotANumber, ValueError):
        raise ValueError("a date as 2026-04-01, two plain numbers and a whole one are expected") from None
    if not _EARLIEST <= day <= today + dt.timedelta(days=31):
        raise ValueError(f"the day {day} is too far away")
    if not 0 < value < LARGEST or not 0 <= tick < value or not 0 < nominal <= 1_000_000:
        raise ValueError("a value above zero, a smaller tick and a nominal from 1 are expected")
    return source, day, Quote(Pair(base, quote), value, tick, nominal=nominal)


async def import_rows(database: Database, rows: Rows) -> Imported:
    """Store the rates that are not known yet, all of them or none; known ones stay as they are."""
    count = new = 0
    async with database.write() as connection:
        for source, days in rows.items():
            tables = [Table(day, tuple(quotes.values())) for day, quotes in sorted(days.items())]
            count += sum(len(table.quotes) for table in tables)
            new += await store_history(connection, source, tables)
    return Imported(count, new)
