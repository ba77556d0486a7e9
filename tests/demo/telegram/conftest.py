"""An embedded Telegram with two people, a clock that stands still, and a plain HTTP client to call it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.demo.telegram import EmbeddedTelegram

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001

Api = Callable[..., Awaitable[dict[str, Any]]]


@dataclass
class StandingClock:
    """A clock that goes only when it is set."""

    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def tg(clock: StandingClock) -> AsyncIterator[EmbeddedTelegram]:
    telegram = EmbeddedTelegram(clock=clock)
    telegram.add_person(ANN, "Ann", "ann", "en", role="trader")
    telegram.add_person(BEK, "Bek", None, "ru")
    telegram.add_group(GROUP, "Traders", members=[BEK], admins=[ANN])
    async with telegram:
        yield telegram


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def api(tg: EmbeddedTelegram, http: aiohttp.ClientSession) -> Api:
    """Call a method with JSON parameters; the whole answer."""

    async def call(method: str, **params: object) -> dict[str, Any]:
        async with http.post(f"{tg.url}/bot{tg.token}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert answer.get("error_code", 200) == response.status
            return answer

    return call
