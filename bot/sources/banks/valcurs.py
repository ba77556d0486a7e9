"""The form that the Bank of Russia invented and the National Bank of Tajikistan took over."""

from __future__ import annotations

from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.table import day_of, root_of, table


def read_valcurs(content: bytes, own: str, form: str) -> list[Table]:
    """Read a `ValCurs` table by currency codes (its IDs are not dependable); `form` is that of its date."""
    root = root_of(content)
    if root.tag != "ValCurs":
        raise NotAPage("not a table of the form ValCurs")
    rows = ((v.findtext("CharCode"), v.findtext("Nominal"), v.findtext("Value")) for v in root.iterfind("Valute"))
    return [table(day_of(root.get("Date"), form), rows, own, digits=4)]
