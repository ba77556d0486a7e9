"""Bank of Russia: XML in windows-1251 with a decimal comma, rubles for a nominal of up to 10,000.

Without a date it returns the newest table, on most days tomorrow's; with a date, the table in force on that day.
"""

from __future__ import annotations

import datetime as dt

from bot.domain.snapshot import Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.valcurs import read_valcurs

_DAILY = "https://www.cbr.ru/scripts/XML_daily.asp"


def endpoints(_day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the newest table."""
    return ((_DAILY, read),)


def day_endpoints(day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the table in force on a past day."""
    return ((f"{_DAILY}?date_req={day:%d/%m/%Y}", read),)


def read(content: bytes) -> list[Table]:
    """Read the table of a day. `VunitRate`, which can be scientific ("5,39256E-05"), is ignored."""
    return [read_valcurs(content, "RUB", "%d.%m.%Y", ",")]
