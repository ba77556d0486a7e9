"""A tick of all pairs over a million alerts: Jarchi against a bot that keeps its alerts as objects in memory.

Both find the alerts that fire and write them: the new state, an event, a delivery; Jarchi counts the day's alerts of
each chat as well. The bot does so as such bots do: alert by alert, three statements and a commit for each, so that a
crash repeats none (timed for the first few and extrapolated). Stronger forms of it are measured too: all of it in one
transaction, and everything in three batches. Its levels are Decimals or floats. Each run is rolled back, so that all
begin with the same state, and both must fire the same number of alerts.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import psutil
from sqlalchemy import delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench import databases
from bench.clock import row
from bot.domain.alerts import Kind, Observation, Side, observe, on_grain, rearm_value
from bot.domain.rates import Pair, Rate
from bot.ingest.alerts import judge
from storage.database import Database
from storage.models import AlertRow, ChatRow, DeliveryRow, EventRow

ALERTS = 1_000_000
PAIRS = 20
# A person has a few alerts.
CHATS = 200_000
# An ordinary tick, a day that people will remember, and a storm.
TICKS = (Decimal("0.0005"), Decimal("0.01"), Decimal("0.068"))
RUNS = 3
# Enough of the bot's single statements to measure their cost; the rest is extrapolated.
SINGLES = 700
_BATCH = 50_000
_NOW = dt.datetime(2026, 1, 1, 6, tzinfo=dt.UTC)
_BASES = [f"{a}{b}X" for a in "ABCDE" for b in "ABCD"]


@dataclass(slots=True)
class _Kept:
    """An alert as the bot keeps it."""

    id: int
    chat: int
    pair: str
    above: bool
    level: Any
    armed: bool = True


def run() -> None:
    """Measure both on SQLite and on PostgreSQL."""
    asyncio.run(_run())


async def _run() -> None:
    levels = _levels()
    for name in databases.BOTH:
        async with databases.opened(name) as database:
            await _measure(name, database, levels)


def _levels() -> list[tuple[str, int, bool, Decimal]]:
    """Return (base, chat, above, level) of every alert: up to a third of the value away, none of them met yet."""
    chance = random.Random(7)
    made = []
    for n in range(ALERTS):
        above = chance.random() < 0.5
        away = Decimal(chance.randrange(2, 33_333)).scaleb(-5)
        made.append((_BASES[n % PAIRS], chance.randrange(CHATS) + 1, above, on_grain(1 + away if above else 1 - away)))
    return made


async def _fill(database: Database, levels: list[tuple[str, int, bool, Decimal]]) -> None:
    person = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "not_found_days": 0}
    async with database.write() as connection:
        for start in range(1, CHATS + 1, _BATCH):
            ids = range(start, start + _BATCH)
            await connection.execute(insert(ChatRow), [{"id": n, "created_at": _NOW, **person} for n in ids])
        for start in range(0, ALERTS, _BATCH):
            await connection.execute(
                insert(AlertRow),
                [
                    {
                        "chat_id": chat,
                        "base": base,
                        "quote": "USD",
                        "kind": "level",
                        "side": "above" if above else "below",
                        "asked_base": base,
                        "asked_quote": "USD",
                        "asked_side": "above" if above else "below",
                        "asked_level": str(level),
                        "level": level,
                        "fires_above": level if above else None,
                        "fires_below": None if above else level,
                        "rearms_at": rearm_value(level, Side.ABOVE if above else Side.BELOW),
                        "created_at": _NOW,
                    }
                    for base, chat, above, level in levels[start : start + _BATCH]
                ],
            )
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


def _observations(tick: Decimal) -> list[Observation]:
    """Return an observation of every pair: half of them rose by the tick, half fell."""
    seen = []
    for n, base in enumerate(_BASES):
        value = 1 + tick if n % 2 else 1 - tick
        rate = Rate(Pair(base, "USD"), value, Decimal("0.000005"), "nbk", _NOW, _NOW, _NOW.date())
        observation = observe(rate, Decimal(1))
        seen.append(replace(observation, readings={Kind.LEVEL: observation.readings[Kind.LEVEL]}))
    return seen


class _RolledBack(Exception):
    """The work of a measurement is rolled back, so that the next one begins with the same state."""


@asynccontextmanager
async def _rolled_back(database: Database) -> AsyncIterator[AsyncConnection]:
    try:
        async with database.write() as connection:
            yield connection
            raise _RolledBack
    except _RolledBack:
        pass


async def _timed(
    database: Database, work: Callable[[AsyncConnection], Awaitable[int]], runs: int = RUNS
) -> tuple[float, int]:
    """Return the seconds of the best run and what it found."""
    times, found = [], 0
    for _ in range(runs):
        async with _rolled_back(database) as connection:
            gc.collect()
            began = time.perf_counter()
            found = await work(connection)
            times.append(time.perf_counter() - began)
    return min(times), found


async def _measure(name: str, database: Database, levels: list[tuple[str, int, bool, Decimal]]) -> None:
    await _fill(database, levels)
    for tick in TICKS:
        observations = _observations(tick)
        grown = _memory()
        fast, fired = await _timed(database, lambda connection: judge(connection, observations, _NOW))  # noqa: B023
        print(f"-- {name}, {ALERTS:,} alerts on {PAIRS} pairs, a tick of {tick:.2%}: {fired:,} fired")
        print(f"{'memory grown by a tick':<44} {_memory() - grown:>10.1f} MiB")
        written: list[float] = []
        for kind, number in (("Decimal", Decimal), ("float", float)):
            await _compare(database, kind, number, levels, observations, fast, fired, written)


def _memory() -> float:
    """Return the MiB that the process holds."""
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20


async def _compare(
    database: Database,
    kind: str,
    number: Callable[[Decimal], Any],
    levels: list[tuple[str, int, bool, Decimal]],
    observations: list[Observation],
    fast: float,
    fired: int,
    written: list[float],
) -> None:
    """Print how long a bot with one kind of numbers takes; `written`: seconds for each alert, by the first call."""
    before = _memory()
    kept = [_Kept(n, chat, base, above, number(level)) for n, (base, chat, above, level) in enumerate(levels, 1)]
    print(f"{f'memory of the objects ({kind})':<44} {_memory() - before:>10.1f} MiB")
    bounds = {seen.rate.pair.base: (number(seen.rate.low), number(seen.rate.high)) for seen in observations}
    batched, found = await _timed(database, lambda connection: _batched(connection, kept, bounds))
    if found != fired:
        raise SystemExit(f"Jarchi and the loop disagree: {fired} and {found}")
    searches = [_search(kept, bounds) for _ in range(RUNS)]
    crossed, alone = searches[0][0], min(seconds for _, seconds in searches)
    some = crossed[:SINGLES]
    if not written:  # whichever numbers the alerts are kept in
        written.append((await _one_by_one(database, some) + await _one_by_one(database, some)) / 2 / len(some))
        written.append((await _timed(database, lambda connection: _singly(connection, some), 2))[0] / len(some))
    simple, together = (alone + each * len(crossed) for each in written)
    row(f"objects ({kind}), alert by alert", simple, simple)
    row(f"objects ({kind}), the same in one transaction", together, simple)
    row(f"objects ({kind}), written in three batches", batched, simple)
    row(f"objects ({kind}), searched, nothing written", alone, simple)
    row("Jarchi", fast, simple)


def _search(kept: list[_Kept], bounds: dict[str, tuple[Any, Any]]) -> tuple[list[_Kept], float]:
    """Return the alerts that a loop finds to fire, and the seconds it took."""
    began = time.perf_counter()
    crossed = []
    for one in kept:
        if one.armed:
            low, high = bounds[one.pair]
            if (one.level <= low) if one.above else (one.level >= high):
                crossed.append(one)
    return crossed, time.perf_counter() - began


def _written(alert: _Kept) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the event and the delivery of an alert."""
    payload = {"alert_id": alert.id, "now": "1", "before": "1", "source": "nbk", "at": _NOW.isoformat()}
    key = f"crossing:{alert.id}:1"
    event = {"id": alert.id, "kind": "crossing", "key": key, "version": 1, "payload": payload, "created_at": _NOW}
    delivery = {"event_id": alert.id, "chat_id": alert.chat, "thread_id": 0, "priority": 10, "created_at": _NOW}
    return event, delivery


