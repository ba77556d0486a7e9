"""An embedded Telegram with two people, a clock that stands still, and two clients: plain HTTP and the library's."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot, Update

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.schema import result_problems

ANN, BEK, GROUP, CHANNEL = 5, 6, -1_001_000_000_001, -1_001_000_000_002
# All rights that a bot needs to keep a channel.
POSTING = ("can_post_messages", "can_edit_messages", "can_delete_messages")

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


@pytest.fixture(scope="session")
def schema() -> dict[str, Any] | None:
    """The published schema of the Bot API, where it is at hand."""
    folder = os.environ.get("JARCHI_SHARED")
    published: dict[str, Any] | None = None
    if folder:
        published = json.loads((Path(folder) / "botapi" / "api.json").read_text())
    return published


@pytest.fixture
def api(tg: EmbeddedTelegram, http: aiohttp.ClientSession, schema: dict[str, Any] | None) -> Api:
    """Call a method with JSON parameters; the whole answer, of which each result has the published form."""

    async def call(method: str, **params: object) -> dict[str, Any]:
        async with http.post(f"{tg.url}/bot{tg.token}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert answer.get("error_code", 200) == response.status
            if schema and answer["ok"]:
                assert result_problems(method, answer["result"], schema) == []
            return answer

    return call


@dataclass
class Client:
    """The library's client, as the bot uses it."""

    bot: Bot
    api: Api
    offset: int = 0

    async def updates(self) -> list[Update]:
        """Return the new updates, parsed by the library and confirmed."""
        answer = await self.api("getUpdates", offset=self.offset)
        updates = [Update.de_json(update, self.bot) for update in answer["result"]]
        self.offset = max([self.offset, *(update.update_id + 1 for update in updates)])
        return updates


@pytest.fixture
async def client(tg: EmbeddedTelegram, api: Api) -> AsyncIterator[Client]:
    async with Bot(tg.token, base_url=f"{tg.url}/bot", base_file_url=f"{tg.url}/file/bot") as bot:
        yield Client(bot, api)
