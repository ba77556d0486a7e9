"""National Bank of Tajikistan: XML with a decimal point and ISO dates, somoni for a nominal.

It answers a date that it does not have with today's table and says nothing: the date in the answer is what counts.
"""

from __future__ import annotations

import datetime as dt

from bot.domain.snapshot import Table
from bot.sources.banks.bank import Look
from bot.sources.banks.valcurs import read_valcurs


def looks(day: dt.date) -> tuple[Look, ...]:
    """Return the look at the table of a day."""
    return ((f"https://www.nbt.tj/en/kurs/export_xml.php?date={day:%Y-%m-%d}&export=xmlout", read),)


def read(content: bytes) -> list[Table]:
    """Read the table of a day."""
    return [read_valcurs(content, "TJS", "%Y-%m-%d")]
