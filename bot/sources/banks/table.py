"""From a bank's printed rows to the figures of a day: what is broken is left out and counted, the good part kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from lxml import etree

from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import CONTEXT, D
from bot.domain.rates import Pair, Quote, without_contradictions
from bot.domain.snapshot import NotAPage, Table

# The largest nominal in use is the Bank of Russia's 10,000 soum.
LARGEST_NOMINAL = 1_000_000
# No printed rate has more characters; longer ones are not numbers for people.
MAX_PRINTED = 20
_PRINTED = re.compile(r"\d+(?:[.,]\d+)?\Z", re.ASCII)

# One printed row: the currency's code, for how many units, the figure as it stands there.
Row = tuple[str | None, str | None, str | None]


def table(
    day: dt.date, rows: Iterable[Row], own: str, digits: int, *, own_is_base: bool = False, dated: str = ""
) -> Table:
    """Return the figures of a day; NotAPage if not one row is usable.

    `digits` decimals are printed by habit; some banks drop trailing zeros, so fewer mean no coarser figure. `own` is
    the bank's currency: the quote of every pair, or with `own_is_base` the base (the ECB prints dollars for a euro).
    """
    quotes, broken = [], 0
    for code, nominal, printed in rows:
        code = (code or "").strip().upper()
        if code not in CURRENCIES or code == own:
            continue
        quote = _quote(code, nominal, printed, own, digits, own_is_base=own_is_base)
        if quote is None:
            broken += 1
        else:
            quotes.append(quote)
    kept, contradicting = without_contradictions(quotes)
    if not kept:
        raise NotAPage(f"a table without a usable rate{dated}")
    warnings = [f"{pair} is printed with different figures; left out" for pair in contradicting]
    if broken:
        warnings.append(f"{broken} figures that are no positive numbers were left out")
    return Table(day, tuple(kept), tuple(warnings))


def _quote(
    code: str, nominal: str | None, printed: str | None, own: str, digits: int, *, own_is_base: bool
) -> Quote | None:
    units, figure = (nominal or "").strip(), (printed or "").strip()
    if not (units.isascii() and units.isdigit() and 0 < int(units[:9]) <= LARGEST_NOMINAL):
        return None
    if len(figure) > MAX_PRINTED or not _PRINTED.match(figure):
        return None
    value = D(figure.replace(",", "."))
    if not value:
        return None
    decimals = max(digits, -int(value.as_tuple().exponent))
    half_step = Decimal(5).scaleb(-decimals - 1)
    pair = Pair(own, code) if own_is_base else Pair(code, own)
    count = Decimal(int(units))
    return Quote(pair, CONTEXT.divide(value, count), CONTEXT.divide(half_step, count), nominal=int(units))


def day_of(text: str | None, form: str) -> dt.date:
    """Return the date a table names; NotAPage for none."""
    try:
        return dt.datetime.strptime((text or "").strip(), form).date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise NotAPage("a table without a date") from None


def root_of(content: bytes) -> etree._Element:
    """Return the root of an XML document; NotAPage for anything else, and for one that defines entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotAPage("not the XML of a bank's table") from None
    if root.getroottree().docinfo.doctype:
        raise NotAPage("XML with a document type; no honest table has one")
    return root
