"""Stored figures: when a new one is written, which one is current, and what they were before."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.book import PEG, PEG_PAIR, PEG_VALUE, TICKER, BoardLine, Book, Priced, compose
from bot.domain.currencies import OWN
from bot.domain.numbers import D
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.snapshot import Table
from bot.domain.trust import Doubt, doubt
from storage.models import CurrentRateRow, RateRow, SourceRow
from storage.upsert import insert, upsert

# A day without a figure is answered by one of a few days before: holidays are longer than weekends.
NEAREST = dt.timedelta(days=10)
# Beside their own currencies, what people of the region are paid and save in.
BOARD = (*OWN, "RUB", "EUR")
# Rows that an export holds at once.
PIECE = 1000
# What a polled source is called where its figures are kept.
_FIGURES_OF = {"page": TICKER}


class Outcome(StrEnum):
    """What recording an observation did."""

    NEW = "new"
    SAME = "known"
    HELD = "unconfirmed"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An observation as stored, the confirmed figure before it, and whether its value moved."""

    rate: Rate
    before: Rate | None
    outcome: Outcome
    doubt: Doubt | None = None

    @property
    def moved(self) -> bool:
        """Whether the confirmed value is another than before."""
        return self.outcome is Outcome.NEW and (self.before is None or self.before.value != self.rate.value)


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
_LATEST_FIRST = (RateRow.valid_on.desc(), RateRow.observed_at.desc(), RateRow.id.desc())


