"""National Bank of the Kyrgyz Republic: XML in windows-1251 with a decimal comma; its history is HTML in UTF-8.

A table is dated with the day that it is valid for, mostly tomorrow; the daily and the weekly one differ in that.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.bank import Endpoint
from bot.sources.banks.table import Row, day_of, table, tables
from bot.sources.banks.xml import document, text_of
from bot.sources.decode import decode

# The bank's own numbers of the currencies whose history is fetched, one page for each.
HISTORY = {"USD": 15, "EUR": 20, "KZT": 40, "RUB": 44}
# "87,4500", "0,1859".
_DECIMALS = 4
_SIGN = ","
# The bank returns at most 366 rows; an answer with more is not the bank's.
_MOST_ROWS = 400

# The cell of a date and the cell of the value after it, in the bank's markup.
_DAY = re.compile(
    r"<!--date-->\s{0,50}([\d.]{8,10})\s{0,50}<!--date-->"
    r"(?:(?!<!--date-->).){0,500}?<!--value-->\s{0,50}([^<]{1,20}?)\s{0,50}<!--value-->",
    re.DOTALL,
)


def endpoints(_day: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoints of the daily table (five currencies) and of the weekly one (the others)."""
    return ("https://www.nbkr.kg/XML/daily.xml", read), ("https://www.nbkr.kg/XML/weekly.xml", read)


def span(first: dt.date, last: dt.date) -> tuple[Endpoint, ...]:
    """Return the endpoints of a past span, one for each currency."""
    days = f"beg_day={first:%d}&beg_month={first:%m}&beg_year={first:%Y}"
    days += f"&end_day={last:%d}&end_month={last:%m}&end_year={last:%Y}"
    page = "https://www.nbkr.kg/index1.jsp?item=1562&lang=ENG"
    return tuple((f"{page}&valuta_id={number}&{days}", partial(read_history, code)) for code, number in HISTORY.items())


def read(content: bytes) -> list[Table]:
    """Read a daily or a weekly table. The order of a currency's children differs, so they are found by name."""
    root = document(content, "CurrencyRates")
    rows = [
        Row(item.get("ISOCode"), text_of(item, "Nominal"), text_of(item, "Value"), _DECIMALS, _SIGN)
        for item in root.iterfind("Currency")
    ]
    return [table(day_of(root.get("Date"), "%d.%m.%Y"), rows, "KGS")]


def read_history(code: str, content: bytes) -> list[Table]:
    """Read the history page of one currency; the page does not name the currency in a reliable form."""
    found = _DAY.findall(decode(content))
    if not found:
        raise NotAPage("no page of past figures")
    days = ((day, [Row(code, "1", printed, _DECIMALS, _SIGN)]) for day, printed in found[:_MOST_ROWS])
    return tables(days, "%d.%m.%Y", "KGS", own_is_base=False)
