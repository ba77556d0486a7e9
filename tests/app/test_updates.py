"""The real application and updates that go wrong: unreadable, failing, refused, contested, and without a database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App, StartError
from bot.config import load
from bot.delivery import token
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import ChatState
from bot.updates import rivals
from handlers import features, membership
from storage import chats
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade
from tests.app.conftest import Site, settings_for
from tests.app.talk import ask, texts
from tests.app.webhook import Hooked
from tests.waiting import eventually

ODD = {"message_id": 77, "date": 1_795_000_000, "chat": {"id": 99, "type": "private"}, "story": {"id": 7}}


async def test_everybody_is_answered_beside_an_update_that_cannot_be_read(app: App, telegram: EmbeddedTelegram) -> None:
    for odd in (ODD, "nonsense", ODD | {"chat": {"id": "x", "type": "private"}}):
        telegram.push_update("message", odd)
        assert "/rates" in await ask(telegram, 1, "/help")
    await telegram.wait_for(lambda: len(telegram.world.updates) == 0)
    assert app._metrics.registry.get_sample_value("jarchi_updates_unreadable_total") == 3


async def test_a_bot_that_receives_and_cannot_handle_says_so(
    app: App, telegram: EmbeddedTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = features.BY_NAME["help"]

    async def broken(_ctx: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setitem(features.BY_NAME, "help", replace(command, handler=broken))
        for _ in range(3):
            await ask(telegram, 1, "/help")
        await eventually(app._metrics.updates_problem)
    await ask(telegram, 2, "/help")
    await eventually(lambda: not app._metrics.updates_problem())
    assert app._metrics.registry.get_sample_value("jarchi_updates_failed_total") == 3


@pytest.mark.parametrize("text", [5, ["/help"], {"a": "/help"}, True])
async def test_a_text_that_is_no_text_stops_nobody(app: App, telegram: EmbeddedTelegram, text: object) -> None:
    chat = {"id": 1, "type": "private", "first_name": "Ann"}
    sender = {"id": 1, "is_bot": False, "first_name": "Ann"}
    body = {"message_id": 900, "date": 1_795_000_000, "chat": chat, "from": sender, "text": text}
    telegram.push_update("message", body)
    telegram.push_update("callback_query", {"id": "1", "from": sender, "chat_instance": "1", "data": text})
    assert "/rates" in await ask(telegram, 2, "/help")


async def test_a_token_that_stays_refused_ends_the_application_with_one_line(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(token, "BELIEVED_SECONDS", 0.3)
    app = App(load({}, _env_file=None, **settings_for(site, telegram, tmp_path)))
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    telegram.fail_next("getUpdates", status=401, description="Unauthorized", times=10**6)
    telegram.say(1, "/help")  # ends the poll that waits
    with pytest.raises(StartError, match="BOT_TOKEN: Telegram no longer accepts this token"):
        await asyncio.wait_for(running, 30)


async def test_of_two_processes_that_start_together_one_goes_on(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("LATE_SECONDS", 0.1), ("ESTABLISHED_SECONDS", 1.0), ("AGAIN_SECONDS", 0.05)):
        monkeypatch.setattr(rivals, name, value)
    monkeypatch.setattr(rivals, "STEP_BACK_SECONDS", (2.5, 3.5))
    apps = []
    for n in range(2):
        url = f"sqlite+aiosqlite:///{tmp_path / f'{n}.db'}"
        database = Database(url)
        await upgrade(database)  # Alembic serves one database at a time in a process
        await database.close()
        apps.append(App(load({}, _env_file=None, **(settings_for(site, telegram, tmp_path) | {"database_url": url}))))
    running = [asyncio.create_task(app.run()) for app in apps]
    try:
        done, pending = await asyncio.wait(running, timeout=40, return_when=asyncio.FIRST_COMPLETED)
        assert (len(done), len(pending)) == (1, 1)
        [stopped], [survivor] = done, pending
        assert "another copy of Jarchi is running" in str(stopped.exception())
        assert "/rates" in await ask(telegram, 1, "/help")
        assert not survivor.done()
    finally:  # a process that runs on would hang in the end of the loop, and hide what failed
        for app in apps:
            app.stop()
        await asyncio.wait(running, timeout=20)
    await survivor


async def state_of(path: Path, chat: int) -> ChatState | None:
    database = Database(f"sqlite+aiosqlite:///{path / 'jarchi.db'}")
    try:
        async with database.read() as connection:
            found = await chats.get(connection, chat)
        return found.state if found else None
    finally:
        await database.close()


async def until_state(path: Path, chat: int, state: ChatState) -> None:
    await eventually(lambda: state_of(path, chat), lambda found: found is state)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """True while changes of membership find no database."""
    away = [True]
    monkeypatch.setattr(membership, "RETRY_SECONDS", 0.02)
    store = membership._store

    async def without(*arguments: Any) -> bool:
        if away[0]:
            raise StorageError("the database is away")
        return await store(*arguments)

    monkeypatch.setattr(membership, "_store", without)
    return away


async def test_an_unblocking_is_known_when_the_database_is_back(
    app: App, telegram: EmbeddedTelegram, tmp_path: Path, outage: list[bool]
) -> None:
    outage[0] = False
    await ask(telegram, 1, "/start")
    telegram.block(1)
    await until_state(tmp_path, 1, ChatState.GONE)
    outage[0] = True
    telegram.unblock(1)
    await eventually(lambda: app._held.first() is not None)
    assert "/rates" in await ask(telegram, 2, "/help")  # no request waits for it
    telegram.block(1)
    telegram.unblock(1)  # the newest of a chat counts
    outage[0] = False
    await until_state(tmp_path, 1, ChatState.ACTIVE)
    await telegram.wait_for(lambda: len(telegram.world.updates) == 0)


async def test_an_unblocking_is_known_after_a_restart_without_the_database(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, outage: list[bool]
) -> None:
    async def start() -> tuple[App, asyncio.Task[None]]:
        app = App(load({}, _env_file=None, **settings_for(site, telegram, tmp_path)))
        running = asyncio.create_task(app.run())
        await asyncio.wait_for(app.ready.wait(), 20)
        return app, running

    outage[0] = False
    app, running = await start()
    await ask(telegram, 1, "/start")
    telegram.block(1)
    await until_state(tmp_path, 1, ChatState.GONE)
    outage[0] = True
    telegram.unblock(1)
    await eventually(lambda: app._held.first() is not None)
    app.stop()
    await asyncio.wait_for(running, 20)
    outage[0] = False
    app, running = await start()
    await until_state(tmp_path, 1, ChatState.ACTIVE)
    app.stop()
    await asyncio.wait_for(running, 20)


async def test_a_webhook_skips_what_it_cannot_read(hooked: Hooked) -> None:
    telegram = hooked.telegram
    for odd in (ODD, "nonsense"):
        telegram.push_update("message", odd)
    telegram.say(1, "/help")
    await telegram.wait_for(lambda: texts(telegram, 1), timeout=20)
    await telegram.wait_for(lambda: len(telegram.world.updates) == 0)
    async with aiohttp.ClientSession() as http, http.get(hooked.url.replace("/hook/from-telegram", "/metrics")) as page:
        assert "jarchi_updates_unreadable_total 2.0" in await page.text()


async def test_a_webhook_asks_for_an_unblocking_again_until_it_is_stored(
    hooked: Hooked, tmp_path: Path, outage: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram = hooked.telegram
    outage[0] = False
    await ask(telegram, 1, "/start")
    telegram.block(1)
    await until_state(tmp_path, 1, ChatState.GONE)
    monkeypatch.setattr(membership, "RETRY_SECONDS", 3600.0)  # only Telegram repeats it
    outage[0] = True
    telegram.unblock(1)
    await eventually(lambda: "503" in telegram.world.webhook.last_error)
    outage[0] = False
    await until_state(tmp_path, 1, ChatState.ACTIVE)
