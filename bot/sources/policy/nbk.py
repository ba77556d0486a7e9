"""National Bank of Kazakhstan: a table of decisions on the base rate, in HTML with a decimal comma.

A row is `27.07.2026 | 16,75 | 15,75 - 17,75 | press release`: the rate with the day from which it is in force. A day
with an asterisk is that of an announcement (`04.12.2026*`); of a future one rate and corridor are empty. Cells have
line breaks, paragraphs and no-break spaces.
"""

from __future__ import annotations

import datetime as dt
import re

from bot.domain.policy_rates import PrintedPolicyRate
from bot.sources.decode import decode
from bot.sources.html_text import one_line, parse
from bot.sources.policy.source import PolicyTable, percent_of, table_of

URL = "https://nationalbank.kz/ru/news/grafik-prinyatiya-resheniy-po-bazovoy-stavke"
# The bank decides eight times a year; a longer table is something else.
MAX_ROWS = 1000
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\s*(\*?)", re.ASCII)


def read(content: bytes) -> PolicyTable:
    """Read the rates of the table; raises NotAPage if there is none.

    The rate is the only cell with a single number, wherever the columns stand. A row that is cut off is left out: half
    a number is a wrong one.
    """
    html = decode(content)
    found, unreadable = [], 0
    for row in parse(html[: html.lower().rfind("</tr") + len("</tr>")]).css("tr")[:MAX_ROWS]:
        cells = [one_line(cell.text(separator=" ")) for cell in row.iter() if cell.tag in ("td", "th")]
        day = next((match for cell in cells if (match := _DAY.fullmatch(cell))), None)
        if day is None:
            continue
        numbers = [percent for cell in cells if (percent := percent_of(cell)) is not None]
        date = _date(day)
        if date is not None and len(numbers) == 1:
            found.append(PrintedPolicyRate(date, numbers[0], announced=bool(day[4])))
        elif date is None or any(_has_digit(cell) for cell in cells if cell != day[0]):
            unreadable += 1
    return table_of(found, unreadable, "base rate")


def _date(day: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(int(day[3]), int(day[2]), int(day[1]))
    except ValueError:
        return None


def _has_digit(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)
