"""One attempt to send a claimed delivery: its text, its request, and what the answer means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from telegram.error import BadRequest, TelegramError, TimedOut

from bot.delivery.answers import NotSent
from bot.delivery.claim_reader import ClaimReader
from bot.delivery.outcome_writer import Attempt
from bot.delivery.policy import Outcome, Verdict, decide, drop, judge, requeue
from bot.delivery.rate_limiter import Permission
from bot.delivery.render import Render
from bot.delivery.sender import Sender
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.events import ArticleCorrected, ArticlePublished, ReviewChanged
from bot.domain.reviews import is_needed
from bot.metrics import Metrics
from bot.views.message import View
from storage import chat_moves, deliveries, reviews
from storage.database import Database
from storage.errors import DATABASE_ERRORS, one_line
from storage.outcomes import DeliveryUpdate

log = structlog.get_logger()

# The answer to an edit of a message that is not there any more.
_GONE = BadRequest("message to edit not found")


@dataclass(slots=True, eq=False)
class Message:
    """A claimed delivery with its text. `edits`: the message that it replaces. `paused`: its chat is paused.

    `left`: it has the permission to leave, so that it may arrive from now on.
    """

    delivery: Delivery
    view: View
    paused: bool
    paid: bool
    edits: int | None
    left: bool = False


class Attempts:
    """Makes attempts. `clock` gives UTC."""

    def __init__(
        self, database: Database, sender: Sender, render: Render, clock: Callable[[], dt.datetime], metrics: Metrics
    ) -> None:
        self._database, self._sender, self._render = database, sender, render
        self._clock, self._metrics = clock, metrics

    async def prepare(
        self, reader: ClaimReader, delivery: Delivery, chat: Chat | None, chat_wait: float, *, paid: bool
    ) -> Message | DeliveryUpdate:
        """Return a claimed delivery with its text, or what becomes of one that is not sent now.

        `reader` is that of its claim. `chat_wait`: how long the limits of its chat hold it up, in seconds. `paid`: paid
        broadcasts are on.
        """
        if chat is None:  # claimed before the group became another chat, or the chat was deleted, and this with it
            return requeue(delivery)
        now, edited = self._clock(), None
        match delivery.event.content:
            case ArticleCorrected(article):
                edited = await deliveries.message_of(reader.connection, article, delivery.chat_id, delivery.thread_id)
            case ReviewChanged(post):
                edited = await deliveries.message_about(reader.connection, reviews.draft_key(post), delivery.chat_id, 0)
        if update := decide(delivery, chat, now, chat_wait, edited):
            return update
        try:
            view = await self._render(reader, delivery, chat, now)
        except DATABASE_ERRORS:
            raise
        except Exception as error:
            log.exception("delivery_failed", delivery=delivery.id, event=delivery.event.id, error=type(error).__name__)
            return DeliveryUpdate(delivery.id, DeliveryState.DEAD, error=type(error).__name__)
        if view is None:
            return drop(delivery, "nothing to say")
        if isinstance(delivery.event.content, ArticlePublished) and is_needed(chat.post_form, delivery.review):
            return DeliveryUpdate(delivery.id, DeliveryState.REVIEW, attempted=False)
        edits = None if edited is None else edited.message_id
        return Message(delivery, view, chat.state is ChatState.PAUSED, paid and delivery.paid, edits)

    async def make(self, message: Message, permission: Permission) -> Attempt:
        """Send one delivery; what is refused for its markup, or because its group moved, is sent once more."""
        delivery, chat_id, began = message.delivery, message.delivery.chat_id, self._clock()
        try:
            verdict = await self._send(message, chat_id, permission=permission)
            if verdict.outcome is Outcome.MOVED and verdict.new_chat_id is not None:
                async with self._database.write() as connection:
                    await chat_moves.migrate(connection, chat_id, verdict.new_chat_id)
                chat_id = verdict.new_chat_id
                if message.edits is None:
                    verdict = await self._send(message, chat_id)
                else:  # the message stayed behind
                    verdict = self._judge(_GONE, delivery)
            if verdict.outcome is Outcome.OUR_FAULT:
                log.error("message_refused", delivery=delivery.id, reason=verdict.reason)
                verdict = await self._send(message, chat_id, plain=True)
        except DATABASE_ERRORS as error:
            # A group has moved and the database does not take it: nothing was sent.
            verdict = judge(NotSent(one_line(error)), delivery, self._clock())
        except Exception as error:
            log.exception("delivery_failed", delivery=delivery.id, event=delivery.event.id, error=type(error).__name__)
            verdict = judge(TelegramError(type(error).__name__), delivery, self._clock())
        log.debug("attempted", delivery=delivery.id, chat=chat_id, outcome=verdict.outcome)
        return Attempt(delivery, verdict.update, chat_id, verdict.outcome, verdict.reason, began, message.paused)

    def unanswered(self, delivery: Delivery) -> Attempt:
        """Return the attempt of a delivery whose request was given up: it may have arrived."""
        verdict = self._judge(TimedOut(), delivery)
        return Attempt(delivery, verdict.update, delivery.chat_id, verdict.outcome, verdict.reason)

    async def _send(
        self, message: Message, chat_id: int, *, plain: bool = False, permission: Permission | None = None
    ) -> Verdict:
        """Make one request; returns what its answer means."""
        delivery, view, number = message.delivery, message.view, None
        error: TelegramError | None = None
        try:
            if message.edits is None:
                number = await self._sender.send(
                    *(chat_id, delivery.thread_id, view),
                    silent=delivery.silent,
                    plain=plain,
                    paid=message.paid,
                    permission=permission,
                )
            elif not await self._sender.edit(chat_id, message.edits, view, plain=plain, permission=permission):
                error = _GONE
        except TelegramError as refused:
            error = refused
        verdict = self._judge(error, delivery)
        return replace(verdict, update=replace(verdict.update, message_id=number))

    def _judge(self, error: TelegramError | None, delivery: Delivery) -> Verdict:
        verdict = judge(error, delivery, self._clock())
        self._metrics.attempted(delivery.event.kind, verdict.outcome)
        return verdict
