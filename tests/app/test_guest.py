"""Questions from groups in which the bot is no member, and links that share, over the embedded Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import Site
from tests.app.talk import ask, button, filled, texts

GROUP = -1_000_000_000_009


@pytest.fixture(autouse=True)
async def group(app: App, site: Site, telegram: EmbeddedTelegram) -> None:
    """A group that the bot has never been in, after the first poll."""
    await filled(telegram)
    telegram.add_group(GROUP, "Bazaar", [1, 2], [1], bot_is_member=False)


async def mention(telegram: EmbeddedTelegram, text: str, person: int = 2) -> dict[str, Any]:
    """Send a message in the group, and return the bot's answer there."""
    before = len(telegram.messages(GROUP)) + 1
    telegram.say(person, text, GROUP)
    await telegram.wait_for(lambda: len(telegram.messages(GROUP)) > before, timeout=10)
    found: dict[str, Any] = telegram.messages(GROUP)[-1]
    return found


async def test_a_mention_is_answered_in_the_group_and_leads_to_the_bot(telegram: EmbeddedTelegram) -> None:
    answer = await mention(telegram, "@JarchiBot 100 usd in kzt")
    assert answer["text"].startswith("100 USD")
    assert answer["guest_bot_caller_user"]["id"] == 2
    [[alert]] = answer["reply_markup"]["inline_keyboard"]
    name, _, parameter = alert["url"].partition("?start=")
    assert name == "https://t.me/JarchiBot"
    assert "USD/KZT" in await ask(telegram, 1, f"/start {parameter}")


async def test_a_text_without_a_meaning_gets_an_example(telegram: EmbeddedTelegram) -> None:
    assert "@JarchiBot 100" in (await mention(telegram, "@JarchiBot"))["text"]


async def test_a_message_without_a_mention_gets_no_answer(telegram: EmbeddedTelegram) -> None:
    telegram.say(2, "100 usd in kzt", GROUP)
    await mention(telegram, "@JarchiBot kzt")
    assert len(telegram.calls_of("answerGuestQuery")) == 1


async def test_an_alert_goes_from_one_person_to_another_by_its_link(telegram: EmbeddedTelegram) -> None:
    await ask(telegram, 1, "/language en")
    await ask(telegram, 1, "/alert usd kzt > 520")
    await ask(telegram, 1, "/alerts")
    telegram.press(1, *button(telegram, 1, "1"))
    await telegram.wait_for(lambda: _has(telegram, "🔗 Share"), timeout=10)
    telegram.press(1, *button(telegram, 1, "🔗 Share"))
    await telegram.wait_for(lambda: "https://t.me/" in texts(telegram, 1)[-1], timeout=10)
    [link] = [line for line in texts(telegram, 1)[-1].splitlines() if line.startswith("https://t.me/")]
    telegram.add_person(3, "Nur", language_code="en")
    assert "USD/KZT above 520" in await ask(telegram, 3, f"/start {link.partition('start=')[2]}")
    telegram.press(3, *button(telegram, 3, "Set it up"))
    await telegram.wait_for(lambda: texts(telegram, 3)[-1] == "Done, it's set up.", timeout=10)
    assert "USD/KZT above 520" in await ask(telegram, 3, "/alerts")


def _has(telegram: EmbeddedTelegram, label: str) -> bool:
    try:
        button(telegram, 1, label)
    except AssertionError:
        return False
    return True
