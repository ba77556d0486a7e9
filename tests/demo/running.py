"""The demo, running and connected, for tests and pictures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App
from bot.config import load
from bot.demo.run import Stage, stage
from tests.demo.reader import SECONDS


@asynccontextmanager
async def running_demo() -> AsyncIterator[Stage]:
    """The demo, running and connected."""
    async with stage(0) as demo:
        app = App(load({}, _env_file=None, **demo.settings))
        running = asyncio.create_task(app.run())
        await asyncio.wait_for(app.ready.wait(), SECONDS)
        try:
            yield demo
        finally:
            app.stop()
            await asyncio.wait_for(running, SECONDS)
