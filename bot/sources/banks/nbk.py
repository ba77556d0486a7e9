"""National Bank of Kazakhstan: XML, decimal point, tenge for a `quant`; trailing zeros are dropped ("3", "179.5")."""

from __future__ import annotations

import datetime as dt

from bot.domain.snapshot import Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.table import Row, day_of, table
from bot.sources.banks.xml import document, text_of

# "478.77", "5.87".
_DECIMALS = 2


def endpoints(day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the table of a day."""
    return ((_address(day), read),)


def endpoints_ahead(day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of a future day's table, which is published the afternoon before."""
    return ((_address(day), read_if_out),)


def _address(day: dt.date) -> str:
    return f"https://nationalbank.kz/rss/get_rates.cfm?fdate={day:%d.%m.%Y}"


def read_if_out(content: bytes) -> list[Table]:
    """Read a future day's table; empty where the bank has none yet (`<info>` and no item)."""
    return read(content) if document(content, "rates").find("item") is not None else []


def read(content: bytes) -> list[Table]:
    """Read the table of a day; raises NotAPage for a day without one (`<info>` and no item).

    The channel has a title and a description too, so only items are read.
    """
    root = document(content, "rates")
    rows = [
        Row(text_of(item, "title"), text_of(item, "quant"), text_of(item, "description"), _DECIMALS)
        for item in root.iterfind("item")
    ]
    return [table(day_of(text_of(root, "date"), "%d.%m.%Y"), rows, "KZT")]
