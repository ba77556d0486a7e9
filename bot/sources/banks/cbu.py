"""Central Bank of Uzbekistan: a JSON list in which every number is a string."""

from __future__ import annotations

from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.json_list import objects
from bot.sources.banks.table import Row, day_of, table


def read(content: bytes) -> list[Table]:
    """Read the table of a day; its own date counts, not the one that was asked for."""
    by_day: dict[str, list[Row]] = {}
    for item in objects(content):
        by_day.setdefault(str(item.get("Date")), []).append(
            (str(item.get("Ccy")), str(item.get("Nominal")), str(item.get("Rate")))
        )
    if not by_day:
        raise NotAPage("an empty list of rates")
    return [table(day_of(day, "%d.%m.%Y"), rows, "UZS", digits=2) for day, rows in by_day.items()]
