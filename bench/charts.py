"""Drawing charts: the duration of one, and the lag of the event loop meanwhile, by the place of drawing."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bench.clock import row
from bot.delivery.drawing import Drawer
from bot.views.chart import draw
from bot.views.picture import Level, Picture

CHARTS = 20
# A callback is scheduled every millisecond; its delay is the lag.
PROBE = 0.001

_DAY = dt.date(2026, 11, 24)
_POINTS = tuple((_DAY - dt.timedelta(days=89 - n), 515 + 8 * math.sin(n / 9)) for n in range(90))
_PICTURE = Picture(
    "USD/KZT",
    "515.00 ₸",
    "$1 in ₸ · 90 days",
    _POINTS,
    _POINTS[::7],
    (Level(520.0, "520"),),
    "your {}",
    "your {}",
    "en",
    2,
)


def run() -> None:
    """Draw twenty charts inline, in a thread, and in the bot's own drawing process."""
    asyncio.run(_run())


async def _run() -> None:
    pictures = [replace(_PICTURE, title=f"USD/KZT {n}") for n in range(CHARTS)]
    drawer = Drawer()
    began = time.perf_counter()
    await drawer.draw(_PICTURE)
    cold = time.perf_counter() - began
    began = time.perf_counter()
    await drawer.draw(_PICTURE)
    warm = time.perf_counter() - began
    draw(_PICTURE)  # matplotlib is loaded here too, for the rivals
    print(f"one chart, the process started for it {cold * 1000:.0f} ms; the next one {warm * 1000:.0f} ms")

    async def inline(picture: Picture) -> bytes:
        return draw(picture)

    async def in_a_thread(picture: Picture) -> bytes:
        return await asyncio.to_thread(draw, picture)

    lags = {
        "inline": await _lag(inline, pictures),
        "in a thread": await _lag(in_a_thread, pictures),
        "in its own process (Jarchi)": await _lag(drawer.draw, pictures),
    }
    await drawer.close()
    print(f"the loop's lag (p99) while {CHARTS} charts are drawn")
    for name, lag in lags.items():
        row(name, lag, lags["inline"])


async def _lag(drawn: Callable[[Picture], Awaitable[bytes]], pictures: list[Picture]) -> float:
    lags: list[float] = []

    async def probe() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(PROBE)
            lags.append(time.perf_counter() - began - PROBE)

    probing = asyncio.create_task(probe())
    await asyncio.sleep(0)
    for picture in pictures:
        await drawn(picture)
        await asyncio.sleep(0)
    probing.cancel()
    return sorted(lags)[int(len(lags) * 0.99)]
