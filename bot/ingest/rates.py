"""New rates of one source: judged, stored, and applied to the alerts, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rate_graph import TICKER
from bot.domain.rates import Quote
from bot.domain.snapshot import Table
from bot.domain.trust import STEADY, agrees, hold_reason
from bot.ingest import alerts
from bot.ingest.containment import TOGETHER, Items, Level, Lost, store_contained
from storage import rate_recording, rates
from storage.database import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StoredRates:
    """The outcome of each rate that was stored, in the order given, and the number of deliveries that followed."""

    recorded: tuple[rate_recording.Recorded, ...]
    deliveries: int
    lost: tuple[Lost, ...] = ()


async def store_table(database: Database, source: str, table: Table, now: dt.datetime) -> StoredRates:
    """Store a bank's table of a day and everything that follows from it; `lost` are rates that cannot be stored."""

    async def store(connection: AsyncConnection, items: Items) -> StoredRates:
        return await store_rates(connection, source, table.quotes, table.valid_on, now, items)

    return await store_contained(database, store)


async def store_rates(
    connection: AsyncConnection,
    source: str,
    quotes: Sequence[Quote],
    valid_on: dt.date | None,
    now: dt.datetime,
    items: Items | None = None,
) -> StoredRates:
    """Judge and store rates that stand for a day (None: today), and judge the alerts.

    The dollar comes first: what a table says of other currencies is compared with others through it.
    """
    items = items or TOGETHER()
    before = graph = await rates.graph(connection, now)
    recorded: dict[int, rate_recording.Recorded] = {}
    for n, quote in sorted(enumerate(quotes), key=lambda at: "USD" not in (at[1].pair.base, at[1].pair.quote)):
        async with items.one(connection, Level.RATE):
            seen = await rates.newest_seen(connection, source, quote.pair)
            day = valid_on or max(now.date(), seen.valid_on if seen else now.date())
            last = graph.rate(source, quote.pair)
            held = seen is not None and not seen.confirmed and agrees(quote, seen, STEADY)
            later = seen is not None and (day > seen.valid_on or (source == TICKER and now > seen.confirmed_at))
            reason = hold_reason(
                quote,
                last,
                (day - last.valid_on).days if last else 1,
                graph.other_sources(source, quote.pair),
                graph.fixed(quote.pair, source),
                repeated=held and later,
            )
            recorded_rate = await rate_recording.record(connection, source, quote, now, day, reason)
            if recorded_rate.outcome is rate_recording.Outcome.HELD:
                log.warning(
                    "figure held back", source=source, pair=str(quote.pair), value=str(quote.value), reason=reason
                )
            if recorded_rate.rate.confirmed and recorded_rate.outcome in (
                rate_recording.Outcome.NEW,
                rate_recording.Outcome.SAME,
            ):
                graph = graph.with_rates([recorded_rate.rate])
            recorded[n] = recorded_rate
    written = await alerts.evaluate(connection, before, graph, now)
    return StoredRates(tuple(recorded[n] for n in sorted(recorded)), written, tuple(items.lost))
