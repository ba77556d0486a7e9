"""A worker with real parts: python-telegram-bot over our transport, the embedded Telegram, SQLite."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot

from bot.delivery.pacing import Pacer
from bot.delivery.request import AiohttpRequest
from bot.delivery.worker import Render, Worker
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import Chat
from bot.domain.events import Delivery, EventKind
from bot.views.message import View
from storage import chats, deliveries
from storage.database import Database
from storage.migrate import upgrade
from storage.models import DeliveryRow

TOKEN = "123456789:AAtesttesttesttesttesttesttest"
NOON = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)  # noon in Almaty


async def plain(_: AsyncConnection, delivery: Delivery, _chat: Chat, _now: dt.datetime) -> View:
    """Render a delivery as its event's key, with a word where it may be a repetition."""
    return View(f"<b>{delivery.event.key}</b>{' again' if delivery.repeat else ''}")


class Post:
    """The queue of a test, and workers for it. `ahead` is how far their clock is ahead of noon, besides running."""

    def __init__(self, database: Database, telegram: EmbeddedTelegram) -> None:
        self.database, self.telegram, self.ahead = database, telegram, dt.timedelta()
        self._events, self._began = 0, time.monotonic()

    def clock(self) -> dt.datetime:
        """The time that workers see."""
        return NOON + self.ahead + dt.timedelta(seconds=time.monotonic() - self._began)

    async def add(self, kind: EventKind, *chats_: int) -> str:
        """Queue one event for some chats; returns its key, which is the text that will be sent."""
        self._events += 1
        key, now = f"{kind}:{self._events}", NOON + self.ahead
        async with self.database.write() as connection:
            for chat in chats_:
                await chats.ensure(connection, Chat(chat, "private" if chat > 0 else "group", "en", "Asia/Almaty"), now)
            event = await deliveries.happen(connection, kind, key, {}, now)
            assert event is not None
            await deliveries.address(connection, event, kind, [(chat, 0) for chat in chats_], now)
        return key

    @asynccontextmanager
    async def worker(self, read_seconds: float = 5.0, render: Render = plain) -> AsyncIterator[Worker]:
        """A running worker, stopped in order at the end; person 3 is its operator."""
        request = AiohttpRequest(read_seconds=read_seconds)
        bot = Bot(TOKEN, base_url=f"{self.telegram.url}/bot", request=request, get_updates_request=AiohttpRequest())
        await bot.initialize()
        worker = Worker(self.database, bot, Pacer(), render, self.clock, time.monotonic, (3, 4))
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await worker.stop()
            await asyncio.wait_for(running, 20)
            await bot.shutdown()

    async def killed_worker(self, after: int) -> int:
        """Run a worker until it has sent some more, then kill it mid-flight; returns how many sends were under way."""
        bot = Bot(
            TOKEN, base_url=f"{self.telegram.url}/bot", request=AiohttpRequest(), get_updates_request=AiohttpRequest()
        )
        await bot.initialize()
        worker = Worker(self.database, bot, Pacer(), plain, self.clock, time.monotonic)
        before = len(self.telegram.calls_of("sendMessage"))
        running = asyncio.create_task(worker.run())
        await self.telegram.wait_for(lambda: len(self.telegram.calls_of("sendMessage")) >= before + after, timeout=20)
        under_way = list(worker._sending)
        for task in (running, *under_way):
            task.cancel()
        await asyncio.gather(running, *under_way, return_exceptions=True)
        await bot.shutdown()
        return len(under_way)

    async def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        async with self.database.read() as connection:
            return await deliveries.count_by_state(connection)

    async def until(self, states: dict[str, int]) -> None:
        """Wait until the deliveries are in these states, a hundred looks at most."""
        for _ in range(200):
            found = await self.states()
            if found == states:
                return
            await asyncio.sleep(0.03)
        raise AssertionError(f"{found} instead of {states}")

    async def until_idle(self) -> None:
        """Wait until nothing is due and nothing is on its way."""
        for _ in range(200):
            async with self.database.read() as connection:
                due = await deliveries.is_due(connection, self.clock())
                if not due and not (await deliveries.count_by_state(connection)).get("sending"):
                    return
            await asyncio.sleep(0.03)
        raise AssertionError("the queue does not end")

    async def until_attempted(self) -> None:
        """Wait until a delivery has been tried in vain."""
        for _ in range(200):
            async with self.database.read() as connection:
                tried = select(DeliveryRow.id).where(DeliveryRow.state == "pending", DeliveryRow.attempts > 0)
                if (await connection.execute(tried)).first():
                    return
            await asyncio.sleep(0.03)
        raise AssertionError("nothing was tried")

    def heard(self, chat: int) -> list[str]:
        """What a chat shows of the bot."""
        return [m["text"] for m in self.telegram.messages(chat) if m["from"]["is_bot"]]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """A queue, a database and an embedded Telegram with three people and a group."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    await upgrade(database)
    async with EmbeddedTelegram(TOKEN) as telegram:
        for person in (1, 2, 3):
            telegram.add_person(person, f"P{person}")
        telegram.add_group(-5, "Traders", [1, 2], [1])
        yield Post(database, telegram)
    await database.close()
