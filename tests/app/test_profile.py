"""The bot's menu and descriptions: set once in every language, and left alone by the next start."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import BotCommand
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.app import App
from bot.app.telegram import announce
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.languages import TABLE
from bot.i18n import Translator
from bot.views.actions import MENU
from tests.app.conftest import Site, settings_for
from tests.app.talk import ask

SETTERS = ("setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription")
MENUS = [one.code for one in TABLE if one.menu]


async def test_the_menu_has_fourteen_commands_the_most_useful_first(app: App, telegram: EmbeddedTelegram) -> None:
    profile = telegram.world.profile
    for language in ("", *MENUS):
        menu = await telegram.wait_for(lambda language=language: profile.commands.get(("default", 0, 0, language)), 10)  # type: ignore[misc]
        assert [command["command"] for command in menu] == list(MENU)
    assert len(MENU) == 14
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
            return gets == (len(MENUS) + 1) * start and len(telegram.calls_of("setMyShortDescription")) == len(MENUS)

        await telegram.wait_for(announced, 20)
        app.stop()
        await asyncio.wait_for(running, 20)
    # The texts for everybody else are English, so those for English need no call of their own.
    assert [len(telegram.calls_of(method)) for method in SETTERS] == [len(MENUS) + 1, *[len(MENUS)] * 3]


class Profile:
    """A bot with an empty profile, which refuses some languages or is out of reach."""

    def __init__(self, refused: tuple[str | None, ...] = (), error: TelegramError | None = None) -> None:
        self.refused, self.error, self.calls = refused, error or BadRequest("invalid language code"), 0
        self.menus: dict[tuple[int | None, str | None], list[str]] = {}
        self.texts: dict[tuple[str, str | None], str] = {}

    async def get_my_commands(self, scope: Any = None, language_code: str | None = None) -> tuple[BotCommand, ...]:
        return ()

    async def set_my_commands(self, shown: Any, scope: Any = None, language_code: str | None = None) -> None:
        self._check(language_code)
        self.menus[scope and scope.chat_id, language_code] = [one.description for one in shown]

    async def get_my_name(self, _code: str) -> Any:
        return SimpleNamespace(name="")

    async def get_my_description(self, _code: str | None) -> Any:
        return SimpleNamespace(description="")

    async def get_my_short_description(self, _code: str | None) -> Any:
        return SimpleNamespace(short_description="")

    async def set_my_name(self, text: str, code: str) -> None:
        self._set("name", text, code)

    async def set_my_description(self, text: str, code: str | None) -> None:
        self._set("description", text, code)

    async def set_my_short_description(self, text: str, code: str | None) -> None:
        self._set("short_description", text, code)

    def _set(self, name: str, text: str, code: str | None) -> None:
        self._check(code)
        self.texts[name, code] = text

    def _check(self, code: str | None) -> None:
        self.calls += 1
        if code in self.refused:
            raise self.error


@pytest.mark.parametrize("refused", ["kk", "tk", None])
async def test_a_refused_language_stops_no_other_one_and_is_logged_once(refused: str | None) -> None:
    profile: Any = Profile((refused,))
    with capture_logs() as logs:
        await announce(profile, {})
    others = {language for language in (None, *MENUS) if language != refused}
    assert {language for _, language in profile.menus} == others
    for name in ("description", "short_description"):
        assert {language for text, language in profile.texts if text == name} == others
    assert {language for text, language in profile.texts if text == "name"} == others - {None}
    whats = ["command_menu", *(["name"] if refused else []), "description", "short_description"]
    assert [(one["event"], one["what"], one["languages"]) for one in logs] == [
        ("profile_not_set", what, [refused or "default"]) for what in whats
    ]


async def test_no_further_language_is_tried_while_telegram_is_out_of_reach() -> None:
    profile: Any = Profile((None, *MENUS), NetworkError("no route"))
    await announce(profile, {1: "ru"})
    assert profile.calls == 5


async def test_an_operator_s_menu_is_in_the_language_of_the_chat() -> None:
    profile: Any = Profile()
    await announce(profile, {7: "uz_cyrl", 8: "kk"})
    for chat, language in ((7, "uz_cyrl"), (8, "kk")):
        descriptions = profile.menus[chat, None]
        assert descriptions[0] == Translator(language).plain("rates.command.rates")
        assert len(descriptions) > len(MENU)


def test_names_are_within_telegram_s_limit() -> None:
    for language in MENUS:
        assert 1 <= len(Translator(language).plain("start.name")) <= 64
