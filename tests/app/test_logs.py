"""Texts and names of people stay out of the log, also at the level DEBUG and when everything fails."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from handlers import features
from handlers.context import Context
from tests.app.conftest import TOKEN, Site, settings_for
from tests.app.talk import ask, texts


async def test_a_conversation_leaves_numbers_in_the_log_and_nothing_else(
    logged: Callable[[], str],
    site: Site,
    telegram: EmbeddedTelegram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(ctx: Context) -> None:
        raise ValueError(f"cannot read {ctx.arguments} of {ctx.user_name}")

    telegram.add_person(77, "Zarina", "zarina_of_osh", language_code="en")
    monkeypatch.setitem(features.BY_NAME, "privacy", replace(features.BY_NAME["privacy"], handler=fails))
    app = App(load({}, _env_file=None, **settings_for(site, telegram, tmp_path)))
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    for said in ("/subscribe pomegranate", "/alert pomegranate", "pomegranate?", "/pomegranate", "/search pomegranate"):
        await ask(telegram, 77, said)
    assert "went wrong" in await ask(telegram, 77, "/privacy pomegranate")
    message = telegram.messages(77)[-1]["message_id"]
    telegram.press(77, message, "v1:alerts:level:pomegranate")
    await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) == 1, timeout=10)
    telegram.fail_next("sendMessage", status=400, description="Bad Request: chat not found")
    telegram.say(77, "/help")
    telegram.drop_next("sendMessage", before=False)
    telegram.say(77, "/help")
    before = len(texts(telegram, 77))
    await telegram.wait_for(lambda: len(texts(telegram, 77)) > before, timeout=10)
    app.stop()
    await asyncio.wait_for(running, 20)
    said = logged()
    assert "handler_failed" in said
    assert "test_logs.py:" in said  # where it arose
    for private in ("pomegranate", "Zarina", "zarina_of_osh", TOKEN):
        assert private not in said
