"""National Bank of Kazakhstan: a table of decisions on the base rate, in HTML with a decimal comma.

A row is `27.07.2026 | 16,75 | 15,75 - 17,75 | press release`: the rate with the day from which it is in force. A day
with an asterisk is that of an announcement (`04.12.2026*`); of a future one rate and corridor are empty. Cells have
line breaks, paragraphs and no-break spaces.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from selectolax.lexbor import LexborNode

from bot.domain.numbers import D
from bot.domain.policy_rates import PrintedPolicyRate
from bot.sources.decode import decode
from bot.sources.html_text import NOTES, one_line, parse
from bot.sources.policy.source import PolicyTable, percent_of, table_of

URL = "https://nationalbank.kz/ru/news/grafik-prinyatiya-resheniy-po-bazovoy-stavke"
# The bank decides eight times a year; a longer table is something else.
MAX_ROWS = 1000
# The base rate in Russian, Kazakh and English, and its corridor: a point below it to a point above it.
_NAMES = ("базовой став", "базовая став", "базалық мөлшерлеме", "base rate")
_CORRIDOR = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%?\s?[-–—]\s?(\d{1,2}(?:[.,]\d{1,2})?)\s?%?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\s*(\*?)", re.ASCII)


def read(content: bytes) -> PolicyTable:
    """Read the rates of the table; raises NotAPage if there is none.

    The rate is the only cell with a single number, wherever the columns stand, and lies in the corridor beside it. A
    row that is cut off is left out: half a number is a wrong one.
    """
    html = decode(content)
    tree = parse(html[: html.lower().rfind("</tr") + len("</tr>")])
    tree.strip_tags(NOTES)
    found, unreadable = [], 0
    for table in tree.css("table"):
        if any(inner.mem_id != table.mem_id for inner in table.css("table")) or not _is_of_base_rate(table):
            continue
        for row in table.css("tr")[:MAX_ROWS]:
            cells = _cells(row)
            day = next((match for cell in cells if (match := _DAY.fullmatch(cell))), None)
            numbers = [percent for cell in cells if (percent := percent_of(cell)) is not None]
            date = None if day is None else _date(day)
            if date is not None and day is not None and len(numbers) == 1 and _is_in_corridor(numbers[0], cells):
                found.append(PrintedPolicyRate(date, numbers[0], announced=bool(day[4])))
            elif numbers or (day is not None and any(_has_digit(cell) for cell in cells if cell != day[0])):
                unreadable += 1
    return table_of(found, unreadable, "base rate")


def _cells(row: LexborNode) -> list[str]:
    return [one_line(cell.text(separator=" ")) for cell in row.iter() if cell.tag in ("td", "th")]


def _is_of_base_rate(table: LexborNode) -> bool:
    """Return whether a table names the base rate, or has a corridor: tables of inflation have dates and numbers too."""
    text = one_line(table.text(separator=" ")).casefold()
    return any(name in text for name in _NAMES) or _CORRIDOR.search(text) is not None


def _is_in_corridor(percent: Decimal, cells: Sequence[str]) -> bool:
    """Return whether a rate is in the corridor of its row; true where the row has none."""
    corridors = [found for cell in cells if (found := _CORRIDOR.fullmatch(cell))]
    return all(D(found[1].replace(",", ".")) <= percent <= D(found[2].replace(",", ".")) for found in corridors)


def _date(day: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(int(day[3]), int(day[2]), int(day[1]))
    except ValueError:
        return None


def _has_digit(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)
