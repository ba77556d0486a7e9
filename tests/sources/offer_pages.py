"""The page of the National Bank of Tajikistan's table of offers, its cells, and what is read of it."""

from __future__ import annotations

import re
from pathlib import Path

from bot.domain.offers import OfferTable
from bot.domain.rates import Pair
from bot.sources.offers import nbt

FOLDER = Path(__file__).parent / "offers"
USD, EUR, RUB = nbt.PAIRS
USD_PAGE, RUB_PAGE = (FOLDER / name for name in ("nbt-usd.html", "nbt-rub.html"))
PAGE = USD_PAGE.read_text(encoding="utf-8")
HEADER = re.search(r"<tr>.*?</tr>", PAGE, re.DOTALL)[0]  # type: ignore[index]
ROWS = re.findall(r"    <tr>.*?</tr>\n", PAGE, re.DOTALL)[1:]


def read(page: str, pair: Pair = USD) -> OfferTable:
    return nbt.read(pair, page.encode())


def of_currency(page: str, code: str) -> str:
    """The page with another currency selected in its form."""
    return page.replace(" selected>USD/TJS", ">USD/TJS").replace(f">{code}/TJS", f" selected>{code}/TJS")


def prices(table: OfferTable) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    return {
        (one.provider, str(one.channel)): (one.buy and str(one.buy), one.sell and str(one.sell)) for one in table.offers
    }


def cells_of(row: str) -> list[str]:
    return re.findall(r"<t[dh]>(.*?)</t[dh]>", row)


def table_of(rows: list[list[str]]) -> str:
    made = "".join(
        "<tr>" + "".join(f"<{'td' if n else 'th'}>{c}</{'td' if n else 'th'}>" for c in row) + "</tr>"
        for n, row in enumerate(rows)
    )
    return f"<html><body><table>{made}</table></body></html>"


GRID = [cells_of(HEADER), *(cells_of(row) for row in ROWS)]
EXPECTED = prices(read(PAGE))
