"""A worker with real parts: python-telegram-bot over our transport, the embedded Telegram, SQLite."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.render import Render, render
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import Chat
from bot.domain.deliveries import Delivery, Priority
from bot.domain.events import EventContent, EventKind
from bot.metrics import Metrics
from bot.views.message import View
from storage import chats, claims, deliveries
from storage.database import Database
from storage.models import DeliveryRow
from tests.databases import new_sqlite
from tests.events import sample
from tests.waiting import eventually

TOKEN = "123456789:AAtesttesttesttesttesttesttest"
NOON = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)  # noon in Almaty


async def plain(_: ClaimReader, delivery: Delivery, _chat: Chat, _now: dt.datetime) -> View:
    """Render a delivery as its event's key, with a word where it may be a repetition."""
    return View(f"<b>{delivery.event.key}</b>{' again' if delivery.repeat else ''}")


class Knife:
    """Cuts a worker off after so many steps: from then on it does nothing any more, as if its process were killed."""

    def __init__(self, after: float = math.inf, reach: int = 0) -> None:
        self.after, self.steps, self.cut = after, 0, asyncio.Event()
        self.reach, self.reached = reach, asyncio.Event()

    async def step(self) -> None:
        """One more thing is about to happen, or has happened; `reached` is set with the step `reach`."""
        if self.steps >= self.reach:
            self.reached.set()
        if self.steps >= self.after:
            self.cut.set()
            await asyncio.Event().wait()
        self.steps += 1


class CutDatabase:
    """A database with a step of the knife before and after each transaction, and before its commit."""

    def __init__(self, database: Database, knife: Knife) -> None:
        self._database, self._knife, self.sqlite = database, knife, database.sqlite

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        await self._knife.step()
        async with self._database.read() as connection:
            yield connection
        await self._knife.step()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        await self._knife.step()
        async with self._database.write() as connection:
            yield connection
            await self._knife.step()
        await self._knife.step()


class CutRequest(AiohttpRequest):
    """The transport, with a step of the knife before and after each request."""

    def __init__(self, knife: Knife, limiter: RateLimiter, *, read_seconds: float) -> None:
        super().__init__(limiter, read_seconds=read_seconds)
        self._knife = knife

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        await self._knife.step()
        answer = await super().do_request(*args, **kwargs)
        await self._knife.step()
        return answer


