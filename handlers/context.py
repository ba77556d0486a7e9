"""The context of one update: the chat, the person, the language, and the ways to answer."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar
from zoneinfo import ZoneInfo

from telegram import Bot, CallbackQuery, InlineQuery, Message
from telegram.error import BadRequest, TelegramError

from bot.delivery.sender import Sender
from bot.domain.chats import Chat, ChatState, Destination
from bot.domain.errors import ExpiredButton
from bot.i18n import Translator
from bot.services import Database, chats, start
from bot.views import buttons
from bot.views.chat_actions import CHATS_ONE
from bot.views.message import Rows, View, about_destination, addressed, managing
from handlers.admins import manages
from handlers.edits import Answer, Sent
from handlers.flood import retry_after_flood
from handlers.services import Services

T = TypeVar("T")

# How long a prompt waits for a typed answer; a later text is an ordinary one.
PROMPT_FOR = dt.timedelta(minutes=10)


@dataclass(slots=True)
class Context:
    """One update of a person (a message, a button, an inline query) and the ways to answer it. `now` is UTC.

    `chat` is the chat that the update is about; answers go to `here`. They differ where a person manages a group or
    channel from their private chat: `managed` is its destination then, and `thread_id` the topic of its forum.
    """

    chat: Chat
    t: Translator
    database: Database
    now: dt.datetime
    bot: Bot
    services: Services
    user_id: int | None = None
    user_name: str = ""
    thread_id: int = 0
    managed: Destination | None = None
    arguments: str = ""
    som: str = ""  # the money that the person said to mean by that word
    operator: bool = False
    away_since: dt.datetime | None = None  # since when (UTC) a chat that is just back was gone
    anonymous_admin: bool = False  # an admin who writes as the group itself
    callback_query: CallbackQuery | None = None
    message: Message | None = None  # the received message, with its markup and the message that it replies to
    inline_query: InlineQuery | None = None
    answered_prompt: str | None = None  # the prompt that the message answers: its key and its argument
    # The answer to the message before it was edited, and those of its messages that a new one may replace.
    earlier: Answer | None = None
    replaceable: list[Sent] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    # Lines of HTML above the next answer: a corrected word, that messages are on again.
    notes: list[str] = field(default_factory=list)
    asks_for_messages: bool = False  # the next answer reactivates the chat, and says so
    keyboard_due: bool = False  # the reply keyboard must be sent in another language
    made: list[tuple[str, int]] = field(default_factory=list)
    _answered: bool = field(default=False, repr=False)
    _private: Chat | None = field(default=None, repr=False)  # the private chat from which another one is managed

    @property
    def here(self) -> Chat:
        """The chat where the person is, and where answers go."""
        return self._private or self.chat

    def manage(self, destination: Destination, chat: Chat) -> None:
        """Let the rest of the update be about a managed chat; the rights of the person were checked."""
        self.managed, self._private = destination, self.here
        self.chat, self.thread_id = chat, destination.thread_id

    def manage_nothing(self) -> None:
        """Let the rest of the update be about the private chat again."""
        if self._private is not None:
            self.chat, self.managed, self._private, self.thread_id = self._private, None, None, 0

    @property
    def is_operator(self) -> bool:
        """Whether this is an operator in their own chat with the bot: their views are for nobody else."""
        return self.operator and self.chat.private

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the chat."""
        return ZoneInfo(self.chat.timezone)

    @property
    def prompt_argument(self) -> str:
        """The argument of the prompt that the message answers."""
        return (self.answered_prompt or "").partition(" ")[2]

    @property
    def sender(self) -> Sender:
        """The sender of views to chats."""
        return Sender(self.bot)

    async def may_change(self) -> bool:
        """Return whether this person may change the chat's settings: in groups only admins may."""
        if self.managed or self.chat.private or self.operator or self.anonymous_admin:
            return True
        return self.user_id is not None and await manages(self.bot, self.chat, self.user_id)

    async def reply(self, view: View) -> None:
        """Send a new message to the chat, or put it in place of an answer to the message before it was edited."""
        await self._send(await self._noted(view))

    async def _send(self, view: View) -> None:
        for place, one in enumerate(self.replaceable):
            if one.text:
                del self.replaceable[place]
                if await self._edited(one.message_id, view):
                    self.sent.append(one)
                    return
                break
        number = await retry_after_flood(lambda: self.sender.send(self.here.id, self._thread, view))
        self.sent.append(Sent(number, text=view.keyboard is None))  # one with a reply keyboard cannot be edited

    async def reactivate(self) -> None:
        """Reactivate an inactive chat, if this person may, and note it; sets since when the chat was gone."""
        self.asks_for_messages = False
        if self.chat.state is not ChatState.ACTIVE and await self.may_change():
            self.away_since = await start.reactivate_chat(self.database, self.chat.id, self.now)
            self.chat = replace(self.chat, state=ChatState.ACTIVE)
            self.notes.append(self.t("common.reactivated"))

    async def _noted(self, view: View) -> View:
        """Return a view with the notes above its text; they are used up."""
        if self.asks_for_messages:
            await self.reactivate()
        notes, self.notes = self.notes, []
        if self.managed is not None:
            view = managing(view, self.managed, CHATS_ONE())
        return replace(view, text="\n".join([*notes, view.text])) if notes else view

    async def _edited(self, message_id: int, view: View) -> bool:
        try:
            return await retry_after_flood(lambda: self.sender.edit(self.here.id, message_id, view))
        except BadRequest:
            return False  # whatever forbids the edit, a new message is sent

    def made_before(self, kind: str) -> list[int]:
        """Return the ids of the rows of a kind that the message created before it was edited."""
        return [number for made, number in self.earlier.made if made == kind] if self.earlier else []

    def replace_made(self, kind: str) -> None:
        """Note that the rows of a kind that the message created before were deleted: their answer may be replaced.

        Until then the answer stays, since it is true.
        """
        if self.earlier is not None and self.made_before(kind):
            self.earlier.made = [one for one in self.earlier.made if one[0] != kind]
            self.replaceable = list(self.earlier.sent)

    async def withdraw(self) -> None:
        """Delete those answers to the message before it was edited that no new one has replaced."""
        for one in self.replaceable if self.sent else ():
            with suppress(TelegramError):  # deleted by somebody else, or too old
                await self.bot.delete_message(self.here.id, one.message_id)

    @property
    def under_record(self) -> bool:
        """Whether the pressed button stands under a record, which is never overwritten."""
        return self.callback_query is not None and buttons.is_under_record(self.callback_query.data or "")

    async def edit_or_reply(self, view: View) -> None:
        """Put the view in place of the message whose button was pressed; without one, or under a record, send it."""
        view, number = await self._noted(view), self._pressed_id
        if (
            number is None
            or self.under_record
            or not await retry_after_flood(lambda: self.sender.edit(self.here.id, number, view))
        ):
            await self._send(view)

    async def edit_or_reply_photo(self, view: View, photo: bytes | str) -> str:
        """Show a picture in place of the one whose button was pressed, or as a new message; returns its file_id."""
        view = managing(view, self.managed, CHATS_ONE()) if self.managed else view
        view = replace(view, text="\n".join([*self.notes, view.text]))  # kept for another attempt if this one fails
        message = self.callback_query.message if self.callback_query else None
        chat = self.here.id
        if isinstance(message, Message) and message.photo and not self.under_record:
            number = message.message_id
            edited = await retry_after_flood(lambda: self.sender.edit_photo(chat, number, view, photo))
            if edited is not None:
                self.notes.clear()
                return edited
        sent = await retry_after_flood(lambda: self.sender.send_photo(chat, self._thread, view, photo))
        self.notes.clear()
        self.sent.append(Sent(sent.message_id, text=False))
        return sent.file_id

    async def edit_buttons(self, rows: Rows) -> None:
        """Put other buttons under the message whose button was pressed; its text stays."""
        if (number := self._pressed_id) is not None:
            shown = about_destination(rows, self.managed) if self.managed else rows
            await retry_after_flood(lambda: self.sender.edit_buttons(self.here.id, number, shown))

    @property
    def _thread(self) -> int:
        """The thread where answers go."""
        return 0 if self.managed else self.thread_id

    @property
    def _pressed_id(self) -> int | None:
        """The id of the message whose button was pressed."""
        message = self.callback_query.message if self.callback_query else None
        return message.message_id if message else None

    async def answer_callback(self, text: str, alert: bool = False) -> None:
        """Answer the callback query with a short text (200 characters at most, by the Bot API)."""
        if self.callback_query and not self._answered:
            self._answered = True
            await self.bot.answer_callback_query(self.callback_query.id, text[:200] or None, show_alert=alert)

    async def react(self, emoji: str) -> None:
        """Put the bot's reaction to the received message; where that is forbidden, none."""
        if self.message is not None:
            with suppress(TelegramError):
                await self.bot.set_message_reaction(self.here.id, self.message.message_id, emoji)

    async def save(self, chat: Chat) -> None:
        """Store the settings of the chat and apply them."""
        await chats.save_chat(self.database, chat)
        self.apply(chat)

    def apply(self, chat: Chat) -> None:
        """Use these settings of the chat for the rest of this context."""
        if self.managed is None:
            self.keyboard_due |= chat.language != self.chat.language
            self.t = Translator(chat.language)
        self.chat = chat

    async def prompt(self, key: str, view: View, argument: str = "") -> None:
        """Ask for a typed answer: the next text of this person goes to the handler `key` of PROMPTS.

        The handler finds the argument in `ctx.prompt_argument`; it may prompt again after an answer of no use.
        In a group the bot receives only replies to its own messages (privacy mode): the person's app opens one.
        """
        self.asks_for_messages = False  # not yet
        await self.wait_for(f"{key} {argument}".rstrip())
        if self.here.private or self.user_id is None:
            await self.reply(view)
        else:
            asked = addressed(view, self.user_id, self.user_name)
            number = await retry_after_flood(lambda: self.sender.send(self.here.id, self._thread, asked, prompt=True))
            self.sent.append(Sent(number, text=False))  # the field for a reply cannot be edited

    async def wait_for(self, prompt: str) -> None:
        """Let the next text of this person go to the handler of a prompt: its key and its argument.

        About a managed chat the id of its destination follows the key: `topics.words@5`.
        """
        key, space, argument = prompt.partition(" ")
        if self.managed is not None:
            key = f"{key.partition('@')[0]}@{self.managed.id}"
        until = self.now + PROMPT_FOR
        await self._save_here(
            replace(self.here, awaiting=key + space + argument, awaiting_until=until, awaiting_from=self.user_id)
        )

    async def close_prompt(self, key: str = "") -> None:
        """Close the open prompt, if its key begins so."""
        if self.here.awaiting and self.here.awaiting.startswith(key):
            await self._save_here(replace(self.here, awaiting=None, awaiting_until=None, awaiting_from=None))

    async def _save_here(self, chat: Chat) -> None:
        """Store the chat where the person is."""
        if self._private is None:
            await self.save(chat)
        else:
            await chats.save_chat(self.database, chat)
            self._private = chat

    async def send_file(self, name: str, content: bytes, caption: str) -> None:
        """Send a document with an HTML caption (1024 characters at most, by the Bot API)."""
        number = await self.sender.send_file(self.here.id, self._thread, name, content, caption)
        self.sent.append(Sent(number, text=False))


def existing(found: T | None) -> T:
    """Return what a button names; ExpiredButton if it does not exist (any more)."""
    if found is None:
        raise ExpiredButton
    return found
