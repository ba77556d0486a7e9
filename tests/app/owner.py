"""A person who manages chats from their private chat with the running bot."""

from __future__ import annotations

from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import Chat, ChatState, Destination
from storage import chats, destinations, topics
from storage.database import Database
from tests.app.talk import button

OWNER, EDITOR = 1, 2
CHANNEL, OTHER, GROUP = -1_001_000_000_011, -1_001_000_000_012, -1_001_000_000_013
POSTING = ["can_post_messages", "can_edit_messages"]


class Owner:
    """A person who taps, and the state that their taps have made."""

    def __init__(self, telegram: EmbeddedTelegram, database: Database, person: int = OWNER) -> None:
        self.telegram, self.database, self.person = telegram, database, person

    def texts(self, chat: int | None = None) -> list[str]:
        return [one["text"] for one in self.telegram.messages(chat or self.person) if "text" in one]

    async def tap(self, label: str) -> str:
        """Press the newest button with such a label; returns the newest text and the note."""
        return await self._pressed(*button(self.telegram, self.person, label))

    async def press(self, data: str) -> str:
        """Press a button with this data under the newest message of the bot."""
        number = [one for one in self.telegram.messages(self.person) if one["from"]["is_bot"]][-1]["message_id"]
        return await self._pressed(number, data)

    async def _pressed(self, number: int, data: str) -> str:
        before = len(self.telegram.calls_of("answerCallbackQuery"))
        self.telegram.press(self.person, number, data)
        await self.telegram.wait_for(lambda: len(self.telegram.calls_of("answerCallbackQuery")) > before, timeout=10)
        note = self.telegram.calls_of("answerCallbackQuery")[-1].params.get("text", "")
        return f"{self.texts()[-1]}\n{note}"

    async def choose(self, chat: int, title: str = "") -> str:
        """Send the answer of Telegram's list of chats."""
        before = len(self.texts())
        world = self.telegram.world
        shared = {"request_id": 1, "chat_id": chat, "title": title}
        message = world.add_message(world.chats[self.person], world.people[self.person].user(), {"chat_shared": shared})
        world.updates.add("message", message)
        await self.telegram.wait_for(lambda: len(self.texts()) > before, timeout=10)
        return self.texts()[-1]

    async def stored(self, chat: int) -> Chat | None:
        async with self.database.read() as connection:
            return await chats.get(connection, chat)

    async def state(self, chat: int) -> ChatState | None:
        found = await self.stored(chat)
        return found.state if found else None

    async def thread(self, chat: int) -> Destination:
        async with self.database.read() as connection:
            return (await destinations.of_chat(connection, chat))[-1]

    async def followed(self, chat: int, thread: int = 0) -> list[str]:
        async with self.database.read() as connection:
            return [str(one.query.topic) for one in await topics.of_chat(connection, chat, thread)]

    async def destination(self, chat: int) -> int:
        async with self.database.read() as connection:
            return (await destinations.of_chat(connection, chat))[0].id

    async def managed(self) -> list[int]:
        async with self.database.read() as connection:
            return [one.chat_id for one in await destinations.of_person(connection, self.person)]

    async def chosen(self, chat: int = CHANNEL) -> str:
        """Choose a chat, and return the message with the first topics."""
        before = len(self.texts())
        await self.choose(chat)
        await self.telegram.wait_for(lambda: len(self.texts()) > before + 1, timeout=10)
        return self.texts()[-1]
