"""Sending: the pace against the ideal, the throughput of the whole path, and the delay of an alert behind digests.

The embedded Telegram runs in a process of its own, with its limits counted by a trailing window (strict) or
by a token bucket (lenient). The rivals are python-telegram-bot's own client, bare and with its AIORateLimiter.
Each message of Jarchi's is claimed, rendered, sent and recorded in the database; a rival's is only sent. Jarchi runs on
uvloop, as `jarchi run` does, a rival on the loop that its library starts. CPU seconds are those of the sending process,
without PostgreSQL's and Telegram's.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import structlog
import uvloop
from sqlalchemy import func, insert, select, text
from telegram import Bot
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bench import databases
from bot.app.root import freeze_gc
from bot.delivery.claim_reader import ClaimReader
from bot.delivery.pacing import Pacer
from bot.delivery.quotas import Pace
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.render import once, render
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.domain.alerts import AlertRule, Side
from bot.domain.chats import Chat
from bot.domain.deliveries import PRIORITY, Delivery
from bot.domain.events import AlertFired, BroadcastSent, DigestDue, EventContent, EventKind
from bot.domain.rates import Pair, Rate
from bot.views.message import View
from storage import deliveries
from storage.database import Database
from storage.event_codec import encode
from storage.migrate import upgrade
from storage.models import ChatRow, DeliveryRow, EventRow

# Messages at the pace of 30 a second, each to a chat of its own, and Telegram's latency.
PACED = 2_000
LIMIT = 30
ANSWER_SECONDS = 0.05
# Messages without limits, and those of the rival, which needs as long for fewer.
OPEN = 10_000
OPEN_RIVAL = 600
IN_FLIGHT = 128
# Twenty seconds of a paid broadcast.
BROADCAST = 20_000
# Pending digests, and alerts that fire one after another meanwhile.
DIGESTS = 100_000
CROSSINGS = 200
CROSSING_EVERY = 0.13
_BATCH = 10_000
TOKEN = "123456789:AAbenchbenchbenchbenchbenchbenchbench"
_WORDS = "Kazakhstan Picks a Site for Its Nuclear Plant, and the neighbours look on with interest and some doubt. " * 2


def run() -> None:
    """Measure everything; ten minutes, most of them at Telegram's pace."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    logging.getLogger("telegram").setLevel(logging.CRITICAL)  # the rival logs each lost message
    for counting in ("window", "bucket"):
        _paced(counting)
    for engine in databases.BOTH:
        with databases.address(engine) as url:
            _open(engine, url)
        with databases.address(engine) as url:
            _broadcast(engine, url)
    for engine in databases.BOTH:
        with databases.address(engine) as url:
            uvloop.run(_crossings(engine, url))


@contextmanager
def telegram(people: int, *options: str, latency: float = ANSWER_SECONDS) -> Iterator[str]:
    """Yield the address of an embedded Telegram in a process of its own."""
    command = [sys.executable, "-m", "bot.demo.telegram", "--token", TOKEN, "--people", str(people)]
    server = subprocess.Popen([*command, "--latency", str(latency), *options], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        yield line.partition(":")[2].strip().rstrip("/")
    finally:
        server.terminate()
        server.wait()


@dataclass
class _Sent:
    """The results of a run: delivered messages, lost ones, flood refusals, seconds, CPU seconds."""

    arrived: int
    lost: int
    floods: int
    seconds: float
    cpu: float

    def row(self, name: str, ideal: float) -> None:
        print(
            f"{name:<44} {self.seconds:>7.1f} s {self.seconds / ideal:>6.3f} of ideal {self.arrived:>7,} sent "
            f"{self.lost:>5} lost {self.floods:>5} x 429"
        )


def _head(name: str) -> None:
    print(f"-- {name}")


# -- Jarchi's whole path


async def words(reader: ClaimReader, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
    """Render digests as in production; a broadcast is its text, an alert its key."""
    if delivery.event.kind is EventKind.DIGEST:
        return await render(reader, delivery, chat, now)
    content = delivery.event.content
    return View(content.text if isinstance(content, BroadcastSent) else delivery.event.key)


async def _fill(database: Database, content: EventContent, count: int) -> None:
    """Queue one event for `count` chats, which are made."""
    await upgrade(database)
    now = dt.datetime.now(dt.UTC)
    chat = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "created_at": now}
    async with database.write() as connection:
        await connection.execute(
            insert(EventRow).values(id=1, **encode(content), key=f"{content.kind}:1", created_at=now)
        )
        delivery = {"event_id": 1, "priority": int(PRIORITY[content.kind]), "created_at": now}
        for start in range(1, count + 1, _BATCH):
            ids = range(start, min(start + _BATCH, count + 1))
            await connection.execute(insert(ChatRow), [{"id": n, **chat} for n in ids])
            await connection.execute(insert(DeliveryRow), [{"chat_id": n, **delivery} for n in ids])
        if not database.sqlite:
            await connection.execute(text("SELECT setval('events_id_seq', 1)"))
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


class Timed(AiohttpRequest):
    """The transport, with the time at which each chat's first message was answered."""

    def __init__(self, limiter: RateLimiter, answered: dict[int, float]) -> None:
        super().__init__(limiter)
        self._answered = answered

    async def do_request(self, url: str, method: str, request_data: Any = None, **rest: Any) -> tuple[int, bytes]:
        """Make a request, and note when it was answered."""
        answer = await super().do_request(url, method, request_data, **rest)
        if request_data is not None:
            self._answered.setdefault(request_data.parameters.get("chat_id"), time.monotonic())
        return answer


@asynccontextmanager
async def _worker(
    database: Database, url: str, limiter: RateLimiter, answered: dict[int, float] | None = None
) -> AsyncIterator[Worker]:
    request = AiohttpRequest(limiter) if answered is None else Timed(limiter, answered)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=AiohttpRequest())
    await request.initialize()
    sender, clock = Sender(bot), lambda: dt.datetime.now(dt.UTC)
    worker = Worker(database, sender, limiter, once(words), clock, time.monotonic, paid=True)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.stop()
        await running
        await request.shutdown()


