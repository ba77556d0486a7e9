"""The table format of the Bank of Russia, which the National Bank of Tajikistan uses too."""

from __future__ import annotations

from bot.domain.snapshot import Table
from bot.sources.banks.table import Row, day_of, table, tables
from bot.sources.banks.xml import document, text_of

# Both print "9.3450" and "62,8322", whatever the nominal.
_DECIMALS = 4


def read_valcurs(content: bytes, own: str, form: str, sign: str) -> Table:
    """Read a table whose date has the given form. Currencies are found by code: the IDs are not reliable."""
    root = document(content, "ValCurs")
    rows = [
        Row(text_of(item, "CharCode"), text_of(item, "Nominal"), text_of(item, "Value"), _DECIMALS, sign)
        for item in root.iterfind("Valute")
    ]
    return table(day_of(root.get("Date"), form), rows, own)


def read_records(content: bytes, own: str, form: str, sign: str) -> list[Table]:
    """Read the days of one currency's history, oldest first."""
    days = [
        (
            item.get("Date"),
            [Row(text_of(item, "CharCode"), text_of(item, "Nominal"), text_of(item, "Value"), _DECIMALS, sign)],
        )
        for item in document(content, "ValCurs").iterfind("Record")
    ]
    return tables(days, form, own, own_is_base=False)
