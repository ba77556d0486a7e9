"""Boards: a rate change that touches 10,000 of them, while alerts and news are queued.

The embedded Telegram runs in a process of its own and counts its limits by a trailing window. Each board is a message
in a chat of its own; all show the table in one language. The rate is stored as a poll stores it; the editor of boards
and the worker share one rate limiter and one bot, as in `jarchi run`. Alerts are queued one after another in other
chats, and once 300 articles together. The lag is that of a timer of ten milliseconds.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Sequence
from decimal import Decimal

import psutil
import structlog
import uvloop
from sqlalchemy import func, insert, select, text
from telegram import Bot
from telegram.error import RetryAfter

from bench import databases
from bench.sending import LIMIT, TOKEN, Timed, telegram, words
from bot.app.root import freeze_gc
from bot.delivery.boards import BoardEditor
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.render import once
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.domain.alerts import AlertRule, Side
from bot.domain.deliveries import Priority
from bot.domain.events import AlertFired, ArticlePublished, EventContent
from bot.domain.rates import Pair, Quote, Rate
from bot.ingest.rates import store_rates
from bot.views.message import View
from storage import deliveries
from storage.database import Database
from storage.migrate import upgrade
from storage.models import BoardRow, ChatRow

BOARDS = 10_000
# One message each half a second, first without boards, then for as long as boards are edited.
BEFORE, EVERY = 40, 0.5
# The first messages of a process, which compile its statements and open its connections, are not counted.
FIRST = 4
MEANWHILE = 1_000
# The articles that come together, in as many chats, and when, in seconds from the change.
BURST, BURST_AT = 300, 60.0
LAG_SECONDS = 0.01
_BATCH, _TOGETHER = 5_000, 500
_DOLLAR = Pair("USD", "KZT")
_AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
_FIRED = AlertFired(
    1,
    AlertRule(_DOLLAR, Side.ABOVE, level=Decimal(517)),
    False,
    Rate(_DOLLAR, Decimal("517.1"), Decimal(0), "nbk", _AT, _AT, _AT.date()),
    _AT,
)


def run(engine: str) -> None:
    """Measure on one database; seven and a half minutes, most of them at Telegram's pace."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with (
        databases.address(engine) as address,
        telegram(BOARDS + BURST + MEANWHILE, "--flood", "window", "--stars") as url,
    ):
        uvloop.run(_measure(engine, address, url))


async def _measure(engine: str, address: str, url: str) -> None:
    database, limiter, answered = Database(address), RateLimiter(time.monotonic), dict[int, float]()
    await upgrade(database)
    request = Timed(limiter, answered)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=AiohttpRequest())
    await request.initialize()
    sender = Sender(bot)
    await _print_rate(database, "516.43")
    await _fill(database, await _send_boards(url))
    worker = Worker(database, sender, limiter, once(words), _now, time.monotonic)
    working = asyncio.create_task(worker.run())
    others = iter(range(BOARDS + BURST + 1, BOARDS + BURST + MEANWHILE + 1))
    for _ in range(FIRST):
        await _send(database, worker, answered, _FIRED, [next(others)])
    freeze_gc()
    idle, lags, memory = list[float](), list[float](), list[float]()
    watching = asyncio.create_task(_watch(idle, []))
    alone = [await _send(database, worker, answered, _FIRED, [next(others)]) for _ in range(BEFORE)]

    watching.cancel()
    answered.clear()
    memory.append(_memory())
    began = time.monotonic()
    await _print_rate(database, "517.10")
    watching = asyncio.create_task(_watch(lags, memory))
    editing = asyncio.create_task(_edit_all(database, BoardEditor(database, sender, limiter, _now, lambda: True)))
    burst = asyncio.create_task(_burst(database, worker, answered))
    beside = list[float]()
    while not editing.done() and (chat := next(others, 0)):
        beside.append(await _send(database, worker, answered, _FIRED, [chat]))
    await editing
    seconds = time.monotonic() - began
    watching.cancel()
    await worker.stop()
    await working
    await request.shutdown()
    await database.close()
    ideal = len(answered) / LIMIT
    print(f"-- {engine}: {BOARDS:,} boards edited, {len(beside):,} alerts and {BURST} articles meanwhile")
    print(f"all sent in {seconds:.1f} s, {seconds / ideal:.3f} of ideal; {limiter.floods} x 429")
    print(f"an alert, from queueing it to its answer, without boards: {_spread(alone)}")
    print(f"the same while boards are edited:                         {_spread(beside)}")
    print(f"{BURST} articles queued together: {await burst:.1f} s, {await burst / (BURST / LIMIT):.2f} of ideal")
    print(f"lag of the event loop, without boards: {_spread(idle)}")
    print(f"the same while boards are edited:      {_spread(lags)}")
    print(f"memory: {memory[0]:.1f} MB before, {max(memory):.1f} MB at most, {max(memory) / memory[0]:.3f} x")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _memory() -> float:
    return psutil.Process().memory_info().rss / 2**20


