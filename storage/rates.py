"""Stored figures: when a new one is written, and what they were before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rates import BoardLine, Pair, Quote, Rate, is_suspicious
from storage.models import RateRow
from storage.upsert import insert

# The site's own ticker; official banks will stand beside it under their own names.
TICKER = "ticker"


class Outcome(StrEnum):
    """What recording an observation did."""

    NEW = "new"
    SAME = "known"
    HELD = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An observation as stored, the confirmed figure before it, and whether its value moved."""

    rate: Rate
    before: Rate | None
    outcome: Outcome

    @property
    def moved(self) -> bool:
        """Whether the confirmed value is another than before."""
        return self.rate.confirmed and (self.before is None or self.before.value != self.rate.value)


_COLUMNS = (
    RateRow.base,
    RateRow.quote,
    RateRow.value,
    RateRow.tick,
    RateRow.source,
    RateRow.observed_at,
    RateRow.confirmed_at,
    RateRow.valid_on,
    RateRow.confirmed,
    RateRow.id,
)


def _rate(row: Any) -> Rate:
    return Rate(Pair(row.base, row.quote), *row[2:])


async def record(
    connection: AsyncConnection, source: str, quote: Quote, now: dt.datetime, valid_on: dt.date
) -> Recorded:
    """Store an observation: a row when the value changes or a new day begins, else only `confirmed_at` moves on.

    A value too far off the last one (`is_suspicious`) is kept aside as unconfirmed; seen again, it is believed.
    An observation older than the newest stored one is ignored: nothing runs backwards.
    """
    newest = await _newest(connection, source, quote.pair, confirmed=None)
    believed = (
        newest if newest is None or newest.confirmed else await _newest(connection, source, quote.pair, confirmed=True)
    )
    if newest is not None and now < newest.confirmed_at:
        return Recorded(believed or newest, believed, Outcome.SAME)
    if newest is not None and newest.value == quote.value:
        if not newest.confirmed:
            await connection.execute(
                update(RateRow).where(RateRow.id == newest.id).values(confirmed=True, confirmed_at=now)
            )
            rate = await _newest(connection, source, quote.pair, confirmed=True)
            return Recorded(rate or newest, believed, Outcome.NEW)
        if newest.valid_on >= valid_on:
            await connection.execute(update(RateRow).where(RateRow.id == newest.id).values(confirmed_at=now))
            return Recorded(newest, newest, Outcome.SAME)
    confirmed = believed is None or not is_suspicious(quote.value, believed.value)
    values = {
        "source": source,
        "base": quote.pair.base,
        "quote": quote.pair.quote,
        "value": quote.value,
        "tick": quote.tick,
        "change_pct": quote.change_pct,
        "observed_at": now,
        "confirmed_at": now,
        "valid_on": valid_on,
        "confirmed": confirmed,
    }
    added = await connection.execute(insert(connection, RateRow).values(values).returning(*_COLUMNS))
    outcome = Outcome.HELD if not confirmed else Outcome.NEW
    return Recorded(_rate(added.one()), believed, outcome)


async def _newest(connection: AsyncConnection, source: str, pair: Pair, confirmed: bool | None) -> Rate | None:
    question = select(*_COLUMNS).where(RateRow.source == source, RateRow.base == pair.base, RateRow.quote == pair.quote)
    if confirmed is not None:
        question = question.where(RateRow.confirmed.is_(confirmed))
    row = (await connection.execute(question.order_by(RateRow.observed_at.desc(), RateRow.id.desc()).limit(1))).first()
    return _rate(row) if row else None


async def latest(connection: AsyncConnection, source: str = TICKER) -> dict[Pair, Rate]:
    """Return the newest confirmed figure of every pair of a source."""
    newest = (
        select(func.max(RateRow.id).label("id"))
        .where(RateRow.source == source, RateRow.confirmed.is_(True))
        .group_by(RateRow.base, RateRow.quote)
        .subquery()
    )
    rows = await connection.execute(select(*_COLUMNS).join(newest, RateRow.id == newest.c.id))
    return {(rate := _rate(row)).pair: rate for row in rows}


async def of_pair(connection: AsyncConnection, pair: Pair, source: str = TICKER) -> Rate | None:
    """Return the newest confirmed figure of a pair as the source prints it."""
    return await _newest(connection, source, pair, confirmed=True)


async def in_force(connection: AsyncConnection, pair: Pair, at: dt.datetime, source: str = TICKER) -> Rate | None:
    """Return the confirmed figure that was the newest at an instant (UTC)."""
    question = select(*_COLUMNS).where(
        RateRow.source == source,
        RateRow.base == pair.base,
        RateRow.quote == pair.quote,
        RateRow.confirmed.is_(True),
        RateRow.observed_at <= at,
    )
    row = (await connection.execute(question.order_by(RateRow.observed_at.desc(), RateRow.id.desc()).limit(1))).first()
    return _rate(row) if row else None


async def previous_different(connection: AsyncConnection, rate: Rate) -> Rate | None:
    """Return the last confirmed figure before this one whose value was another."""
    question = select(*_COLUMNS).where(
        RateRow.source == rate.source,
        RateRow.base == rate.pair.base,
        RateRow.quote == rate.pair.quote,
        RateRow.confirmed.is_(True),
        and_(RateRow.observed_at <= rate.observed_at, RateRow.value != rate.value),
    )
    row = (await connection.execute(question.order_by(RateRow.observed_at.desc(), RateRow.id.desc()).limit(1))).first()
    return _rate(row) if row else None


async def board(connection: AsyncConnection, now: dt.datetime, source: str = TICKER) -> list[BoardLine]:
    """Return every pair's line for /rates, by base currency."""
    lines = []
    for pair, rate in sorted((await latest(connection, source)).items()):
        week_ago = await in_force(connection, pair, now - dt.timedelta(days=7), source)
        lines.append(BoardLine(rate, await previous_different(connection, rate), week_ago))
    return lines


async def history(
    connection: AsyncConnection, pair: Pair, since: dt.datetime, limit: int, source: str = TICKER
) -> list[Rate]:
    """Return the confirmed figures of a pair since an instant (UTC), newest first."""
    question = select(*_COLUMNS).where(
        RateRow.source == source,
        RateRow.base == pair.base,
        RateRow.quote == pair.quote,
        RateRow.confirmed.is_(True),
        RateRow.observed_at >= since,
    )
    rows = await connection.execute(question.order_by(RateRow.observed_at.desc(), RateRow.id.desc()).limit(limit))
    return [_rate(row) for row in rows]