# Asked all the time: each is written once, for putting a question together takes longer than answering it.
_NEWEST = (
    select(*_COLUMNS)
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
    """Return a question for the figures whose ids are given: each one's id, and what its source said of its pair."""
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
    columns = (getattr(found, column.key) for column in _COLUMNS)
    given = _LEG.id.in_(bindparam("legs", expanding=True))
    return select(_LEG.id, *columns).join(found, found.id == newest).where(given)


_LEGS_ON_DAY = _behind_legs(*_IN_FORCE)
_LEGS_AT = _behind_legs(RateRow.observed_at <= bindparam("at"))
_LEGS_BEFORE = _behind_legs(
    RateRow.value != _LEG.value,
    or_(
        RateRow.valid_on < _LEG.valid_on,
        and_(RateRow.valid_on == _LEG.valid_on, RateRow.observed_at <= _LEG.observed_at),
    ),
)


def _rate(row: Any) -> Rate:
    return Rate(Pair(row[0], row[1]), *row[2:])


async def _first(connection: AsyncConnection, question: Any, source: str, pair: Pair, **values: Any) -> Rate | None:
    """Return what one of the questions above finds."""
    values |= {"source": source, "base": pair.base, "quote": pair.quote}
    row = (await connection.execute(question, values)).first()
    return _rate(row) if row else None


def _of(source: str, pair: Pair) -> Any:
    return and_(RateRow.source == source, RateRow.base == pair.base, RateRow.quote == pair.quote)


async def record(
    connection: AsyncConnection,
    source: str,
    quote: Quote,
    now: dt.datetime,
    valid_on: dt.date,
    doubted: Doubt | None = None,
) -> Recorded:
    """Store an observation: a row when the value changes or a new day begins, else only `confirmed_at` moves on.

    `doubted` figures are kept aside as unconfirmed until they are observed again without a doubt. An observation
    older than the newest stored one is history at most: nothing runs backwards.
    """
    newest = await newest_seen(connection, source, quote.pair)
    believed = newest if newest is None or newest.confirmed else await of_pair(connection, quote.pair, source)
    if newest is not None and valid_on < newest.valid_on:
        await _add_older(connection, source, quote, valid_on, now, doubted)
        return Recorded(believed or newest, believed, Outcome.OLDER, doubted)
    if newest is not None and now < newest.confirmed_at:
        return Recorded(believed or newest, believed, Outcome.SAME)
    if newest is not None and newest.value == quote.value and newest.valid_on == valid_on:
        confirms = not newest.confirmed and doubted is None
        seen = replace(newest, confirmed_at=now, confirmed=newest.confirmed or confirms)
        await connection.execute(
            update(RateRow).where(RateRow.id == newest.id).values(confirmed_at=now, confirmed=seen.confirmed)
        )
        if not confirms:
            same = Outcome.SAME if seen.confirmed else Outcome.HELD
            return Recorded(seen, believed, same, None if seen.confirmed else doubted)
        await _make_current(connection, seen)
        return Recorded(seen, believed, Outcome.NEW)
    values = _values(source, quote, now, now, valid_on, doubted)
    added = await connection.execute(insert(connection, RateRow).values(values).returning(*_COLUMNS))
    rate = _rate(added.one())
    if not rate.confirmed:
        return Recorded(rate, believed, Outcome.HELD, doubted)
    await _make_current(connection, rate)
    return Recorded(rate, believed, Outcome.NEW)


def _values(
    source: str, quote: Quote, observed: dt.datetime, now: dt.datetime, valid_on: dt.date, doubted: Doubt | None
) -> dict[str, Any]:
    return {
        "source": source,
        "base": quote.pair.base,
        "quote": quote.pair.quote,
        "value": quote.value,
        "tick": quote.tick,
        "nominal": quote.nominal,
        "change_pct": quote.change_pct,
        "observed_at": observed,
        "confirmed_at": now,
        "valid_on": valid_on,
        "confirmed": doubted is None,
    }


async def _make_current(connection: AsyncConnection, rate: Rate) -> None:
    values = {"source": rate.source, "base": rate.pair.base, "quote": rate.pair.quote, "rate_id": rate.id}
    await connection.execute(upsert(connection, CurrentRateRow, values, key=["source", "base", "quote"]))


def _day_start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


async def _add_older(
    connection: AsyncConnection, source: str, quote: Quote, valid_on: dt.date, now: dt.datetime, doubted: Doubt | None
) -> None:
    """Keep a figure of a day gone by, if nothing is known of that day."""
    known = select(RateRow.id).where(_of(source, quote.pair), RateRow.valid_on == valid_on).limit(1)
    if (await connection.execute(known)).first() is None:
        values = _values(source, quote, _day_start(valid_on), now, valid_on, doubted)
        await connection.execute(insert(connection, RateRow).values(values))


async def store_history(connection: AsyncConnection, source: str, tables: Sequence[Table]) -> int:
    """Store the figures of days not known yet, each judged by its own past; returns how many are new.

    They stand under the day they were valid on (observed at its beginning, UTC). Nobody hears of them; what becomes
    current by them is what there was no newer figure of.
    """
    tables = sorted(tables, key=lambda table: table.valid_on)
    if not tables:
        return 0
    first, last = tables[0].valid_on, tables[-1].valid_on
    question = select(RateRow.base, RateRow.quote, RateRow.valid_on).where(
        RateRow.source == source, RateRow.valid_on >= first, RateRow.valid_on <= last
    )
    known = {(row.base, row.quote, row.valid_on) for row in await connection.execute(question)}
    before: dict[Pair, Rate | None] = {}
    rows = []
    for table in tables:
        fixed = _fixed(source, table)
        for quote in table.quotes:
            pair, day = quote.pair, table.valid_on
            if (pair.base, pair.quote, day) in known:
                continue
            known.add((pair.base, pair.quote, day))
            if pair not in before:
                before[pair] = await on_day(connection, source, pair, day - dt.timedelta(days=1))
            last_one = before[pair]
            days = (day - last_one.valid_on).days if last_one else 1
            doubted = doubt(quote, last_one, days, (), fixed.fixed(pair, source))
            at = _day_start(day)
            rows.append(_values(source, quote, at, at, day, doubted))
            if doubted is None:
                before[pair] = Rate(pair, quote.value, quote.tick, source, at, at, day)
    if rows:
        await connection.execute(insert(connection, RateRow), rows)
        await _catch_up(connection, source, {Pair(row["base"], row["quote"]): row["valid_on"] for row in rows})
    return len(rows)


def _fixed(source: str, table: Table) -> Book:
    """Return a book of one day's table, to ask what the fixed rate says of it."""
    at = _day_start(table.valid_on)
    return Book(
        (
            Rate(q.pair, q.value, q.tick, source, at, at, table.valid_on)
            for q in table.quotes
            if "USD" in _codes(q.pair)
        ),
        (),
        at,
    )


def _codes(pair: Pair) -> tuple[str, str]:
    return pair.base, pair.quote


async def _catch_up(connection: AsyncConnection, source: str, added: Mapping[Pair, dt.date]) -> None:
    """Point "current" at the newest confirmed figure of the pairs that have one of a later day now, or their first."""
    question = (
        select(CurrentRateRow.base, CurrentRateRow.quote, RateRow.valid_on)
        .join(RateRow, RateRow.id == CurrentRateRow.rate_id)
        .where(CurrentRateRow.source == source)
    )
    current = {Pair(row.base, row.quote): row.valid_on for row in await connection.execute(question)}
    for pair, day in added.items():
        if day > current.get(pair, dt.date.min):
            newest = await _first(connection, _NEWEST_CONFIRMED, source, pair)
            if newest is not None:
                await _make_current(connection, newest)


async def newest_seen(connection: AsyncConnection, source: str, pair: Pair) -> Rate | None:
    """Return the newest observation of a source's pair, confirmed or not."""
    return await _first(connection, _NEWEST, source, pair)


async def seen_lately(connection: AsyncConnection, code: str, since: dt.date) -> list[Rate]:
    """Return the newest observation of every source's pairs with a currency, confirmed or not, since a valid day."""
    question = (
        select(*_COLUMNS)
        .where(or_(RateRow.base == code, RateRow.quote == code), RateRow.valid_on >= since)
        .order_by(RateRow.valid_on, RateRow.observed_at, RateRow.id)
    )
    newest = {(row.source, row.base, row.quote): row for row in await connection.execute(question)}
    return [_rate(row) for row in newest.values()]


async def of_pair(connection: AsyncConnection, pair: Pair, source: str = TICKER) -> Rate | None:
    """Return the newest confirmed figure of a pair as a source prints it."""
    question = (
        select(*_COLUMNS)
        .join(CurrentRateRow, CurrentRateRow.rate_id == RateRow.id)
        .where(CurrentRateRow.source == source, CurrentRateRow.base == pair.base, CurrentRateRow.quote == pair.quote)
    )
    row = (await connection.execute(question)).first()
    return _rate(row) if row else None


async def book(connection: AsyncConnection, now: dt.datetime) -> Book:
    """Return the newest confirmed figures of all sources, and which of these are silent, at an instant (UTC)."""
    rows = await connection.execute(select(*_COLUMNS).join(CurrentRateRow, CurrentRateRow.rate_id == RateRow.id))
    silent = await connection.execute(select(SourceRow.name).where(SourceRow.stale_since.is_not(None)))
    return Book(map(_rate, rows), {_FIGURES_OF.get(row.name, row.name) for row in silent}, now)


async def on_day(connection: AsyncConnection, source: str, pair: Pair, day: dt.date) -> Rate | None:
    """Return the confirmed figure that was in force on a day; None if the nearest is too long before."""
    if (source, pair) == (PEG, PEG_PAIR):
        return _pegged(day)
    return await _first(connection, _ON_DAY, source, pair, day=day, oldest=day - NEAREST)


def _pegged(day: dt.date) -> Rate:
    at = _day_start(day)
    return Rate(PEG_PAIR, PEG_VALUE, D(0), PEG, at, at, day)


async def _behind(connection: AsyncConnection, question: Any, legs: Iterable[Rate], **values: Any) -> dict[int, Rate]:
    """Return what one of the questions about legs finds, by the legs' ids; the fixed rate is not stored."""
    ids = sorted({leg.id for leg in legs if leg.source != PEG})
    rows = await connection.execute(question, {"legs": ids, **values}) if ids else ()
    return {row[0]: _rate(row[1:]) for row in rows}


def _composed(priced: Priced, legs: Sequence[Rate | None]) -> Rate | None:
    return compose(priced.rate.pair, [leg for leg in legs if leg is not None]) if all(legs) else None


async def priced_at(connection: AsyncConnection, prices: Sequence[Priced], at: dt.datetime) -> list[Rate | None]:
    """Return what was known of rates at an instant (UTC), by the same sources and paths; None where nothing was."""
    found = await _behind(connection, _LEGS_AT, (leg for priced in prices for leg in priced.legs), at=at)
    return [
        _composed(priced, [leg if leg.source == PEG else found.get(leg.id) for leg in priced.legs]) for priced in prices
    ]


async def priced_on(connection: AsyncConnection, prices: Sequence[Priced], day: dt.date) -> list[Rate | None]:
    """Return what rates were on a day by the same sources and the same paths; None where one of them has no figure."""
    legs = (leg for priced in prices for leg in priced.legs)
    found = await _behind(connection, _LEGS_ON_DAY, legs, day=day, oldest=day - NEAREST)
    return [
        _composed(priced, [_pegged(day) if leg.source == PEG else found.get(leg.id) for leg in priced.legs])
        for priced in prices
    ]


async def previous_different(connection: AsyncConnection, prices: Sequence[Priced]) -> list[Rate | None]:
    """Return the last value of each rate that was another, by the same source; for a cross, that of the day before."""
    alone = [priced.legs[0] for priced in prices if len(priced.legs) == 1]
    different = await _behind(connection, _LEGS_BEFORE, alone)
    previous = []
    for priced in prices:
        if len(priced.legs) > 1:
            previous += await priced_on(connection, [priced], priced.rate.valid_on - dt.timedelta(days=1))
        else:
            previous.append(_composed(priced, [different.get(priced.legs[0].id)]))
    return previous


State = tuple[Any, ...]


_STATE = select(
    select(func.max(RateRow.id)).scalar_subquery(),
    select(func.max(RateRow.confirmed_at)).join(CurrentRateRow, CurrentRateRow.rate_id == RateRow.id).scalar_subquery(),
    select(func.sum(CurrentRateRow.rate_id)).scalar_subquery(),
    select(func.count()).select_from(SourceRow).where(SourceRow.stale_since.is_not(None)).scalar_subquery(),
    select(func.max(SourceRow.stale_since)).scalar_subquery(),
)


async def state(connection: AsyncConnection) -> State:
    """Return what changes whenever the board does, but for the time: figures that came, were seen again, silence."""
    return tuple((await connection.execute(_STATE)).one())


async def board(connection: AsyncConnection, now: dt.datetime) -> list[BoardLine]:
    """Return the lines of /rates in the order they are shown: each currency against the dollar, USD as the base."""
    known = await book(connection, now)
    prices = [priced for code in BOARD if (priced := known.price(Pair("USD", code)))]
    previous = await previous_different(connection, prices)
    week_ago = await priced_on(connection, prices, now.date() - dt.timedelta(days=7))
    return [BoardLine(*line) for line in zip(prices, previous, week_ago, strict=True)]


async def series(connection: AsyncConnection, pair: Pair, source: str, since: dt.date, until: dt.date) -> list[Rate]:
    """Return a source's figures of a pair as it prints it, the last one of each valid day, oldest first."""
    if (source, pair) == (PEG, PEG_PAIR):
        return [_pegged(since), _pegged(until)]
    question = (
        select(*_COLUMNS)
        .where(_of(source, pair), RateRow.confirmed.is_(True), RateRow.valid_on >= since, RateRow.valid_on <= until)
        .order_by(RateRow.valid_on, RateRow.observed_at, RateRow.id)
    )
    by_day = {row.valid_on: row for row in await connection.execute(question)}
    return [_rate(row) for row in by_day.values()]


async def every(
    connection: AsyncConnection, pair: Pair | None, source: str | None, since: dt.date | None
) -> AsyncIterator[list[Rate]]:
    """Yield the confirmed figures in pieces, by source, pair and day; of a day the last one. Read, not held."""
    question = select(*_COLUMNS, RateRow.nominal).where(RateRow.confirmed.is_(True))
    if pair is not None:
        question = question.where(RateRow.base == pair.base, RateRow.quote == pair.quote)
    if source is not None:
        question = question.where(RateRow.source == source)
    if since is not None:
        question = question.where(RateRow.valid_on >= since)
    key = (RateRow.source, RateRow.base, RateRow.quote, RateRow.valid_on)
    ordered = question.order_by(*key, RateRow.observed_at, RateRow.id).execution_options(yield_per=PIECE)
    last: Rate | None = None
    async with connection.stream(ordered) as rows:
        async for piece in rows.partitions():
            told = []
            for row in piece:
                rate = replace(_rate(row[:-1]), nominal=row.nominal)
                if last is not None and (last.source, last.pair, last.valid_on) != (
                    rate.source,
                    rate.pair,
                    rate.valid_on,
                ):
                    told.append(last)
                last = rate
            yield told
    if last is not None:
        yield [last]
