"""Sentences to the running bot: the whole product for people who never read /help."""

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import Site
from tests.app.talk import ask, button, filled, texts


@pytest.mark.parametrize(
    ("person", "sentence", "again"),
    [(1, "tell me when kzt > 512", "I send messages here again."), (2, "kzt > 512", "Сообщения снова включены.")],
)
async def test_an_alert_asked_for_after_stop_is_sent(
    app: App, site: Site, telegram: EmbeddedTelegram, person: int, sentence: str, again: str
) -> None:
    await filled(telegram, person)
    await ask(telegram, person, "/stop")
    answer = await ask(telegram, person, sentence)
    assert answer.startswith(again)
    assert "USD/KZT" in answer
    before = len(texts(telegram, person))
    site.rates["KZT"] = "0.00194"
    await telegram.wait_for(lambda: len(texts(telegram, person)) > before, timeout=20)
    assert "USD/KZT" in texts(telegram, person)[-1]


async def test_resume_stands_under_the_answer_to_stop(app: App, telegram: EmbeddedTelegram) -> None:
    await ask(telegram, 1, "/stop")
    telegram.press(1, *button(telegram, 1, "▶️ Resume"))
    await telegram.wait_for(lambda: texts(telegram, 1)[-1].startswith("I send messages here again."), timeout=10)


async def test_thanks_are_answered_by_a_reaction_and_greetings_by_buttons(app: App, telegram: EmbeddedTelegram) -> None:
    said = telegram.say(1, "спасибо большое")
    reactions = telegram.world.chats[1].reactions
    await telegram.wait_for(lambda: reactions.get(said["message_id"]) == "👍", timeout=10)
    assert await ask(telegram, 1, "привет") == "Salam! 👋"
    assert button(telegram, 1, "📰 News")


async def test_the_keys_of_the_keyboard_work_in_both_languages(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    for person in (1, 2):
        await ask(telegram, person, "/start")
        shown = telegram.world.chats[person].keyboard
        assert shown is not None
        for key in (key["text"] for row in shown["keyboard"] for key in row):
            assert await ask(telegram, 1, key) == await ask(telegram, 1, key)
    await ask(telegram, 1, "/language ru")
    await telegram.wait_for(lambda: "на русском" in texts(telegram, 1)[-1], timeout=10)
    assert telegram.world.chats[1].keyboard == telegram.world.chats[2].keyboard


@pytest.mark.parametrize(
    "typed", ["x" * 4000, "🚆" * 1000, "\u202eкурс\u200f валют\u202c", "1e999", "5 usd usd", "'\"«“"]
)
async def test_odd_sentences_are_answered_shortly(app: App, telegram: EmbeddedTelegram, typed: str) -> None:
    await filled(telegram)
    answer = await ask(telegram, 1, typed)
    assert 0 < len(answer) < 1000
    assert "went wrong" not in answer
