"""/settings: one screen with a row for each setting, whose screens lead back to it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.domain.chats import ChatState, Quiet
from bot.domain.languages import BY_CODE
from bot.i18n import LANGUAGES
from bot.views import actions
from bot.views.message import View
from bot.views.settings import BETA
from handlers.privacy import ask_forget, show_privacy
from handlers.settings import show_language, show_quiet, show_settings, show_timezone
from storage import chats
from tests.handlers.conftest import Conversation


def labels(view: View) -> list[str]:
    assert all(len(row) == 1 for row in view.buttons)
    return [row[0].label for row in view.buttons]


async def state_of(conversation: Conversation) -> ChatState | None:
    async with conversation.database.read() as connection:
        found = await chats.get(connection, conversation.chat.id)
    return found.state if found else None


async def test_every_setting_is_a_row_with_its_value_in_the_order_of_use(conversation: Conversation) -> None:
    assert labels(await conversation.say(show_settings)) == [
        "🌐 Language: English",
        "📰 News: English",
        "💱 Currencies: not chosen",
        "🕗 Time zone: Almaty, UTC+05:00",
        "🌙 Quiet hours: off",
        "🗞 Digest: off",
        "🎨 Charts: light",
        "⌨️ Buttons below: shown",
        "📢 My channels and groups",
        "🔗 Share this setup",
        "🔒 Privacy",
    ]
    conversation.chat = replace(
        conversation.chat, language="ru", quiet=Quiet(1350, 420), digest_times=(450,), currencies=("RUB", "TJS", "UZS")
    )
    assert labels(await conversation.say(show_settings)) == [
        "🌐 Язык: Русский",
        "📰 Новости: русский",
        "💱 Валюты: RUB → TJS, UZS",
        "🕗 Часовой пояс: Алматы, UTC+05:00",
        "🌙 Тихие часы: 22:30-07:00",
        "🗞 Дайджест: 07:30",
        "🎨 Графики: светлые",
        "⌨️ Кнопки внизу: показаны",
        "📢 Мои каналы и группы",
        "🔗 Поделиться настройками",
        "🔒 Конфиденциальность",
    ]


@pytest.mark.parametrize("handler", [show_language, show_timezone, show_quiet, show_privacy])
async def test_each_screen_leads_back_to_the_settings_in_the_same_message(
    conversation: Conversation, handler: object
) -> None:
    view = await conversation.say(handler)  # type: ignore[arg-type]
    [back] = view.buttons[-1]
    assert (back.label, back.data) == ("‹ Back", actions.SETTINGS_ALL())
    ctx = await conversation.press(back.data)
    assert ctx.edited == 1
    assert "Settings" in ctx.views[0].text


async def test_the_row_of_each_setting_opens_its_screen_in_the_same_message(conversation: Conversation) -> None:
    for row in (await conversation.say(show_settings)).buttons:
        if row[0].data != actions.KEYBOARD_SET(False):  # a keyboard comes with a message of its own
            ctx = await conversation.press(row[0].data)
            assert (ctx.edited, len(ctx.views)) == (1, 1), row[0].label


async def test_a_group_has_no_row_for_the_keyboard(conversation: Conversation) -> None:
    conversation.chat = replace(conversation.chat, kind="supergroup")
    assert not any("Buttons" in label for label in labels(await conversation.say(show_settings)))


async def test_the_chosen_quiet_hours_are_marked(conversation: Conversation) -> None:
    ctx = await conversation.press(actions.SETTINGS_MUTE("22-7"))
    assert [button.label for button in ctx.views[0].buttons[0]] == ["✓ 22-7", "23-8", "0-6"]


async def test_messages_are_stopped_from_the_privacy_screen_and_the_settings_say_so(conversation: Conversation) -> None:
    view = await conversation.say(show_privacy)
    assert labels(view) == ["⏸ Stop all messages", "📄 Get my data", "🗑 Delete all my data", "‹ Back"]
    ctx = await conversation.press(view.buttons[0][0].data)
    assert await state_of(conversation) is ChatState.STOPPED
    assert "Messages are off in this chat. Turn them on: /start" in ctx.views[0].text


async def test_the_data_of_a_chat_comes_as_a_file_by_button(conversation: Conversation) -> None:
    ctx = await conversation.press(actions.PRIVACY_DATA())
    [(name, content, caption)] = ctx.files
    assert (name, caption) == ("jarchi-data.json", "All data about this chat.")
    assert json.loads(content)["chat"]["timezone"] == "Asia/Almaty"


async def test_data_is_deleted_only_after_a_question_whose_first_answer_is_no(conversation: Conversation) -> None:
    for view in ((await conversation.press(actions.PRIVACY_ASK())).views[0], await conversation.say(ask_forget)):
        assert labels(view) == ["No, keep it", "Yes, delete everything"]
    assert (await conversation.press(view.buttons[0][0].data)).views[0].text == "Nothing was deleted."
    assert await state_of(conversation) is ChatState.ACTIVE
    assert "deleted" in (await conversation.press(view.buttons[1][0].data)).views[0].text
    assert await state_of(conversation) is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_language_is_chosen_by_its_own_name(conversation: Conversation, language: str) -> None:
    view = (await conversation.press(actions.SETTINGS_SPEAK(language))).views[0]
    [chosen] = [button.label for row in view.buttons for button in row if button.label.startswith("✓")]
    assert chosen == f"✓ {LANGUAGES[language]}" + (BETA if BY_CODE[language].beta else "")
