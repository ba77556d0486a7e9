"""Records stay as they were sent: no button replaces the text of /start, a rate card, a conversion or an article."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import Site
from tests.app.talk import ask, filled, texts

pytestmark = pytest.mark.slow


async def press_all(telegram: EmbeddedTelegram, message_id: int) -> None:
    """Press the buttons of a message, each of those that it has at first."""
    [message] = [one for one in telegram.messages(1) if one["message_id"] == message_id]
    for row in message["reply_markup"]["inline_keyboard"]:
        for button in row:
            if "callback_data" in button:
                answered = len(telegram.calls_of("answerCallbackQuery"))
                telegram.press(1, message_id, button["callback_data"])
                await telegram.wait_for(
                    lambda n=answered: len(telegram.calls_of("answerCallbackQuery")) > n, timeout=10
                )


@pytest.mark.parametrize("typed", ["/start", "kzt", "kzt tjs", "100 usd in tenge", "menu", "hello", "/digest now"])
async def test_no_button_overwrites_a_record(app: App, telegram: EmbeddedTelegram, site: Site, typed: str) -> None:
    await filled(telegram)
    await ask(telegram, 1, typed)
    message = telegram.messages(1)[-1]
    before = len(texts(telegram, 1))
    await press_all(telegram, message["message_id"])
    [after] = [one for one in telegram.messages(1) if one["message_id"] == message["message_id"]]
    unchanged = after["text"].partition("\nChecked")[0] == message["text"].partition("\nChecked")[0]
    assert unchanged or typed in ("kzt", "kzt tjs", "100 usd in tenge"), after["text"]  # ↻ renews a rate
    assert after["text"].partition("\n")[0] == message["text"].partition("\n")[0]
    assert len(texts(telegram, 1)) > before
