"""Stored rates: the current ones, and those of earlier days."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.currencies import OWN
from bot.domain.numbers import D
from bot.domain.rate_decisions import day_start
from bot.domain.rate_graph import PEG, PEG_PAIR, PEG_VALUE, TICKER, RateGraph, RateTableRow, ResolvedRate, compose
from bot.domain.rates import Pair, Rate
from storage.models import CurrentRateRow, RateRow, SourceRow

# A day without a rate takes that of a day before, at most so long ago: holidays are longer than weekends.
NEAREST = dt.timedelta(days=10)
# The region's own currencies, and the foreign ones of its wages and savings.
TABLE_CURRENCIES = (*OWN, "RUB", "EUR")
# Rows that an export holds in memory at once.
PIECE = 1000
# The name under which the rates of a polled source are stored, where it differs from the source's own.
_RATES_SOURCE = {"page": TICKER}


COLUMNS = (
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
_LATEST_FIRST = (RateRow.valid_on.desc(), RateRow.observed_at.desc(), RateRow.id.desc())


# Frequent statements are built once: building one takes longer than executing it.
_NEWEST = (
    select(*COLUMNS)
    .where(
        RateRow.source == bindparam("source"), RateRow.base == bindparam("base"), RateRow.quote == bindparam("quote")
    )
    .order_by(*_LATEST_FIRST)
    .limit(1)
)
_NEWEST_CONFIRMED = _NEWEST.where(RateRow.confirmed.is_(True))
_IN_FORCE = (RateRow.valid_on <= bindparam("day"), RateRow.valid_on >= bindparam("oldest"))
_ON_DAY = _NEWEST_CONFIRMED.where(*_IN_FORCE)
_LEG = aliased(RateRow)


def _behind_legs(*conditions: Any) -> Any:
    """Return a statement for the given rate ids: each id with another rate of the same source and pair."""
    newest = (
        select(RateRow.id)
        .where(RateRow.source == _LEG.source, RateRow.base == _LEG.base, RateRow.quote == _LEG.quote)
        .where(RateRow.confirmed.is_(True), *conditions)
        .order_by(*_LATEST_FIRST)
        .limit(1)
        .correlate(_LEG)
        .scalar_subquery()
    )
    found = aliased(RateRow)
    columns = (getattr(found, column.key) for column in COLUMNS)
    given = _LEG.id.in_(bindparam("legs", expanding=True))
    return select(_LEG.id, *columns).join(found, found.id == newest).where(given)


_LEGS_ON_DAY = _behind_legs(*_IN_FORCE)
_LEGS_AT = _behind_legs(RateRow.observed_at <= bindparam("at"))


def rate_of(row: Any) -> Rate:
    """Return the rate of a row that holds `COLUMNS`."""
    return Rate(Pair(row[0], row[1]), *row[2:])


async def _first(connection: AsyncConnection, statement: Any, source: str, pair: Pair, **values: Any) -> Rate | None:
    """Return the rate that one of the statements above finds."""
    values |= {"source": source, "base": pair.base, "quote": pair.quote}
    row = (await connection.execute(statement, values)).first()
    return rate_of(row) if row else None


def of_source(source: str, pair: Pair) -> Any:
    """Return the condition for the rates of a source's pair."""
    return and_(RateRow.source == source, RateRow.base == pair.base, RateRow.quote == pair.quote)


async def newest_seen(connection: AsyncConnection, source: str, pair: Pair) -> Rate | None:
    """Return the newest observation of a source's pair, confirmed or not."""
    return await _first(connection, _NEWEST, source, pair)


async def has_day(connection: AsyncConnection, source: str, pair: Pair, day: dt.date) -> bool:
    """Return whether there is a rate of a source's pair for a day, confirmed or not."""
    statement = select(RateRow.id).where(of_source(source, pair), RateRow.valid_on == day).limit(1)
    return (await connection.execute(statement)).first() is not None


