"""Updates posted to the real application: by the embedded Telegram, and by senders without the secret."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App, StartError
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from bot.web import server, webhook
from handlers import features, update_processor
from handlers.context import Context
from storage import received
from storage.database import Database
from tests.app.conftest import Site, settings_for
from tests.app.talk import ask, texts
from tests.app.webhook import SECRET, Hooked, free_port
from tests.databases import empty


def block_command(monkeypatch: pytest.MonkeyPatch, name: str) -> tuple[asyncio.Event, asyncio.Event]:
    """Make a command wait; returns two events: it has begun, it may go on."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    command = features.BY_NAME[name]

    async def gated(ctx: Context) -> None:
        begun.set()
        await go_on.wait()
        await command.handler(ctx)

    monkeypatch.setitem(features.BY_NAME, name, replace(command, handler=gated))
    return begun, go_on


async def test_telegram_posts_updates_with_the_secret(hooked: Hooked) -> None:
    telegram = hooked.telegram
    assert "/rates" in await ask(telegram, 1, "/help")
    assert "/rates" in await ask(telegram, 2, "/help")
    assert not telegram.calls_of("getUpdates")
    [call] = telegram.calls_of("setWebhook")
    assert call.params["url"] == hooked.url
    assert call.params["secret_token"] == SECRET
    assert set(call.params["allowed_updates"]) == {
        *("message", "edited_message", "channel_post", "callback_query", "inline_query", "guest_message"),
        "my_chat_member",
    }
    assert int(call.params["max_connections"]) == webhook.MAX_CONNECTIONS <= update_processor.CONCURRENT_UPDATES
    await telegram.wait_for(lambda: len(telegram.world.updates) == 0)
    assert telegram.world.webhook.last_error == ""


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (None, {webhook.SECRET_HEADER: ""}, 403),
        (None, {webhook.SECRET_HEADER: SECRET[:-1]}, 403),
        (None, {webhook.SECRET_HEADER: SECRET + "é"}, 403),
        (b"x" * (server.MAX_BODY_BYTES + 1), {webhook.SECRET_HEADER: "other"}, 403),
        (b"x" * (server.MAX_BODY_BYTES + 1), {}, 413),
        (None, {"Content-Type": "text/plain"}, 415),
        (None, {"Content-Type": ""}, 415),
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"\xff\xfe{}", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"[]", {}, 400),
        (b"{}", {}, 400),
        (b'{"update_id": "7"}', {}, 400),
        (b'{"update_id": true}', {}, 400),
        (b'{"update_id": 99999999999999999999}', {}, 400),
        (b'{"update_id": 7, "message": "nonsense"}', {}, 200),  # a repetition would be as unreadable
        (b'{"update_id": 7, "something_new": {}}', {}, 200),
    ],
)
async def test_a_post_that_is_not_an_update_of_telegram_is_refused(
    hooked: Hooked, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    assert await hooked.post(body if body is not None else hooked.update(7, "/help"), headers) == status
    assert await hooked.post(hooked.update(8, "/help")) == 200
    assert len(texts(hooked.telegram, 1)) == 1


async def test_only_posts_are_taken_and_only_there(hooked: Hooked) -> None:
    async with aiohttp.ClientSession(headers={webhook.SECRET_HEADER: SECRET}) as http:
        async with http.get(hooked.url) as response:
            assert response.status == 405
        async with http.post(hooked.url + "/more", json={"update_id": 1}) as response:
            assert response.status == 404


async def test_an_update_that_comes_again_is_answered_once_also_after_a_restart(hooked: Hooked) -> None:
    for _ in range(3):
        assert await hooked.post(hooked.update(7, "/help")) == 200
    assert len(texts(hooked.telegram, 1)) == 1
    await hooked.stop()
    await hooked.start()
    assert await hooked.post(hooked.update(7, "/help")) == 200
    assert await hooked.post(hooked.update(8, "/help")) == 200
    assert len(texts(hooked.telegram, 1)) == 2


async def test_a_slow_answer_delays_nobody_else_and_is_sent_once(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram = hooked.telegram
    begun, go_on = block_command(monkeypatch, "privacy")
    telegram.say(1, "/privacy")
    telegram.say(1, "/help")
    await begun.wait()
    assert "/rates" in await ask(telegram, 2, "/help")
    assert texts(telegram, 1) == []
    number = telegram.world.updates.oldest(1)[0]["update_id"]
    again = asyncio.create_task(hooked.post(hooked.update(number, "/privacy")))
    go_on.set()
    assert await again == 200
    await telegram.wait_for(lambda: len(texts(telegram, 1)) == 2)
    assert ["/rates" in text for text in texts(telegram, 1)] == [False, True]


async def test_an_update_whose_answer_takes_too_long_is_posted_again_and_answered_once(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, go_on = block_command(monkeypatch, "help")
    monkeypatch.setattr(webhook, "ANSWER_SECONDS", 0.01)
    assert await hooked.post(hooked.update(7, "/help")) == 503
    monkeypatch.undo()
    again = asyncio.create_task(hooked.post(hooked.update(7, "/help")))
    go_on.set()
    assert await again == 200
    assert len(texts(hooked.telegram, 1)) == 1


async def test_an_update_that_runs_at_a_stop_is_answered_and_remembered(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = block_command(monkeypatch, "help")
    posted = asyncio.create_task(hooked.post(hooked.update(7, "/help")))
    await begun.wait()
    stopping = asyncio.create_task(hooked.stop())
    go_on.set()
    await stopping
    assert await posted == 200
    assert len(texts(hooked.telegram, 1)) == 1


async def test_without_a_webhook_the_next_start_asks_for_updates_again(
    hooked: Hooked, site: Site, telegram: EmbeddedTelegram, tmp_path: Path
) -> None:
    await hooked.stop()
    assert telegram.world.webhook.url  # a restart loses nothing: Telegram posts until somebody takes it
    app = App(load({}, _env_file=None, **settings_for(site, telegram, tmp_path)))
    running = asyncio.create_task(app.run())
    assert "/rates" in await ask(telegram, 1, "/help")
    assert telegram.world.webhook.url == ""
    app.stop()
    await asyncio.wait_for(running, 20)


async def test_an_address_that_telegram_refuses_is_reported_in_one_line(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path
) -> None:
    changes: dict[str, Any] = {"webhook_url": "http://localhost:1/hook", "webhook_secret": SECRET}
    telegram.fail_next("setWebhook", status=400, description="Bad Request: bad webhook: Failed to resolve host")
    with pytest.raises(StartError, match="Telegram refuses these settings: Bad webhook: failed to resolve host"):
        await App(load({}, _env_file=None, **(settings_for(site, telegram, tmp_path) | changes))).run()


@pytest.mark.postgres
async def test_an_update_that_one_process_has_answered_is_skipped_by_the_others(
    site: Site, telegram: EmbeddedTelegram, postgres_url: str, tmp_path: Path
) -> None:
    database = Database(postgres_url)
    await empty(database)
    hooks = []
    settings = settings_for(site, telegram, tmp_path) | {"database_url": postgres_url, "webhook_secret": SECRET}
    apps = []
    for _ in range(2):
        url = f"http://127.0.0.1:{(port := free_port())}/hook"
        app = App(load({}, _env_file=None, **(settings | {"webhook_url": url, "http_port": port})))
        apps.append((app, asyncio.create_task(app.run())))
        hooks.append(Hooked(telegram, url, *(2 * [lambda: asyncio.sleep(0)])))
        await asyncio.wait_for(app.ready.wait(), 20)
    first, second = hooks
    assert await first.post(first.update(7, "/help")) == 200
    apps[0][0].stop()
    await asyncio.wait_for(apps[0][1], 20)
    assert await second.post(second.update(7, "/help")) == 200
    assert await second.post(second.update(8, "/help")) == 200
    assert len(texts(telegram, 1)) == 2
    apps[1][0].stop()
    await asyncio.wait_for(apps[1][1], 20)
    async with database.read() as connection:
        assert await received.newest(connection, 10) == [7, 8]
    await database.close()
