"""National Bank of Tajikistan: an HTML table of what each bank and microfinance organisation pays and asks.

Prices are somoni for 1 unit with four decimals; a missing one is 0.0000. Columns are found by their whole header, since
"безналичные покупка" contains "наличные покупка". The last column is the time in Dushanbe, which is that of the table:
the site serves an older table for a day that it does not have.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.numbers import D, NotANumber, printed_number
from bot.domain.offers import Channel, Offer, OfferTable, Side
from bot.domain.providers import provider_of
from bot.domain.rates import LARGEST_RATE, Pair
from bot.domain.snapshot import NotAPage
from bot.sources.decode import decode
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
_NO_PRICE = re.compile(r"[-–—\s]*\Z|0+(?:[.,]0*)?\Z", re.ASCII)
_TIME = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::\d{2})?)?\Z", re.ASCII)
_ROW_END = re.compile(r"</tr\s*>", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")

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
    """Read the table of a pair; raises NotAPage for a page without one, and for one without a usable row.

    Of a page that is cut off the complete rows are kept. The page does not name the pair in a reliable form.
    """
    text = decode(content)
    ends = [found.end() for found in _ROW_END.finditer(text)]
    columns, rows = _find_header(_rows(text[: ends[-1]] if ends else ""))
    broken = max(len(rows) - MAX_ROWS, 0)
    missing = 0
    offers: dict[tuple[str, Channel], Offer] = {}
    repeated: set[str] = set()
    for row in rows[:MAX_ROWS]:
        provider = provider_of(row[columns.provider]) if len(row) == columns.count else ""
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
    if not offers:
        raise NotAPage("a table of offers without a usable row")
    complete = _TABLE_END.search(text, ends[-1]) is not None
    counted = (
        (not complete, "the page is cut off; its complete rows were kept"),
        (columns.unknown, f"{columns.unknown} columns with an unknown header were left out"),
        (broken, f"{broken} rows of another form were left out"),
        (missing, f"{missing} missing or unusable prices were left out"),
        (repeated, f"{len(repeated)} providers are printed more than once; the newest or first row was kept"),
    )
    warnings = tuple(f"{pair}: {warning}" for counts, warning in counted if counts)
    return OfferTable(pair, tuple(offers.values()), complete, broken + missing, warnings)


def _rows(text: str) -> list[list[str]]:
    """Return the cells of all rows as text, in the order of the page. Tags within a cell have no meaning."""
    found = LexborHTMLParser(text).css("tr")[:_MAX_SEARCHED] if text else []
    return [[_text(cell) for cell in row.iter() if cell.tag in ("td", "th")] for row in found]


def _text(cell: LexborNode) -> str:
    return " ".join(cell.text(separator="").split())


def _find_header(rows: Sequence[list[str]]) -> tuple[_Columns, Sequence[list[str]]]:
    """Return the columns of the table and the rows after its header; NotAPage if no row has known headers."""
    for number, row in enumerate(rows):
        words = [" ".join(_WORDS.findall(_normal(cell))) for cell in row]
        prices = {place: _PRICES[header] for place, header in enumerate(words) if header in _PRICES}
        dates = [place for place, header in enumerate(words) if header in _DATE]
        if not prices or len(dates) != 1:
            continue
        providers = [place for place, header in enumerate(words) if header in _PROVIDER]
        # The English header of the first column is unknown: names stand there in each language.
        provider = providers[0] if providers else 0
        certain = {place: of for place, of in prices.items() if list(prices.values()).count(of) == 1}
        if certain and provider not in certain:
            unknown = len(row) - len(certain) - 2
            return _Columns(len(row), provider, dates[0], certain, unknown), rows[number + 1 :]
    raise NotAPage("no table of offers with known headers")


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