async def days_of(connection: AsyncConnection, source: str, first: dt.date, last: dt.date) -> set[tuple[Pair, dt.date]]:
    """Return the pairs and days from a first to a last day for which a source has rates, confirmed or not."""
    statement = select(RateRow.base, RateRow.quote, RateRow.valid_on).where(
        RateRow.source == source, RateRow.valid_on >= first, RateRow.valid_on <= last
    )
    return {(Pair(row.base, row.quote), row.valid_on) for row in await connection.execute(statement)}


async def newest_confirmed(connection: AsyncConnection, source: str, pair: Pair) -> Rate | None:
    """Return the newest confirmed rate of a source's pair."""
    return await _first(connection, _NEWEST_CONFIRMED, source, pair)


async def seen_lately(connection: AsyncConnection, code: str, since: dt.date) -> list[Rate]:
    """Return the newest observation of every source's pairs with a currency, confirmed or not, since a valid day."""
    statement = (
        select(*COLUMNS)
        .where(or_(RateRow.base == code, RateRow.quote == code), RateRow.valid_on >= since)
        .order_by(RateRow.valid_on, RateRow.observed_at, RateRow.id)
    )
    newest = {(row.source, row.base, row.quote): row for row in await connection.execute(statement)}
    return [rate_of(row) for row in newest.values()]


async def graph(connection: AsyncConnection, now: dt.datetime) -> RateGraph:
    """Return the newest confirmed rates of all sources, and which sources are stale, at an instant (UTC)."""
    rows = await connection.execute(select(*COLUMNS).join(CurrentRateRow, CurrentRateRow.rate_id == RateRow.id))
    silent = await connection.execute(select(SourceRow.name).where(SourceRow.stale_since.is_not(None)))
    return RateGraph(map(rate_of, rows), {_RATES_SOURCE.get(row.name, row.name) for row in silent}, now)


async def on_day(connection: AsyncConnection, source: str, pair: Pair, day: dt.date) -> Rate | None:
    """Return the confirmed rate that was in force on a day; None if the nearest one is too old."""
    if (source, pair) == (PEG, PEG_PAIR):
        return _pegged(day)
    return await _first(connection, _ON_DAY, source, pair, day=day, oldest=day - NEAREST)


def _pegged(day: dt.date) -> Rate:
    at = day_start(day)
    return Rate(PEG_PAIR, PEG_VALUE, D(0), PEG, at, at, day)


async def _behind(connection: AsyncConnection, statement: Any, legs: Iterable[Rate], **values: Any) -> dict[int, Rate]:
    """Return the rates that a statement on legs finds, by the ids of the legs; the fixed rate is not stored."""
    ids = sorted({leg.id for leg in legs if leg.source != PEG})
    rows = await connection.execute(statement, {"legs": ids, **values}) if ids else ()
    return {row[0]: rate_of(row[1:]) for row in rows}


def _composed(resolved: ResolvedRate, legs: Sequence[Rate | None]) -> Rate | None:
    return compose(resolved.rate.pair, [leg for leg in legs if leg is not None]) if all(legs) else None


async def rates_at(connection: AsyncConnection, current: Sequence[ResolvedRate], at: dt.datetime) -> list[Rate | None]:
    """Return the rates known at an instant (UTC), by the same sources and paths; None where there was none."""
    found = await _behind(connection, _LEGS_AT, (leg for resolved in current for leg in resolved.legs), at=at)
    return [
        _composed(resolved, [leg if leg.source == PEG else found.get(leg.id) for leg in resolved.legs])
        for resolved in current
    ]


async def rates_on(connection: AsyncConnection, current: Sequence[ResolvedRate], day: dt.date) -> list[Rate | None]:
    """Return the rates of a day by the same sources and paths; None where a source has no rate."""
    legs = (leg for resolved in current for leg in resolved.legs)
    found = await _behind(connection, _LEGS_ON_DAY, legs, day=day, oldest=day - NEAREST)
    return [
        _composed(resolved, [_pegged(day) if leg.source == PEG else found.get(leg.id) for leg in resolved.legs])
        for resolved in current
    ]


