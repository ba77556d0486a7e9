"""The price lists of gold bars of central banks, one row each. A new one needs a module, a row here, and a fixture."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.gold import PriceList
from bot.domain.rate_graph import OLDEST_TABLE
from bot.domain.snapshot import NotAPage
from bot.sources.banks import mirrored
from bot.sources.fetch import Fetcher, FetchError
from bot.sources.gold import cbu, nbkr
from bot.sources.gold.price_table import read

# The days of history that are asked for when nothing is stored.
DAYS = 90
# A list is dated with its own day; one of a later day than tomorrow is a mistake.
FARTHEST_AHEAD = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GoldSource:
    """A bank's price list, a row of `GOLD`. It publishes within `hours` (local) on `weekdays` (Monday is 0).

    `name` is that of its polls: the bank's own is that of its rates. `page` is the address of its newest list;
    `span(first, last)` that of its lists of some days, if it has one.
    """

    name: str
    bank: str
    page: str
    zone: str
    hours: tuple[int, int]
    span: Callable[[dt.date, dt.date], str] | None = None
    weekdays: range = range(5)
    ahead: bool = False


_ROWS = (
    GoldSource("gold_cbu", "cbu", cbu.PAGE, "Asia/Tashkent", (9, 12)),
    GoldSource("gold_nbkr", "nbkr", nbkr.PAGE, "Asia/Bishkek", (9, 12), nbkr.span),
)
GOLD = {source.bank: source for source in _ROWS}


async def fetch_price_lists(
    fetcher: Fetcher, source: GoldSource, now: dt.datetime, today: dt.date, mirror: str, *, past: bool = False
) -> list[PriceList]:
    """Fetch and read a bank's price lists, the oldest first; raises FetchError or NotAPage.

    `today` is the day at the bank, that of a list without a date. `past`: the lists of 90 days are asked for, where
    the bank has them; where that answer cannot be used, the newest list alone.
    """
    if past and source.span is not None:
        address = source.span(today - dt.timedelta(days=DAYS), today)
        try:
            return await _fetch(fetcher, source, address, now, today, mirror)
        except (FetchError, NotAPage):
            pass
    return await _fetch(fetcher, source, source.page, now, today, mirror)


async def _fetch(
    fetcher: Fetcher, source: GoldSource, address: str, now: dt.datetime, today: dt.date, mirror: str
) -> list[PriceList]:
    printed = read((await fetcher.fetch(mirrored(address, mirror, source.bank))).body)
    found = [PriceList(source.bank, one.valid_on or today, one.bars, one.warnings) for one in printed]
    kept = sorted((one for one in found if one.valid_on <= now.date() + FARTHEST_AHEAD), key=lambda one: one.valid_on)
    if not kept:
        raise NotAPage("price lists of days far ahead alone")
    if len(kept) < len(found):
        warnings = (*kept[-1].warnings, "a price list of a day far ahead was left out")
        kept[-1] = replace(kept[-1], warnings=warnings)
    return kept


def outdated(lists: list[PriceList], now: dt.datetime) -> NotAPage | None:
    """Return the reason why the newest of some lists is no current one; None if it is."""
    newest = lists[-1].valid_on
    return NotAPage(f"the newest price list is of {newest}") if now.date() - newest > OLDEST_TABLE else None
