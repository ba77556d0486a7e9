"""National Bank of Tajikistan: XML with a decimal point, somoni for a nominal. Its history is fetched by currency.

For a date that it does not have it returns today's table without an error, so the date in the answer is used.
"""

from __future__ import annotations

import datetime as dt

from bot.domain.snapshot import Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.valcurs import read_records, read_valcurs

# The currencies whose history is fetched, one request each. The manat is fixed to the dollar.
HISTORY = ("USD", "EUR", "RUB", "CNY", "KZT", "KGS", "UZS")
_FOLDER = "https://www.nbt.tj/en/kurs"


def endpoints(day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the table of a day, today's or a past one."""
    return ((f"{_FOLDER}/export_xml.php?date={day:%Y-%m-%d}&export=xmlout", read),)


def span(first: dt.date, last: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoints of a past span, one for each currency."""
    days = f"d1={first:%Y-%m-%d}&d2={last:%Y-%m-%d}"
    # Without `export` the answer is a help page.
    return tuple((f"{_FOLDER}/export_xml_dynamic.php?{days}&cs={code}&export=xml", read_history) for code in HISTORY)


def read(content: bytes) -> list[Table]:
    """Read the table of a day, whose date is in ISO form."""
    return [read_valcurs(content, "TJS", "%Y-%m-%d", ".")]


def read_history(content: bytes) -> list[Table]:
    """Read the history of one currency, whose dates begin with the day."""
    return read_records(content, "TJS", "%d.%m.%Y", ".")
