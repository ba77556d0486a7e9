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


FIRST_SENTENCES = {
    1: {
        "rates": "KZT",
        "сколько стоит доллар": "KZT",
        "dollar": "KZT",
        "tenge": "KZT",
        "100 usd in tenge": "KZT",
        "10000 usd in somoni": "TJS",
        "somoni to tenge": "TJS",
        "tell me when the dollar is above 520 tenge": "USD/KZT above 520",
        "cotton": "Uzbek Cotton Harvest Ends Early",
        "news": "Uzbek Cotton Harvest Ends Early",
        "my alerts": "USD/KZT above 520",
        "topics": "/subscribe",
        "settings": "Settings",
        "help": "What I can do",
        "menu": "What would you like to see?",
        "525": "525: in which currency?",
    },
    2: {
        "курс": "KZT",
        "сколько стоит доллар": "KZT",
        "тенге": "KZT",
        "100 долларов в самони": "(самони → сомони)",
        "курс сомони к тенге": "TJS",
        "сообщи когда доллар выше 520 тенге": "USD/KZT выше 520",
        "мои оповещения": "USD/KZT выше 520",
        "настройки": "Настройки",
        "помощь": "Что я умею",
        "привет": "Салам! 👋",
        "525": "в какой валюте?",
    },
}


@pytest.mark.parametrize("person", FIRST_SENTENCES)
async def test_a_new_person_gets_everything_by_sentences_at_the_first_attempt(
    app: App, telegram: EmbeddedTelegram, person: int
) -> None:
    await filled(telegram, 3 - person)
    for sentence, expected in FIRST_SENTENCES[person].items():
        answer = await ask(telegram, person, sentence)
        assert expected in answer, sentence
        assert "/news " not in answer, "a sentence is not repeated as a command"


async def test_a_chart_is_drawn_for_a_sentence(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    telegram.say(1, "график тенге")
    await telegram.wait_for(lambda: "photo" in telegram.messages(1)[-1], timeout=30)


async def test_a_level_is_typed_after_a_question_and_another_sentence_leaves_it_open(
    app: App, telegram: EmbeddedTelegram
) -> None:
    await filled(telegram)
    await ask(telegram, 1, "/alert kzt")
    telegram.press(1, *button(telegram, 1, "✎"))
    await telegram.wait_for(lambda: texts(telegram, 1)[-1].startswith("Send the level"), timeout=10)
    assert "KZT" in await ask(telegram, 1, "100 usd in tenge")
    assert "USD/KZT above 525" in await ask(telegram, 1, "525")


@pytest.mark.parametrize(
    ("person", "word", "answer"), [(1, "cancel", "Cancelled. Menu: /help"), (2, "отмена", "Отменено. Меню: /help")]
)
async def test_cancel_in_words_withdraws_an_open_question(
    app: App, telegram: EmbeddedTelegram, person: int, word: str, answer: str
) -> None:
    await ask(telegram, person, "/digest")
    before = len(texts(telegram, person))
    telegram.press(person, *button(telegram, person, "✎"))
    await telegram.wait_for(lambda: len(texts(telegram, person)) > before, timeout=10)
    assert await ask(telegram, person, word) == answer
    assert "07:45" not in await ask(telegram, person, "7:45")
