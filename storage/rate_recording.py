"""Writes of rates: rows of observations, and which rate of a pair is current."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rates import Pair, Rate
from storage.models import CurrentRateRow, RateRow
from storage.rates import COLUMNS, newest_confirmed, rate_of
from storage.upsert import insert, upsert


async def add(connection: AsyncConnection, rate: Rate, change_pct: str | None) -> Rate:
    """Store a rate and return it as it is stored, with its id."""
    added = await connection.execute(insert(connection, RateRow).values(_values(rate, change_pct)).returning(*COLUMNS))
    return rate_of(added.one())


async def add_many(connection: AsyncConnection, rates: Sequence[tuple[Rate, str | None]]) -> None:
    """Store (rate, percent of change as printed) pairs."""
    if rates:
        await connection.execute(insert(connection, RateRow), [_values(*one) for one in rates])


async def confirm(connection: AsyncConnection, rate: Rate) -> None:
    """Store when a rate was last read, and whether it is confirmed."""
    values = {"confirmed_at": rate.confirmed_at, "confirmed": rate.confirmed}
    await connection.execute(update(RateRow).where(RateRow.id == rate.id).values(values))


async def make_current(connection: AsyncConnection, rate: Rate) -> None:
    """Make a stored rate the current one of its source and pair."""
    values = {"source": rate.source, "base": rate.pair.base, "quote": rate.pair.quote, "rate_id": rate.id}
    await connection.execute(upsert(connection, CurrentRateRow, values, key=["source", "base", "quote"]))


async def make_newest_current(connection: AsyncConnection, source: str, pairs: Iterable[Pair]) -> None:
    """Make the newest confirmed rate of each of a source's pairs the current one."""
    for pair in pairs:
        if (newest := await newest_confirmed(connection, source, pair)) is not None:
            await make_current(connection, newest)


def _values(rate: Rate, change_pct: str | None) -> dict[str, Any]:
    return {
        "source": rate.source,
        "base": rate.pair.base,
        "quote": rate.pair.quote,
        "value": rate.value,
        "tick": rate.tick,
        "nominal": rate.nominal,
        "change_pct": change_pct,
        "observed_at": rate.observed_at,
        "confirmed_at": rate.confirmed_at,
        "valid_on": rate.valid_on,
        "confirmed": rate.confirmed,
    }
