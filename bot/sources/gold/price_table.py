"""The table of gold bars on a bank's page, found and read by the words of its header in any language of the banks.

Columns change their places (the National Bank of the Kyrgyz Republic prints the buyback first), so a column is what its
whole header says; one that is unclear is left out, and without a weight and a sale price there is no table.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.dates import read_date
from bot.domain.gold import BarPrice, check, plausible
from bot.domain.numbers import NotANumber, printed_number
from bot.domain.snapshot import NotAPage
from bot.domain.spelling import fold
from bot.domain.vocabulary import meaning_of
from bot.sources.decode import decode
from bot.sources.html_text import NOTES, lines, one_line, parse

# Ninety workdays of six bars are 540 rows; a table of more than this is not a bank's.
MAX_ROWS = 2000
# Longer cells hold a part of the page: pages are laid out with tables too.
MAX_CELL = 150
# The reason why a bar is left out that `plausible` refuses.
_FAR_OFF = "a price per gram far from the others"
# More columns or header rows in one cell than any price list has.
MAX_SPAN = 20
_SPAN_DIGITS = 4
# Elements and texts between a heading and its table.
_MAX_STEPS = 200


class Column(StrEnum):
    """The columns of the table that are read."""

    DATE = "date"
    WEIGHT = "weight"
    SALE = "sale"
    BUYBACK = "buyback"


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed price list: `valid_on` is None where the page names no day."""

    valid_on: dt.date | None
    bars: tuple[BarPrice, ...]
    warnings: tuple[str, ...] = ()


