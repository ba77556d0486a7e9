"""Updates through the real dispatcher, and the requests to a Telegram that accepts everything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any

from telegram import Update
from telegram.error import BadRequest

from bot.config import load
from bot.delivery.drawing import Drawer
from bot.ingest.matching import Matcher
from bot.metrics import Metrics
from handlers.dispatch import Dispatcher
from handlers.rates_view_cache import RatesViewCache
from handlers.services import Services
from storage.database import Database
from tests.handlers.conftest import NOW

PERSON, GROUP = 7, -100


class RecordingBot:
    """Keeps the messages of all chats in their present form: `texts` and `markups` by message id; `reactions` beside them."""

    id, username, base_url = 1, "CrierBot", "https://telegram.invalid/bot"

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.markups: dict[int, dict[str, Any]] = {}
        self.reactions: list[tuple[int, str]] = []
        self.sent = 0
        self.frozen: set[int] = set()  # cannot be edited any more
        self.results: list[Any] = []
        self.guest_answers: list[tuple[str, Any]] = []
        self.callback_answers: list[str | None] = []
        self.menus: dict[int, list[str]] = {}
        self.late = False  # answers to presses come too late
        self._ids = count(1000)
        self.request = self

    def _add(self, text: str) -> int:
        number = next(self._ids)
        self.texts[number] = text
        self.sent += 1
        return number

    async def post(self, url: str, data: Any, **_more: Any) -> dict[str, Any]:
        text, number = data.parameters["text"], data.parameters.get("message_id")
        if not url.endswith("/editMessageText"):
            number = self._add(text)
            self.markups[number] = data.parameters.get("reply_markup", {})
            return {"message_id": number}
        if number in self.frozen or number not in self.texts:
            raise BadRequest("Message to edit not found")
        self.texts[number] = text
        self.markups[number] = data.parameters.get("reply_markup", {})
        return {"message_id": number}

    async def send_document(self, _chat: int, document: Any, **_more: Any) -> Any:
        return SimpleNamespace(message_id=self._add(f"file {document.filename}"))

    async def send_photo(self, _chat: int, _photo: Any, caption: str, **_more: Any) -> Any:
        return SimpleNamespace(message_id=self._add(f"photo {caption}"), photo=[SimpleNamespace(file_id="AgAC")])

    async def delete_message(self, _chat: int, message_id: int) -> bool:
        if message_id not in self.texts:
            raise BadRequest("Message to delete not found")
        del self.texts[message_id]
        return True

    async def set_message_reaction(self, _chat: int, message_id: int, emoji: str) -> None:
        self.reactions.append((message_id, emoji))

    async def answer_inline_query(self, _id: str, results: list[Any], **_more: Any) -> None:
        self.results = results

    async def answer_guest_query(self, guest_query_id: str, result: Any) -> None:
        self.guest_answers.append((guest_query_id, result))

    async def answer_callback_query(self, _id: str, text: str | None = None, **_more: Any) -> None:
        if self.late:
            raise BadRequest("Query is too old and response timeout expired or query id is invalid")
        self.callback_answers.append(text)

    async def set_my_commands(self, commands: Any, scope: Any) -> bool:
        self.menus[scope.chat_id] = [command.command for command in commands]
        return True

    async def delete_my_commands(self, scope: Any) -> bool:
        return self.menus.pop(scope.chat_id, None) is not None

    async def get_chat_member(self, _chat: int, _user: int) -> Any:
        return SimpleNamespace(status="administrator")


class MemberBot(RecordingBot):
    """A bot in a group in which nobody is an admin."""

    async def get_chat_member(self, _chat: int, _user: int) -> Any:
        return SimpleNamespace(status="member")


@dataclass(slots=True)
class Talk:
    """People who send updates to a dispatcher, one after another."""

    database: Database
    bot: RecordingBot = field(default_factory=RecordingBot)
    now: dt.datetime = NOW
    admins: str = ""
    public_url: str = ""
    metrics: Metrics = field(default_factory=Metrics)
    _numbers: Any = field(default_factory=lambda: count(1))
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        settings = load({}, admin_ids=self.admins, public_url=self.public_url)
        services = Services(settings, Matcher(), NOW, Drawer(), RatesViewCache(self.database))
        self.dispatcher = Dispatcher(
            self.database, services, lambda: self.now, lambda: self.now.timestamp(), metrics=self.metrics
        )

    async def update(self, kind: str, body: dict[str, Any]) -> list[str]:
        """Send one update and return the texts of the messages that were sent for it."""
        known = set(self.bot.texts)
        parsed = Update.de_json({"update_id": next(self._numbers), kind: body}, None)
        assert parsed is not None
        await self.dispatcher.handle(parsed, SimpleNamespace(bot=self.bot))
        return [text for number, text in self.bot.texts.items() if number not in known]

    def message(self, content: dict[str, Any], chat: int = PERSON, person: int = PERSON) -> dict[str, Any]:
        """Return a message of a person, by default in their own chat."""
        where = {"id": chat, "type": "private" if chat > 0 else "supergroup", "title": "Bazaar", "first_name": "Ann"}
        sender = {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        head = {"message_id": next(self._numbers), "date": int(self.now.timestamp()), "chat": where, "from": sender}
        return head | content

    async def press(self, data: str, chat: int = PERSON, person: int = PERSON) -> list[str]:
        """Press a button under the bot's newest message and return the texts of the messages that were sent for it."""
        message = self.message({"text": "…"}, chat, person) | {"message_id": max(self.bot.texts, default=1)}
        body = {"id": "1", "from": message["from"], "message": message, "chat_instance": "1", "data": data}
        return await self.update("callback_query", body)

    def buttons(self) -> dict[str, str]:
        """Return the data or links of the buttons under the newest message, by their labels."""
        rows = self.bot.markups[max(self.bot.texts)].get("inline_keyboard", [])
        return {one["text"]: one.get("callback_data") or one.get("url", "") for row in rows for one in row}

    async def send(self, content: dict[str, Any] | str, chat: int = PERSON, person: int = PERSON) -> list[str]:
        """Send a message: a text, or its fields."""
        fields = {"text": content} if isinstance(content, str) else content
        return await self.update("message", self.message(fields, chat, person))

    async def edit(self, message: dict[str, Any], content: dict[str, Any] | str, after: float = 20) -> list[str]:
        """Edit a message so many seconds after it was sent; returns the texts of the messages that were added."""
        fields = {"text": content} if isinstance(content, str) else content
        return await self.update("edited_message", message | {"edit_date": message["date"] + int(after)} | fields)


class InlineBot:
    """Keeps the answers to inline queries."""

    username = "JarchiBot"

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []

    async def answer_inline_query(self, query_id: str, results: list[Any], **more: Any) -> None:
        self.answers.append({"results": results, **more})
