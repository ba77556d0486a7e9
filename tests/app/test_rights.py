"""In a group all may read, and only admins may change settings: by command, by button, by a typed answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.wire import JSON
from bot.views.buttons import ACTIONS, Access
from handlers.features import COMMANDS, PROMPTS
from storage import chats, personal_data
from storage.database import Database
from tests.app.talk import filled
from tests.button_data import data_of

ADMIN, MEMBER, GROUP = 1, 2, -1_001_000_000_007
ONLY_ADMINS = "Only group admins can change this."
# Arguments with which a command changes something if it is let through; other commands are sent without any.
WORDS = {
    "subscribe": "gold",
    "unsubscribe": "oil",
    "alert": "kzt < 0.0018",
    "digest": "08:00",
    "language": "ru",
    "timezone": "bishkek",
    "quiet": "22-7",
}


class Group:
    """A group of an admin and a member, with a topic that the admin chose."""

    def __init__(self, telegram: EmbeddedTelegram, database: Database) -> None:
        self.telegram, self.database = telegram, database

    def sent(self) -> list[JSON]:
        """The bot's messages in the group."""
        return [m for m in self.telegram.messages(GROUP) if m["from"]["id"] == self.telegram.world.bot["id"]]

    async def ask(self, person: int, text: str, **options: Any) -> str:
        """Send a text to the group and return the answer; of a picture its caption."""
        before = self.sent()[-1:]
        self.telegram.say(person, text, GROUP, **options)
        await self.telegram.wait_for(lambda: self.sent()[-1:] != before, timeout=20)
        return str(self.sent()[-1].get("text", ""))

    async def press(self, person: int, data: str) -> str:
        """Press a button in the group and return the callback answer."""
        before = len(self.telegram.calls_of("answerCallbackQuery"))
        self.telegram.press(person, self.sent()[0]["message_id"], data, GROUP)
        await self.telegram.wait_for(lambda: len(self.telegram.calls_of("answerCallbackQuery")) > before, timeout=20)
        return str(self.telegram.calls_of("answerCallbackQuery")[-1].params.get("text", ""))

    async def kept(self) -> dict[str, Any]:
        """All stored data of the group."""
        async with self.database.read() as connection:
            return await personal_data.everything(connection, GROUP)

    async def await_answer(self, key: str) -> None:
        """Let the bot wait for a typed answer, as after a press on a button that asks for one."""
        async with self.database.write() as connection:
            chat = await chats.get(connection, GROUP)
            assert chat is not None
            until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
            await chats.save(connection, replace(chat, awaiting=key, awaiting_until=until))


@pytest.fixture
async def group(app: App, telegram: EmbeddedTelegram, tmp_path: Path) -> AsyncIterator[Group]:
    """A group that the running bot is in."""
    await filled(telegram)
    telegram.add_group(GROUP, "Traders", [MEMBER], [ADMIN])
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    group = Group(telegram, database)
    assert "oil" in await group.ask(ADMIN, "/subscribe oil")
    yield group
    await database.close()


async def test_a_member_changes_nothing_by_command_and_reads_everything(group: Group) -> None:
    before = await group.kept()
    for command in COMMANDS:
        answer = await group.ask(MEMBER, f"/{command.name} {WORDS.get(command.name, '')}".strip())
        assert (answer == ONLY_ADMINS) == command.changes, command.name
    assert await group.kept() == before


async def test_a_member_changes_nothing_by_button_and_reads_everything(group: Group) -> None:
    before = await group.kept()
    for action in ACTIONS.values():
        answer = await group.press(MEMBER, data_of(action))
        assert (answer == ONLY_ADMINS) == (action.access is Access.ADMINS), action
    assert await group.kept() == before


# Answers to prompts that understand no level.
TYPED = {
    "own.currencies": "rub tjs",
    "digest.time": "7:30",
    "banks.amount": "500",
    "chats.pick": "@bazaar",
    "chats.signature": "@bazaar",
}


@pytest.mark.parametrize("key", PROMPTS)
async def test_a_member_s_text_is_no_answer_to_a_prompt_for_admins(group: Group, key: str) -> None:
    answer = TYPED.get(key, "kzt < 0.0018")
    await group.await_answer(key)
    before = await group.kept()
    question = group.sent()[0]["message_id"]
    sent = len(group.sent())
    group.telegram.say(MEMBER, answer, GROUP, reply_to=question)
    await group.ask(MEMBER, "/help")
    assert len(group.sent()) == sent + 1
    assert await group.kept() == before  # the prompt is still open
    assert await group.ask(ADMIN, answer, reply_to=question) != ONLY_ADMINS
    assert (await group.kept())["chat"]["awaiting"] is None


@pytest.mark.parametrize("anonymous", [False, True])
async def test_an_admin_changes_by_command_button_and_answer(group: Group, anonymous: bool) -> None:
    await group.ask(ADMIN, "/quiet 22-7", anonymous=anonymous)
    await group.ask(ADMIN, "/subscribe gold", anonymous=anonymous)
    await group.press(ADMIN, "v1:digest:at:480:1")
    await group.press(ADMIN, "v1:settings:zone:Asia/Bishkek")
    kept = await group.kept()
    assert {name: kept["chat"][name] for name in ("quiet_start", "quiet_end", "digest_times", "timezone")} == {
        "quiet_start": 22 * 60,
        "quiet_end": 7 * 60,
        "digest_times": "480",
        "timezone": "Asia/Bishkek",
    }
    assert [one["text"] for one in kept["subscriptions"]] == ["oil", "gold"]


async def test_a_member_does_not_reactivate_a_group_that_an_admin_stopped(group: Group) -> None:
    await group.ask(ADMIN, "/stop")
    await group.ask(MEMBER, "/start")
    assert (await group.kept())["chat"]["state"] == "stopped"
    await group.ask(ADMIN, "/start", anonymous=True)
    assert (await group.kept())["chat"]["state"] == "active"
