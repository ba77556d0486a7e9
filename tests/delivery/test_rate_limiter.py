"""The rate limiter: all requests pass through it, and it takes account of every flood answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import ClassVar, cast

import pytest
from telegram import Bot
from telegram.error import RetryAfter, TimedOut

from bot.delivery import rate_limiter as module
from bot.delivery import request
from bot.delivery.answers import NotSent
from bot.delivery.pacing import Pacer
from bot.delivery.quotas import REPLY_LIMITS
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.demo.telegram import EmbeddedTelegram, FloodPolicy
from bot.views.message import View
from handlers.flood import retry_after_flood
from tests.delivery.pictures import png

VIEW = View("<b>KZT</b>")


@pytest.fixture
async def telegram() -> AsyncIterator[EmbeddedTelegram]:
    async with EmbeddedTelegram() as telegram:
        telegram.add_person(1, "Aida")
        telegram.add_group(-5, "Traders", [1], [1])
        yield telegram


def bot_of(telegram: EmbeddedTelegram, limiter: RateLimiter, read_seconds: float = 5.0) -> Bot:
    return Bot(
        telegram.token, base_url=f"{telegram.url}/bot", request=AiohttpRequest(limiter, read_seconds=read_seconds)
    )


async def test_a_burst_of_answers_leaves_at_once_and_one_too_far_away_is_given_up(telegram: EmbeddedTelegram) -> None:
    now = [0.0]
    async with bot_of(telegram, RateLimiter(lambda: now[0])) as bot:
        for _ in range(3):
            await Sender(bot).send(-5, 0, VIEW)
        for _ in range(5):
            now[0] += 3.1
            for _ in range(3):
                await Sender(bot).send(-5, 0, VIEW)
        with pytest.raises(RetryAfter):  # the eighteen of this minute are used up
            await Sender(bot).send(-5, 0, VIEW)
    assert len(telegram.calls_of("sendMessage")) == 18


async def test_a_process_that_may_not_answer_sends_nothing(telegram: EmbeddedTelegram) -> None:
    async def refuse(_chat: int) -> None:
        raise NotSent("not now")

    limiter = RateLimiter(time.monotonic)
    limiter.permit = refuse
    async with bot_of(telegram, limiter) as bot:
        with pytest.raises(NotSent):
            await Sender(bot).send(1, 0, VIEW)
    assert telegram.calls_of("sendMessage") == []


async def test_edits_count(telegram: EmbeddedTelegram) -> None:
    limiter = RateLimiter(lambda: 0.0)
    async with bot_of(telegram, limiter) as bot:
        message_id = await Sender(bot).send(-5, 0, VIEW)
        for n in range(2):
            assert await Sender(bot).edit(-5, message_id, View(f"{n}"))
        assert limiter.wait_for(-5, 20) > 3


async def test_a_flood_answer_to_a_person_holds_up_the_chat_for_everything(telegram: EmbeddedTelegram) -> None:
    limiter = RateLimiter(lambda: 0.0)
    telegram.fail_next(
        "sendMessage", status=429, description="Too Many Requests: retry after 7", parameters={"retry_after": 7}
    )
    async with bot_of(telegram, limiter) as bot:
        with pytest.raises(RetryAfter):
            await Sender(bot).send(1, 0, VIEW)
    assert (limiter.wait_for(1, 20), limiter.floods) == (7.0, 1)


async def test_answers_waiting_at_a_stop_are_let_go(
    telegram: EmbeddedTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOSING_REPLY_WAIT", 0.05)
    limiter = RateLimiter(lambda: 0.0)  # the clock stands, so that no request is ever let through
    async with bot_of(telegram, limiter) as bot:
        for _ in range(REPLY_LIMITS[0].count):
            await Sender(bot).send(1, 0, VIEW)
        waiting = asyncio.create_task(retry_after_flood(lambda: Sender(bot).send(1, 0, VIEW)))
        await asyncio.sleep(0)
        limiter.close()
        with pytest.raises(NotSent):
            await waiting
        with pytest.raises(NotSent):  # the next answer, of a person who pressed many buttons, does not wait any more
            await retry_after_flood(lambda: Sender(bot).send(1, 0, VIEW))


@pytest.mark.parametrize("counting", ["window", "bucket"])
async def test_a_strict_server_refuses_nothing_of_ours(counting: str) -> None:
    """Fifteen deliveries and answers at once to chats of their own, through real requests."""
    policy = FloodPolicy("window" if counting == "window" else "bucket")
    async with EmbeddedTelegram(flood=policy) as telegram:
        for person in range(1, 16):
            telegram.add_person(person, f"P{person}")
        limiter = RateLimiter(time.monotonic, Pacer(strict=True))
        async with bot_of(telegram, limiter) as bot:
            await asyncio.gather(*(Sender(bot).send(person, 0, VIEW) for person in range(1, 16)))
        assert limiter.floods == 0


async def test_an_upload_that_stalls_is_given_up(telegram: EmbeddedTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a file counts with its size; an answer that does not come is uncertain like any other."""
    monkeypatch.setattr(request, "CONNECT_SECONDS", 0.1)
    telegram.hang_next("sendPhoto", 30.0)
    async with bot_of(telegram, RateLimiter(lambda: 0.0), read_seconds=0.2) as bot:
        with pytest.raises(TimedOut):
            await Sender(bot).send_photo(1, 0, VIEW, png(20))


class Deaf(asyncio.Protocol):
    """Takes a connection and reads nothing from it until the test lets it."""

    peers: ClassVar[list[Deaf]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.ended = cast("asyncio.Transport", transport), asyncio.Event()
        self.transport.pause_reading()
        self.peers.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set()


async def test_a_line_that_takes_no_file_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "UPLOAD_BYTES_PER_SECOND", 100_000_000)
    server = await asyncio.get_running_loop().create_server(Deaf, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = AiohttpRequest(RateLimiter(lambda: 0.0), read_seconds=0.2, connect_seconds=0.2)
    bot = Bot("1:x", base_url=f"http://127.0.0.1:{port}/bot", request=transport)
    await transport.initialize()
    try:
        with pytest.raises(TimedOut):
            await Sender(bot).send_photo(1, 0, VIEW, b"\x89PNG" + bytes(20_000_000))
    finally:
        await transport.shutdown()
        while Deaf.peers:  # the other end closes after the writes that it had begun
            peer = Deaf.peers.pop()
            peer.transport.resume_reading()
            await peer.ended.wait()
        server.close()
        await server.wait_closed()
