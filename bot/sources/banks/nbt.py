"""National Bank of Tajikistan: XML with a decimal point, somoni for a nominal. Its past comes a currency at a time.

It answers a date that it does not have with today's table and says nothing: the date in the answer is what counts.
"""

from __future__ import annotations

import datetime as dt

from bot.domain.snapshot import Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.valcurs import read_records, read_valcurs

# The currencies whose past is asked for: one request gives one of them. The manat is fixed to the dollar.
HISTORY = ("USD", "EUR", "RUB", "CNY", "KZT", "KGS", "UZS")
_FOLDER = "https://www.nbt.tj/en/kurs"


def endpoints(day: dt.date) -> tuple[Endpoint, ...]:
    """Return the look at the table of a day, today's or a past one."""
    return ((f"{_FOLDER}/export_xml.php?date={day:%Y-%m-%d}&export=xmlout", read),)


def span(first: dt.date, last: dt.date) -> tuple[Endpoint, ...]:
    """Return the looks at a span of the past, one for each currency."""
    days = f"d1={first:%Y-%m-%d}&d2={last:%Y-%m-%d}"
    # Without `export` the answer is a page of help.
    return tuple((f"{_FOLDER}/export_xml_dynamic.php?{days}&cs={code}&export=xml", read_history) for code in HISTORY)


def read(content: bytes) -> list[Table]:
    """Read the table of a day, whose date is ISO."""
    return [read_valcurs(content, "TJS", "%Y-%m-%d", ".")]


def read_history(content: bytes) -> list[Table]:
    """Read the past of one currency, whose dates are day first."""
    return read_records(content, "TJS", "%d.%m.%Y", ".")
