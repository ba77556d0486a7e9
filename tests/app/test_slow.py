"""A chat with a slow request delays no other chat."""

import asyncio
from typing import Any

import pytest

from bot.app import App
from bot.delivery.drawing import MAX_WAITING, Drawer
from bot.demo.telegram import EmbeddedTelegram
from handlers.update_processor import CONCURRENT_UPDATES, MAX_CHAT_BACKLOG
from storage import chats
from tests.app.talk import ask, filled, texts


async def test_a_slow_chart_holds_up_its_own_chat_only(
    app: App, telegram: EmbeddedTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    draw = Drawer.draw

    async def slow(drawer: Drawer, picture: Any) -> bytes:
        begun.set()
        await go_on.wait()
        return await draw(drawer, picture)

    await filled(telegram)
    before = len(texts(telegram, 1))
    monkeypatch.setattr(Drawer, "draw", slow)
    telegram.say(1, "/chart kzt")
    for _ in range(MAX_CHAT_BACKLOG - 1):
        telegram.say(1, "/privacy")
    await asyncio.wait_for(begun.wait(), 20)
    assert "KZT" in await ask(telegram, 2, "/rates")
    assert len(texts(telegram, 1)) == before
    go_on.set()
    await telegram.wait_for(lambda: len(texts(telegram, 1)) == before + MAX_CHAT_BACKLOG - 1, timeout=20)


async def test_a_slow_database_in_one_chat_holds_up_no_other(
    app: App, telegram: EmbeddedTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    get_many = chats.get_many

    async def slow(connection: Any, asked: Any) -> Any:
        if 1 in asked:
            begun.set()
            await go_on.wait()
        return await get_many(connection, asked)

    await filled(telegram)
    monkeypatch.setattr(chats, "get_many", slow)
    before = len(texts(telegram, 1))
    telegram.say(1, "/help")
    telegram.say(1, "/privacy")
    await asyncio.wait_for(begun.wait(), 20)
    for _ in range(3):
        assert "KZT" in await ask(telegram, 2, "/rates")
    assert len(texts(telegram, 1)) == before
    go_on.set()
    await telegram.wait_for(lambda: len(texts(telegram, 1)) == before + 2, timeout=10)


def test_as_many_slow_charts_as_may_be_drawn_leave_slots_for_others() -> None:
    assert MAX_WAITING * 2 < CONCURRENT_UPDATES
