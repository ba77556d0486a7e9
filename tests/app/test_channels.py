"""Changes of a channel that a person manages: rights taken and given back, a new name, the bot removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import Chat, ChatState
from storage import chats, destinations
from storage.database import Database
from tests.app.talk import ask, texts
from tests.waiting import eventually

OWNER, CHANNEL, GROUP = 1, -1_001_000_000_001, -1_001_000_000_002
POSTING = ["can_post_messages"]
NOW = dt.datetime(2025, 12, 8, tzinfo=dt.UTC)


class Channel:
    """A channel of a person, and a group."""

    def __init__(self, telegram: EmbeddedTelegram, database: Database) -> None:
        self.telegram, self.database = telegram, database

    def promote(self, *rights: str) -> None:
        """Give the bot these rights in the channel."""
        self.telegram.promote(CHANNEL, OWNER, self.telegram.world.bot["id"], list(rights))

    async def chat(self, number: int = CHANNEL) -> Chat:
        async with self.database.read() as connection:
            found = await chats.get(connection, number)
        assert found is not None
        return found

    async def until(self, state: ChatState) -> None:
        await eventually(self.chat, lambda chat: chat.state is state)

    async def notice(self, number: int) -> str:
        """Wait until the owner has so many notices; return the last one."""

        def found() -> list[str]:
            return [text for text in texts(self.telegram, OWNER) if text.startswith("📢 Market\n⏸")]

        await self.telegram.wait_for(lambda: len(found()) >= number, timeout=20)
        assert len(found()) == number
        return found()[-1]


@pytest.fixture
async def channel(app: App, telegram: EmbeddedTelegram, tmp_path: Path) -> AsyncIterator[Channel]:
    await ask(telegram, OWNER, "/start")
    telegram.add_channel(CHANNEL, "Market", [], [OWNER], bot_rights=POSTING)
    telegram.add_group(GROUP, "Traders", [], [OWNER])
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    async with database.write() as connection:
        await chats.ensure(connection, Chat(CHANNEL, "channel", "en", "Asia/Almaty", title="Market"), NOW)
        await destinations.add(connection, CHANNEL, NOW)
        await destinations.add_manager(connection, CHANNEL, OWNER, NOW)
    yield Channel(telegram, database)
    await database.close()


async def test_each_loss_of_the_right_to_post_is_one_notice_until_it_is_given_back(channel: Channel) -> None:
    for number in (1, 2):
        channel.promote("can_edit_messages")
        await channel.until(ChatState.PAUSED)
        assert "I can't post there any more" in await channel.notice(number)
        channel.promote(*POSTING)
        await channel.until(ChatState.ACTIVE)


async def test_a_removed_bot_is_reported_and_goes_on_when_it_is_an_admin_again(channel: Channel) -> None:
    channel.telegram.kick(CHANNEL, OWNER)
    await channel.until(ChatState.GONE)
    assert "I was removed, or" in await channel.notice(1)
    channel.promote(*POSTING)
    await channel.until(ChatState.ACTIVE)
    assert channel.telegram.messages(CHANNEL) == []  # no greeting for its readers


async def test_the_name_of_a_channel_and_of_a_group_is_followed(channel: Channel) -> None:
    channel.telegram.rename(CHANNEL, OWNER, "Market News")
    await eventually(channel.chat, lambda chat: chat.title == "Market News")
    channel.telegram.say(OWNER, "/rates", GROUP)
    await channel.telegram.wait_for(lambda: texts(channel.telegram, GROUP), timeout=20)
    assert (await channel.chat(GROUP)).title == "Traders"
    channel.telegram.rename(GROUP, OWNER, "Bazaar")
    await eventually(lambda: channel.chat(GROUP), lambda chat: chat.title == "Bazaar")


async def test_posts_of_people_in_a_channel_are_not_answered(channel: Channel) -> None:
    channel.telegram.say(OWNER, "/rates", CHANNEL)
    await ask(channel.telegram, OWNER, "/help")
    assert len(channel.telegram.messages(CHANNEL)) == 1


async def test_a_change_in_the_direct_messages_of_a_channel_changes_nothing(channel: Channel) -> None:
    me = channel.telegram.world.bot
    channel.telegram.world.updates.add(
        "my_chat_member",
        {
            "chat": {"id": CHANNEL, "type": "supergroup", "title": "Messages", "is_direct_messages": True},
            "from": {"id": OWNER, "is_bot": False, "first_name": "Ann"},
            "date": 1,
            "old_chat_member": {"status": "member", "user": me},
            "new_chat_member": {"status": "left", "user": me},
        },
    )
    await ask(channel.telegram, OWNER, "/help")
    chat = await channel.chat()
    assert (chat.state, chat.title) == (ChatState.ACTIVE, "Market")
