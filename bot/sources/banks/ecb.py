"""European Central Bank: namespaced XML, units of a currency for one euro; one day, or ninety in one answer."""

from __future__ import annotations

import datetime as dt

from bot.domain.snapshot import Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.table import Row, tables
from bot.sources.banks.xml import document

_FILES = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref"
_ENVELOPE = "{http://www.gesmes.org/xml/2002-08-01}Envelope"
_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
# "1.6776"; some have five. The historical files drop trailing zeros.
_DECIMALS = 4


def endpoints(_day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the newest table."""
    return ((f"{_FILES}-daily.xml", read),)


def span(_first: dt.date, _last: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoint of the last ninety days; the bank's only other span is everything since 1999."""
    return ((f"{_FILES}-hist-90d.xml", read),)


def read(content: bytes) -> list[Table]:
    """Read every day of a file, oldest first."""
    days = (
        (cube.get("time"), [Row(row.get("currency"), "1", row.get("rate"), _DECIMALS) for row in cube.iterfind(_CUBE)])
        for cube in document(content, _ENVELOPE).iter(_CUBE)
        if cube.get("time") is not None
    )
    return tables(days, "%Y-%m-%d", "EUR", own_is_base=True)
