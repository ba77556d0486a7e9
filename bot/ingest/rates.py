"""Rates of one source: decided by domain/rate_decisions.py, stored, and compared with people's alerts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import structlog

from bot.domain.boards import has_changed
from bot.domain.rate_decisions import (
    ConfirmRate,
    HoldRate,
    KeepHistory,
    KnownRates,
    Printed,
    RateIntent,
    RateOutcome,
    StoreRate,
    day_start,
    decide_rate,
    is_past,
    outcome_of,
    table_graph,
)
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.snapshot import Table
from bot.ingest import alerts
from bot.ingest.containment import TOGETHER, Items, Level, Lost, store_contained
from storage import boards, rate_recording, rates
from storage.database import Connection, Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The newest rate of a source's pair after a printed one was stored, and the outcome of that one."""

    rate: Rate
    outcome: RateOutcome


@dataclass(frozen=True, slots=True)
class StoredRates:
    """The result of each rate that could be stored, in the order given, and how many deliveries they caused."""

    recorded: tuple[Recorded, ...]
    deliveries: int
    lost: tuple[Lost, ...] = ()


async def store_table(database: Database, source: str, table: Table, now: dt.datetime) -> StoredRates:
    """Store a bank's table of a day and everything that follows from it; `lost` are rates that cannot be stored."""

    async def store(connection: Connection, items: Items) -> StoredRates:
        return await store_rates(connection, source, table.quotes, table.valid_on, now, items)

    return await store_contained(database, store)


async def store_rates(
    connection: Connection,
    source: str,
    quotes: Sequence[Quote],
    valid_on: dt.date | None,
    now: dt.datetime,
    items: Items | None = None,
) -> StoredRates:
    """Store rates that stand for a day (None: today) within the caller's transaction, and evaluate the alerts on them.

    The dollar comes first: the other currencies of a table are compared with other sources through it.
    """
    items = items or TOGETHER()
    before = graph = await rates.graph(connection, now)
    recorded: dict[int, Recorded] = {}
    for n, quote in sorted(enumerate(quotes), key=lambda at: "USD" not in (at[1].pair.base, at[1].pair.quote)):
        async with items.one(connection, Level.RATE):
            newest = await rates.newest_seen(connection, source, quote.pair)
            day = valid_on or max(now.date(), newest.valid_on if newest else now.date())
            printed = Printed(source, quote, day, now)
            known = await _known(connection, printed, newest, graph.rate(source, quote.pair))
            if is_past(printed, newest):
                fixed = table_graph(source, Table(day, tuple(quotes))).fixed(quote.pair, source)
                intent = decide_rate(known, printed, fixed=fixed)
            else:
                others, fixed = graph.other_sources(source, quote.pair), graph.fixed(quote.pair, source)
                intent = decide_rate(known, printed, others, fixed)
            stored = await carry_out(connection, intent)
            outcome = outcome_of(intent, printed, known)
            if outcome is RateOutcome.HELD:
                reason = intent.reason if isinstance(intent, HoldRate | ConfirmRate) else None
                log.warning("rate_held", source=source, pair=str(quote.pair), value=str(quote.value), reason=reason)
            if stored is not None and stored.confirmed and outcome in (RateOutcome.NEW, RateOutcome.SAME):
                graph = graph.with_rates([stored])
            rate = stored or graph.rate(source, quote.pair) or newest
            if rate is not None:
                recorded[n] = Recorded(rate, outcome)
    written = await alerts.evaluate(connection, before, graph, now)
    await _let_boards_change(connection, before, graph, now)
    return StoredRates(tuple(recorded[n] for n in sorted(recorded)), written, tuple(items.lost))


async def _let_boards_change(connection: Connection, before: RateGraph, graph: RateGraph, now: dt.datetime) -> None:
    """Let the boards that show a changed rate be edited."""
    table = tuple(Pair("USD", code) for code in rates.TABLE_CURRENCIES)
    shown = await boards.shown_pairs(connection)
    changed = {pair for pair in {*table, *chain(*shown.values())} if has_changed(before, graph, pair)}
    touched = [stored for stored, pairs in shown.items() if not changed.isdisjoint(pairs or table)]
    await boards.rates_changed(connection, touched, now)


async def _known(connection: Connection, printed: Printed, newest: Rate | None, current: Rate | None) -> KnownRates:
    """Return what is stored of a printed rate's pair; the day before a past rate is looked up."""
    if not is_past(printed, newest):
        return KnownRates(newest, current)
    pair, day = printed.quote.pair, printed.valid_on
    last = await rates.on_day(connection, printed.source, pair, day - dt.timedelta(days=1))
    return KnownRates(newest, last, await rates.has_day(connection, printed.source, pair, day))


async def carry_out(connection: Connection, intent: RateIntent | None) -> Rate | None:
    """Store what was decided; returns the rate that is the source's newest after it, None where that did not change."""
    match intent:
        case StoreRate(rate, change_pct):
            stored = await rate_recording.add(connection, rate, change_pct)
            await rate_recording.make_current(connection, stored)
            return stored
        case HoldRate(rate, change_pct):
            return await rate_recording.add(connection, rate, change_pct)
        case ConfirmRate(rate, newly_confirmed):
            await rate_recording.confirm(connection, rate)
            if newly_confirmed:
                await rate_recording.make_current(connection, rate)
            return rate
        case KeepHistory(rate, change_pct):
            await rate_recording.add(connection, rate, change_pct)
    return None


async def store_history(connection: Connection, source: str, tables: Sequence[Table]) -> int:
    """Store the rates of past days that are not known yet; returns how many. Nothing of it causes a delivery.

    Each is compared with the source's rate before it, and with the fixed rate by the dollar of its own table.
    """
    tables = sorted(tables, key=lambda table: table.valid_on)
    if not tables:
        return 0
    known = await rates.days_of(connection, source, tables[0].valid_on, tables[-1].valid_on)
    last: dict[Pair, Rate | None] = {}
    added: list[tuple[Rate, str | None]] = []
    for table in tables:
        graph = table_graph(source, table)
        for quote in table.quotes:
            pair, day = quote.pair, table.valid_on
            if pair not in last:
                last[pair] = await rates.on_day(connection, source, pair, day - dt.timedelta(days=1))
            past = KnownRates(None, last[pair], (pair, day) in known)
            printed = Printed(source, quote, day, day_start(day), past=True)
            intent = decide_rate(past, printed, fixed=graph.fixed(pair, source))
            if isinstance(intent, KeepHistory):
                known.add((pair, day))
                added.append((intent.rate, intent.change_pct))
                if intent.rate.confirmed:
                    last[pair] = intent.rate
    await rate_recording.add_many(connection, added)
    await rate_recording.make_newest_current(connection, source, {rate.pair for rate, _ in added})
    return len(added)