async def _batched(connection: AsyncConnection, kept: list[_Kept], bounds: dict[str, tuple[Any, Any]]) -> int:
    """Search all alerts, then write those that fire in three batches."""
    crossed, _ = _search(kept, bounds)
    written = [_written(one) for one in crossed]
    await connection.execute(
        text("UPDATE alerts SET state = 'fired' WHERE id = :id"), [{"id": one.id} for one in crossed]
    )
    await connection.execute(insert(EventRow), [event for event, _ in written])
    await connection.execute(insert(DeliveryRow), [delivery for _, delivery in written])
    return len(crossed)


async def _one_by_one(database: Database, crossed: list[_Kept]) -> float:
    """Write and commit alerts that fire, one by one, and undo it; returns the seconds."""
    began = time.perf_counter()
    for one in crossed:
        async with database.write() as connection:
            await _singly(connection, [one])
    seconds = time.perf_counter() - began
    async with database.write() as connection:
        await connection.execute(delete(DeliveryRow))
        await connection.execute(delete(EventRow))
        ids = [one.id for one in crossed]
        await connection.execute(update(AlertRow).where(AlertRow.id.in_(ids)).values(state="armed"))
    return seconds


async def _singly(connection: AsyncConnection, crossed: list[_Kept]) -> int:
    """Write alerts that fire, three statements for each."""
    for one in crossed:
        event, delivery = _written(one)
        await connection.execute(update(AlertRow).where(AlertRow.id == one.id).values(state="fired"))
        await connection.execute(insert(EventRow).values(event))
        await connection.execute(insert(DeliveryRow).values(delivery))
    return len(crossed)
