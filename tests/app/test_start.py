"""Starting and stopping: an error is reported in one line, and nothing is left open."""

import asyncio
from pathlib import Path

import pytest

from bot.app import App, StartError, intake, root
from bot.app import telegram as telegram_module
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import Site, settings_for


def make(site: Site, telegram: EmbeddedTelegram, folder: Path, **changes: object) -> App:
    return App(load({}, _env_file=None, **(settings_for(site, telegram, folder) | changes)))


async def test_a_wrong_token_is_reported_in_one_line(site: Site, telegram: EmbeddedTelegram, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="BOT_TOKEN: Telegram does not know this token"):
        await make(site, telegram, tmp_path, bot_token="999999999:AAwrongwrongwrongwrongwrong").run()


async def test_a_port_in_use_is_reported_in_one_line(site: Site, telegram: EmbeddedTelegram, tmp_path: Path) -> None:
    taken = int(site.url.rpartition(":")[2])
    with pytest.raises(StartError, match=f"HTTP_PORT: 127.0.0.1:{taken} cannot be used"):
        await make(site, telegram, tmp_path, http_port=taken).run()


async def test_without_telegram_it_keeps_trying_until_stopped(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_module, "FIRST_RETRY_SECONDS", 0.01)
    telegram.drop_next("getMe", before=True, times=2)
    app = make(site, telegram, tmp_path)
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    assert len(telegram.calls_of("getMe")) == 3
    app.stop()
    await asyncio.wait_for(running, 20)


@pytest.mark.slow
async def test_of_two_processes_the_one_that_starts_later_stops(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(site, telegram, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(intake, "STARTING_SECONDS", 0.0)  # as if it had run for long
        running = asyncio.create_task(first.run())
        await asyncio.wait_for(first.ready.wait(), 20)
    await telegram.wait_for(lambda: telegram.polling)
    second = make(site, telegram, tmp_path, database_url=f"sqlite+aiosqlite:///{tmp_path / 'second.db'}")
    with pytest.raises(StartError, match="another copy of Jarchi is running"):
        await asyncio.wait_for(second.run(), 30)
    telegram.say(1, "/help")
    await telegram.wait_for(lambda: any("/rates" in m.get("text", "") for m in telegram.messages(1)[1:]), timeout=20)
    assert not running.done()
    first.stop()
    await asyncio.wait_for(running, 20)


async def test_a_sender_that_fails_by_a_fault_of_ours_is_not_blamed_on_the_token(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_off(_worker: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(root.Worker, "run", break_off)
    with pytest.raises(StartError, match="sending broke off: ZeroDivisionError"):
        await asyncio.wait_for(make(site, telegram, tmp_path).run(), 30)
