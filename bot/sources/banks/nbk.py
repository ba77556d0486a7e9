"""National Bank of Kazakhstan: `get_rates.cfm`, tenge for a nominal, decimal point, trailing zeros dropped."""

from __future__ import annotations

from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.table import day_of, root_of, table


def read(content: bytes) -> list[Table]:
    """Read one day's table; a day without rates (`<info>` and no item) is NotAPage."""
    root = root_of(content)
    if root.tag != "rates":
        raise NotAPage("not the table of the National Bank of Kazakhstan")
    rows = ((i.findtext("title"), i.findtext("quant"), i.findtext("description")) for i in root.iterfind("item"))
    return [table(day_of(root.findtext("date"), "%d.%m.%Y"), rows, "KZT", digits=2)]
