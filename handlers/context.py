"""The context of one update: the chat, the person, the language, and the ways to answer."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TypeVar

from telegram import Bot, CallbackQuery, InlineQuery, InputFile, Message
from telegram.constants import ChatMemberStatus, ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.config import Settings
from bot.delivery.answers import seconds_of
from bot.delivery.drawing import Drawer
from bot.delivery.sender import Sender
from bot.domain.chats import Chat
from bot.i18n import Html, Translator
from bot.ingest.matching import Matcher
from bot.sources.fetch import Fetcher
from bot.views.message import View, mention
from handlers.edits import Answer, Sent
from handlers.rates_view_cache import RatesViewCache
from storage import chats
from storage.database import Database
from storage.stats import StatsReader

T = TypeVar("T")

# How long a typed answer to a question is waited for; later words are words again.
ASK_FOR = dt.timedelta(minutes=10)

# The longest a reply waits out a flood limit before it is given up; the person has typed again by then.
LONGEST_WAIT = 20.0


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call to Telegram, once more after a short wait if that is what it asks for."""
    try:
        return await call()
    except RetryAfter as flood:
        wait = seconds_of(flood)
        if wait > LONGEST_WAIT:
            raise
        await asyncio.sleep(wait)
        return await call()


@dataclass(frozen=True, slots=True)
class Command:
    """A command people can type. `changes` marks those that change settings: in groups only admins may.

    With the words of `reads` (lower case) after it, such a command only reads, and everybody may.
    `operators` marks those of the operators (ADMIN_IDS), who say them in their own chat with the bot; in
    the chats of others a `secret` one is as unknown as any other word.
    """

    name: str
    handler: Handler
    changes: bool = False
    description_key: str = ""
    reads: tuple[str, ...] = ()
    operators: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does. `changes` marks those that change settings: in groups only admins may.

    `operators` marks those of the operators alone.
    """

    handler: ButtonHandler
    changes: bool = False
    operators: bool = False


@dataclass(slots=True)
class Services:
    """What handlers may use besides the turn itself; made once. Without a fetcher nothing outside is looked at.

    `flood_pause` returns the seconds for which all messages pause because of a flood limit.
    """

    settings: Settings
    matcher: Matcher
    started_at: dt.datetime
    drawer: Drawer
    rates_views: RatesViewCache
    commands: tuple[Command, ...] = ()
    fetcher: Fetcher | None = None
    flood_pause: Callable[[], float] = lambda: 0.0
    stats: StatsReader | None = None  # made when an operator first asks


@dataclass(slots=True)
class Context:
    """One update of a person (a message, a button, an inline query) and the ways to answer it. `now` is UTC."""

    chat: Chat
    t: Translator
    database: Database
    now: dt.datetime
    bot: Bot
    services: Services
    user_id: int | None = None
    user_name: str = ""
    thread_id: int = 0
    arguments: str = ""
    operator: bool = False
    away_since: dt.datetime | None = None  # of a chat that has just come back (UTC)
    anonymous_admin: bool = False  # an anonymous admin, who speaks as the group itself
    callback_query: CallbackQuery | None = None
    message: Message | None = None  # what was said, with its markup and what it replies to
    inline_query: InlineQuery | None = None
    prompt: str | None = None  # the key of the prompt that the message answers
    # The answer to the message before it was edited, and those of its messages whose place a new one may take.
    earlier: Answer | None = None
    replaceable: list[Sent] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    made: list[tuple[str, int]] = field(default_factory=list)
    _answered: bool = field(default=False, repr=False)

    @property
    def is_operator(self) -> bool:
        """Whether this is an operator in their own chat with the bot: what they see is for nobody else."""
        return self.operator and self.chat.private

    @property
    def sender(self) -> Sender:
        """What puts views into chats."""
        return Sender(self.bot)

    async def may_change(self) -> bool:
        """Tell whether this person may change the chat's settings: in groups only admins may."""
        if self.chat.private or self.operator or self.anonymous_admin:
            return True
        if self.user_id is None:
            return False
        try:
            member = await self.bot.get_chat_member(self.chat.id, self.user_id)
        except BadRequest:
            return False  # nobody of this group: a channel that speaks in it
        return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)

    async def say(self, view: View) -> None:
        """Send a new message to the chat, or put it in place of an answer to the message before it was edited."""
        for place, one in enumerate(self.replaceable):
            if one.text:
                del self.replaceable[place]
                if await self._edited(one.message_id, view):
                    self.sent.append(one)
                    return
                break
        number = await patiently(lambda: self.sender.send(self.chat.id, self.thread_id, view))
        self.sent.append(Sent(number))

    async def _edited(self, message_id: int, view: View) -> bool:
        try:
            return await self.sender.edit(self.chat.id, message_id, view)
        except BadRequest:
            return False  # whatever forbids the edit, a new message says it

    def take_back(self, kind: str) -> list[int]:
        """Return the ids of what the message made before it was edited; the caller removes them.

        The answer that confirmed them may then be replaced; until it is, it stays, for it is still true.
        """
        if self.earlier is None or not any(made == kind for made, _ in self.earlier.made):
            return []
        taken = [number for made, number in self.earlier.made if made == kind]
        self.earlier.made = [one for one in self.earlier.made if one[0] != kind]
        self.replaceable = list(self.earlier.sent)
        return taken

    async def withdraw(self) -> None:
        """Delete the answers to the message before it was edited that nothing took the place of."""
        for one in self.replaceable if self.sent else ():
            with suppress(TelegramError):  # deleted by somebody else, or too old
                await self.bot.delete_message(self.chat.id, one.message_id)

    async def show(self, view: View) -> None:
        """Put the view in place of the message whose button was pressed; without one, send it."""
        message = self.callback_query.message if self.callback_query else None
        if message is None or not await self.sender.edit(self.chat.id, message.message_id, view):
            await self.say(view)

    async def show_photo(self, view: View, photo: bytes | str) -> str:
        """Show a picture in place of the one whose button was pressed, or as a new message; returns its file_id."""
        message = self.callback_query.message if self.callback_query else None
        chat = self.chat.id
        if isinstance(message, Message) and message.photo:
            number = message.message_id
            edited = await patiently(lambda: self.sender.edit_photo(chat, number, view, photo))
            if edited is not None:
                return edited
        sent = await patiently(lambda: self.sender.send_photo(chat, self.thread_id, view, photo))
        self.sent.append(Sent(sent.message_id, text=False))
        return sent.file_id

    async def toast(self, text: str, alert: bool = False) -> None:
        """Answer the press with a short note (200 characters at most, by the Bot API)."""
        if self.callback_query and not self._answered:
            self._answered = True
            await self.bot.answer_callback_query(self.callback_query.id, text[:200] or None, show_alert=alert)

    async def old_button(self) -> None:
        """Answer a press that means nothing any more, or was never ours."""
        await self.toast(self.t.plain("common.old_button"), alert=True)

    async def save(self, chat: Chat) -> None:
        """Store the chat's settings; the rest of this turn speaks by them."""
        async with self.database.write() as connection:
            await chats.save(connection, chat)
        self.chat, self.t = chat, Translator(chat.language)

    async def ask(self, key: str, view: View) -> None:
        """Ask for a typed answer: the next words of this chat go to the `key` of ANSWERS.

        In a group the bot hears only replies to its own messages (privacy mode): the person's app opens one.
        """
        await self.save(replace(self.chat, awaiting=key, awaiting_until=self.now + ASK_FOR))
        if self.chat.private or self.user_id is None:
            await self.say(view)
        else:
            asked = replace(view, text=Html(f"{mention(self.user_id, self.user_name)}, {view.text}"))
            number = await patiently(lambda: self.sender.send(self.chat.id, self.thread_id, asked, prompt=True))
            self.sent.append(Sent(number, text=False))  # the field for a reply cannot be edited

    async def send_file(self, name: str, content: bytes, caption: str) -> None:
        """Send a document with an HTML caption (1024 characters at most, by the Bot API)."""
        sent = await self.bot.send_document(
            self.chat.id,
            InputFile(BytesIO(content), filename=name),
            caption=caption,
            parse_mode=ParseMode.HTML,
            message_thread_id=self.thread_id or None,
        )
        self.sent.append(Sent(sent.message_id, text=False))


Handler = Callable[[Context], Awaitable[None]]
# Hears words said without a command; True if it has answered them.
TextHandler = Callable[[Context], Awaitable[bool]]
ButtonHandler = Callable[..., Awaitable[None]]
