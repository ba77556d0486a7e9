"""Which thresholds a tick touches: the index in SQL against loading them all and looking at each."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import tempfile
import time
from decimal import Decimal

from sqlalchemy import insert, select

from bench.clock import RUNS, row
from bot.domain.rates import Pair, Rate
from storage import thresholds
from storage.database import Database
from storage.migrate import upgrade
from storage.models import ChatRow, ThresholdRow

THRESHOLDS = 100_000
_NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def run() -> None:
    """Find the touched ones of 100,000 thresholds on one pair."""
    asyncio.run(_run())


async def _run() -> None:
    chance = random.Random(7)
    rate = Rate(Pair("KZT", "USD"), Decimal("0.00194"), Decimal("0.000005"), "ticker", _NOW, _NOW, _NOW.date())
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
        await upgrade(database)
        common = {
            "thread_id": 0,
            "base": "KZT",
            "quote": "USD",
            "side": "above",
            "asked_base": "KZT",
            "asked_quote": "USD",
            "asked_side": "above",
            "state": "armed",
            "created_at": _NOW,
            "chat_id": 1,
        }
        levels = [Decimal(chance.randrange(193_900, 300_000)).scaleb(-8) for _ in range(THRESHOLDS)]
        async with database.write() as connection:
            await connection.execute(
                insert(ChatRow),
                [
                    {
                        "id": 1,
                        "kind": "private",
                        "language": "en",
                        "timezone": "UTC",
                        "state": "active",
                        "not_found_days": 0,
                        "created_at": _NOW,
                    }
                ],
            )
            await connection.execute(
                insert(ThresholdRow), [{**common, "level": x, "asked_level": str(x), "fires_above": x} for x in levels]
            )
        loop, index = [], []
        for _ in range(RUNS):
            async with database.read() as connection:
                began = time.perf_counter()
                rows = await connection.execute(select(ThresholdRow.id, ThresholdRow.fires_above))
                slow = sorted(
                    found.id for found in rows if found.fires_above is not None and found.fires_above <= rate.value
                )
                loop.append(time.perf_counter() - began)
                began = time.perf_counter()
                fast = sorted(found.id for found in await thresholds.touched(connection, rate, _NOW))
                index.append(time.perf_counter() - began)
            if slow != fast:
                raise SystemExit("the index and the loop disagree")
        await database.close()
    row(f"load {THRESHOLDS} and look at each", min(loop), min(loop))
    row(f"index ({len(fast)} touched)", min(index), min(loop))
