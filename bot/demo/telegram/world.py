"""The state of the embedded Telegram: people, chats, messages, files, and the events that change them.

Everything here is synchronous and needs no network. The page and the tests add listeners for events; updates for the
bot go to `updates`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from bot.demo.telegram.flood import FloodPolicy
from bot.demo.telegram.people import SUPERGROUPS_BELOW, Chat, Person, reaches_bot
from bot.demo.telegram.records import GuestQueryRecord, InlineQueryRecord, Profile, Site, StoredFile, Webhook
from bot.demo.telegram.rights import IN_CHAT, Member
from bot.demo.telegram.updates import Updates
from bot.demo.telegram.wire import JSON, ApiError, bad_request

# Older messages and files are deleted, so that a long demo or benchmark does not fill the memory.
MESSAGES_KEPT = 1000
FILES_KEPT = 1000
# The time for answering a button press. The real limit is not published; clients stop waiting earlier.
CALLBACK_SECONDS = 60.0
# The longest text of a message, in code points after entity parsing (message_length_max of
# https://core.telegram.org/api/config).
MAX_TEXT = 4096


class World:
    """The state of the embedded Telegram. `clock` returns seconds since 1970 (UTC)."""

    def __init__(self, bot: JSON, clock: Callable[[], float], flood: FloodPolicy | None = None) -> None:
        self.bot = bot
        self.clock = clock
        self.flood = flood
        self.stars = False  # whether the bot has Telegram stars to pay for broadcasts
        self.updates = Updates()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.sites: dict[str, Site] = {}  # by host, with its port
        self.profile = Profile()
        self.webhook = Webhook()
        self.callbacks: dict[str, tuple[int, int, float]] = {}  # id -> chat, person, time of the press
        self.inline: dict[str, InlineQueryRecord] = {}
        self.guests: dict[str, GuestQueryRecord] = {}
        self.listeners: list[Callable[[JSON], None]] = []
        self._message_ids = itertools.count(1)
        self._numbers = itertools.count(1)

    # -- people and chats

    def add_person(self, person: Person) -> Chat:
        """Add a person with their private chat. Raises ValueError for an id that is not a person's."""
        if person.id <= 0:
            raise ValueError("a person's id is positive")
        self.people[person.id] = person
        chat = Chat(person.id, people={person.id: IN_CHAT})
        chat.object = {"id": person.id, "type": "private", "first_name": person.first_name}
        if person.username:
            chat.object["username"] = person.username
        self.chats[person.id] = chat
        return chat

    def add_chat(self, chat: Chat, kind: str = "", username: str | None = None) -> Chat:
        """Add a group or a channel; without a kind it is the kind of group that its id belongs to.

        Raises ValueError for an id that is not of that kind.
        """
        numbered = "group" if chat.id > SUPERGROUPS_BELOW else "supergroup"
        if chat.id >= 0 or (kind and (kind == "group") != (numbered == "group")):
            raise ValueError(f"{chat.id} is no id of a {kind or 'group'}")
        chat.object = {"id": chat.id, "type": kind or numbered, "title": chat.title}
        if username:
            chat.object["username"] = username
        self.chats[chat.id] = chat
        return chat

    def chat(self, chat_id: object) -> Chat:
        """Return the chat of a call, by id or "@username". Raises ApiError if there is none."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            name = chat_id[1:].lower()
            named = (chat for chat in self.chats.values() if chat.object.get("username", "").lower() == name)
            found = next((chat for chat in named if not chat.private), None)
        # Calls to a deleted basic group have a refusal of their own.
        if found is None or (found.deleted and found.kind != "group"):
            raise bad_request("chat not found")
        return found

    def user(self, user_id: int) -> JSON:
        """Return the User object of a person or the bot."""
        return self.bot if user_id == self.bot["id"] else self.people[user_id].user()

    def member(self, chat: Chat, user_id: int) -> Member:
        """Return the status of a person or the bot in a chat."""
        return chat.bot if user_id == self.bot["id"] else chat.member(user_id)

    def admit(self, chat: Chat, *, paid: bool = False) -> None:
        """Count one message or edit against the flood limits. Raises ApiError 429 if it exceeds them."""
        if self.flood and (seconds := self.flood.check(chat.id, self.clock(), paid=paid)):
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    # -- messages

    def add_message(self, chat: Chat, sender: JSON, content: JSON) -> JSON:
        """Add a message to a chat and publish it to the listeners; in a channel its sender is the channel."""
        number = next(self._message_ids)
        if chat.kind == "channel":
            chat.posters[number] = sender["id"]
        message: JSON = {
            "message_id": number,
            **({"sender_chat": chat.object} if chat.kind == "channel" else {"from": sender}),
            "chat": chat.object,
            "date": int(self.clock()),
            **content,
        }
        chat.messages[message["message_id"]] = message
        if len(chat.messages) > MESSAGES_KEPT:
            self._forget_message(chat, next(iter(chat.messages)))
        self.publish({"type": "message", "chat": chat.id, "message": message})
        return message

    def change_message(self, chat: Chat, message: JSON, content: JSON) -> JSON:
        """Replace a message by its edited form; a None in `content` removes a field."""
        edited = message | content | {"chat": chat.object}
        if content.keys() - {"reply_markup"}:  # a change of buttons alone is not shown as an edit
            edited["edit_date"] = int(self.clock())
        edited = {name: value for name, value in edited.items() if value is not None}
        chat.messages[edited["message_id"]] = edited
        self.publish({"type": "edit", "chat": chat.id, "message": edited})
        return edited

    def delete_message(self, chat: Chat, message_id: int) -> None:
        """Delete a message from a chat."""
        self._forget_message(chat, message_id)
        self.publish({"type": "delete", "chat": chat.id, "message_id": message_id})

    def deliver(self, chat: Chat, message: JSON, *, edited: bool = False, always: bool = False) -> None:
        """Queue the update about a message of a person where the bot receives it.

        `always`: in every group of the bot, as service messages and messages by way of the bot.
        """
        if (always and chat.bot.present and chat.kind != "channel") or reaches_bot(self.bot, chat, message):
            kind = "channel_post" if chat.kind == "channel" else "message"
            self.updates.add(f"edited_{kind}" if edited else kind, message)

    def number(self) -> str:
        """Return a new identifier of a query."""
        return str(next(self._numbers) + (self.bot["id"] << 32))

    # -- files

    def add_file(self, kind: str, name: str, mime: str, content: bytes, width: int = 0, height: int = 0) -> StoredFile:
        """Store an uploaded file under a new id; `kind` is photo or document."""
        number = next(self._numbers)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        file = StoredFile(
            file_id=f"{'AgAC' if kind == 'photo' else 'BQAC'}{number:020d}",
            unique_id=f"AQAD{number:08d}",
            path=f"{kind}s/file_{number}.{suffix if suffix.isalnum() else 'bin'}",
            name=name,
            mime=mime,
            content=content,
            width=width,
            height=height,
        )
        self.files[file.file_id] = file
        if len(self.files) > FILES_KEPT:
            del self.files[next(iter(self.files))]
        return file

    # -- listeners

    def publish(self, event: JSON) -> None:
        """Pass an event of the page protocol to every listener."""
        for listener in self.listeners:
            listener(event)

    def present(self, person_id: int, chat_id: int | None) -> tuple[Person, Chat]:
        """Return a person and their chat (by default the one with the bot). Raises ValueError if they are not in it."""
        person = self.people.get(person_id)
        chat = self.chats.get(person_id if chat_id is None else chat_id)
        if person is None or chat is None or chat.deleted or not chat.member(person_id).present:
            raise ValueError(f"no person {person_id} in chat {chat_id}")
        return person, chat

    def _forget_message(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.posters.pop(message_id, None)
        chat.pinned.discard(message_id)
        chat.reactions.pop(message_id, None)
        chat.keyboard_messages.discard(message_id)
