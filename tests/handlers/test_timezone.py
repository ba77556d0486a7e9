"""/timezone: the digest comes at the local hour of the typed place."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import LANGUAGES
from bot.views import zones
from handlers.digest import show_digest
from handlers.settings import show_settings, show_timezone
from storage import chats
from tests.handlers.conftest import NOW, Conversation


async def stored(conversation: Conversation) -> str:
    async with conversation.database.read() as connection:
        found = await chats.get(connection, conversation.chat.id)
    assert found is not None
    conversation.chat = found
    return found.timezone


@pytest.mark.parametrize("typed", ["GMT+3", "+3", "UTC+03:00", "utc +3", "гмт+3", "МСК", "Мәскеу"])
async def test_the_digest_comes_at_the_hour_of_the_typed_zone(conversation: Conversation, typed: str) -> None:
    await conversation.say(show_timezone, typed)
    assert await stored(conversation) == "Europe/Moscow"
    await conversation.say(show_digest, "08:00")
    await stored(conversation)
    due = conversation.chat.next_digest_at
    assert due is not None
    assert due.astimezone(ZoneInfo("Europe/Moscow")).time() == dt.time(8)


async def test_an_offset_is_answered_with_its_city_the_time_and_others_like_it(conversation: Conversation) -> None:
    view = await conversation.say(show_timezone, "GMT+5")
    assert "UTC+05:00: the time of Tashkent is used" in view.text
    assert "<b>Tashkent, UTC+05:00</b>" in view.text
    assert f"{NOW.astimezone(ZoneInfo('Asia/Tashkent')):%H:%M}" in view.text
    labels = [button.label for row in view.buttons for button in row]
    assert labels[:-1] == ["Almaty", "✓ Tashkent", "Dushanbe", "Ashgabat"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["ташкент", "Ташкент", "Tashkent", "TOSHKENT", "тошкент", "Taşkent"])
async def test_a_city_is_known_by_its_name_in_any_language_whatever_the_chat_speaks(
    conversation: Conversation, typed: str, language: str
) -> None:
    conversation.chat = replace(conversation.chat, language=language)
    view = await conversation.say(show_timezone, typed)
    assert await stored(conversation) == "Asia/Tashkent"
    assert f"{zones.city('Asia/Tashkent', language)}, UTC+05:00" in view.text


@pytest.mark.parametrize("typed", ["+15", "GMT+99", "UTC-13"])
async def test_an_impossible_offset_is_refused_and_changes_nothing(conversation: Conversation, typed: str) -> None:
    view = await conversation.say(show_timezone, typed)
    assert "Offsets go from UTC−12:00 to UTC+14:00" in view.text
    assert await stored(conversation) == "Asia/Almaty"


async def test_a_country_and_a_typing_error_are_asked_back_with_buttons_that_work(conversation: Conversation) -> None:
    view = await conversation.say(show_timezone, "Россия")
    assert "Choose a city" in view.text
    assert "Omsk · UTC+06:00" in [button.label for row in view.buttons for button in row]
    view = await conversation.say(show_timezone, "Taschkentt")
    await conversation.press(view.buttons[0][0].data)
    assert await stored(conversation) == "Asia/Tashkent"


async def test_a_zone_with_the_other_sign_is_neither_taken_nor_shown(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:settings:zone:Etc/GMT+5")
    assert (ctx.views, len(ctx.callback_answers)) == ([], 1)
    conversation.chat = replace(conversation.chat, timezone="Etc/GMT+5")
    for handler in (show_timezone, show_settings):
        assert "Etc/" not in (await conversation.say(handler)).text
