"""Frankfurter, version 2: a blend of many banks' rates as JSON, units of a currency for one dollar.

Only the dollar is requested as base: with another base the rates have three digits.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import NotANumber, printed_number
from bot.domain.snapshot import Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.json_rows import objects, text
from bot.sources.banks.table import Row, tables

BASE = "USD"
_RATES = f"https://api.frankfurter.dev/v2/rates?base={BASE}&quotes=" + ",".join(c for c in CURRENCIES if c != BASE)

# A blended rate is rounded by its size (the project's own rule): from each of these bounds on to so many decimals. The
# side of a bound before rounding is unknown, so a rate that equals the bound counts as the coarser one.
_ROUNDING = (
    (Decimal(5000), 0),
    (Decimal(80), 2),
    (Decimal(20), 3),
    (Decimal(1), 4),
    (Decimal("0.0001"), 5),
)
_FINEST = 6


def endpoints(_day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the newest rates."""
    return ((_RATES, read),)


def span(first: dt.date, last: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of a past span."""
    return ((f"{_RATES}&from={first:%Y-%m-%d}&to={last:%Y-%m-%d}", read),)


def decimals(value: Decimal) -> int:
    """Return to how many decimals a blended rate of this size is rounded."""
    return next((places for bound, places in _ROUNDING if value >= bound), _FINEST)


def read(content: bytes) -> list[Table]:
    """Read rates of one or several days, oldest first; a row can be up to two weeks older than the others."""
    days: dict[str | None, list[Row]] = {}
    for item in objects(content):
        # With another base than the dollar no code is passed on, so the row counts as broken.
        code = text(item, "quote") if item.get("base") == BASE else None
        days.setdefault(text(item, "date"), []).append(_row(code, text(item, "rate")))
    return tables(days.items(), "%Y-%m-%d", BASE, own_is_base=True)


def _row(code: str | None, printed: str | None) -> Row:
    try:
        places = decimals(printed_number(printed or "", "."))
    except NotANumber:
        places = 0
    return Row(code, "1", printed, places)
