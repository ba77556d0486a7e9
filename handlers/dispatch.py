"""From an update to the one handler it is for: the tables of all features joined, rights checked, errors answered."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import structlog
from telegram import CallbackQuery, InlineQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError
from telegram.ext import Application, TypeHandler

from bot.delivery.families import Family, family
from bot.domain import links
from bot.domain.chats import Chat
from bot.domain.throttle import INLINE_QUERIES_A_MINUTE, Throttle, Verdict
from bot.domain.typed import Typed
from bot.i18n import Translator, closest
from bot.log import where
from bot.metrics import Metrics
from bot.updates.held import HeldUpdates
from bot.views.message import View, parse_data
from handlers import (
    alerts,
    broadcast,
    charts,
    convert,
    digest,
    failures,
    history,
    inline,
    news,
    privacy,
    rates,
    saved,
    search,
    settings,
    sources,
    start,
    stats,
    status,
    story,
    topics,
)
from handlers import help as help_
from handlers.edits import Answer, Answers, in_time
from handlers.incoming import message_of, typed_in
from handlers.membership import Memberships
from handlers.turn import Command, Handler, Plain, Press, Services, Turn
from storage import chat_moves, chats
from storage.database import Database
from storage.errors import StorageError
from storage.loader import Loader

log = structlog.get_logger()

_FEATURES: tuple[Any, ...] = (
    start,
    rates,
    charts,
    convert,
    history,
    news,
    story,
    search,
    saved,
    topics,
    alerts,
    digest,
    settings,
    sources,
    status,
    stats,
    failures,
    broadcast,
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
# Refusals of a reply that mean that we cannot answer; all others are the chat's own.
_OUR_FAULTS = (Family.MALFORMED, Family.UNKNOWN)
_BY_NAME = {command.name: command for command in COMMANDS}


class Dispatcher:
    """Answers updates. One for the process; `clock` gives UTC, `monotonic` the seconds that people are throttled by."""

    def __init__(
        self,
        database: Database,
        services: Services,
        clock: Callable[[], dt.datetime],
        monotonic: Callable[[], float] = time.monotonic,
        metrics: Metrics | None = None,
        held: HeldUpdates | None = None,
    ) -> None:
        self._database, self._services, self._clock, self._monotonic = database, services, clock, monotonic
        self._throttle, self._inline = Throttle(), Throttle(limit=INLINE_QUERIES_A_MINUTE)
        self._metrics, self._held = metrics or Metrics(), HeldUpdates() if held is None else held
        self._memberships = Memberships(self._held, self._returned)
        self._answers = Answers()
        self._stored, self._newcomers = Loader(self._find), Loader(self._welcome)
        self._active = Loader(self._mark_active)
        services.commands = COMMANDS

    def attach(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Take all updates of an application."""
        application.add_handler(TypeHandler(Update, self.handle))
        application.add_error_handler(self._broken)

    async def _broken(self, update: object, context: Any) -> None:
        """Count an update that failed before or outside its handler; without this the library logs its words."""
        self._failed(update.update_id if isinstance(update, Update) else None, context.error)

    def _failed(self, number: int | None, error: BaseException | None) -> None:
        self._metrics.update_failed()
        if number is not None:
            self._held.release(number)
        log.error("update_failed", update=number, error=type(error).__name__, at=where(error) if error else "")

    async def handle(self, update: Update, context: Any) -> None:
        """Answer one update, and count it."""
        try:
            typed = typed_in(message_of(update), context.bot.username or "")
        except Exception as error:  # the library checks no types: a text may be a number
            self._failed(update.update_id, error)
            return
        with self._metrics.answering(_kind(update, typed)):
            await self._handle(update, typed, context)

    async def _handle(self, update: Update, typed: Typed | None, context: Any) -> None:
        """Answer one update; whatever goes wrong, the person gets a short answer and the log a line without texts."""
        turn: Turn | None = None
        failed = False
        try:
            if update.my_chat_member:
                await self._memberships.take(
                    update.update_id, self._stranger(update, context.bot), update.my_chat_member
                )
                return
            if update.inline_query:
                turn = self._stranger(update, context.bot)
                await self._typed_inline(turn, update.inline_query)
                return
            message = update.callback_query.message if update.callback_query else message_of(update)
            if update.callback_query and (message is None or message.chat.type == ChatType.CHANNEL):
                turn = self._stranger(update, context.bot)  # a button under no message of ours: its app waits
                if self._throttled(turn, update, typed) is Verdict.ALLOW:
                    await turn.old_button()
                return
            if message is None or message.chat.type == ChatType.CHANNEL or message.chat.is_direct_messages:
                return  # the messages of people to a channel are for its admins
            if update.message and (move := _move_of(update.message)):
                await self._migrate(*move)
                return
            if not update.callback_query and typed is None:
                return
            if update.edited_message and not self._reads_again(update.edited_message, typed):
                return
            turn = self._stranger(update, context.bot)
            verdict = self._throttled(turn, update, typed)
            if verdict is not Verdict.ALLOW:
                self._metrics.throttled(verdict)
            if verdict is Verdict.SILENT:
                await turn.toast("")
                return
            await self._recognise(turn)
            if verdict is Verdict.WARN:
                await self._apologise(turn, "common.too_fast")
                return
            await self._answer(turn, update, typed)
            await self._note_activity(turn)
        except StorageError as error:
            failed = True
            log.error("storage failed", update=update.update_id, error=str(error))
            await self._apologise(turn, "common.storage_error")
        except TelegramError as error:
            failed = isinstance(error, BadRequest) and family(str(error)) in _OUR_FAULTS
            log.warning("reply failed", update=update.update_id, error=type(error).__name__, reason=str(error)[:200])
        except Exception as error:
            failed = True
            self._held.release(update.update_id)
            log.error("handler failed", update=update.update_id, error=type(error).__name__, at=where(error))
            await self._apologise(turn, "common.error")
        finally:
            (self._metrics.update_failed if failed else self._metrics.handled)()

    async def _typed_inline(self, turn: Turn, query: InlineQuery) -> None:
        verdict = Verdict.ALLOW if turn.operator else self._inline.look(query.from_user.id, self._monotonic())
        if verdict is not Verdict.ALLOW:
            self._metrics.throttled(verdict)
        if verdict is not Verdict.SILENT:
            await self._recognise(turn)
            await (inline.answer if verdict is Verdict.ALLOW else inline.apologise)(turn, query)

    async def _answer(self, turn: Turn, update: Update, typed: Typed | None) -> None:
        if update.callback_query:
            await self._press(turn, update.callback_query)
        elif typed is not None and (message := message_of(update)) is not None:
            turn.message, turn.earlier = message, self._answers.get(message) if update.edited_message else None
            await self._message(turn, message, typed)

    def _reads_again(self, message: Message, typed: Typed | None) -> bool:
        """Return whether an edited message is answered: soon enough, and with other words than before."""
        earlier = self._answers.get(message)
        return bool(typed and typed.text and in_time(message) and not (earlier and earlier.said == hash(typed.text)))

    async def _message(self, turn: Turn, message: Message, typed: Typed) -> None:
        """Answer a message; one that was edited has its earlier answer replaced. Remember what it led to."""
        earlier = turn.earlier
        if earlier is not None and not earlier.made:
            turn.replaceable = list(earlier.sent)
        try:
            await self._words(turn, typed)
            await turn.withdraw()
        finally:
            answer = Answer(hash(typed.text), turn.sent, turn.made, turn.prompt)
            if earlier is not None and earlier.made:  # not taken back, so its answer stands as well
                answer.sent, answer.made = [*earlier.sent, *answer.sent], [*earlier.made, *answer.made]
            self._answers.keep(message, answer)

    def _throttled(self, turn: Turn, update: Update, typed: Typed | None) -> Verdict:
        """Count what a person asks for. What members of a group say to each other asks for nothing."""
        message = message_of(update)
        if turn.operator or (typed and not turn.chat.private and not typed.is_for(turn.bot.username or "")):
            return Verdict.ALLOW
        # An anonymous admin and a channel speak as chats; the user named then is one for all of them.
        chat = message.sender_chat if message else None
        return self._throttle.look(chat.id if chat else turn.user_id or turn.chat.id, self._monotonic())

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
            as_group=(said := message_of(update)) is not None and said.sender_chat == chat,
            pressed=update.callback_query,
            asked=update.inline_query,
        )

    async def _recognise(self, turn: Turn) -> None:
        """Give the turn the chat as it is stored, with its language; a new chat is stored now.

        Who only types inline is no chat: nothing is stored.
        """
        stored = await self._stored.get(turn.chat.id)
        if stored is None and turn.asked:
            return
        turn.chat = stored or await self._newcomers.get(turn.chat) or turn.chat
        turn.t = Translator(turn.chat.language)

    async def _find(self, ids: Collection[int]) -> dict[int, Chat]:
        async with self._database.glance() as connection:
            return await chats.get_many(connection, ids)

    async def _welcome(self, newcomers: Collection[Chat]) -> dict[Chat, Chat]:
        async with self._database.write() as connection:
            stored = await chats.ensure_many(connection, newcomers, self._clock())
        return {newcomer: stored[newcomer.id] for newcomer in newcomers}

    async def _note_activity(self, turn: Turn) -> None:
        """Note the day on which a chat asked for something: one write a day for each, many at a time."""
        today = turn.now.date()
        if turn.chat.active_on is not None and turn.chat.active_on >= today:
            return
        try:
            await self._active.get((turn.chat.id, today))
        except Exception as error:  # the answer is out; the next one notes the day
            log.warning("activity_not_noted", error=type(error).__name__, at=where(error))

    async def _mark_active(self, active: Collection[tuple[int, dt.date]]) -> dict[tuple[int, dt.date], None]:
        async with self._database.write() as connection:
            for day in {day for _, day in active}:
                await chats.mark_active(connection, [chat for chat, on in active if on == day], day)
        return {}

    async def _migrate(self, old_id: int, new_id: int) -> None:
        async with self._database.write() as connection:
            await chat_moves.migrate(connection, old_id, new_id)

    async def _words(self, turn: Turn, typed: Typed) -> None:
        command = _BY_NAME.get(typed.command or "")
        if typed.command is not None and (command or not typed.loose):
            if typed.is_for(turn.bot.username or ""):
                await self._command(turn, typed, command)
            return
        turn.arguments = typed.text
        until = turn.chat.awaiting_until
        prompt = turn.chat.awaiting if until is not None and turn.now < until else None
        prompt = prompt or (turn.earlier.prompt if turn.earlier else None)
        if prompt in ANSWERS and typed.text:
            if await turn.may_change():
                turn.prompt = prompt
                if turn.chat.awaiting:
                    await turn.save(replace(turn.chat, awaiting=None, awaiting_until=None))
                await ANSWERS[prompt](turn)
            return
        if turn.chat.private:
            for hears in PLAIN if typed.text else ():
                if await hears(turn):
                    return
            await help_.unknown(turn)

    async def _command(self, turn: Turn, typed: Typed, command: Command | None) -> None:
        turn.arguments = typed.arguments
        if command is not None and command.secret and turn.chat.private and not turn.operator:
            command = None
        if turn.chat.awaiting and await turn.may_change():
            await turn.save(replace(turn.chat, awaiting=None, awaiting_until=None))
        if command is None:
            turn.arguments = typed.text
            if turn.chat.private:
                await help_.unknown(turn)
        elif command.operators and not turn.operates:
            await turn.say(View(turn.t("common.operators_only")))
        elif command.name == links.START and (link := LINKS.get(turn.arguments.partition("_")[0])):
            await self._follow(turn, link)
        elif not command.changes or turn.arguments.casefold() in command.reads or await turn.may_change():
            await command.handler(turn)
        else:
            await turn.say(View(turn.t("common.admins_only")))

    async def _follow(self, turn: Turn, link: Press) -> None:
        """Do what a link into the bot's chat is for; who follows one is spoken to again."""
        if link.changes and not await turn.may_change():
            await turn.say(View(turn.t("common.admins_only")))
            return
        away_since = await start.wake(turn)
        await link.handler(turn, turn.arguments.partition("_")[2])
        await start.offer(turn, away_since)

    async def _press(self, turn: Turn, query: CallbackQuery) -> None:
        parsed = parse_data(query.data or "")
        press = BUTTONS.get(parsed[:2]) if parsed else None
        if parsed is None or press is None:
            await turn.old_button()
        elif press.operators and not turn.operates:
            await turn.toast(turn.t.plain("common.operators_only"), alert=True)
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

    async def _returned(self, turn: Turn) -> None:
        """Offer what went on to who has let the bot in again."""
        await self._recognise(turn)
        await start.offer(turn, turn.away_since)

    async def close(self) -> None:
        """Stop what goes on beside the updates."""
        await self._memberships.close()

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


def _move_of(message: Message) -> tuple[int, int] | None:
    """Return the ids of a group and of the supergroup that it became; both of them say it, in either order."""
    if message.migrate_to_chat_id:
        return message.chat.id, message.migrate_to_chat_id
    if message.migrate_from_chat_id:
        return message.migrate_from_chat_id, message.chat.id
    return None


def _kind(update: Update, typed: Typed | None) -> str:
    """Return what an update is counted as; the library checks no types, so any field may be something else."""
    try:
        return _known_kind(update, typed)
    except (AttributeError, TypeError, IndexError):
        return "other"


def _known_kind(update: Update, typed: Typed | None) -> str:
    """Return the command, the feature of the button, or what kind of thing an update is."""
    if update.callback_query:
        parsed = parse_data(update.callback_query.data or "")
        return f"button {parsed[0]}" if parsed and parsed[:2] in BUTTONS else "button unknown"
    if typed and typed.command is not None:
        return f"/{typed.command}" if typed.command in _BY_NAME else "/unknown"
    return "words" if typed and typed.text else "membership" if update.my_chat_member else "other"
