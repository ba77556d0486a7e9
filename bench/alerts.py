"""A tick of all pairs over a million lines: the database against a bot that keeps its lines as objects in memory.

Both find what is crossed and write it down: the line's new state, an event, a delivery; Jarchi counts the day's alerts
of each chat besides. The bot does so as such bots do: it takes one alert after another, three statements and a commit
for each, so that a crash repeats none (timed for the first few and reckoned for the rest). Stronger forms of it stand
beside: all of it in one transaction, and everything gathered and written in three batches. Its levels are Decimals or
floats. Each run meets the same state, for its work is taken back, and both must find the same number of lines.
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

THRESHOLDS = 1_000_000
PAIRS = 20
# A person has a few lines.
CHATS = 200_000
# A quiet look, and a day that people will remember.
TICKS = (Decimal("0.0005"), Decimal("0.01"))
RUNS = 3
# Enough of the bot's single statements to tell their cost; the rest is reckoned from it.
SINGLES = 700
_BATCH = 50_000
_NOW = dt.datetime(2026, 1, 1, 6, tzinfo=dt.UTC)
_BASES = [f"{a}{b}X" for a in "ABCDE" for b in "ABCD"]


@dataclass(slots=True)
class _Line:
    """What a bot keeps of a line."""

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
    """Return (base, chat, above, level) of every line: up to a third of the value away, all still ahead of it."""
    chance = random.Random(7)
    made = []
    for n in range(THRESHOLDS):
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
        for start in range(0, THRESHOLDS, _BATCH):
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
    """Return a look at every pair: half of them rose by the tick, half fell."""
    seen = []
    for n, base in enumerate(_BASES):
        value = 1 + tick if n % 2 else 1 - tick
        rate = Rate(Pair(base, "USD"), value, Decimal("0.000005"), "nbk", _NOW, _NOW, _NOW.date())
        observation = observe(rate, Decimal(1))
        seen.append(replace(observation, readings={Kind.LEVEL: observation.readings[Kind.LEVEL]}))
    return seen


class _Undone(Exception):
    """The work of a measurement is taken back, so that the next one meets the same state."""


@asynccontextmanager
async def _taken_back(database: Database) -> AsyncIterator[AsyncConnection]:
    try:
        async with database.write() as connection:
            yield connection
            raise _Undone
    except _Undone:
        pass


async def _timed(
    database: Database, work: Callable[[AsyncConnection], Awaitable[int]], runs: int = RUNS
) -> tuple[float, int]:
    """Return the seconds of the best run and what it found."""
    times, found = [], 0
    for _ in range(runs):
        async with _taken_back(database) as connection:
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
        fast, told = await _timed(database, lambda connection: judge(connection, observations, _NOW))  # noqa: B023
        print(f"-- {name}, {THRESHOLDS:,} lines on {PAIRS} pairs, a tick of {tick:.2%}: {told:,} fired")
        print(f"{'memory grown by a look':<44} {_memory() - grown:>10.1f} MiB")
        written: list[float] = []
        for kind, number in (("Decimal", Decimal), ("float", float)):
            await _compare(database, kind, number, levels, observations, fast, told, written)


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
    told: int,
    written: list[float],
) -> None:
    """Print how long a bot with one kind of numbers takes; `written`: seconds an alert, found out by the first one."""
    before = _memory()
    kept = [_Line(n, chat, base, above, number(level)) for n, (base, chat, above, level) in enumerate(levels, 1)]
    print(f"{f'memory of the objects ({kind})':<44} {_memory() - before:>10.1f} MiB")
    bounds = {seen.rate.pair.base: (number(seen.rate.low), number(seen.rate.high)) for seen in observations}
    batched, found = await _timed(database, lambda connection: _batched(connection, kept, bounds))
    if found != told:
        raise SystemExit(f"the database and the loop disagree: {told} and {found}")
    looks = [_looked_at(kept, bounds) for _ in range(RUNS)]
    crossed, alone = looks[0][0], min(seconds for _, seconds in looks)
    some = crossed[:SINGLES]
    if not written:  # no matter which numbers the lines are kept in
        written.append((await _one_by_one(database, some) + await _one_by_one(database, some)) / 2 / len(some))
        written.append((await _timed(database, lambda connection: _singly(connection, some), 2))[0] / len(some))
    simple, together = (alone + each * len(crossed) for each in written)
    row(f"objects ({kind}), alert by alert", simple, simple)
    row(f"objects ({kind}), the same in one transaction", together, simple)
    row(f"objects ({kind}), written in three batches", batched, simple)
    row(f"objects ({kind}), looked at, nothing written", alone, simple)
    row("settled by the database", fast, simple)


def _looked_at(kept: list[_Line], bounds: dict[str, tuple[Any, Any]]) -> tuple[list[_Line], float]:
    """Return what a loop finds crossed, and the seconds it took."""
    began = time.perf_counter()
    crossed = []
    for line in kept:
        if line.armed:
            low, high = bounds[line.pair]
            if (line.level <= low) if line.above else (line.level >= high):
                crossed.append(line)
    return crossed, time.perf_counter() - began


def _written(line: _Line) -> tuple[dict[str, Any], dict[str, Any]]:
    payload = {"alert_id": line.id, "now": "1", "before": "1", "source": "nbk", "at": _NOW.isoformat()}
    event_ = {"id": line.id, "kind": "crossing", "key": f"crossing:{line.id}:1", "payload": payload, "created_at": _NOW}
    delivery = {"event_id": line.id, "chat_id": line.chat, "thread_id": 0, "priority": 10, "created_at": _NOW}
    return event_, delivery


async def _batched(connection: AsyncConnection, kept: list[_Line], bounds: dict[str, tuple[Any, Any]]) -> int:
    """Look at every line, then write all that fired in three batches."""
    crossed, _ = _looked_at(kept, bounds)
    written = [_written(line) for line in crossed]
    await connection.execute(
        text("UPDATE alerts SET state = 'fired' WHERE id = :id"), [{"id": line.id} for line in crossed]
    )
    await connection.execute(insert(EventRow), [event_ for event_, _ in written])
    await connection.execute(insert(DeliveryRow), [delivery for _, delivery in written])
    return len(crossed)


async def _one_by_one(database: Database, crossed: list[_Line]) -> float:
    """Write and commit what fired, alert by alert; returns the seconds, and leaves everything as it was."""
    began = time.perf_counter()
    for line in crossed:
        async with database.write() as connection:
            await _singly(connection, [line])
    seconds = time.perf_counter() - began
    async with database.write() as connection:
        await connection.execute(delete(EventRow))  # the deliveries go with them
        ids = [line.id for line in crossed]
        await connection.execute(update(AlertRow).where(AlertRow.id.in_(ids)).values(state="armed"))
    return seconds


async def _singly(connection: AsyncConnection, crossed: list[_Line]) -> int:
    """Write what fired as it is met: three statements for each."""
    for line in crossed:
        event_, delivery = _written(line)
        await connection.execute(update(AlertRow).where(AlertRow.id == line.id).values(state="fired"))
        await connection.execute(insert(EventRow).values(event_))
        await connection.execute(insert(DeliveryRow).values(delivery))
    return len(crossed)
