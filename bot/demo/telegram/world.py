"""The state of the embedded Telegram: people, chats, messages, files, and the events that change them.

Everything here is synchronous and needs no network. The page and the tests add listeners for events; updates for the
bot go to `updates`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from bot.demo.telegram.flood import FloodPolicy
from bot.demo.telegram.people import (
    ANONYMOUS_ADMIN,
    KICKED,
    LEFT,
    MEMBER,
    SUPERGROUPS_BELOW,
    Chat,
    Person,
    member_object,
    reaches_bot,
)
from bot.demo.telegram.records import InlineQueryRecord, Profile, Site, StoredFile, Webhook
from bot.demo.telegram.spans import found_entities, trimmed
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
        self.listeners: list[Callable[[JSON], None]] = []
        self._message_ids = itertools.count(1)
        self._numbers = itertools.count(1)

    # -- people and chats

    def add_person(self, person: Person) -> Chat:
        """Add a person with their private chat. Raises ValueError for an id that is not a person's."""
        if person.id <= 0:
            raise ValueError("a person's id is positive")
        self.people[person.id] = person
        chat = Chat(person.id, members=[person.id])
        chat.object = {"id": person.id, "type": "private", "first_name": person.first_name}
        if person.username:
            chat.object["username"] = person.username
        self.chats[person.id] = chat
        return chat

    def add_group(self, chat: Chat) -> Chat:
        """Add a group with the bot. Raises ValueError for an id that is not a group's."""
        if chat.id >= 0:
            raise ValueError("a group's id is negative")
        kind = "supergroup" if chat.id < SUPERGROUPS_BELOW else "group"
        chat.object = {"id": chat.id, "type": kind, "title": chat.title}
        self.chats[chat.id] = chat
        return chat

    def chat(self, chat_id: object) -> Chat:
        """Return the chat of a call, by id or "@username". Raises ApiError if there is none."""
        if isinstance(chat_id, int) and chat_id in self.chats:
            return self.chats[chat_id]
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            for chat in self.chats.values():
                if not chat.private and chat.object.get("username", "").lower() == chat_id[1:].lower():
                    return chat
        raise bad_request("chat not found")

    def writable(self, chat_id: object) -> Chat:
        """Return the chat of a call that writes there. Raises ApiError if the bot may not."""
        chat = self.chat(chat_id)
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        if chat.private:
            if not self.people[chat.id].started:
                raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
            if chat.bot_status == KICKED:
                raise ApiError(403, "Forbidden: bot was blocked by the user")
        elif chat.bot_status == KICKED:
            raise ApiError(403, f"Forbidden: bot was kicked from the {chat.object['type']} chat")
        elif chat.bot_status == LEFT:
            raise ApiError(403, f"Forbidden: bot is not a member of the {chat.object['type']} chat")
        return chat

    def admit(self, chat: Chat, *, paid: bool = False) -> None:
        """Count one message or edit against the flood limits. Raises ApiError 429 if it exceeds them."""
        if self.flood and (seconds := self.flood.check(chat.id, self.clock(), paid=paid)):
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    # -- messages

    def add_message(self, chat: Chat, sender: JSON, content: JSON) -> JSON:
        """Add a message to a chat and publish it to the listeners."""
        message: JSON = {
            "message_id": next(self._message_ids),
            "from": sender,
            "chat": chat.object,
            "date": int(self.clock()),
            **content,
        }
        chat.messages[message["message_id"]] = message
        if len(chat.messages) > MESSAGES_KEPT:
            oldest = next(iter(chat.messages))
            del chat.messages[oldest]
            chat.reactions.pop(oldest, None)
            chat.keyboard_messages.discard(oldest)
        self.publish({"type": "message", "chat": chat.id, "message": message})
        return message

    def change_message(self, chat: Chat, message: JSON, content: JSON) -> JSON:
        """Replace a message by its edited form; a None in `content` removes a field."""
        edited = message | content
        if content.keys() - {"reply_markup"}:  # a change of buttons alone is not shown as an edit
            edited["edit_date"] = int(self.clock())
        edited = {name: value for name, value in edited.items() if value is not None}
        chat.messages[edited["message_id"]] = edited
        self.publish({"type": "edit", "chat": chat.id, "message": edited})
        return edited

    def delete_message(self, chat: Chat, message_id: int) -> None:
        """Delete a message from a chat."""
        del chat.messages[message_id]
        chat.reactions.pop(message_id, None)
        self.publish({"type": "delete", "chat": chat.id, "message_id": message_id})

    # -- actions of people

    def say(
        self,
        person_id: int,
        text: str,
        chat_id: int | None = None,
        reply_to: int | None = None,
        *,
        anonymous: bool = False,
        entities: Sequence[JSON] = (),
    ) -> JSON:
        """Write a message as a person; writing to a blocked bot unblocks it, as the Restart button does.

        In a group only commands and replies to the bot reach it, unless it is an administrator there. Raises
        ValueError for an unknown person or chat, a person who is not in the group, an anonymous one who is no admin
        there, and an empty or too long text.
        """
        person, chat = self.present(person_id, chat_id)
        if anonymous and person_id not in chat.admins:
            raise ValueError("only admins of a group may be anonymous")
        if chat.private and chat.bot_status == KICKED:
            self.set_bot_status(chat.id, person_id, MEMBER)
        person.started = person.started or chat.private
        text, kept = trimmed(text, list(entities))
        if not 0 < len(text) <= MAX_TEXT:
            raise ValueError(f"a message has 1 to {MAX_TEXT} characters")
        content: JSON = {"text": text}
        if found := kept + found_entities(text, kept):
            content["entities"] = found
        if reply_to is not None:
            if reply_to not in chat.messages:
                raise ValueError(f"no message {reply_to} in chat {chat.id}")
            content["reply_to_message"] = {
                name: value for name, value in chat.messages[reply_to].items() if name != "reply_to_message"
            }
        if anonymous:
            content["sender_chat"] = chat.object
        message = self.add_message(chat, ANONYMOUS_ADMIN if anonymous else person.user(), content)
        if chat.private or reaches_bot(self.bot, chat, message):
            self.updates.add("message", message)
        return message

    def press(self, person_id: int, message_id: int, data: str, chat_id: int | None = None) -> JSON:
        """Press a button as a person. The data may be anything: a forged client can send any value.

        Raises ValueError for an unknown person or chat. The query of a deleted message has an inaccessible message.
        """
        person, chat = self.present(person_id, chat_id)
        query_id = self.number()
        self.callbacks[query_id] = (chat.id, person_id, self.clock())
        message = chat.messages.get(message_id) or {"message_id": message_id, "chat": chat.object, "date": 0}
        query = {
            "id": query_id,
            "from": person.user(),
            "message": message,
            "chat_instance": str(chat.id * -7919),
            "data": data,
        }
        if chat.bot_status not in (LEFT, KICKED):
            self.updates.add("callback_query", query)
        return query

    def number(self) -> str:
        """Return a new identifier of a query."""
        return str(next(self._numbers) + (self.bot["id"] << 32))

    def set_bot_status(self, chat_id: int, person_id: int, status: str) -> None:
        """Block, unblock, add, remove or promote the bot: sends my_chat_member if that changes anything."""
        chat = self.chats[chat_id]
        old, chat.bot_status = chat.bot_status, status
        if old == status:
            return
        self.updates.add(
            "my_chat_member",
            {
                "chat": chat.object,
                "from": self.people[person_id].user(),
                "date": int(self.clock()),
                "old_chat_member": member_object(self.bot, old),
                "new_chat_member": member_object(self.bot, status),
            },
        )
        self.publish({"type": "blocked", "chat": chat_id, "blocked": status in (LEFT, KICKED)})

    def migrate(self, group_id: int, new_id: int) -> Chat:
        """Make a supergroup of a basic group, under a new id; a service message in each announces it."""
        old = self.chats[group_id]
        new = self.add_group(Chat(new_id, old.title, list(old.members), list(old.admins), old.bot_status))
        by = self.people[(old.admins or old.members)[0]].user()
        self.updates.add("message", self.add_message(old, by, {"migrate_to_chat_id": new_id}))
        self.updates.add("message", self.add_message(new, by, {"migrate_from_chat_id": group_id}))
        old.migrated_to = new_id
        return new

    def answer_callback(self, query_id: str, text: str, alert: bool) -> None:
        """Show the answer to a button press. Raises ApiError for an unknown, answered or old query."""
        chat_id, person_id, at = self.callbacks.pop(query_id, (0, 0, float("-inf")))
        if self.clock() - at > CALLBACK_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.publish({"type": "answer", "chat": chat_id, "person": person_id, "text": text, "alert": alert})

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
        if person is None or chat is None or person_id not in chat.members:
            raise ValueError(f"no person {person_id} in chat {chat_id}")
        return person, chat