# "Not damaged" contains "damaged", so the negations are replaced first.
_INTACT = re.compile(r"не\s?повре[жд]\w*|без повреждени\w*|not damaged|undamaged|buzilmagan|бузилмаган|бузулбаган")
_DAMAGED = re.compile(
    r"повре[жд]|наруш|damaged|buzilgan|бузилган|бузулган|mos kelmaydigan|мос келмайдиган|не соответств"
)
_BUYBACK = re.compile(
    r"выкуп|скупк|покупк|buy-?\s?back|repurchase|purchase|sotib olish|қайта сотиб|сотиб олиш|сатып алуу|but holatda|"
    r"бут ҳолатда|intact"
)
_SALE = re.compile(r"продаж|реализац|\bsale|\bsell|sotish|sotuv|сотиш|сатуу")
_WEIGHT = re.compile(r"\bвес|слитк|масс|weight|\bbars?\b|og'irli|оғирлиг|vazn|салмаг|салмак|куйма")
# The banks sell bars and coins of other metals too.
_OTHER_METAL = re.compile(r"kumush|кумуш|күмүш|серебр|silver|palladi|паллади|platin|платин")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_GRAMS = re.compile(r"[gг]")
_DATE = re.compile(r"\bдата|\bdate|\bsana|\bсана|\bкүнү")
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʻʼ`´", "'"))
# A page that was cut off ends within a row, whose last number may be cut off too.
_OPENED, _CLOSED = (re.compile(tag, re.IGNORECASE) for tag in (r"<table\b", r"</table\b"))
# A number with a unit or a currency behind it: "5 gramm", "9 240 000 so'm", "31.1035 г (унция)".
_NUMBER = re.compile(r"(\d[\d\s.,]*?)\s?([^\W\d]+(?:'[^\W\d]+)?\.?)?(?:\s?\([^()]*\))?\Z")
_SHORT_DATE = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b", re.ASCII)
_LONG_DATE = re.compile(r"\b(\d{1,2})[\s-]+([^\W\d]{3,10})\.?,?[\s-]+(\d{4})\b")
_UPDATED = re.compile(r"yangilan|янгилан|обновл|update|жаңырт")


def read(content: bytes) -> list[Printed]:
    """Read the price lists of a page, one for each day; raises NotAPage if it has none.

    Rows that cannot be used are left out and counted in the warnings of the last list.
    """
    text = decode(content)
    tree = parse(text)
    tree.strip_tags(NOTES)
    for table in tree.css("table"):
        if any(inner.mem_id != table.mem_id for inner in table.css("table")):
            continue  # a table for the page's layout
        rows = _rows(table)
        columns = _columns(rows)
        is_found = Column.WEIGHT in columns and Column.SALE in columns
        if is_found and not _OTHER_METAL.search(_heading(table).casefold()):
            is_cut = len(_OPENED.findall(text)) > len(_CLOSED.findall(text))
            return _lists(rows[:-1] if is_cut else rows, columns, _day_of_page(tree, table))
    raise NotAPage("no table of gold bars")


def _heading(table: LexborNode) -> str:
    """Return the text of a table's caption, its first row, and the nearest heading above it."""
    texts = [one_line(node.text(separator=" ")) for node in table.css("caption, tr")[:2]]
    node: LexborNode | None = table
    for _ in range(_MAX_STEPS):
        if node is None:
            break
        before = node.prev
        node = before if before is not None else node.parent
        if before is not None and before.tag in _HEADINGS:
            return " ".join((*texts, one_line(before.text(separator=" "))))
    return " ".join(texts)


def _rows(table: LexborNode) -> list[list[str]]:
    """Return the cells of each row, with a cell of several rows or columns repeated in each of them."""
    rows: list[list[str]] = []
    below: dict[tuple[int, int], str] = {}
    for row, node in enumerate(table.css("tr")[:MAX_ROWS]):
        cells: list[str] = []
        for cell in node.css("td, th"):
            while (text := below.pop((row, len(cells)), None)) is not None:
                cells.append(text)
            text = _text(cell)
            for _ in range(_span(cell, "colspan")):
                below |= {(row + n, len(cells)): text for n in range(1, _span(cell, "rowspan"))}
                cells.append(text)
        while (text := below.pop((row, len(cells)), None)) is not None:
            cells.append(text)
        rows.append(cells)
    return rows


def _text(cell: LexborNode) -> str:
    return one_line(cell.text(separator=" "))[: MAX_CELL + 1].translate(_APOSTROPHES)


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "")[:_SPAN_DIGITS]
    return min(int(value), MAX_SPAN) if value.isascii() and value.isdigit() and int(value) else 1


def _columns(rows: Sequence[list[str]]) -> dict[Column, int]:
    """Return the places of the columns by the rows above the first one with a number; none where two are alike."""
    header: list[list[str]] = []
    for row in rows:
        if any(_number(cell) is not None for cell in row):
            break
        header.append(row)
    found: dict[Column, int] = {}
    for place in range(max(map(len, header), default=0)):
        label = " ".join(dict.fromkeys(row[place] for row in header if place < len(row)))
        column = _column(label)
        if column in found:
            return {}
        if column is not None:
            found[column] = place
    return found


def _column(label: str) -> Column | None:
    """Return what a header names; None for a damaged package, and where it is unclear."""
    label = _INTACT.sub("intact", label.casefold())
    if len(label) > MAX_CELL or _DAMAGED.search(label):
        return None
    buyback, sale = _BUYBACK.search(label) is not None, _SALE.search(label) is not None
    if buyback or sale:
        return None if buyback and sale else Column.BUYBACK if buyback else Column.SALE
    if _WEIGHT.search(label):
        return Column.WEIGHT
    return Column.DATE if _DATE.search(label) else None


def _number(text: str) -> Decimal | None:
    found = _NUMBER.match(text)
    if found is None:
        return None
    try:
        return printed_number(found[1].strip(), ".")
    except NotANumber:
        return None


def _lists(rows: Sequence[list[str]], columns: dict[Column, int], day_of_page: dt.date | None) -> list[Printed]:
    days: dict[dt.date | None, dict[Decimal, BarPrice]] = {}
    refused: dict[str, int] = {}
    contradicting: set[tuple[dt.date | None, Decimal]] = set()
    for row in rows:
        if all(_number(cell) is None for cell in row):
            continue  # the header, also where it is repeated
        day = _day(row[columns[Column.DATE]]) if len(row) > columns.get(Column.DATE, len(row)) else None
        bar = _bar(row, columns)
        if isinstance(bar, BarPrice) and day is None and Column.DATE in columns:
            bar = "no date"
        if isinstance(bar, str):
            refused[bar] = refused.get(bar, 0) + 1
            continue
        day = day or day_of_page
        before = days.setdefault(day, {}).setdefault(bar.weight, bar)
        if before != bar:
            contradicting.add((day, bar.weight))
    for day, weight in contradicting:
        del days[day][weight]
    if contradicting:
        refused["different prices for one bar"] = len(contradicting)
    printed = []
    for day, bars in sorted(days.items(), key=lambda one: one[0] or dt.date.max):
        kept = plausible(list(bars.values()))
        if left_out := len(bars) - len(kept):
            refused[_FAR_OFF] = refused.get(_FAR_OFF, 0) + left_out
        if kept:
            printed.append(Printed(day, kept))
    if not printed:
        raise NotAPage("a table of gold bars without a usable price")
    warnings = tuple(f"{count} rows left out: {reason}" for reason, count in refused.items())
    return [*printed[:-1], Printed(printed[-1].valid_on, printed[-1].bars, warnings)]


def _bar(row: list[str], columns: dict[Column, int]) -> BarPrice | str:
    """Return the prices of a row, or the reason why it has none; a row with one price is a sale price alone."""

    def number(column: Column) -> Decimal | None:
        place = columns.get(column, len(row))
        return _number(row[place]) if place < len(row) else None

    weight, sale = number(Column.WEIGHT), number(Column.SALE)
    if weight is None or sale is None or not _is_in_grams(row[columns[Column.WEIGHT]]):
        return "no weight or no sale price"
    if not weight:
        return "prices or weights out of range"
    # 5.00 and 5 are one weight.
    weight = weight.normalize()
    weight = weight.quantize(Decimal(1)) if weight == weight.to_integral_value() else weight
    return check(BarPrice(weight, sale, number(Column.BUYBACK)))


def _is_in_grams(text: str) -> bool:
    unit = found[2] if (found := _NUMBER.match(text)) else None
    return unit is None or _GRAMS.match(unit.casefold()) is not None


def _day(text: str) -> dt.date | None:
    """Return the first day that a text names: 18.12.2024, `5 Yanvar 2026`; None for none."""
    if found := _SHORT_DATE.search(text):
        read_as = read_date(found[0], dt.UTC)
        return read_as.date() if read_as else None
    for day, name, year in _LONG_DATE.findall(text):
        kind, _, month = meaning_of(fold(name)).partition(":")
        if kind == "month":
            try:
                return dt.date(int(year), int(month), int(day))
            except ValueError:
                return None
    return None


def _day_of_page(tree: LexborHTMLParser, table: LexborNode) -> dt.date | None:
    """Return the day of a page by its line on the update, else by its table or a heading; other dates are of news."""
    texts = (*(line for line in lines(tree.body) if _UPDATED.search(line.casefold())), *_near(tree, table))
    return next((day for text in texts if (day := _day(text)) is not None), None)


def _near(tree: LexborHTMLParser, table: LexborNode) -> Iterator[str]:
    yield one_line(table.text(separator=" "))
    for heading in tree.css("h1, h2, h3"):
        yield one_line(heading.text(separator=" "))
