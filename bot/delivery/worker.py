"""The worker: claims deliveries, lets them leave at Telegram's pace, and writes down what became of each."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Collection
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot
from telegram.error import TelegramError

from bot.delivery import outgoing
from bot.delivery.outcomes import Decision, Outcome, decide
from bot.delivery.pacing import Pacer
from bot.delivery.request import paced
from bot.domain.chats import Chat, ChatState
from bot.domain.events import Delivery, DeliveryState, EventKind
from bot.domain.times import is_quiet, quiet_ends
from bot.views.message import View
from storage import chats, deliveries
from storage.database import Database, StorageError
from storage.deliveries import Mark

log = structlog.get_logger()

Render = Callable[[AsyncConnection, Delivery, Chat, dt.datetime], Awaitable[View | None]]

# Sends on their way at once: at 29 a second and 50-500 ms an answer, 16 never hold the pace back.
IN_FLIGHT = 16
# How often the queue is looked at without being woken: another process may have written into it.
LOOK_SECONDS = 1.0
# How often claims of workers that died are taken back.
RECLAIM_SECONDS = 30.0
# A delivery that failed this often is kept for an admin to see and not tried again.
MAX_ATTEMPTS = 8
# How long a stop waits for what is on its way.
STOP_SECONDS = 10.0
# A chat's own turn farther away than this goes back to the queue, so that others go first.
LONGEST_TURN_WAIT = 0.05
# Telegram's false "chat not found" was seen for hours; three different days are believed.
DAYS_NOT_FOUND = 3


def _one_line(error: StorageError | SQLAlchemyError) -> str:
    """Return what an operator can use: the sentence of an error that can be mended, the kind of another."""
    return str(error) if isinstance(error, StorageError) else type(error).__name__


class Worker:
    """Drains the queue until stopped. `clock` gives UTC, `monotonic` the seconds that the pacer counts in.

    `operators` are the private chats that hear of what only an operator can mend.
    """

    def __init__(
        self,
        database: Database,
        bot: Bot,
        pacer: Pacer,
        render: Render,
        clock: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
        operators: Collection[int] = (),
    ) -> None:
        self._database, self._bot, self._pacer, self._render = database, bot, pacer, render
        self._clock, self._monotonic, self._operators = clock, monotonic, tuple(operators)
        self._wake = asyncio.Event()
        self._stopping = False
        self._sending: set[asyncio.Task[None]] = set()
        self._look_in = LOOK_SECONDS

    def wake(self) -> None:
        """Look at the queue now."""
        self._wake.set()

    async def run(self) -> None:
        """Drain the queue until `stop()`, or until Telegram refuses the token."""
        reclaim_at, trouble = 0.0, ""
        while not self._stopping:
            self._wake.clear()
            try:
                if self._monotonic() >= reclaim_at:
                    await self._reclaim(everything=reclaim_at == 0.0)
                    reclaim_at = self._monotonic() + RECLAIM_SECONDS
                took = await self._take()
                if trouble:
                    log.info("queue works again")
                trouble = ""
            except (StorageError, SQLAlchemyError) as error:
                took = 0
                # Tried again every second; said once.
                if trouble != (trouble := _one_line(error)):
                    log.error("queue does not work", error=trouble)
            if not took and not self._stopping:
                await self._pause()
        await self._finish()

    async def stop(self) -> None:
        """Take nothing new; let what is on its way arrive, for a while."""
        self._stopping = True
        self.wake()

    async def _pause(self) -> None:
        """Wait for news: a waking, a finished send, or the next look."""
        waits = (
            {asyncio.ensure_future(self._wake.wait()), *self._sending}
            if self._full()
            else {asyncio.ensure_future(self._wake.wait())}
        )
        try:
            await asyncio.wait(waits, timeout=self._look_in, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._look_in = LOOK_SECONDS
            for waiting in waits - self._sending:
                waiting.cancel()

    def _full(self) -> bool:
        return len(self._sending) >= IN_FLIGHT

    async def _reclaim(self, *, everything: bool) -> None:
        """Take back what died with its worker; at the start on SQLite all of it, for there is no other worker."""
        before = None if everything and self._database.sqlite else self._clock()
        async with self._database.write() as connection:
            returned = await deliveries.give_back(connection, before)
        if returned:
            log.info("unfinished deliveries taken back", count=returned)

    async def _take(self) -> int:
        """Claim as many as there are free places, and start them as their turn comes; returns how many were claimed."""
        free = IN_FLIGHT - len(self._sending)
        if free <= 0:
            return 0
        async with self._database.read() as connection:
            if not await deliveries.is_due(connection, self._clock()):
                return 0
        async with self._database.write() as connection:
            claimed = await deliveries.claim(connection, self._clock(), free)
        unsent = list(claimed)
        for delivery in claimed:
            pause = self._pacer.wait_overall(self._monotonic())
            if pause > LOOK_SECONDS or self._stopping:
                break
            if pause:
                await asyncio.sleep(pause)
            unsent.pop(0)
            turn = self._pacer.wait_chat(self._monotonic(), delivery.chat_id)
            if turn > LONGEST_TURN_WAIT:
                later = self._clock() + dt.timedelta(seconds=turn)
                await self._mark(Mark(delivery.id, DeliveryState.PENDING, not_before=later, attempted=False))
                self._look_in = min(self._look_in, turn)
                continue
            if turn:
                await asyncio.sleep(turn)
            self._pacer.note(self._monotonic(), delivery.chat_id)
            task = asyncio.create_task(self._deliver(delivery))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            await asyncio.sleep(0)
        for delivery in unsent:
            later = self._clock() + dt.timedelta(seconds=self._pacer.wait_overall(self._monotonic()))
            await self._mark(Mark(delivery.id, DeliveryState.PENDING, not_before=later, attempted=False))
        return len(claimed) - len(unsent)

    async def _deliver(self, delivery: Delivery) -> None:
        """Carry one delivery to its end; nothing escapes."""
        paced.set(True)  # its place was taken in `_take`; this task's context is its own
        try:
            await self._attempt(delivery)
        except (StorageError, SQLAlchemyError) as error:
            # The claim goes back when its lease runs out.
            log.error("outcome not written", delivery=delivery.id, error=_one_line(error))
        except Exception as error:
            log.exception("delivery failed", delivery=delivery.id, event=delivery.event.id, error=type(error).__name__)
            await self._mark(Mark(delivery.id, DeliveryState.DEAD, error=type(error).__name__))

    async def _attempt(self, delivery: Delivery) -> None:
        now = self._clock()
        async with self._database.read() as connection:
            chat = await chats.get(connection, delivery.chat_id)
            view, mark = None, Mark(delivery.id, DeliveryState.DROPPED, error="nobody there", attempted=False)
            if chat is not None and chat.state is ChatState.ACTIVE:
                hushed = self._hush(delivery, chat, now)
                mark = hushed or Mark(delivery.id, DeliveryState.DROPPED, error="nothing to say", attempted=False)
                view = None if hushed else await self._render(connection, delivery, chat, now)
        if view is None:
            await self._mark(mark)
        elif delivery.event.kind is EventKind.CORRECTION:
            await self._correct(delivery, view, now)
        else:
            await self._settle(delivery, view, now, *await self._send(delivery, delivery.chat_id, view))

    async def _correct(self, delivery: Delivery, view: View, now: dt.datetime) -> None:
        """Put a view in place of the message that told the article."""
        article = delivery.event.payload["article_id"]
        async with self._database.read() as connection:
            told = await deliveries.message_of(connection, article, delivery.chat_id, delivery.thread_id)
        if told is not None:
            await self._settle(delivery, view, now, await self._edit(delivery, told.message_id, view), None)
        elif delivery.attempts:
            await self._mark(Mark(delivery.id, DeliveryState.DROPPED, error="nothing to correct"))
        else:
            # It was on its way when the correction came: once it has arrived there is a message to edit.
            await self._mark(Mark(delivery.id, DeliveryState.PENDING, not_before=now + deliveries.LEASE))

    def _hush(self, delivery: Delivery, chat: Chat, now: dt.datetime) -> Mark | None:
        """Return what quiet hours make of a delivery, or None if it may go.

        Digests come at the hour asked for, and an edit makes no sound.
        """
        zone = ZoneInfo(chat.timezone)
        soundless = delivery.event.kind in (EventKind.DIGEST, EventKind.CORRECTION)
        if chat.quiet is None or soundless or not is_quiet(now, chat.quiet, zone):
            return None
        if delivery.event.kind is EventKind.ARTICLE and chat.digest_at is not None:
            return Mark(delivery.id, DeliveryState.FOLDED, attempted=False)
        return Mark(delivery.id, DeliveryState.PENDING, not_before=quiet_ends(now, chat.quiet, zone), attempted=False)

    async def _send(
        self, delivery: Delivery, chat_id: int, view: View, *, plain: bool = False
    ) -> tuple[Decision, int | None]:
        """Make one request; returns what it means and the id of the message."""
        error: TelegramError | None = None
        message_id = None
        try:
            message = await outgoing.send(
                self._bot, chat_id, delivery.thread_id, view, silent=delivery.silent, plain=plain
            )
            message_id = message.message_id
        except TelegramError as failed:
            error = failed
        decision = decide(error, delivery.event.kind, delivery.attempts, delivery.repeat, self._clock())
        return decision, message_id

    async def _edit(self, delivery: Delivery, message_id: int, view: View) -> Decision:
        """Put a view in place of a message that was sent; returns what became of it."""
        try:
            if not await outgoing.edit(self._bot, delivery.chat_id, message_id, view):
                return Decision(Outcome.TOO_LATE, reason="the message is gone")
        except TelegramError as failed:
            return decide(failed, delivery.event.kind, delivery.attempts, delivery.repeat, self._clock())
        return Decision(Outcome.SENT)

    async def _settle(
        self, delivery: Delivery, view: View, now: dt.datetime, decision: Decision, message_id: int | None
    ) -> None:
        """Write down what an attempt means; a move and a refused markup are tried once more at once, but no edit."""
        chat_id, again = delivery.chat_id, delivery.event.kind is not EventKind.CORRECTION
        if decision.outcome is Outcome.MOVED and decision.new_chat_id is not None:
            async with self._database.write() as connection:
                await chats.migrate(connection, chat_id, decision.new_chat_id)
            chat_id = decision.new_chat_id
            if again:
                decision, message_id = await self._send(delivery, chat_id, view)
            else:
                decision = Decision(Outcome.TOO_LATE, reason="the chat has moved")
        if decision.outcome is Outcome.OUR_FAULT and again:
            log.error("telegram refused a message", delivery=delivery.id, reason=decision.reason)
            decision, message_id = await self._send(delivery, chat_id, view, plain=True)
        log.debug("attempted", delivery=delivery.id, chat=chat_id, outcome=decision.outcome)
        async with self._database.write() as connection:
            await self._consequences(connection, chat_id, decision)
            await deliveries.mark(connection, [self._marked(delivery, decision, message_id)], self._clock())
            if decision.outcome is Outcome.SENT and delivery.event.kind is EventKind.DIGEST:
                await chats.digest_told(connection, chat_id, now)

    async def _consequences(self, connection: AsyncConnection, chat_id: int, decision: Decision) -> None:
        """Change what an outcome says of the chat, of the pace, or of the whole bot."""
        now = self._clock()
        if decision.outcome is Outcome.LATER and not decision.counts and decision.not_before is not None:
            seconds = (decision.not_before - now).total_seconds()
            if decision.whole_bot:
                self._pacer.halt(self._monotonic(), seconds)
            self._pacer.halt_chat(self._monotonic(), chat_id, seconds)
        elif decision.outcome is Outcome.GONE:
            await chats.set_state(connection, chat_id, ChatState.GONE, now)
        elif decision.outcome is Outcome.PAUSED:
            if await chats.pause(connection, chat_id):
                await self._tell_operators(connection, chat_id, now)
            log.warning("chat paused: no right to write there", chat=chat_id, reason=decision.reason)
        elif decision.outcome is Outcome.NOT_FOUND:
            if await chats.not_found(connection, chat_id, now.date()) >= DAYS_NOT_FOUND:
                await chats.set_state(connection, chat_id, ChatState.GONE, now)
        elif decision.outcome is Outcome.STOP:
            log.error("Telegram refuses the token; nothing is sent until it is right")
            self._stopping = True
            self.wake()

    async def _tell_operators(self, connection: AsyncConnection, chat_id: int, now: dt.datetime) -> None:
        """Let the operators know, once for each pause, of a chat that may not be written to."""
        key = f"notice:paused:{chat_id}:{now.isoformat()}"
        event = await deliveries.happen(connection, EventKind.NOTICE, key, {"chat": chat_id}, now)
        if event is not None:
            recipients = [(operator, 0) for operator in self._operators]
            await deliveries.address(connection, event, EventKind.NOTICE, recipients, now)

    def _marked(self, delivery: Delivery, decision: Decision, message_id: int | None) -> Mark:
        outcome, reason = decision.outcome, decision.reason or None
        if outcome is Outcome.SENT:
            return Mark(delivery.id, DeliveryState.SENT, message_id=message_id)
        if outcome is Outcome.UNCERTAIN and decision.not_before is None:
            return Mark(delivery.id, DeliveryState.UNCERTAIN, error=reason)
        if outcome is Outcome.UNCERTAIN:
            return Mark(delivery.id, DeliveryState.PENDING, decision.not_before, error=reason, repeat=True)
        if outcome in (Outcome.GONE, Outcome.NOT_FOUND, Outcome.TOO_LATE):
            return Mark(delivery.id, DeliveryState.DROPPED, error=reason)
        if outcome is Outcome.OUR_FAULT or delivery.attempts + 1 >= MAX_ATTEMPTS:
            return Mark(delivery.id, DeliveryState.DEAD, error=reason)
        if outcome is Outcome.PAUSED:
            tomorrow = self._clock() + dt.timedelta(days=1)
            return Mark(delivery.id, DeliveryState.PENDING, not_before=tomorrow, error=reason)
        return Mark(delivery.id, DeliveryState.PENDING, decision.not_before, error=reason, attempted=decision.counts)

    async def _mark(self, mark: Mark) -> None:
        async with self._database.write() as connection:
            await deliveries.mark(connection, [mark], self._clock())

    async def _finish(self) -> None:
        """Let what is on its way arrive; what does not in time is found again by its lease."""
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