class Post:
    """The queue of a test, and workers for it; `sender` is that of the last one. `ahead` is how far their clock is ahead of noon, besides running."""

    def __init__(self, database: Database, telegram: EmbeddedTelegram) -> None:
        self.database, self.telegram, self.ahead = database, telegram, dt.timedelta()
        self._events, self._began = 0, time.monotonic()

    def clock(self) -> dt.datetime:
        """The time that workers see."""
        return NOON + self.ahead + dt.timedelta(seconds=time.monotonic() - self._began)

    async def add(self, what: EventKind | EventContent, *chats_: int, thread: int = 0) -> str:
        """Queue one event for some chats; returns its key, which is the text that will be sent."""
        self._events += 1
        content = sample(what) if isinstance(what, EventKind) else what
        kind = content.kind
        # No two at one instant: many articles of one would be a burst.
        key, now = f"{kind}:{self._events}", NOON + self.ahead + dt.timedelta(microseconds=self._events)
        async with self.database.write() as connection:
            for chat in chats_:
                await chats.ensure(connection, Chat(chat, "private" if chat > 0 else "group", "en", "Asia/Almaty"), now)
            event = await deliveries.insert_event(connection, content, key, now)
            assert event is not None
            await deliveries.insert_deliveries(connection, event, kind, [(chat, thread) for chat in chats_], now)
        return key

    @asynccontextmanager
    async def worker(
        self,
        read_seconds: float = 5.0,
        render: Render = plain,
        *,
        paid: bool = False,
        url: str | None = None,
        knife: Knife | None = None,
        metrics: Metrics | None = None,
        announced: bool = False,
        may_send: Callable[[], bool] = lambda: True,
    ) -> AsyncIterator[Worker]:
        """A running worker, stopped in order at the end; persons 3 and 4 are its operators."""
        limiter = RateLimiter(time.monotonic)
        knife = knife or Knife()
        request = CutRequest(knife, limiter, read_seconds=read_seconds)
        api = f"{url or self.telegram.url}/bot"
        bot = Bot(TOKEN, base_url=api, request=request, get_updates_request=AiohttpRequest())
        await request.initialize()
        self.sender = Sender(bot)
        database = CutDatabase(self.database, knife)
        worker = Worker(
            *(database, self.sender, limiter, render, self.clock, time.monotonic, (3, 4)),
            paid=paid,
            metrics=metrics,
            announced=lambda: announced,
            may_send=may_send,
        )
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await worker.stop()
            # The knife may cut the last steps of a stopping worker too, and a worker that is cut does not end by itself.
            cut = asyncio.create_task(knife.cut.wait())
            await asyncio.wait({running, cut}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
            if knife.cut.is_set():
                running.cancel()
            cut.cancel()
            await asyncio.wait({running}, timeout=20)
            ended = running.done()
            running.cancel()
            await request.shutdown()
            assert ended, "the worker did not stop"

    async def killed_worker(self, after: int) -> int:
        """Run a worker until it has sent some more, then kill it mid-flight; returns how many sends were under way."""
        limiter = RateLimiter(time.monotonic)
        request = AiohttpRequest(limiter)
        bot = Bot(TOKEN, base_url=f"{self.telegram.url}/bot", request=request, get_updates_request=AiohttpRequest())
        await bot.initialize()
        worker = Worker(self.database, Sender(bot), limiter, plain, self.clock, time.monotonic)
        before = len(self.telegram.calls_of("sendMessage"))
        running = asyncio.create_task(worker.run())
        await self.telegram.wait_for(lambda: len(self.telegram.calls_of("sendMessage")) >= before + after, timeout=20)
        under_way = worker.under_way
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bot.shutdown()
        return under_way

    async def chat(self, number: int) -> Chat:
        """A chat as it is stored."""
        async with self.database.read() as connection:
            chat = await chats.get(connection, number)
        assert chat is not None
        return chat

    async def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        async with self.database.read() as connection:
            return await deliveries.count_by_state(connection)

    async def until(self, states: dict[str, int]) -> None:
        """Wait until the deliveries are in these states."""
        await eventually(self.states, lambda found: found == states)

    async def until_finished(self) -> None:
        """Wait until every delivery is accounted for."""
        await eventually(self.states, lambda found: not {"pending", "sending"} & found.keys())

    async def until_idle(self) -> None:
        """Wait until nothing is due and nothing is on its way."""

        async def read() -> tuple[Any, int]:
            async with self.database.read() as connection:
                due = await claims.due(connection, self.clock(), list(Priority))
                return due, (await deliveries.count_by_state(connection)).get("sending", 0)

        await eventually(read, lambda found: not any(found))

    async def until_recorded(self, number: int, tries: int, chat: int) -> Row[Any]:
        """Wait until a delivery was tried so often and is not under way; returns its row."""

        async def read() -> tuple[Row[Any], int]:
            async with self.database.read() as connection:
                row = (await connection.execute(select(DeliveryRow.__table__).where(DeliveryRow.id == number))).one()
            return row, sum(call.params["chat_id"] == chat for call in self.telegram.calls_of("sendMessage"))

        def recorded(found: tuple[Row[Any], int]) -> bool:
            row, tried = found
            return tried >= tries and row.state != "sending" and bool(row.last_error or row.finished_at)

        return (await eventually(read, recorded))[0]

    async def until_attempted(self) -> None:
        """Wait until a delivery has been tried in vain."""

        async def read() -> Row[Any] | None:
            # One that is due again at once is claimed again before this reads.
            waits = DeliveryRow.state.in_(("pending", "sending"))
            tried = select(DeliveryRow.id).where(waits, DeliveryRow.attempts > 0)
            async with self.database.read() as connection:
                return (await connection.execute(tried)).first()

        await eventually(read)

    def received(self, chat: int) -> list[str]:
        """Return the texts of the bot's messages in a chat."""
        return [m["text"] for m in self.telegram.messages(chat) if m["from"]["is_bot"]]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """A queue, a database and an embedded Telegram with three people and a group."""
    database = await new_sqlite(tmp_path / "jarchi.db")
    async with EmbeddedTelegram(TOKEN) as telegram:
        for person in (1, 2, 3):
            telegram.add_person(person, f"P{person}")
        telegram.add_group(-5, "Traders", [1, 2], [1])
        yield Post(database, telegram)
    await database.close()


async def notice_or_plain(reader: ClaimReader, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
    """Render notices in earnest, all else as its key."""
    draw = render if delivery.event.kind in (EventKind.CHAT_PAUSED, EventKind.TOPIC_CLOSED) else plain
    return await draw(reader, delivery, chat, now)
