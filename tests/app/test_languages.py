"""The languages of people in the running bot: first contact, the offer, the menu, and the question which som is meant."""

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.profile import shown_commands
from bot.i18n import Translator
from bot.views.message import plain_text
from tests.app.talk import ask, button, filled, texts


async def choose(telegram: EmbeddedTelegram, typed: str, language: str) -> None:
    """Choose a language, and wait for the keyboard in it, which comes last."""
    telegram.say(1, f"/language {typed}")
    renewed = Translator(language)("common.keyboard_renewed")
    await telegram.wait_for(lambda: texts(telegram, 1)[-1:] == [renewed], timeout=10)


@pytest.mark.parametrize(
    ("client", "language"),
    [("kk", "kk"), ("ky", "ky"), ("uz", "uz"), ("uz-Cyrl", "uz_cyrl"), ("tg", "tg"), ("tk", "tk"), ("be", "ru"), ("de", "en")],
)  # fmt: skip
async def test_the_first_message_is_in_the_language_of_the_client(
    app: App, telegram: EmbeddedTelegram, client: str, language: str
) -> None:
    telegram.add_person(11, "Aigerim", language_code=client)
    assert plain_text(Translator(language)("start.try")) in await ask(telegram, 11, "/start")


async def test_a_person_is_offered_the_language_of_the_letters_once(app: App, telegram: EmbeddedTelegram) -> None:
    telegram.say(2, "доллар қанша тұрады")
    offer = Translator("kk")("settings.offer_language")
    await telegram.wait_for(lambda: texts(telegram, 2)[-1:] == [offer], timeout=10)
    telegram.press(2, *button(telegram, 2, "Қазақша"))
    await telegram.wait_for(lambda: Translator("kk")("settings.language") in texts(telegram, 2), timeout=10)
    menu = shown_commands(telegram.world)["2"]
    assert menu[0]["description"] == Translator("kk").plain("rates.command.rates")
    await ask(telegram, 2, "нархи доллар чӣ қадар")
    assert Translator("tg")("settings.offer_language") not in texts(telegram, 2)


async def test_the_menu_of_a_chat_is_removed_with_its_data(app: App, telegram: EmbeddedTelegram) -> None:
    await choose(telegram, "ўзбекча", "uz_cyrl")
    assert shown_commands(telegram.world)["1"][0]["description"] == Translator("uz_cyrl").plain("rates.command.rates")
    await ask(telegram, 1, "/forget")
    telegram.press(1, *button(telegram, 1, Translator("uz_cyrl").plain("privacy.button_forget")))
    await telegram.wait_for(lambda: "1" not in shown_commands(telegram.world), timeout=10)


async def test_the_question_which_som_is_meant_becomes_the_answer(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    await choose(telegram, "kk", "kk")
    for request, label, answer in (
        ("1000 сом теңгеге", "UZS", "UZS"),
        ("usd сом < 10", "KGS", "USD/KGS"),
        ("/convert 100 usd сом", "KGS", "KGS"),
    ):
        question = await ask(telegram, 1, request)
        assert question.startswith(Translator("kk")("convert.which"))
        telegram.press(1, *button(telegram, 1, label))
        await telegram.wait_for(lambda: not _asks(telegram), timeout=10)
        assert answer in texts(telegram, 1)[-1]


def _asks(telegram: EmbeddedTelegram) -> bool:
    return texts(telegram, 1)[-1].startswith(Translator("kk")("convert.which"))
