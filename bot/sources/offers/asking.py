"""Polls of a source of offers: its newest tables, and those of a past day; tables of other days are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain.freshness import FUTURE_TOLERANCE
from bot.domain.offers import Offer, OfferTable
from bot.domain.rate_graph import OLDEST_TABLE
from bot.domain.snapshot import NotAPage
from bot.sources.banks.bank import mirrored
from bot.sources.fetch import Fetcher, FetchError, Refused
from bot.sources.offers.source import OfferEndpoint, OfferSource

# Statuses of an overloaded site: the remaining endpoints are not requested.
_BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """The result of a poll: a table for each pair that could be read, and one line for each problem.

    `error` is the first failure, of a request or of a reader.
    """

    tables: tuple[OfferTable, ...] = ()
    problems: tuple[str, ...] = ()
    error: Exception | None = None


async def ask_newest(fetcher: Fetcher, source: OfferSource, now: dt.datetime, mirror: str) -> OfferAnswer:
    """Fetch and read a source's newest tables; a failed endpoint does not affect the others. `now` is UTC.

    The site serves a table of last week with status 200 where it has none of today: one that is older than
    `OLDEST_TABLE` is refused, a younger one is kept with its own time. Rows of the future are left out.
    """
    tables: list[OfferTable] = []
    errors: list[Exception] = []
    for url, read in source.newest():
        try:
            table = _only(
                read((await fetcher.fetch(mirrored(url, mirror, source.state_name))).body),
                lambda offer: offer.as_of <= now + FUTURE_TOLERANCE,
                "a table of a future day",
            )
            if now - table.as_of > OLDEST_TABLE:
                raise NotAPage(f"the newest table is of {table.as_of.astimezone(ZoneInfo(source.zone)):%Y-%m-%d}")
        except Exception as error:  # an error of the reader in one page costs no other
            errors.append(error)
            if isinstance(error, Refused) and error.status in _BUSY:
                break
        else:
            tables.append(table)
    problems = tuple(dict.fromkeys(f"a table could not be read: {_line(error)}" for error in errors))
    return OfferAnswer(tuple(tables), problems, errors[0] if errors else None)


def _line(error: Exception) -> str:
    return str(error) if isinstance(error, (FetchError, NotAPage)) else type(error).__name__


async def ask_past(
    fetcher: Fetcher, source: OfferSource, day: dt.date, mirror: str, pause: Callable[[], Awaitable[object]]
) -> list[OfferTable]:
    """Return a source's tables of a past day: for one that it does not have it serves another day's, which is refused.

    `pause` waits between two requests. Raises FetchError if the source gives no answer.
    """
    zone = ZoneInfo(source.zone)
    tables: list[OfferTable] = []
    endpoints: tuple[OfferEndpoint, ...] = source.day(day)
    for number, (url, read) in enumerate(endpoints):
        if number:
            await pause()
        fetched = await fetcher.fetch(mirrored(url, mirror, source.state_name))
        try:
            table = _only(
                read(fetched.body),
                lambda offer: offer.as_of.astimezone(zone).date() == day,
                "a table of another day than requested",
            )
        except NotAPage:
            continue
        tables.append(table)
    return tables


def _only(table: OfferTable, fits: Callable[[Offer], bool], otherwise: str) -> OfferTable:
    """Return a table with the offers of the right time; NotAPage with a reason where there is none."""
    kept = tuple(offer for offer in table.offers if fits(offer))
    if not kept:
        raise NotAPage(otherwise)
    if len(kept) == len(table.offers):
        return table
    count = len(table.offers) - len(kept)
    warning = f"{table.pair}: {count} offers of another time were left out"
    return replace(table, offers=kept, left_out=table.left_out + count, warnings=(*table.warnings, warning))
