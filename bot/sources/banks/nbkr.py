"""National Bank of the Kyrgyz Republic: daily and weekly XML (windows-1251, decimal comma), the past as HTML."""

from __future__ import annotations

import datetime as dt
import re

from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.table import day_of, root_of, table

# The bank's own numbers of the currencies whose past is worth asking for.
HISTORY = {"USD": 15, "EUR": 20, "KZT": 40, "RUB": 44}
# A page of the past has at most 366 rows (sources: the bank's own limit); more is something else.
MAX_ROWS = 400
_CELLS = re.compile(
    rb"<!--date-->\s*([\d.]{8,10})\s*<!--date-->.{0,400}?<!--value-->\s*([\d.,]{1,20})\s*<!--value-->", re.S
)


def read(content: bytes) -> list[Table]:
    """Read a daily or a weekly table; the order of a currency's children differs between the two."""
    root = root_of(content)
    if root.tag != "CurrencyRates":
        raise NotAPage("not the table of the National Bank of the Kyrgyz Republic")
    rows = ((c.get("ISOCode"), c.findtext("Nominal"), c.findtext("Value")) for c in root.iterfind("Currency"))
    return [table(day_of(root.get("Date"), "%d.%m.%Y"), rows, "KGS", digits=4)]


def read_history(code: str, content: bytes) -> list[Table]:
    """Read a page of one currency's past; NotAPage if it has no figure."""
    found = _CELLS.findall(content)[:MAX_ROWS]
    if not found:
        raise NotAPage("no past figures on the page")
    tables = []
    for day, value in found:
        date: dt.date = day_of(day.decode("ascii"), "%d.%m.%Y")
        tables.append(table(date, [(code, "1", value.decode("ascii"))], "KGS", digits=4))
    return tables


def history_url(code: str, first: dt.date, last: dt.date) -> str:
    """Return the address of a currency's figures from one day to another."""
    return (
        f"https://www.nbkr.kg/index1.jsp?item=1562&lang=ENG&valuta_id={HISTORY[code]}"
        f"&beg_day={first:%d}&beg_month={first:%m}&beg_year={first:%Y}"
        f"&end_day={last:%d}&end_month={last:%m}&end_year={last:%Y}"
    )
