"""National Bank of Tajikistan: an HTML table of what each bank and microfinance organisation pays and asks.

Prices are somoni for 1 unit with four decimals; a missing one is 0.0000. Columns are found by their whole header, since
"безналичные покупка" contains "наличные покупка". The last column is the time in Dushanbe, which is that of the table:
the site serves an older table for a day that it does not have.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.numbers import CONTEXT, D, NotANumber, printed_number
from bot.domain.offers import Channel, Offer, OfferTable, Side
from bot.domain.providers import provider_of
from bot.domain.rates import LARGEST_RATE, Pair
from bot.domain.snapshot import NotAPage
from bot.sources.decode import decode
from bot.sources.html_text import NOTES, one_line, parse
from bot.sources.offers.source import OfferEndpoint

# The pairs of the site's form, one page each.
PAIRS = tuple(Pair(code, "TJS") for code in ("USD", "EUR", "RUB"))
# The Tajik page: its names and headers are known by their bytes.
_PAGE = "https://www.nbt.tj/tj/kurs/kurs_kommer_bank.php"
_SOURCE = "nbt"
_ZONE = ZoneInfo("Asia/Dushanbe")
# The country has some sixty banks and microfinance organisations, of which 22 are listed; more rows are not its table.
MAX_ROWS = 100
# Rows in which a header is searched: a page with a table in a table in a table lists each row several times.
_MAX_SEARCHED = 2000
# This price and smaller ones stand for none: 0.0010 is printed for a ruble that is not bought.
LARGEST_PLACEHOLDER = D("0.0010")
# A price is printed with four decimals; a longer one (0.10889999999999999) is rounded, since it would not be stored
# exactly and so be a new price with each poll.
_FINEST = D("0.00000001")
_NO_PRICE = re.compile(r"[-–—\s]*\Z|0+(?:[.,]0*)?\Z", re.ASCII)
_TIME = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::\d{2})?)?\Z", re.ASCII)
_ROW_END = re.compile(r"</tr\s*>", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^>]{0,100}>", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")
# Signs that replace letters which an encoding does not have.
_LOST = frozenset("?\ufffd")

# The whole headers by language: Tajik, Russian, and the two channels whose English headers are known.
_CHANNELS = {
    "байнибонкӣ": Channel.INTERBANK,
    "нақдӣ": Channel.CASH,
    "ғайринақдӣ": Channel.NON_CASH,
    "ҳамёни электронӣ": Channel.WALLET,
    "кортҳо": Channel.CARD,
    "ммпим": Channel.TRANSFER,
    "межбанк": Channel.INTERBANK,
    "наличные": Channel.CASH,
    "безналичные": Channel.NON_CASH,
    "эл кошелек": Channel.WALLET,
    "карты": Channel.CARD,
    "нпцдп": Channel.TRANSFER,
    "cash": Channel.CASH,
    "non cash": Channel.NON_CASH,
}
_SIDES = {
    "харид": Side.BUY,
    "фурӯш": Side.SELL,
    "покупка": Side.BUY,
    "продажа": Side.SELL,
    "buy": Side.BUY,
    "sell": Side.SELL,
}
# A header is compared without ё: keyboards and sites write е for it.
_PRICES = {
    f"{channel} {side}".replace("ё", "е"): (_CHANNELS[channel], _SIDES[side])
    for channel in _CHANNELS
    for side in _SIDES
}
_PROVIDER = frozenset(("ташкилотҳои қарзии молиявӣ", "кредитные финансовые организации"))
_DATE = frozenset(("сана", "дата", "date"))


def endpoints() -> tuple[OfferEndpoint, ...]:
    """Return the endpoints of the newest tables: without a date the site serves them."""
    return tuple((f"{_PAGE}?currency={pair.base}", partial(read, pair)) for pair in PAIRS)


def day_endpoints(day: dt.date) -> tuple[OfferEndpoint, ...]:
    """Return the endpoints of the tables of a past day."""
    return tuple((f"{_PAGE}?currency={pair.base}&date={day:%Y-%m-%d}", partial(read, pair)) for pair in PAIRS)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The places of the columns among `count` of them; `unknown` are prices whose header is unknown or ambiguous."""

    count: int
    provider: int
    date: int
    prices: Mapping[int, tuple[Channel, Side]]
    unknown: int


def read(pair: Pair, content: bytes) -> OfferTable:
    """Read the table of a pair; raises NotAPage for a page without one, without a usable row, or of another pair.

    Of a page that is cut off the complete rows are kept. The page names its pair in its form only; where the form has
    another shape, the pair is not checked.
    """
    text = _BREAK.sub(" ", decode(content))
    ends = [found.end() for found in _ROW_END.finditer(text)]
    tree = parse(text[: ends[-1]] if ends else "")
    tree.strip_tags(NOTES)
    if not _is_of(tree, pair):
        raise NotAPage("a table of another currency than requested")
    tables = [found for rows in _tables(tree) if (found := _find_header(rows)) is not None]
    if not tables:
        raise NotAPage("no table of offers with known headers")
    read_tables = (_read_table(pair, columns, rows) for columns, rows in tables)
    table = next((table for table in read_tables if table.offers), None)
    if table is None:
        raise NotAPage("a table of offers without a usable row")
    is_whole = _TABLE_END.search(text, ends[-1]) is not None
    counted = (
        (not is_whole, "the page is cut off; its complete rows were kept"),
        (len(tables) > 1, "more than one table; the first one with offers was kept"),
    )
    warnings = (*(f"{pair}: {warning}" for counts, warning in counted if counts), *table.warnings)
    return replace(table, complete=table.complete and is_whole, warnings=warnings)


