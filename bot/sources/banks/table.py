"""Convert the rows that a bank prints to the rates of its days; broken rows are left out and counted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.articles import clean_text
from bot.domain.currencies import CURRENCIES
from bot.domain.dates import read_date
from bot.domain.numbers import CONTEXT, NotANumber, printed_number
from bot.domain.rates import LARGEST_RATE, SMALLEST_RATE, Pair, Quote, without_contradictions
from bot.domain.snapshot import NotAPage, Table

# The largest nominal seen is 10,000 (the Bank of Russia's soum); more than a thousand times that is a mistake.
LARGEST_NOMINAL = 10_000_000
# A day with the year first, or divided by dots, alone or before a time.
_DAY = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})(?=\Z|[\sT])")
_CODE = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row: a currency's code, the number of units, the rate as printed. None: missing.

    `decimals` is the bank's usual number of decimals: where it drops trailing zeros, fewer do not mean a coarser rate;
    `sign` is the bank's decimal sign, which decides the meaning of the comma in `1,234`.
    """

    code: str | None
    nominal: str | None
    printed: str | None
    decimals: int
    sign: str = "."


def day_of(text: str | None, form: str) -> dt.date:
    """Return the day that a table names in the form of `strptime`, or in an unambiguous one; else NotAPage."""
    text = clean_text(text or "").strip()
    try:
        return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        # The day on the bank's calendar, without a zone; a time after it is in the bank's zone.
        day = _DAY.match(text)
        found = read_date(day[0], dt.UTC) if day else None
    if found is None:
        raise NotAPage("a table without a date")
    return found.date()


def table(day: dt.date, rows: Iterable[Row], own: str, *, own_is_base: bool = False) -> Table:
    """Return a day's rates in the currencies that Jarchi supports; NotAPage if none of them can be used.

    `own` is the bank's currency, the quote of every pair; with `own_is_base` it is the base (the ECB prints dollars
    for one euro).
    """
    quotes: list[Quote] = []
    nameless = broken = 0
    for row in rows:
        code = clean_text(row.code or "").strip().upper()
        if not _CODE.match(code):
            nameless += 1
        elif code in CURRENCIES and code != own:
            quote = _quote(row, Pair(own, code) if own_is_base else Pair(code, own))
            if quote is None:
                broken += 1
            else:
                quotes.append(quote)
    kept, contradicting = without_contradictions(quotes)
    if not kept:
        raise NotAPage("a table without a usable figure")
    warnings = [f"{pair} is printed with different figures; left out" for pair in contradicting]
    if broken:
        warnings.append(f"{broken} figures that are no positive numbers were left out")
    if nameless:
        warnings.append(f"{nameless} rows without a currency's code were left out")
    return Table(day, tuple(kept), tuple(warnings))


def tables(days: Iterable[tuple[str | None, list[Row]]], form: str, own: str, *, own_is_base: bool) -> list[Table]:
    """Return the tables of several printed days, oldest first; NotAPage if no day can be used.

    Unusable days are left out and counted in the first table's warnings.
    """
    by_day: dict[dt.date, list[Row]] = {}
    found: dict[dt.date, Table] = {}
    unusable = 0
    for text, rows in days:
        try:
            by_day.setdefault(day_of(text, form), []).extend(rows)
        except NotAPage:
            unusable += 1
    for day, rows in by_day.items():
        try:
            found[day] = table(day, rows, own, own_is_base=own_is_base)
        except NotAPage:
            unusable += 1
    if not found:
        raise NotAPage("no day with a usable figure")
    first, *others = (found[day] for day in sorted(found))
    if unusable:
        warning = f"{unusable} days without a date or a usable figure were left out"
        first = Table(first.valid_on, first.quotes, (*first.warnings, warning))
    return [first, *others]


def _quote(row: Row, pair: Pair) -> Quote | None:
    """Return the rate for one unit, true to half of the last printed (or dropped) digit; None if it is broken."""
    try:
        units, printed = (printed_number(clean_text(text or ""), row.sign) for text in (row.nominal, row.printed))
    except NotANumber:
        return None
    if units % 1 or not 0 < units <= LARGEST_NOMINAL:
        return None
    decimals = max(row.decimals, -int(printed.as_tuple().exponent))
    half_step = Decimal(5).scaleb(-decimals - 1)
    value = CONTEXT.divide(printed, units)
    if not SMALLEST_RATE <= value <= LARGEST_RATE:
        return None
    return Quote(pair, value, CONTEXT.divide(half_step, units), nominal=int(units))
