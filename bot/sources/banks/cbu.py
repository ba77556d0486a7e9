"""Central Bank of Uzbekistan: a JSON list whose numbers are all strings, soum for a `Nominal`."""

from __future__ import annotations

import datetime as dt

from bot.domain.snapshot import Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.json_rows import objects, text
from bot.sources.banks.table import Row, tables

# "12194.21", "25.55".
_DECIMALS = 2


def endpoints(_day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the newest table."""
    return (("https://cbu.uz/en/arkhiv-kursov-valyut/json/", read),)


def day_endpoints(day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the table of a past day."""
    return ((f"https://cbu.uz/en/arkhiv-kursov-valyut/json/all/{day:%Y-%m-%d}/", read),)


def read(content: bytes) -> list[Table]:
    """Read the table of a day: the day that its items name, whichever day was requested."""
    days: dict[str | None, list[Row]] = {}
    for item in objects(content):
        row = Row(text(item, "Ccy"), text(item, "Nominal"), text(item, "Rate"), _DECIMALS)
        days.setdefault(text(item, "Date"), []).append(row)
    return tables(days.items(), "%d.%m.%Y", "UZS", own_is_base=False)
