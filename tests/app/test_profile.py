"""The bot's menu and descriptions: set once in every language, and left alone by the next start."""

import asyncio
from pathlib import Path

from bot.app import App
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from bot.i18n import Translator
from bot.views.actions import MENU
from tests.app.conftest import Site, settings_for
from tests.app.talk import ask

SETTERS = ("setMyCommands", "setMyDescription", "setMyShortDescription")


async def test_the_menu_has_twelve_commands_the_most_useful_first(app: App, telegram: EmbeddedTelegram) -> None:
    profile = telegram.world.profile
    for language in ("", "en", "ru"):
        menu = await telegram.wait_for(lambda language=language: profile.commands.get(("default", 0, 0, language)), 10)  # type: ignore[misc]
        assert [command["command"] for command in menu] == list(MENU)
    assert len(MENU) == 12
    assert MENU[:4] == ("rates", "convert", "alert", "alerts")
    assert "stop" in await ask(telegram, 1, "/help")


async def test_an_empty_chat_shows_an_example_in_the_reader_s_language(app: App, telegram: EmbeddedTelegram) -> None:
    texts = telegram.world.profile.texts
    await telegram.wait_for(lambda: ("short_description", "ru") in texts, 10)
    assert "100 usd in tenge" in texts["description", ""].split("\n")[0]
    assert "10000 руб в сомони" in texts["description", "ru"].split("\n")[0]
    for language in ("", "ru"):
        assert texts["short_description", language] == Translator(language).plain("start.short_description")


async def test_the_next_start_changes_nothing(site: Site, telegram: EmbeddedTelegram, tmp_path: Path) -> None:
    for start in (1, 2):
        app = App(load({}, _env_file=None, **settings_for(site, telegram, tmp_path)))
        running = asyncio.create_task(app.run())

        def announced(start: int = start) -> bool:
            gets = len(telegram.calls_of("getMyShortDescription"))
            return gets == 3 * start and len(telegram.calls_of("setMyShortDescription")) == 2

        await telegram.wait_for(announced, 20)
        app.stop()
        await asyncio.wait_for(running, 20)
    assert [len(telegram.calls_of(method)) for method in SETTERS] == [3, 2, 2]
