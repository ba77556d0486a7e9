"""The past of the demo's banks, stored before the demo opens: charts and changes are complete from the first answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.demo.market import Market
from bot.domain.rates import Quote
from bot.domain.snapshot import Table
from bot.ingest.history import DAYS
from bot.ingest.rates import store_history
from bot.sources.banks import BANKS, Bank, ask
from bot.sources.fetch import Fetcher
from storage import sources
from storage.database import Database

# The currencies that people of the demo ask for first; pairs with others are stored when the page is open.
_FIRST = {"USD", "EUR", "RUB", "CNY", "KZT", "KGS", "UZS", "TJS", "TMT"}
_WEEKEND = (5, 6)


async def newest_tables(fetcher: Fetcher, market: Market, mirror: str) -> dict[str, Sequence[Quote]]:
    """Return what each bank that has a past prints now: the pairs, and how precisely they are printed."""
    now = dt.datetime.combine(market.today, dt.time(), dt.UTC)
    answers = {bank: await ask(fetcher, bank, now, mirror) for bank in BANKS.values() if bank.has_history}
    return {
        bank.name: list({quote.pair: quote for table in answer.tables for quote in table.quotes}.values())
        for bank, answer in answers.items()
        if answer.tables
    }


async def store_past(database: Database, market: Market, printed: dict[str, Sequence[Quote]], *, first: bool) -> None:
    """Store the last days of each bank, of the pairs that are asked for first or of all others."""
    for name, quotes in printed.items():
        bank = BANKS[name]
        wanted = [quote for quote in quotes if ({quote.pair.base, quote.pair.quote} <= _FIRST) == first]
        async with database.write() as connection:
            await store_history(connection, name, past_tables(bank, wanted, market))
            state = await sources.get(connection, name, bank.home)
            await sources.save(connection, replace(state, filled_to=market.today - dt.timedelta(days=1)))


def past_tables(bank: Bank, quotes: Sequence[Quote], market: Market) -> list[Table]:
    """Return a bank's tables of the days before today, with rates of the market as the bank prints them."""
    days = [market.today - dt.timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    if bank.name == "ecb":
        days = [day for day in days if day.weekday() not in _WEEKEND]
    return [Table(day, tuple(_printed(quote, market, day) for quote in quotes)) for day in days]


def _printed(quote: Quote, market: Market, day: dt.date) -> Quote:
    """Return the rate of a day, rounded to the step in which the newest one is printed (twice its tick)."""
    step = 2 * quote.tick
    value = market.cross(quote.pair.base, quote.pair.quote, day)
    return replace(quote, value=(value / step).quantize(Decimal(1)) * step if step else value)
