"""Frankfurter, version 2: a blend of the banks' figures, units of a currency for one dollar, rounded by size."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.numbers import NotANumber, parse_number
from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.json_list import objects
from bot.sources.banks.table import Row, day_of, table

# Decimals of a blended figure by its size (frankfurter's lib/roundable.rb): above each bound, so many.
_DECIMALS = ((Decimal(5000), 0), (Decimal(80), 2), (Decimal(20), 3), (Decimal(1), 4), (Decimal("0.0001"), 5))


def _decimals(printed: str) -> int:
    try:
        value = parse_number(printed)
    except NotANumber:
        return 0
    return next((decimals for bound, decimals in _DECIMALS if value > bound), 6)


def read(content: bytes) -> list[Table]:
    """Read one day or a span of days. Rows with another base than the dollar are not what was asked for."""
    days: dict[str, dict[int, list[Row]]] = {}
    for item in objects(content):
        if item.get("base") == "USD":
            printed = str(item.get("rate"))
            rows = days.setdefault(str(item.get("date")), {}).setdefault(_decimals(printed), [])
            rows.append((str(item.get("quote")), "1", printed))
    if not days:
        raise NotAPage("no rates of the dollar")
    return [_joined(day, by_decimals) for day, by_decimals in days.items()]


def _joined(day: str, by_decimals: dict[int, list[Row]]) -> Table:
    """Return one table of rows that are rounded differently."""
    date = day_of(day, "%Y-%m-%d")
    parts = []
    for decimals, rows in by_decimals.items():
        try:
            parts.append(table(date, rows, "USD", decimals, own_is_base=True))
        except NotAPage:
            continue
    if not parts:
        raise NotAPage("a table without a usable rate")
    return Table(
        date,
        tuple(quote for part in parts for quote in part.quotes),
        tuple(warning for part in parts for warning in part.warnings),
    )