async def _drained(database: Database) -> dict[str, int]:
    """Wait until the queue is empty; returns the number of deliveries in each state."""
    while True:
        async with database.read() as connection:
            if not (
                await connection.execute(select(DeliveryRow.id).where(DeliveryRow.state == "pending").limit(1))
            ).all():
                states = await deliveries.count_by_state(connection)
                if not states.get("sending"):
                    return states
        await asyncio.sleep(0.2)


async def _jarchi(
    url: str, address: str, content: EventContent, count: int, limiter: RateLimiter | None = None
) -> _Sent:
    database = Database(address)
    try:
        await _fill(database, content, count)
        limiter = limiter or RateLimiter(time.monotonic)
        freeze_gc()
        began, cpu = time.monotonic(), time.process_time()
        async with _worker(database, url, limiter):
            await _drained(database)
            cpu = time.process_time() - cpu
            async with database.read() as connection:
                last = (await connection.execute(select(func.max(DeliveryRow.finished_at)))).scalar_one()
            seconds = time.monotonic() - began - (dt.datetime.now(dt.UTC) - last).total_seconds()
            async with database.read() as connection:
                sent = (await deliveries.count_by_state(connection)).get("sent", 0)
        return _Sent(sent, count - sent, limiter.floods, seconds, cpu)
    finally:
        await database.close()


# -- the rivals


class _Counting(HTTPXRequest):
    """The default client, with a count of flood refusals."""

    floods = 0

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, content = await super().do_request(*args, **kwargs)
        self.floods += status == 429
        return status, content


async def _send_all(send: Callable[[int], Awaitable[Any]], count: int, tasks: int) -> tuple[int, float, float]:
    """Send to the chats 1 to `count` by so many tasks; returns the number of failures, seconds and CPU seconds."""
    chats = iter(range(1, count + 1))
    lost = 0

    async def work() -> None:
        nonlocal lost
        for chat in chats:
            try:
                await send(chat)
            except TelegramError:
                lost += 1

    freeze_gc()
    began, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(work() for _ in range(tasks)))
    return lost, time.monotonic() - began, time.process_time() - cpu


async def _limited(url: str, retries: int) -> _Sent:
    """python-telegram-bot with its rate limiter: all messages at once, as its documentation recommends."""
    request = _Counting(connection_pool_size=256, pool_timeout=600)
    limiter = AIORateLimiter(max_retries=retries)
    bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=limiter)
    async with bot:
        lost, seconds, cpu = await _send_all(lambda chat: bot.send_message(chat, _WORDS), PACED, PACED)
    return _Sent(PACED - lost, lost, request.floods, seconds, cpu)


async def _bare(url: str) -> _Sent:
    """python-telegram-bot by itself: its default client, with one task for each connection."""
    async with Bot(TOKEN, base_url=f"{url}/bot") as bot:
        lost, seconds, cpu = await _send_all(lambda chat: bot.send_message(chat, _WORDS), OPEN_RIVAL, IN_FLIGHT)
    return _Sent(OPEN_RIVAL - lost, lost, 0, seconds, cpu)