def _spread(found: Sequence[float]) -> str:
    ordered = sorted(found)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"p50 {middle * 1000:.1f} ms, p99 {high * 1000:.1f} ms, longest {ordered[-1] * 1000:.1f} ms"


async def _print_rate(database: Database, value: str) -> None:
    quote = Quote(_DOLLAR, Decimal(value), Decimal("0.005"))
    async with database.write() as connection:
        await store_rates(connection, "nbk", (quote,), _now().date(), _now())


async def _send_boards(url: str) -> dict[int, int]:
    """Send the messages that are edited later, for stars; returns their numbers by chat.

    They have a limiter of their own: on a busy machine the first of a process may be refused for a flood, and are sent
    again.
    """
    limiter = RateLimiter(time.monotonic)
    request = AiohttpRequest(limiter)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=AiohttpRequest())
    await request.initialize()
    sender = Sender(bot)

    async def send(chat: int) -> int:
        while True:
            permission = await limiter.acquire(chat, int(Priority.BROADCAST), paid=True)
            try:
                return await sender.send(chat, 0, View("…"), paid=True, permission=permission)
            except RetryAfter:
                continue  # the limiter waits before the next
            finally:
                limiter.release(permission)

    numbers = dict[int, int]()
    for start in range(1, BOARDS + 1, _TOGETHER):
        chats = range(start, start + _TOGETHER)
        numbers |= zip(chats, await asyncio.gather(*map(send, chats)), strict=True)
    await request.shutdown()
    return numbers


async def _fill(database: Database, numbers: dict[int, int]) -> None:
    """Store the chats, and a board in those that have the message of one."""
    now = _now()
    chat = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "created_at": now}
    ids = range(1, BOARDS + BURST + MEANWHILE + 1)
    made = [{"chat_id": chat_id, "message_id": number, "created_at": now} for chat_id, number in numbers.items()]
    async with database.write() as connection:
        for start in range(0, len(ids), _BATCH):
            await connection.execute(insert(ChatRow), [{"id": n, **chat} for n in ids[start : start + _BATCH]])
        for start in range(0, len(made), _BATCH):
            await connection.execute(insert(BoardRow), made[start : start + _BATCH])
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


async def _send(
    database: Database, worker: Worker, answered: dict[int, float], content: EventContent, chats: Sequence[int]
) -> float:
    """Queue an event for some chats; returns the seconds until the last is answered, half a second later at least."""
    began = time.monotonic()
    async with database.write() as connection:
        event = await deliveries.insert_event(connection, content, f"bench:{chats[0]}", _now())
        assert event is not None
        await deliveries.insert_deliveries(connection, event, content.kind, [(chat, 0) for chat in chats], _now())
    worker.wake()
    while True:
        if all(chat in answered for chat in chats):
            break
        await asyncio.sleep(LAG_SECONDS)
    seconds = max(answered[chat] for chat in chats) - began
    await asyncio.sleep(max(0.0, EVERY - seconds))
    return seconds


async def _burst(database: Database, worker: Worker, answered: dict[int, float]) -> float:
    await asyncio.sleep(BURST_AT)
    return await _send(database, worker, answered, ArticlePublished(1), range(BOARDS + 1, BOARDS + BURST + 1))


async def _edit_all(database: Database, editor: BoardEditor) -> None:
    due = select(func.count()).where(BoardRow.due_at.is_not(None))
    while True:
        await editor.advance()
        async with database.read() as connection:
            if not (await connection.execute(due)).scalar_one():
                return
        await asyncio.sleep(1)


async def _watch(lags: list[float], memory: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_SECONDS
        await asyncio.sleep(LAG_SECONDS)
        lags.append(max(0.0, loop.time() - due))
        if len(lags) % 100 == 0:
            memory.append(_memory())
