"""One poll of a bank: its newest tables, and a check that they contain the rate that the bank is polled for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.rate_graph import OLDEST_TABLE
from bot.domain.snapshot import NotAPage, Table
from bot.sources.banks.bank import Bank, mirrored
from bot.sources.fetch import Fetcher, FetchError, Refused

# Tables are dated tomorrow, before long holidays some days ahead; a later date is a mistake.
FARTHEST_AHEAD = dt.timedelta(days=14)
# Statuses of an overloaded bank: the remaining endpoints are not requested.
_BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a poll: tables, oldest first, and one line for each problem. `error` is the first one."""

    tables: tuple[Table, ...] = ()
    problems: tuple[str, ...] = ()
    error: Exception | None = None


async def ask(fetcher: Fetcher, bank: Bank, now: dt.datetime, mirror: str) -> Answer:
    """Fetch and read a bank's newest tables; a failed endpoint does not affect the others. `now` is UTC."""
    tables: list[Table] = []
    errors: list[FetchError | NotAPage] = []
    endpoints = bank.endpoints(now)
    for url, read in endpoints:
        try:
            tables += read((await fetcher.fetch(mirrored(url, mirror, bank.name))).body)
        except (FetchError, NotAPage) as error:
            errors.append(error)
            if isinstance(error, Refused) and error.status in _BUSY:
                break
    kept = sorted((t for t in tables if t.valid_on <= now.date() + FARTHEST_AHEAD), key=lambda table: table.valid_on)
    problems = [f"a table could not be read: {error}" for error in errors]
    if len(kept) < len(tables):
        problems.append("a table of a day far ahead was left out")
    return Answer(tuple(kept), tuple(dict.fromkeys(problems)), errors[0] if errors else None)


def unmet_purpose(bank: Bank, tables: Sequence[Table], now: dt.datetime) -> NotAPage | None:
    """Return the reason why tables lack the rate that a bank is polled for; None where they have it.

    The rate of the bank's own currency must be in a table of the last days: the longest regular pause is two weeks
    (bot/domain/rate_graph.py).
    """
    newest = bank.newest(tables)
    if newest is None:
        return NotAPage(f"no readable rate of {bank.currency}")
    if now.date() - newest > OLDEST_TABLE:
        return NotAPage(f"the newest table is of {newest}")
    return None
