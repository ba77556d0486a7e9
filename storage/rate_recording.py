"""Recording rates: whether an observation is a new row, and which rate is current after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.snapshot import Table
from bot.domain.trust import HoldReason, hold_reason
from storage.models import CurrentRateRow, RateRow
from storage.rates import COLUMNS, day_start, newest_confirmed, newest_seen, of_pair, of_source, on_day, rate_of
from storage.upsert import insert, upsert


class Outcome(StrEnum):
    """The result of recording an observation."""

    NEW = "new"
    SAME = "known"
    HELD = "unconfirmed"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An observation as stored, the confirmed rate before it, and the result."""

    rate: Rate
    before: Rate | None
    outcome: Outcome
    hold_reason: HoldReason | None = None

    @property
    def moved(self) -> bool:
        """Whether the confirmed value changed."""
        return self.outcome is Outcome.NEW and (self.before is None or self.before.value != self.rate.value)


async def record(
    connection: AsyncConnection,
    source: str,
    quote: Quote,
    now: dt.datetime,
    valid_on: dt.date,
    reason: HoldReason | None = None,
) -> Recorded:
    """Store an observation: a row when the value changes or a new day begins, else only `confirmed_at` moves on.

    A `reason` rate is stored as unconfirmed until it is observed again without a doubt. An observation older than the
    newest stored one is stored as history at most: the current rate never goes back in time.
    """
    newest = await newest_seen(connection, source, quote.pair)
    believed = newest if newest is None or newest.confirmed else await of_pair(connection, quote.pair, source)
    if newest is not None and valid_on < newest.valid_on:
        await _add_older(connection, source, quote, valid_on, now, reason)
        return Recorded(believed or newest, believed, Outcome.OLDER, reason)
    if newest is not None and now < newest.confirmed_at:
        return Recorded(believed or newest, believed, Outcome.SAME)
    if newest is not None and newest.value == quote.value and newest.valid_on == valid_on:
        confirms = not newest.confirmed and reason is None
        seen = replace(newest, confirmed_at=now, confirmed=newest.confirmed or confirms)
        await connection.execute(
            update(RateRow).where(RateRow.id == newest.id).values(confirmed_at=now, confirmed=seen.confirmed)
        )
        if not confirms:
            same = Outcome.SAME if seen.confirmed else Outcome.HELD
            return Recorded(seen, believed, same, None if seen.confirmed else reason)
        await _make_current(connection, seen)
        return Recorded(seen, believed, Outcome.NEW)
    values = _values(source, quote, now, now, valid_on, reason)
    added = await connection.execute(insert(connection, RateRow).values(values).returning(*COLUMNS))
    rate = rate_of(added.one())
    if not rate.confirmed:
        return Recorded(rate, believed, Outcome.HELD, reason)
    await _make_current(connection, rate)
    return Recorded(rate, believed, Outcome.NEW)


def _values(
    source: str, quote: Quote, observed: dt.datetime, now: dt.datetime, valid_on: dt.date, reason: HoldReason | None
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
        "confirmed": reason is None,
    }


async def _make_current(connection: AsyncConnection, rate: Rate) -> None:
    values = {"source": rate.source, "base": rate.pair.base, "quote": rate.pair.quote, "rate_id": rate.id}
    await connection.execute(upsert(connection, CurrentRateRow, values, key=["source", "base", "quote"]))


async def _add_older(
    connection: AsyncConnection,
    source: str,
    quote: Quote,
    valid_on: dt.date,
    now: dt.datetime,
    reason: HoldReason | None,
) -> None:
    """Store a rate of a past day, if there is none of that day."""
    known = select(RateRow.id).where(of_source(source, quote.pair), RateRow.valid_on == valid_on).limit(1)
    if (await connection.execute(known)).first() is None:
        values = _values(source, quote, day_start(valid_on), now, valid_on, reason)
        await connection.execute(insert(connection, RateRow).values(values))


async def store_history(connection: AsyncConnection, source: str, tables: Sequence[Table]) -> int:
    """Store the rates of days not known yet, each judged by its own past; returns how many are new.

    They are stored under the day on which they were valid (observed at its beginning, UTC) and alert nobody. A rate
    becomes current only if there is no newer one of its pair.
    """
    tables = sorted(tables, key=lambda table: table.valid_on)
    if not tables:
        return 0
    first, last = tables[0].valid_on, tables[-1].valid_on
    statement = select(RateRow.base, RateRow.quote, RateRow.valid_on).where(
        RateRow.source == source, RateRow.valid_on >= first, RateRow.valid_on <= last
    )
    known = {(row.base, row.quote, row.valid_on) for row in await connection.execute(statement)}
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
            reason = hold_reason(quote, last_one, days, (), fixed.fixed(pair, source))
            at = day_start(day)
            rows.append(_values(source, quote, at, at, day, reason))
            if reason is None:
                before[pair] = Rate(pair, quote.value, quote.tick, source, at, at, day)
    if rows:
        await connection.execute(insert(connection, RateRow), rows)
        await _catch_up(connection, source, {Pair(row["base"], row["quote"]): row["valid_on"] for row in rows})
    return len(rows)


def _fixed(source: str, table: Table) -> RateGraph:
    """Return a book of one day's table, for comparisons with the fixed rate."""
    at = day_start(table.valid_on)
    return RateGraph(
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
    """Update the current rate of pairs that were given a rate of a later day, or their first one."""
    statement = (
        select(CurrentRateRow.base, CurrentRateRow.quote, RateRow.valid_on)
        .join(RateRow, RateRow.id == CurrentRateRow.rate_id)
        .where(CurrentRateRow.source == source)
    )
    current = {Pair(row.base, row.quote): row.valid_on for row in await connection.execute(statement)}
    for pair, day in added.items():
        if day > current.get(pair, dt.date.min):
            newest = await newest_confirmed(connection, source, pair)
            if newest is not None:
                await _make_current(connection, newest)
