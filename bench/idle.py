"""The cost of an idle bot: CPU, and on PostgreSQL the number of its transactions.

The bot is `jarchi run` in a process of its own against the embedded Telegram and the demo's site, polled at the default
rate. Transactions are the server's own count for the database (pg_stat_database), commits and rollbacks together.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from sqlalchemy import text

from bench import databases, past, report, scale
from bot.demo.site import EditionSite
from bot.demo.telegram import EmbeddedTelegram
from storage.database import Database

# The start and the first poll of every source are over by then, on a busy machine too. The history is filled
# before; the measured minute has one digest tick and one poll at least.
START_SECONDS = 30.0
SECONDS = 60.0
_COUNT = text("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")


def run() -> None:
    """Measure on both databases, and write the section."""
    asyncio.run(_run())


async def _run() -> None:
    rows = []
    for engine in databases.BOTH:
        with databases.address(engine) as address:
            cpu, transactions = await _measure(address)
        counted = "" if transactions is None else f"{transactions:.1f}"
        print(f"{engine}: {cpu * 100:.1f} % of a core, {counted or 'no'} transactions a second", flush=True)
        rows.append((engine, f"{cpu * 100:.1f} %", counted))
    report.section(
        "idle",
        (
            "## At rest",
            f"`jarchi run` over {SECONDS:.0f} s without any message; the site is polled at the default rate.",
            report.table(("", "of a core", "transactions a second"), rows),
        ),
        ("uvloop", "SQLAlchemy", "aiosqlite", "asyncpg"),
    )


async def _measure(address: str) -> tuple[float, float | None]:
    """Return the share of a core that is used, and the transactions a second on PostgreSQL."""
    site = EditionSite()
    await site.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with EmbeddedTelegram(scale.TOKEN, record=False) as telegram:
                sources = {"NEWS_FEED_URL": site.feed_url, "TICKER_URL": site.ticker_url}
                sources["BANK_BASE_URL"] = site.banks_url
                await past.fill(address, site)
                async with scale.running(Path(folder), address, telegram.url, sources) as (_, _, bot):
                    await asyncio.sleep(START_SECONDS)
                    before, used = await _transactions(address), bot.cpu_times()
                    await asyncio.sleep(SECONDS)
                    after, total = await _transactions(address), bot.cpu_times()
    finally:
        await site.stop()
    cpu = (total.user + total.system - used.user - used.system) / SECONDS
    return cpu, None if before is None or after is None else (after - before) / SECONDS


async def _transactions(address: str) -> int | None:
    database = Database(address)
    try:
        if database.sqlite:
            return None
        async with database.autocommit() as connection:
            return int((await connection.execute(_COUNT)).scalar_one())
    finally:
        await database.close()


if __name__ == "__main__":
    run()