def _is_of(tree: LexborHTMLParser, pair: Pair) -> bool:
    """Return whether the form of a page has the pair selected, or none: the site may answer with its usual pair."""
    selected = {_text(option) for option in tree.css("option[selected]")}
    return str(pair) in selected or selected.isdisjoint(map(str, PAIRS))


def _read_table(pair: Pair, columns: _Columns, rows: Sequence[list[str]]) -> OfferTable:
    """Return the offers of the rows below a header, which may be none."""
    broken = max(len(rows) - MAX_ROWS, 0)
    missing = 0
    offers: dict[tuple[str, Channel], Offer] = {}
    repeated: set[str] = set()
    for row in rows[:MAX_ROWS]:
        provider = _provider(row[columns.provider]) if len(row) == columns.count else ""
        as_of = _time(row[columns.date]) if provider else None
        if as_of is None:
            broken += 1
            continue
        found, without_price = _offers(pair, provider, as_of, row, columns)
        missing += without_price
        for offer in found:
            known = offers.setdefault((provider, offer.channel), offer)
            if known is not offer:
                repeated.add(provider)
                if offer.as_of > known.as_of:
                    offers[provider, offer.channel] = offer
    counted = (
        (columns.unknown, f"{columns.unknown} columns with an unknown header were left out"),
        (broken, f"{broken} rows of another form were left out"),
        (missing, f"{missing} missing or unusable prices were left out"),
        (repeated, f"{len(repeated)} providers are printed more than once; the newest or first row was kept"),
    )
    warnings = tuple(f"{pair}: {warning}" for counts, warning in counted if counts)
    # An offer may stand in the parts that cannot be read: it is not withdrawn.
    return OfferTable(pair, tuple(offers.values()), not broken and not columns.unknown, broken + missing, warnings)


def _tables(tree: LexborHTMLParser) -> list[list[list[str]]]:
    """Return the cells of each table's own rows as text, in the order of the page. Tags within a cell have no meaning.

    A row with a table in it is for the page's layout, and has no cells.
    """
    tables: dict[int, list[list[str]]] = {}
    for row in tree.css("tr")[:_MAX_SEARCHED]:
        table = row.parent
        while table is not None and table.tag != "table":
            table = table.parent
        cells = (
            [_text(cell) for cell in row.iter() if cell.tag in ("td", "th")] if row.css_first("table") is None else []
        )
        if table is not None:
            tables.setdefault(table.mem_id, []).append(cells)
    return list(tables.values())


def _text(node: LexborNode) -> str:
    return one_line(" ".join(node.text(separator="").split()))


def _find_header(rows: Sequence[list[str]]) -> tuple[_Columns, Sequence[list[str]]] | None:
    """Return the columns of a table and the rows below its header; None if no row has known headers."""
    for number, row in enumerate(rows):
        words = [" ".join(_WORDS.findall(_normal(cell))) for cell in row]
        prices = {place: _PRICES[header] for place, header in enumerate(words) if header in _PRICES}
        dates = [place for place, header in enumerate(words) if header in _DATE]
        if not prices or len(dates) != 1:
            continue
        counts = Counter(prices.values())
        certain = {place: of for place, of in prices.items() if counts[of] == 1}
        named = [place for place, header in enumerate(words) if header in _PROVIDER]
        others = [place for place in range(len(row)) if place not in prices and place != dates[0]]
        provider = named or [place for place in others if _has_names(rows[number + 1 :], place, len(row))]
        if certain and len(provider) == 1:
            unknown = len(row) - len(certain) - 2
            return _Columns(len(row), provider[0], dates[0], certain, unknown), rows[number + 1 :]
    return None


def _has_names(rows: Sequence[list[str]], place: int, count: int) -> bool:
    """Return whether most cells of a column have letters: the English header of the names is unknown."""
    cells = [row[place] for row in rows if len(row) == count]
    return 2 * sum(_has_letter(cell) for cell in cells) > len(cells)


def _has_letter(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _provider(text: str) -> str:
    """Return the provider of a cell; empty for what is no name, or one whose letters were lost in another encoding."""
    name = provider_of(text)
    return name if _has_letter(name) and _LOST.isdisjoint(name) else ""


def _normal(header: str) -> str:
    return unicodedata.normalize("NFC", header).casefold().replace("ё", "е")


def _offers(
    pair: Pair, provider: str, as_of: dt.datetime, row: Sequence[str], columns: _Columns
) -> tuple[list[Offer], int]:
    """Return the offers of a row, and how many of its prices are missing or unusable."""
    found: dict[Channel, dict[Side, Decimal]] = {}
    missing = 0
    for place, (channel, side) in columns.prices.items():
        price = _price(row[place])
        if price is None:
            missing += 1
        else:
            found.setdefault(channel, {})[side] = price
    return [
        Offer(provider, channel, pair, prices.get(Side.BUY), prices.get(Side.SELL), as_of, _SOURCE)
        for channel, prices in found.items()
    ], missing


def _price(text: str) -> Decimal | None:
    """Return a price; None for a missing one, a placeholder, and for what is no positive number."""
    if _NO_PRICE.match(text):
        return None
    try:
        # No price of the table is as high as a thousand, so a comma is a decimal sign.
        price = printed_number(text, "," if "," in text else ".")
    except NotANumber:
        return None
    fine = price.quantize(_FINEST, context=CONTEXT)
    price = price if price == fine else fine
    return price if LARGEST_PLACEHOLDER < price <= LARGEST_RATE else None


def _time(text: str) -> dt.datetime | None:
    """Return a time in Dushanbe, that of a day alone is its beginning; None for any other text."""
    found = _TIME.match(text)
    if found is None:
        return None
    day, month, year, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return dt.datetime(year, month, day, hour, minute, tzinfo=_ZONE).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
