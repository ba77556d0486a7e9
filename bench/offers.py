"""The cost of the offers of banks: the start and the memory of `jarchi run` with and without them.

The bot starts in a process of its own against the embedded Telegram and the demo's site, on a database with 90 days of
rates and offers, and polls every source at once. Starts with and without offers take turns, each pair of them in the
other order than the one before, so that both meet the same other work on the machine.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bench import databases, past, report, scale
from bot.demo.site import EditionSite
from bot.demo.telegram import EmbeddedTelegram
from storage.database import Database
from storage.models import SourceRow

STARTS = 3
# The first poll of every source is over by then, and memory has what it needs.
SECONDS = 20.0
# The values of OFFERS.
WITH, WITHOUT = "nbt", ""


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until the bot is ready, seconds of CPU until then and with the first polls, MiB then."""

    seconds: float
    cpu: float
    polled: float
    mib: float


def run() -> None:
    """Measure on both databases, and write the section."""
    asyncio.run(_run())


async def _run(starts: int = STARTS, seconds: float = SECONDS) -> None:
    rows = []
    for engine in databases.BOTH:
        with databases.address(engine) as address:
            found = await _measure(address, starts, seconds)
        without, with_offers = (_median(found[offers]) for offers in (WITHOUT, WITH))
        for name in _NAMES:
            before, after = getattr(without, name), getattr(with_offers, name)
            rows.append((engine, _NAMES[name], f"{before:.2f}", f"{after:.2f}", f"{(after / before - 1) * 100:+.1f} %"))
            print(*rows[-1], flush=True)
    report.section(
        "offers",
        (
            "## Offers of banks",
            (
                f"The medians of {starts} starts of `jarchi run` with and without `OFFERS`, in turn; memory is read "
                f"{seconds:.0f} s after the start, when every source was polled."
            ),
            report.table(("", "", "without", "with offers", "difference"), rows),
        ),
        ("uvloop", "SQLAlchemy", "aiosqlite", "asyncpg"),
    )


_NAMES = {
    "seconds": "start, s",
    "cpu": "start, s of CPU",
    "polled": "with the first polls, s of CPU",
    "mib": "memory, MiB",
}


def _median(found: list[Start]) -> Start:
    return Start(*(statistics.median(getattr(one, name) for one in found) for name in _NAMES))


async def _measure(address: str, starts: int, seconds: float) -> dict[str, list[Start]]:
    """Return the starts by the value of OFFERS; the first one of each warms up and does not count."""
    found: dict[str, list[Start]] = {WITHOUT: [], WITH: []}
    site = EditionSite()
    await site.start()
    try:
        await past.fill(address, site)
        with tempfile.TemporaryDirectory() as folder:
            async with EmbeddedTelegram(scale.TOKEN, record=False) as telegram:
                sources = {"NEWS_FEED_URL": site.feed_url, "TICKER_URL": site.ticker_url}
                sources["BANK_BASE_URL"] = site.banks_url
                for number in range(starts + 1):
                    for offers in list(found)[:: 1 if number % 2 else -1]:
                        await _make_due(address)
                        settings = {**sources, "OFFERS": offers}
                        async with scale.running(Path(folder), address, telegram.url, settings) as (took, _, bot):
                            used = bot.cpu_times()
                            await asyncio.sleep(seconds if number else 1.0)
                            mib, polled = bot.memory_info().rss / 2**20, bot.cpu_times()
                        if number:
                            found[offers].append(Start(took, _sum(used), _sum(polled), mib))
    finally:
        await site.stop()
    return found


def _sum(used: Any) -> float:
    return float(used.user + used.system)


async def _make_due(address: str) -> None:
    """Make every source due, as at the first start of a day."""
    database = Database(address)
    async with database.write() as connection:
        await connection.execute(update(SourceRow).values(next_attempt_at=None))
    await database.close()


if __name__ == "__main__":
    run()
