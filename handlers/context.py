"""The context of one update: the chat, the person, the language, and the ways to answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TypeVar, TypeVarTuple
from zoneinfo import ZoneInfo

from telegram import Bot, CallbackQuery, InlineQuery, InputFile, Message
from telegram.constants import ChatMemberStatus, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.config import Settings
from bot.delivery.drawing import Drawer
from bot.delivery.sender import Sender
from bot.domain.chats import Chat, ChatState
from bot.domain.errors import ExpiredButton
from bot.domain.intents import Intent, IntentKind
from bot.domain.typed import Typed
from bot.i18n import Translator
from bot.ingest.matching import Matcher
from bot.services import Database, chats, start
from bot.services.stats import StatsReader
from bot.sources.fetch import Fetcher
from bot.views import buttons
from bot.views.message import Button, View, addressed
from handlers.command import Command as Command  # handlers import both from here
from handlers.edits import Answer, Sent
from handlers.flood import retry_after_flood
from handlers.rates_view_cache import RatesViewCache

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# How long a prompt waits for a typed answer; a later text is an ordinary one.
PROMPT_FOR = dt.timedelta(minutes=10)


@dataclass(slots=True)
class Services:
    """The parts of the application that handlers use; made once. Without a fetcher no source can be tested.

    `commands` and `intents` are the tables of all features (handlers/features.py), and `on_request` answers a text
    (handlers/routing.py); the dispatcher sets them. `flood_pause` returns the seconds for which all messages pause
    because of a flood limit.
    """

    settings: Settings
    matcher: Matcher
    started_at: dt.datetime
    drawer: Drawer
    rates_views: RatesViewCache
    commands: tuple[Command, ...] = ()
    intents: Mapping[IntentKind, IntentHandler] = field(default_factory=dict)
    on_request: Callable[[Context, Typed], Awaitable[None]] | None = None
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
        if self.chat.private or self.operator or self.anonymous_admin:
            return True
        if self.user_id is None:
            return False
        try:
            member = await self.bot.get_chat_member(self.chat.id, self.user_id)
        except BadRequest:
            return False  # nobody of this group: a channel that speaks in it
        return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)

    async def reply(self, view: View) -> None:
        """Send a new message to the chat, or put it in place of an answer to the message before it was edited."""
        view = await self._noted(view)
        for place, one in enumerate(self.replaceable):
            if one.text:
                del self.replaceable[place]
                if await self._edited(one.message_id, view):
                    self.sent.append(one)
                    return
                break
        number = await retry_after_flood(lambda: self.sender.send(self.chat.id, self.thread_id, view))
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
        return replace(view, text="\n".join([*notes, view.text])) if notes else view

    async def _edited(self, message_id: int, view: View) -> bool:
        try:
            return await retry_after_flood(lambda: self.sender.edit(self.chat.id, message_id, view))
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
                await self.bot.delete_message(self.chat.id, one.message_id)

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
            or not await retry_after_flood(lambda: self.sender.edit(self.chat.id, number, view))
        ):
            await self.reply(view)

    async def edit_or_reply_photo(self, view: View, photo: bytes | str) -> str:
        """Show a picture in place of the one whose button was pressed, or as a new message; returns its file_id."""
        view = replace(view, text="\n".join([*self.notes, view.text]))  # kept for another attempt if this one fails
        message = self.callback_query.message if self.callback_query else None
        chat = self.chat.id
        if isinstance(message, Message) and message.photo and not self.under_record:
            number = message.message_id
            edited = await retry_after_flood(lambda: self.sender.edit_photo(chat, number, view, photo))
            if edited is not None:
                self.notes.clear()
                return edited
        sent = await retry_after_flood(lambda: self.sender.send_photo(chat, self.thread_id, view, photo))
        self.notes.clear()
        self.sent.append(Sent(sent.message_id, text=False))
        return sent.file_id

    async def edit_buttons(self, rows: tuple[tuple[Button, ...], ...]) -> None:
        """Put other buttons under the message whose button was pressed; its text stays."""
        if (number := self._pressed_id) is not None:
            await retry_after_flood(lambda: self.sender.edit_buttons(self.chat.id, number, rows))

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
                await self.bot.set_message_reaction(self.chat.id, self.message.message_id, emoji)

    async def save(self, chat: Chat) -> None:
        """Store the settings of the chat and apply them."""
        await chats.save_chat(self.database, chat)
        self.apply(chat)

    def apply(self, chat: Chat) -> None:
        """Use these settings of the chat for the rest of this context."""
        self.keyboard_due |= chat.language != self.chat.language
        self.chat, self.t = chat, Translator(chat.language)

    async def prompt(self, key: str, view: View, argument: str = "") -> None:
        """Ask for a typed answer: the next text of this person goes to the handler `key` of PROMPTS.

        The handler finds the argument in `ctx.prompt_argument`; it may prompt again after an answer of no use.
        In a group the bot receives only replies to its own messages (privacy mode): the person's app opens one.
        """
        self.asks_for_messages = False  # not yet
        await self.wait_for(f"{key} {argument}".rstrip())
        if self.chat.private or self.user_id is None:
            await self.reply(view)
        else:
            asked = addressed(view, self.user_id, self.user_name)
            number = await retry_after_flood(lambda: self.sender.send(self.chat.id, self.thread_id, asked, prompt=True))
            self.sent.append(Sent(number, text=False))  # the field for a reply cannot be edited

    async def wait_for(self, prompt: str) -> None:
        """Let the next text of this person go to the handler of a prompt: its key and its argument."""
        until = self.now + PROMPT_FOR
        await self.save(replace(self.chat, awaiting=prompt, awaiting_until=until, awaiting_from=self.user_id))

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
# Answers an intent: the request of a sentence.
IntentHandler = Callable[[Context, Intent], Awaitable[None]]
# Answers a pressed button; called with the values of its arguments.
ButtonHandler = Callable[..., Awaitable[None]]
# Answers a link into the bot's chat; called with the text behind the underscore.
LinkHandler = Callable[[Context, str], Awaitable[None]]


def existing(found: T | None) -> T:
    """Return what a button names; ExpiredButton if it does not exist (any more)."""
    if found is None:
        raise ExpiredButton
    return found


def on(
    action: buttons.Action[*Ts], handler: Callable[[Context, *Ts], Awaitable[None]]
) -> tuple[buttons.AnyAction, ButtonHandler]:
    """Return an action with its handler, whose parameters are of the action's types."""
    return action, handler
