"""The language of a chat: its choice, the menu in it, and the offer of the language that a person writes in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.languages import TABLE
from bot.i18n import Translator
from bot.views import actions
from handlers.languages import change
from handlers.settings import show_language
from handlers.start import start
from storage import chats
from storage.database import Database
from tests.handlers.conftest import Conversation
from tests.handlers.talk import GROUP, PERSON, Talk


@pytest.mark.parametrize(
    ("typed", "language"),
    [("kz", "kk"), ("ўзбекча", "uz_cyrl"), ("казахский", "kk"), ("tojiki", "tg"), ("Türkmençe", "tk"), ("KY", "ky")],
)
async def test_language_takes_the_names_that_people_type(conversation: Conversation, typed: str, language: str) -> None:
    view = await conversation.say(show_language, typed)
    assert view.text == Translator(language)("settings.language")


async def test_language_lists_all_by_their_own_names(conversation: Conversation) -> None:
    for typed in ("", "klingon"):
        view = await conversation.say(show_language, typed)
        labels = [button.label for row in view.buttons[:-1] for button in row]
        assert [label.removeprefix("✓ ").partition(" (")[0] for label in labels] == [one.endonym for one in TABLE]


async def test_the_first_message_offers_all_languages(conversation: Conversation) -> None:
    ctx = conversation.ctx()
    await start(ctx)
    languages = [row for row in ctx.views[-1].buttons if row[0].data and "start:language" in row[0].data]
    assert [button.label for row in languages for button in row] == [one.short for one in TABLE]
    pressed = await conversation.press(languages[1][-1].data)
    assert pressed.chat.language == "tk"
    assert Translator("tk")("start.try") in pressed.views[-1].text


async def test_the_menu_of_a_private_chat_follows_its_language_until_the_chat_is_forgotten(
    conversation: Conversation,
) -> None:
    chat = conversation.chat.id
    await conversation.press(actions.SETTINGS_SPEAK("kk"))
    assert conversation.menus.shown[chat][0] == Translator("kk").plain("rates.command.rates")
    await conversation.press(actions.PRIVACY_FORGET())
    assert not conversation.menus.shown


async def test_a_group_has_no_menu_of_its_own(conversation: Conversation) -> None:
    conversation.chat = replace(conversation.chat, id=-100, kind="supergroup")
    await change(conversation.ctx(), "kk")
    assert not conversation.menus.shown


async def test_an_operator_keeps_the_longer_menu(database: Database) -> None:
    people = Talk(database, admins=str(PERSON))
    await people.send("/language ru")
    assert "failures" in people.bot.menus[PERSON]


OFFERS = {Translator(one.code)("settings.offer_language"): one.code for one in TABLE}


def offered(sent: list[str]) -> list[str]:
    """Return the languages that are offered in these messages."""
    return [OFFERS[text] for text in sent if text in OFFERS]


async def test_the_language_of_the_letters_is_offered_once(database: Database) -> None:
    talk = Talk(database)
    assert offered(await talk.send("100 usd in tenge")) == []
    assert offered(await talk.send("доллар қанша тұрады")) == ["kk"]
    assert talk.buttons() == {"Қазақша": actions.SETTINGS_SPEAK("kk"), "English": actions.SETTINGS_SPEAK("en")}
    assert offered(await talk.send("теңге нешеден, әрі еуро")) == []
    assert offered(await talk.send("нархи доллар чӣ қадар")) == []


async def test_a_chosen_language_stays(database: Database) -> None:
    talk = Talk(database)
    await talk.send("/language ru")
    assert offered(await talk.send("доллар қанша тұрады")) == []


@pytest.mark.parametrize(
    "content",
    [
        "/search тұрады",
        "тұрады " * 40,
        {"text": "доллар қанша тұрады", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "A"}},
        "бағам",
    ],
)
async def test_other_texts_offer_nothing(database: Database, content: dict[str, object] | str) -> None:
    assert offered(await Talk(database).send(content)) == []


async def test_a_key_of_an_earlier_language_offers_nothing(database: Database) -> None:
    talk = Talk(database)
    assert offered(await talk.send(Translator("kk").plain("common.key_alerts"))) == []


async def test_a_group_is_offered_nothing(database: Database) -> None:
    assert offered(await Talk(database).send("@CrierBot доллар қанша тұрады", chat=GROUP)) == []


async def test_an_answer_to_the_offer_changes_the_language(database: Database) -> None:
    talk = Talk(database)
    await talk.send("kurs bugun qancha bo'ladi")
    await talk.press(talk.buttons()["Oʻzbekcha"])
    async with database.read() as connection:
        stored = await chats.get(connection, PERSON)
    assert stored is not None
    assert (stored.language, stored.language_offered) == ("uz", True)


@pytest.mark.parametrize(
    ("client", "timezone"),
    [
        ("en", "Asia/Almaty"),
        ("kk", "Asia/Almaty"),
        ("ky", "Asia/Bishkek"),
        ("uz", "Asia/Tashkent"),
        ("tg", "Asia/Dushanbe"),
    ],
)
async def test_a_new_chat_has_the_time_of_the_country_of_its_language(
    database: Database, client: str, timezone: str
) -> None:
    talk = Talk(database)
    message = talk.message({"text": "/start"})
    message["from"]["language_code"] = client
    await talk.update("message", message)
    async with database.read() as connection:
        stored = await chats.get(connection, PERSON)
    assert stored is not None
    assert stored.timezone == timezone
