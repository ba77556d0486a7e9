"""An article in a chat: its buttons, through the embedded Telegram."""

from __future__ import annotations

from typing import Any

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.talk import ask, button, filled, texts


def labels(message: dict[str, Any]) -> list[str]:
    return [one["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for one in row]


def newest(telegram: EmbeddedTelegram) -> dict[str, Any]:
    return telegram.messages(1)[-1]


async def press(telegram: EmbeddedTelegram, label: str) -> None:
    """Press a button and wait for the answer to the press."""
    before = len(telegram.calls_of("answerCallbackQuery"))
    telegram.press(1, *button(telegram, 1, label))
    await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) > before, timeout=10)


async def test_saving_changes_the_button_alone_and_other_buttons_answer_below(
    app: App, telegram: EmbeddedTelegram
) -> None:
    await filled(telegram)
    assert "The Times of Central Asia" in await ask(telegram, 1, "/subscribe cotton")
    assert "Tap a number for details." in await ask(telegram, 1, "/news")
    await press(telegram, "1")
    article = newest(telegram)
    assert labels(article) == ["Open", "🔖 Save", "↗ Share", "Why?", "Similar", "Unfollow"]
    assert "127.0.0.1" not in article["text"]
    await press(telegram, "🔖 Save")
    saved = newest(telegram)
    assert (saved["message_id"], saved["text"]) == (article["message_id"], article["text"])
    assert labels(saved)[1] == "✓ Saved"
    await press(telegram, "✓ Saved")
    assert labels(newest(telegram)) == labels(article)
    await press(telegram, "Why?")
    assert newest(telegram)["text"].startswith("Why you got this: ")
    await press(telegram, "Unfollow: cotton")  # in place of the explanation
    assert newest(telegram)["text"] == "You no longer follow: cotton"
    await press(telegram, "↩ Undo")
    assert newest(telegram)["text"] == "You follow: cotton"
    assert article["text"] in texts(telegram, 1)


async def test_a_double_tap_on_a_topic_is_harmless(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    await ask(telegram, 1, "/subscribe")
    tapped = button(telegram, 1, "Water")
    for count in (1, 2):
        telegram.press(1, *tapped)
        await telegram.wait_for(lambda count=count: len(telegram.calls_of("answerCallbackQuery")) == count, timeout=10)  # type: ignore[misc]
    assert newest(telegram)["text"].startswith("Topics chosen: 1, saved\n")
    assert "✓ Water" in labels(newest(telegram))