# -- the measurements


def _paced(counting: str) -> None:
    ideal = PACED / LIMIT
    _head(f"{PACED:,} messages to as many chats, limits counted by a {counting}: ideal {ideal:.1f} s")
    with telegram(PACED, "--flood", counting) as url, databases.address("SQLite") as address:
        sent = uvloop.run(_jarchi(url, address, BroadcastSent(_WORDS), PACED))
        sent.row("Jarchi, SQLite", ideal)
    for retries in (0, 5):
        with telegram(PACED, "--flood", counting) as url:
            asyncio.run(_limited(url, retries)).row(f"AIORateLimiter(max_retries={retries})", ideal)


def _open(engine: str, address: str) -> None:
    _head(f"{engine}, open throttle, {IN_FLIGHT} in flight, answers in {ANSWER_SECONDS * 1000:.0f} ms")
    with telegram(OPEN, "--stars") as url:
        bare = asyncio.run(_bare(url))
    rival = bare.arrived / bare.seconds
    name = "bare python-telegram-bot, only sending"
    print(f"{name:<44} {rival:>7.0f} /s {bare.cpu / OPEN_RIVAL * 1000:>7.2f} ms of CPU each")
    with telegram(OPEN, "--stars") as url:
        limiter = RateLimiter(time.monotonic, Pacer(paid=Pace(most=OPEN, places=IN_FLIGHT, gap=0.0, slack=0.0)))
        sent = uvloop.run(_jarchi(url, address, BroadcastSent(_WORDS, paid=True), OPEN, limiter))
    rate = sent.arrived / sent.seconds
    print(
        f"{'Jarchi, claim to mark':<44} {rate:>7.0f} /s {sent.cpu / OPEN * 1000:>7.2f} ms of CPU each "
        f"{rate / rival:>5.1f} x as many, {bare.cpu / OPEN_RIVAL / (sent.cpu / OPEN):.1f} x as cheap"
    )


def _broadcast(engine: str, address: str) -> None:
    _head(f"{engine}, PAID_BROADCAST: {BROADCAST:,} messages, limit 1,000 a second by a window")
    with telegram(BROADCAST, "--stars", "--flood", "window") as url:
        sent = uvloop.run(_jarchi(url, address, BroadcastSent(_WORDS, paid=True), BROADCAST))
    print(
        f"{'Jarchi, claim to mark':<44} {sent.arrived / sent.seconds:>7.0f} /s "
        f"{sent.cpu / sent.seconds:>7.2f} of a core "
        f"{sent.lost:>5} lost {sent.floods:>5} x 429"
    )


async def _crossings(engine: str, address: str) -> None:
    _head(f"{engine}, {CROSSINGS} crossings raised while {DIGESTS:,} digests wait, limits by a window")
    database = Database(address)
    began = dt.datetime.now(dt.UTC)
    await _fill(database, DigestDue(began.date()), DIGESTS)
    pair = Pair("KZT", "USD")
    rule = AlertRule(pair, Side.ABOVE, level=Decimal("0.0019"))
    fired = AlertFired(
        1, rule, False, Rate(pair, Decimal("0.002"), Decimal(0), "nbk", began, began, began.date()), began
    )
    answered: dict[int, float] = {}
    raised: dict[int, float] = {}
    with telegram(DIGESTS, "--flood", "window") as url:
        limiter = RateLimiter(time.monotonic)
        async with _worker(database, url, limiter, answered) as worker:
            await asyncio.sleep(2)
            for chat in range(DIGESTS, DIGESTS - CROSSINGS, -1):
                raised[chat] = time.monotonic()
                now = dt.datetime.now(dt.UTC)
                async with database.write() as connection:
                    event = await deliveries.insert_event(connection, fired, f"crossing:{chat}", now)
                    assert event is not None
                    await deliveries.insert_deliveries(connection, event, EventKind.CROSSING, [(chat, 0)], now)
                worker.wake()
                await asyncio.sleep(CROSSING_EVERY)
            await asyncio.sleep(2)
    waits = sorted(answered.get(chat, float("inf")) - at for chat, at in raised.items())
    others = len(answered) - len(waits)
    print(
        f"{'from raising it to the answer':<44} p50 {waits[len(waits) // 2] * 1000:>5.0f} ms, "
        f"p99 {waits[int(len(waits) * 0.99)] * 1000:>5.0f} ms, longest {waits[-1] * 1000:>5.0f} ms; "
        f"{others:,} digests meanwhile, {limiter.floods} x 429"
    )
    await database.close()