async def rates_before(connection: AsyncConnection, current: Sequence[ResolvedRate]) -> list[Rate | None]:
    """Return the rates of the day before each rate's newest leg, by the same sources and paths; None where is none."""
    days = [max(leg.valid_on for leg in resolved.legs) - dt.timedelta(days=1) for resolved in current]
    found: dict[Pair, Rate | None] = {}
    for day in set(days):  # mostly one or two
        of_day = [resolved for resolved, before in zip(current, days, strict=True) if before == day]
        found |= zip((one.rate.pair for one in of_day), await rates_on(connection, of_day, day), strict=True)
    return [found[resolved.rate.pair] for resolved in current]


State = tuple[Any, ...]


_STATE = select(
    select(func.max(RateRow.id)).scalar_subquery(),
    select(func.max(RateRow.confirmed_at)).join(CurrentRateRow, CurrentRateRow.rate_id == RateRow.id).scalar_subquery(),
    select(func.sum(CurrentRateRow.rate_id)).scalar_subquery(),
    select(func.count()).select_from(SourceRow).where(SourceRow.stale_since.is_not(None)).scalar_subquery(),
    select(func.max(SourceRow.stale_since)).scalar_subquery(),
)


async def state(connection: AsyncConnection) -> State:
    """Return a value that changes with the rate table: new rates, rates confirmed again, sources that became stale."""
    return tuple((await connection.execute(_STATE)).one())


async def rate_table(
    connection: AsyncConnection, now: dt.datetime, known: RateGraph | None = None
) -> list[RateTableRow]:
    """Return the rows of /rates in the order they are shown: each currency against the dollar, USD as the base.

    `known` is the graph of this instant (UTC), if the caller has it already.
    """
    known = known or await graph(connection, now)
    current = [resolved for code in TABLE_CURRENCIES if (resolved := known.resolve(Pair("USD", code)))]
    previous = await rates_before(connection, current)
    week_ago = await rates_on(connection, current, now.date() - dt.timedelta(days=7))
    return [RateTableRow(*line) for line in zip(current, previous, week_ago, strict=True)]


_SERIES = (
    select(*COLUMNS)
    .where(
        RateRow.source == bindparam("source"), RateRow.base == bindparam("base"), RateRow.quote == bindparam("quote")
    )
    .where(RateRow.confirmed.is_(True), RateRow.valid_on >= bindparam("since"), RateRow.valid_on <= bindparam("until"))
    .order_by(RateRow.valid_on, RateRow.observed_at, RateRow.id)
)


async def series(connection: AsyncConnection, pair: Pair, source: str, since: dt.date, until: dt.date) -> list[Rate]:
    """Return a source's rates of a pair as it prints it, the last one of each valid day, oldest first."""
    if (source, pair) == (PEG, PEG_PAIR):
        return [_pegged(since), _pegged(until)]
    values = {"source": source, "base": pair.base, "quote": pair.quote, "since": since, "until": until}
    by_day = {row.valid_on: row for row in await connection.execute(_SERIES, values)}
    return [rate_of(row) for row in by_day.values()]


async def every(
    connection: AsyncConnection, pair: Pair | None, source: str | None, since: dt.date | None
) -> AsyncIterator[list[Rate]]:
    """Yield the confirmed rates in pieces, by source, pair and day; of a day the last one. Streamed, not held."""
    statement = select(*COLUMNS, RateRow.nominal).where(RateRow.confirmed.is_(True))
    if pair is not None:
        statement = statement.where(RateRow.base == pair.base, RateRow.quote == pair.quote)
    if source is not None:
        statement = statement.where(RateRow.source == source)
    if since is not None:
        statement = statement.where(RateRow.valid_on >= since)
    key = (RateRow.source, RateRow.base, RateRow.quote, RateRow.valid_on)
    ordered = statement.order_by(*key, RateRow.observed_at, RateRow.id).execution_options(yield_per=PIECE)
    last: Rate | None = None
    async with connection.stream(ordered) as rows:
        async for piece in rows.partitions():
            complete = []
            for row in piece:
                rate = replace(rate_of(row[:-1]), nominal=row.nominal)
                if last is not None and (last.source, last.pair, last.valid_on) != (
                    rate.source,
                    rate.pair,
                    rate.valid_on,
                ):
                    complete.append(last)
                last = rate
            yield complete
    if last is not None:
        yield [last]
