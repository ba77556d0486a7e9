"""From an update to the one handler it is for: the tables of all features joined, rights checked, errors answered."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import Application, BaseUpdateProcessor, TypeHandler

from bot.domain import links
from bot.domain.articles import clean_text
from bot.domain.chats import Chat, ChatState
from bot.i18n import Translator, closest
from bot.views.message import View, parse_data
from handlers import (
    alerts,
    charts,
    convert,
    digest,
    history,
    inline,
    news,
    privacy,
    rates,
    saved,
    search,
    settings,
    start,
    status,
    topics,
)
from handlers import help as help_
from handlers.turn import Command, Handler, Plain, Press, Services, Turn
from storage import chats
from storage.database import Database, StorageError

log = structlog.get_logger()

_FEATURES: tuple[Any, ...] = (
    start,
    rates,
    charts,
    convert,
    history,
    news,
    search,
    saved,
    topics,
    alerts,
    digest,
    settings,
    status,
    privacy,
    help_,
)

# The one table of commands: it feeds the dispatcher, /help and Telegram's own menu.
COMMANDS: tuple[Command, ...] = tuple(command for feature in _FEATURES for command in feature.COMMANDS)
BUTTONS: dict[tuple[str, str], Press] = {
    key: press if isinstance(press, Press) else Press(press)
    for feature in _FEATURES
    for key, press in feature.BUTTONS.items()
}
# What links into the bot's own chat do (t.me/<bot>?start=<name>_<about what>).
LINKS: dict[str, Press] = {key: press for feature in _FEATURES for key, press in getattr(feature, "LINKS", {}).items()}
ANSWERS: dict[str, Handler] = {
    key: handler for feature in _FEATURES for key, handler in getattr(feature, "ANSWERS", {}).items()
}
# Features that know words said without a command; the first that answers ends the question.
PLAIN: tuple[Plain, ...] = tuple(feature.PLAIN for feature in _FEATURES if hasattr(feature, "PLAIN"))
_BY_NAME = {command.name: command for command in COMMANDS}

# Updates handled at once: enough to hide Telegram's answer time (performance notes: 50 ms each way), few enough for
# the database's pool.
CONCURRENT_UPDATES = 32


class OrderedByChat(BaseUpdateProcessor):
    """Updates of one chat one after another, of different chats at the same time.

    What is typed inline comes a letter at a time and is answered at once: nobody waits for an answer to half a word.
    """

    def __init__(self) -> None:
        super().__init__(CONCURRENT_UPDATES)
        self._locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: dict[int, int] = defaultdict(int)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the update when those before it in its chat are done."""
        if isinstance(update, Update) and update.inline_query:
            await coroutine
            return
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else 0
        self._waiting[chat] += 1
        try:
            async with self._locks[chat]:
                await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._locks[chat]

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go."""


class Dispatcher:
    """Answers updates. One for the process; `clock` gives UTC."""

    def __init__(self, database: Database, services: Services, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._services, self._clock = database, services, clock
        services.commands = COMMANDS

    def attach(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Take all updates of an application."""
        application.add_handler(TypeHandler(Update, self.handle))

    async def handle(self, update: Update, context: Any) -> None:
        """Answer one update; whatever goes wrong, the person gets a short answer and the log a line without texts."""
        turn: Turn | None = None
        try:
            if update.my_chat_member:
                await self._membership(update)
                return
            if update.inline_query:
                turn = self._stranger(update, context.bot)
                await self._recognise(turn)
                await inline.answer(turn, update.inline_query)
                return
            message = update.callback_query.message if update.callback_query else update.message
            if message is None or message.chat.type == ChatType.CHANNEL:
                return
            turn = self._stranger(update, context.bot)
            await self._recognise(turn)
            await self._answer(turn, update)
        except StorageError as error:
            log.error("storage failed", update=update.update_id, error=str(error))
            await self._apologise(turn, "common.storage_error")
        except TelegramError as error:
            log.warning("reply failed", update=update.update_id, error=type(error).__name__, reason=str(error)[:200])
        except Exception as error:
            log.exception("handler failed", update=update.update_id, error=type(error).__name__)
            await self._apologise(turn, "common.error")

    async def _answer(self, turn: Turn, update: Update) -> None:
        if update.callback_query:
            await self._press(turn, update.callback_query)
        elif isinstance(update.message, Message):
            await self._words(turn, update.message)

    def _stranger(self, update: Update, bot: Any) -> Turn:
        """Return a turn of somebody not looked up yet, in their client's language: enough to apologise in."""
        user, chat = update.effective_user, update.effective_chat
        if chat is not None:
            id_, kind = chat.id, chat.type
        elif user is not None:
            id_, kind = user.id, ChatType.PRIVATE.value  # typed inline, in a chat that is not told
        else:
            raise TypeError("an update from nowhere cannot be answered")
        settings = self._services.settings
        language = closest(user.language_code if user else None, settings.default_language)
        message = update.effective_message
        in_topic = isinstance(message, Message) and message.is_topic_message
        return Turn(
            chat=Chat(id_, kind, language, settings.default_timezone),
            t=Translator(language),
            database=self._database,
            now=self._clock(),
            bot=bot,
            services=self._services,
            user_id=user.id if user else None,
            user_name=user.first_name if user else "",
            thread_id=(message.message_thread_id or 0) if in_topic and isinstance(message, Message) else 0,
            operator=user is not None and user.id in settings.admin_ids,
            as_group=isinstance(update.message, Message) and update.message.sender_chat == chat,
            pressed=update.callback_query,
            asked=update.inline_query,
        )

    async def _recognise(self, turn: Turn) -> None:
        """Give the turn the chat as it is stored, with its language; a new chat is stored now.

        Who only types inline is no chat: nothing is stored.
        """
        async with self._database.read() as connection:
            stored = await chats.get(connection, turn.chat.id)
        if stored is None and turn.asked:
            return
        if stored is None:
            async with self._database.write() as connection:
                stored = await chats.ensure(connection, turn.chat, turn.now)
        turn.chat, turn.t = stored, Translator(stored.language)

    async def _words(self, turn: Turn, message: Message) -> None:
        if message.migrate_to_chat_id:
            async with self._database.write() as connection:
                await chats.migrate(connection, message.chat.id, message.migrate_to_chat_id)
            return
        if message.via_bot and message.via_bot.id == turn.bot.id:
            return  # a card of ours that somebody sent here
        # What is typed is said again where it is not understood: without marks that would turn the answer round.
        text = clean_text(message.text or "").strip()
        if text.startswith("/"):
            name, _, arguments = text[1:].partition(" ")
            name, _, addressee = name.partition("@")
            if addressee and addressee.casefold() != (turn.bot.username or "").casefold():
                return
            command = _BY_NAME.get(name.casefold().split("\n")[0])
            turn.arguments = arguments.strip()
            if turn.chat.awaiting and await turn.may_change():
                await turn.save(replace(turn.chat, awaiting=None, awaiting_until=None))
            if command is None:
                turn.arguments = text
                if turn.chat.private:
                    await help_.unknown(turn)
            elif command.name == links.START and (link := LINKS.get(turn.arguments.partition("_")[0])):
                await self._follow(turn, link)
            elif not command.changes or await turn.may_change():
                await command.handler(turn)
            else:
                await turn.say(View(turn.t("common.admins_only")))
            return
        awaiting, until = turn.chat.awaiting, turn.chat.awaiting_until
        turn.arguments = text
        if awaiting in ANSWERS and until is not None and turn.now < until and text:
            if await turn.may_change():
                await turn.save(replace(turn.chat, awaiting=None, awaiting_until=None))
                await ANSWERS[awaiting](turn)
            return
        if turn.chat.private:
            for hears in PLAIN:
                if await hears(turn):
                    return
            await help_.unknown(turn)

    async def _follow(self, turn: Turn, link: Press) -> None:
        """Do what a link into the bot's chat is for; who follows one is spoken to again."""
        if link.changes and not await turn.may_change():
            await turn.say(View(turn.t("common.admins_only")))
            return
        await start.wake(turn)
        await link.handler(turn, turn.arguments.partition("_")[2])

    async def _press(self, turn: Turn, query: CallbackQuery) -> None:
        parsed = parse_data(query.data or "")
        press = BUTTONS.get(parsed[:2]) if parsed else None
        if parsed is None or press is None:
            await turn.old_button()
        elif press.changes and not await turn.may_change():
            await turn.toast(turn.t.plain("common.admins_only"), alert=True)
        else:
            try:
                await press.handler(turn, *parsed[2])
            except TypeError as error:
                # Forged data with too many or too few arguments; a TypeError from deeper down is a bug of ours.
                if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                    raise
                await turn.old_button()
            await turn.toast("")

    async def _membership(self, update: Update) -> None:
        """Note that the bot was blocked or removed, let in again, or given back its right to write."""
        change = update.my_chat_member
        if change is None:
            return
        gone = change.new_chat_member.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
        now = self._clock()
        async with self._database.write() as connection:
            chat = await chats.get(connection, change.chat.id)
            if chat is None:
                return
            if gone:
                await chats.set_state(connection, chat.id, ChatState.GONE, now)
            elif chat.state in (ChatState.GONE, ChatState.PAUSED):
                await chats.set_state(connection, chat.id, ChatState.ACTIVE, now)
        log.info("membership changed", chat=change.chat.id, gone=gone)

    async def _apologise(self, turn: Turn | None, key: str) -> None:
        if turn is None:
            return
        try:
            if turn.asked:
                await inline.apologise(turn, turn.asked)
            elif turn.pressed:
                await turn.toast(turn.t.plain(key), alert=True)
            else:
                await turn.say(View(turn.t(key)))
        except TelegramError as error:
            log.warning("apology failed", error=type(error).__name__)
