"""A group is managed from its admin's private chat: each button and typed answer there acts on the group."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import Chat, Destination
from bot.views import actions
from bot.views.buttons import for_destination
from storage import chats, destinations, topics
from storage.database import Database
from tests.app.talk import ask, filled, texts

ADMIN, MEMBER, OWNER, GROUP = 1, 2, 3, -1_001_000_000_007
NOW = dt.datetime(2025, 12, 8, tzinfo=dt.UTC)


class Managing:
    """A private chat whose person presses buttons about a group."""

    def __init__(self, telegram: EmbeddedTelegram, database: Database, destination: Destination) -> None:
        self.telegram, self.database, self.destination = telegram, database, destination

    async def press(self, person: int, data: str) -> str:
        """Press a button about the group, and return the text of the message and of the callback answer."""
        sent = await ask(self.telegram, person, "/help")
        number = self.telegram.messages(person)[-1]["message_id"]
        before = len(self.telegram.calls_of("answerCallbackQuery"))
        self.telegram.press(person, number, for_destination(data, self.destination.id))
        await self.telegram.wait_for(lambda: len(self.telegram.calls_of("answerCallbackQuery")) > before, timeout=20)
        answered = str(self.telegram.calls_of("answerCallbackQuery")[-1].params.get("text", ""))
        shown = texts(self.telegram, person)[-1]
        return f"{'' if shown == sent else shown}\n{answered}"

    async def followed(self, chat: int) -> list[str]:
        async with self.database.read() as connection:
            return [one.query.text for one in await topics.of_chat(connection, chat, 0)]

    async def chat(self, chat: int) -> Chat:
        async with self.database.read() as connection:
            found = await chats.get(connection, chat)
        assert found is not None
        return found


@pytest.fixture
async def managing(app: App, telegram: EmbeddedTelegram, tmp_path: Path) -> AsyncIterator[Managing]:
    """A group in Russian that an English-speaking admin manages."""
    await filled(telegram)
    telegram.add_person(OWNER, "Olga")
    telegram.add_group(GROUP, "Traders & Co", [MEMBER], [OWNER, ADMIN])
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    async with database.write() as connection:
        await chats.ensure(connection, Chat(GROUP, "supergroup", "ru", "Asia/Almaty", title="Traders & Co"), NOW)
        destination = await destinations.add(connection, GROUP, NOW)
    yield Managing(telegram, database, destination)
    await database.close()


async def test_a_button_acts_on_the_group_and_answers_in_private(managing: Managing) -> None:
    shown = await managing.press(ADMIN, actions.TOPICS_SET("energy", True))
    assert "📢 Traders & Co" in shown
    assert await managing.followed(GROUP) == ["topic:energy"]
    assert await managing.followed(ADMIN) == []
    assert managing.telegram.messages(GROUP) == []
    below = managing.telegram.messages(ADMIN)[-1]["reply_markup"]["inline_keyboard"]
    assert all(one["callback_data"].startswith(f"v1.{managing.destination.id}:") for row in below for one in row)


async def test_a_closed_topic_is_moved_to_general_from_the_private_chat(managing: Managing) -> None:
    async with managing.database.write() as connection:
        query = await topics.ensure_query(connection, "gold")
        await topics.subscribe(connection, GROUP, 7, query.id, "instant", NOW)
    shown = await managing.press(ADMIN, actions.STATUS_HERE(7))
    assert "📢 Traders & Co\n🧵 OK, I'll post in General from now on." in shown
    assert await managing.followed(GROUP) == ["gold"]


async def test_the_screens_stay_in_the_language_of_the_person(managing: Managing) -> None:
    assert "Settings" in await managing.press(ADMIN, actions.SETTINGS_ALL())
    await managing.press(ADMIN, actions.SETTINGS_SPEAK("kk"))
    assert (await managing.chat(GROUP)).language == "kk"
    assert (await managing.chat(ADMIN)).language == "en"
    assert "Settings" in await managing.press(ADMIN, actions.SETTINGS_ALL())


async def test_a_typed_answer_acts_on_the_group(managing: Managing) -> None:
    await managing.press(ADMIN, actions.DIGEST_TYPE())
    answer = await ask(managing.telegram, ADMIN, "7:30")
    assert "Traders & Co" in answer
    assert "07:30" in answer
    assert (await managing.chat(GROUP)).next_digest_at is not None
    private = await managing.chat(ADMIN)
    assert (private.next_digest_at, private.awaiting) == (None, None)


async def test_another_request_while_the_bot_waits_for_an_answer_is_about_the_private_chat(managing: Managing) -> None:
    await managing.press(ADMIN, actions.DIGEST_TYPE())
    assert "Traders" not in await ask(managing.telegram, ADMIN, "/topics")
    assert (await managing.chat(ADMIN)).awaiting is None


async def test_a_person_without_the_right_changes_nothing(managing: Managing) -> None:
    assert "администратор" in await managing.press(MEMBER, actions.TOPICS_SET("energy", True))
    assert await managing.followed(GROUP) == []


async def test_a_former_admin_s_typed_answer_changes_nothing(managing: Managing) -> None:
    await managing.press(ADMIN, actions.DIGEST_TYPE())
    managing.telegram.demote(GROUP, OWNER, ADMIN)
    assert "Only admins" in await ask(managing.telegram, ADMIN, "7:30")
    assert (await managing.chat(GROUP)).next_digest_at is None


@pytest.mark.parametrize("number", ["0", "01", "999", "99999999", "-1", "x", "٣", ""])
async def test_a_forged_destination_changes_nothing(managing: Managing, number: str) -> None:
    sent = await ask(managing.telegram, ADMIN, "/help")
    message = managing.telegram.messages(ADMIN)[-1]["message_id"]
    managing.telegram.press(ADMIN, message, f"v1.{number}:topics:set:energy:1")
    await managing.telegram.wait_for(lambda: bool(managing.telegram.calls_of("answerCallbackQuery")), timeout=20)
    assert sent
    assert await managing.followed(GROUP) == await managing.followed(ADMIN) == []
