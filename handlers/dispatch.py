"""The dispatcher of updates: it counts and limits requests, passes each to its handler, and answers errors."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Chat as TelegramChat
from telegram import ChatMemberUpdated, InlineQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError
from telegram.ext import Application, TypeHandler

from bot.delivery.families import Family, family
from bot.domain.errors import ExpiredButton, InvalidInput, NotAllowed, StorageError, TooFast
from bot.domain.throttle import INLINE_BURST, INLINE_REFILL_SECONDS, Refusal, Throttle
from bot.domain.typed import Typed
from bot.log import where
from bot.metrics import Metrics
from bot.services import Database, chats
from bot.updates.held import HeldUpdates
from handlers import chats as chat_handlers
from handlers import guest, inline, languages, start
from handlers.chat_lookup import ChatLookup
from handlers.context import Context
from handlers.edits import Answer, Answers, in_time
from handlers.errors import answer_error
from handlers.features import COMMANDS, INTENTS
from handlers.incoming import is_addressed, message_of, typed_in
from handlers.membership import Memberships
from handlers.routing import kind_of, on_button, on_request, on_text
from handlers.services import Services
from handlers.update_processor import PerChatUpdateProcessor

log = structlog.get_logger()

# Refusals of a reply that are errors of the bot; all others are caused by the chat.
_OUR_FAULTS = (Family.MALFORMED, Family.UNKNOWN)


class Dispatcher:
    """Answers updates. One per process; `clock` gives UTC, `monotonic` the seconds for the limits per person."""

    def __init__(
        self,
        database: Database,
        services: Services,
        clock: Callable[[], dt.datetime],
        monotonic: Callable[[], float] = time.monotonic,
        metrics: Metrics | None = None,
        held: HeldUpdates | None = None,
    ) -> None:
        self._database, self._monotonic = database, monotonic
        self._throttle, self._inline = Throttle(), Throttle(INLINE_BURST, INLINE_REFILL_SECONDS)
        self._metrics, self._held = metrics or Metrics(), HeldUpdates() if held is None else held
        self._memberships = Memberships(self._held, self._on_return, self._on_join)
        self._answers = Answers()
        self._judged: dict[int, Refusal | None] = {}  # updates that have arrived and wait for their turn, by id
        self._lookup = ChatLookup(database, services, clock)
        services.commands, services.intents, services.on_request = COMMANDS, INTENTS, on_request

    def attach(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register for all updates of an application."""
        application.add_handler(TypeHandler(Update, self.handle))
        if isinstance(processor := application.update_processor, PerChatUpdateProcessor):
            processor.refuses = lambda update: self.judge(update, application.bot) is not None
        application.add_error_handler(self._on_library_error)

    async def _on_library_error(self, update: object, context: Any) -> None:
        """Count an update that failed before or outside its handler; else the library would log its text."""
        self._count_failed(update.update_id if isinstance(update, Update) else None, context.error)

    def _count_failed(self, number: int | None, error: BaseException | None) -> None:
        self._metrics.update_failed()
        if number is not None:
            self._held.release(number)
        log.error("update_failed", update=number, error=type(error).__name__, at=where(error) if error else "")

    def judge(self, update: Update, bot: Any) -> Refusal | None:
        """Count an update against the limit of its person, if it is a request; returns its refusal.

        To be called as the update arrives; `handle` answers it. An update that cannot be read is no request.
        """
        try:
            refusal = self._judge(update, typed_in(message_of(update), bot.username or ""), bot)
        except Exception:  # the library checks no types; `handle` reports it
            return None
        self._judged[update.update_id] = refusal
        return refusal

    def _judge(self, update: Update, typed: Typed | None, bot: Any) -> Refusal | None:
        message = message_of(update)
        if update.my_chat_member or update.inline_query:
            return None
        request = typed is not None or (message is not None and message.chat_shared)
        if not update.callback_query and (not request or message is None or _is_of_channel(message.chat)):
            return None
        if message is not None and _move_of(message):
            return None
        if update.edited_message and not self._is_answered_again(update.edited_message, typed):
            return None
        return self._refusal(self._lookup.new_context(update, bot), update, typed)

    async def handle(self, update: Update, context: Any) -> None:
        """Answer one update, and count it."""
        if update.update_id not in self._judged:
            self.judge(update, context.bot)
        refusal = self._judged.pop(update.update_id, None)
        try:
            typed = typed_in(message_of(update), context.bot.username or "")
        except Exception as error:  # the library checks no types: a text may be a number
            self._count_failed(update.update_id, error)
            return
        with self._metrics.answering(kind_of(update, typed)):
            await self._handle(update, typed, context, refusal)

    async def _handle(self, update: Update, typed: Typed | None, context: Any, refusal: Refusal | None) -> None:
        """Answer one update, or its refusal. After an error the person gets a short answer, the log no texts."""
        ctx: Context | None = None
        failed = False
        try:
            if update.my_chat_member:
                if not update.my_chat_member.chat.is_direct_messages:
                    await self._memberships.take(
                        update.update_id, self._lookup.new_context(update, context.bot), update.my_chat_member
                    )
                return
            if (renamed := update.message or update.channel_post) and renamed.new_chat_title:
                await chats.rename(self._database, renamed.chat.id, renamed.new_chat_title)
                return
            if update.inline_query:
                ctx = self._lookup.new_context(update, context.bot)
                await self._on_inline_query(ctx, update.inline_query)
                return
            if update.guest_message:
                await self._on_guest_message(self._lookup.new_context(update, context.bot), update.guest_message)
                return
            message = update.callback_query.message if update.callback_query else message_of(update)
            if update.callback_query and (message is None or message.chat.type == ChatType.CHANNEL):
                # A button without a message of the bot; the client waits.
                ctx = self._lookup.new_context(update, context.bot)
                await (self._answer_refusal(ctx, refusal) if refusal else answer_error(ctx, ExpiredButton()))
                return
            if message is None or _is_of_channel(message.chat):
                return
            if update.message and (move := _move_of(update.message)):
                await chats.move_to_supergroup(self._database, *move)
                return
            shared = update.message.chat_shared if update.message else None
            if not update.callback_query and typed is None and shared is None:
                return
            if update.edited_message and not self._is_answered_again(update.edited_message, typed):
                return
            ctx = self._lookup.new_context(update, context.bot)
            if refusal is not None:
                await self._answer_refusal(ctx, refusal)
                return
            await self._lookup.load_chat(ctx)
            if shared is not None:
                await _answered(ctx, chat_handlers.take_shared(ctx, shared))
            else:
                await self._answer(ctx, update, typed)
            await self._lookup.mark_active(ctx)
        except StorageError as error:
            failed = True
            log.error("storage_failed", update=update.update_id, error=str(error))
            await self._reply_error(ctx, error)
        except TelegramError as error:
            failed = isinstance(error, BadRequest) and family(str(error)) in _OUR_FAULTS
            log.warning("reply_failed", update=update.update_id, error=type(error).__name__, reason=str(error)[:200])
            if ctx is not None and ctx.callback_query:  # the person's app waits for it, and it may still arrive
                await self._reply_error(ctx, error)
        except Exception as error:
            failed = True
            self._held.release(update.update_id)
            log.error("handler_failed", update=update.update_id, error=type(error).__name__, at=where(error))
            await self._reply_error(ctx, error)
        finally:
            (self._metrics.update_failed if failed else self._metrics.handled)()

    async def _on_inline_query(self, ctx: Context, query: InlineQuery) -> None:
        refusal = self._inline.check(query.from_user.id, self._monotonic())
        if refusal is not None:
            self._metrics.throttled("silent" if refusal.repeated else "warn")
        if refusal is None or not refusal.repeated:
            await self._lookup.load_known_chat(ctx)
            await (inline.reply_error if refusal else inline.answer)(ctx, query)

    async def _on_guest_message(self, ctx: Context, message: Message) -> None:
        """Answer a question from a chat in which the bot is no member; other bots get no answer, so that none loops."""
        sender = message.sender_chat or message.from_user
        if sender is None or getattr(sender, "is_bot", False):
            return
        refusal = self._inline.check(sender.id, self._monotonic())
        if refusal is not None:
            self._metrics.throttled("silent" if refusal.repeated else "warn")
        if refusal is None or not refusal.repeated:
            await self._lookup.load_known_chat(ctx)
            await guest.answer(ctx, message, refusal)

    async def _answer(self, ctx: Context, update: Update, typed: Typed | None) -> None:
        if update.callback_query:
            await _answered(ctx, on_button(ctx, update.callback_query))
        elif typed is not None and (message := message_of(update)) is not None:
            ctx.message, ctx.earlier = message, self._answers.get(message) if update.edited_message else None
            await self._on_message(ctx, message, typed)

    def _is_answered_again(self, message: Message, typed: Typed | None) -> bool:
        """Return whether an edited message is answered: edited soon enough, and with another text than before."""
        earlier = self._answers.get(message)
        return bool(
            typed and typed.text and in_time(message) and not (earlier and earlier.text_hash == hash(typed.text))
        )

    async def _on_message(self, ctx: Context, message: Message, typed: Typed) -> None:
        """Answer a message, and keep the answer: that of an edited message is replaced."""
        earlier = ctx.earlier
        if earlier is not None and not earlier.made:
            ctx.replaceable = list(earlier.sent)
        try:
            await _answered(ctx, on_text(ctx, typed))
            await languages.offer(ctx, typed)
            await ctx.withdraw()
        finally:
            answer = Answer(hash(typed.text), ctx.sent, ctx.made, ctx.answered_prompt)
            if earlier is not None and earlier.made:  # not undone, so its answer is kept too
                answer.sent, answer.made = [*earlier.sent, *answer.sent], [*earlier.made, *answer.made]
            self._answers.keep(message, answer)

    def _refusal(self, ctx: Context, update: Update, typed: Typed | None) -> Refusal | None:
        """Count a request against the limit of its person. Messages between members of a group are no requests."""
        message = message_of(update)
        if typed is not None and not ctx.chat.private and not is_addressed(ctx, typed, message):
            return None
        # Anonymous admins and channels send as chats; their updates name one user for all of them.
        chat = message.sender_chat if message else None
        person = chat.id if chat else ctx.user_id or ctx.chat.id
        return self._throttle.check(person, self._monotonic(), press=update.callback_query is not None)

    async def _answer_refusal(self, ctx: Context, refusal: Refusal) -> None:
        """Name the seconds left: over each pressed button, and once in a pause as a message."""
        silent = ctx.callback_query is None and refusal.repeated
        self._metrics.throttled("silent" if silent else "warn")
        if not silent:
            await self._lookup.load_chat(ctx)
            await self._reply_error(ctx, TooFast(refusal.seconds))

    async def _on_return(self, ctx: Context) -> None:
        """Offer a summary to a chat that has unblocked the bot."""
        await self._lookup.load_chat(ctx)
        await start.offer(ctx, ctx.away_since)

    async def _on_join(self, ctx: Context, change: ChatMemberUpdated) -> None:
        """Greet a group that the bot was added to, and let the person who did that set up the group or channel."""
        await chat_handlers.on_added(ctx, change)
        if change.chat.type != ChatType.CHANNEL:
            await self._lookup.load_chat(ctx)
            await start.greet_group(ctx)

    async def close(self) -> None:
        """Stop the background tasks."""
        await self._memberships.close()

    async def _reply_error(self, ctx: Context | None, error: Exception) -> None:
        if ctx is None:
            return
        try:
            await answer_error(ctx, error)
        except TelegramError as refusal:
            log.warning("error_reply_failed", error=type(refusal).__name__)


async def _answered(ctx: Context, answer: Awaitable[None]) -> None:
    """Run a handler; answer the errors that a person caused."""
    try:
        await answer
    except (InvalidInput, NotAllowed, ExpiredButton) as error:
        await answer_error(ctx, error)


def _is_of_channel(chat: TelegramChat) -> bool:
    """Return whether a chat is a channel, or holds the direct messages to one, which are for its admins."""
    return chat.type == ChatType.CHANNEL or bool(chat.is_direct_messages)


def _move_of(message: Message) -> tuple[int, int] | None:
    """Return the ids of a group and of the supergroup that it became; both send such a message, in any order."""
    if message.migrate_to_chat_id:
        return message.chat.id, message.migrate_to_chat_id
    if message.migrate_from_chat_id:
        return message.migrate_from_chat_id, message.chat.id
    return None
