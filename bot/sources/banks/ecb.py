"""European Central Bank: currencies for one euro; a day, or the last ninety in one document."""

from __future__ import annotations

from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.table import day_of, root_of, table

_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


def read(content: bytes) -> list[Table]:
    """Read every day of the document; quotes and digits differ between its forms, so it is read as XML only."""
    days = [cube for cube in root_of(content).iter(_CUBE) if cube.get("time")]
    if not days:
        raise NotAPage("not the reference rates of the European Central Bank")
    return [
        table(
            day_of(cube.get("time"), "%Y-%m-%d"),
            [(row.get("currency"), "1", row.get("rate")) for row in cube.iterfind(_CUBE)],
            "EUR",
            digits=4,
            own_is_base=True,
        )
        for cube in days
    ]
