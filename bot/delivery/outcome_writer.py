"""The books: what became of deliveries, and what that says of their chats, written down many at a time."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.outcomes import Decision, Outcome
from bot.domain.events import ChatPaused, Delivery, DeliveryState, EventContent, EventKind, TopicClosed
from storage import chats, deliveries
from storage.database import Database
from storage.deliveries import DeliveryUpdate
from storage.errors import StorageError, one_line

log = structlog.get_logger()

# Outcomes written in one transaction at most: a reply waits a few milliseconds for the lock.
BATCH = 256
# From one transaction to the next at least: at a thousand messages a second one of its own for every few costs more
# than sending them, and what is not written when the process dies is sent again, so it is less than an answer's way.
GATHER_SECONDS = 0.02
# How long is waited before outcomes that could not be written are tried again.
RETRY_SECONDS = 1.0
# How long a stop tries to write the last outcomes.
CLOSE_SECONDS = 1.5
# A delivery that failed this often is kept for an admin to see and not tried again.
MAX_ATTEMPTS = 8
# Telegram's false "chat not found" was seen for hours; three different days are believed.
DAYS_NOT_FOUND = 3
# A chat or topic that may not be written to, or is not found, is tried again a day later.
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One claimed delivery with either its mark, or what an attempt in a chat (its own, or the one it became) means.

    `at`: when the attempt began (UTC).
    `resumed`: the chat was paused, so that a message that arrives says that it may be written to again.
    """

    delivery: Delivery
    chat_id: int = 0
    decision: Decision | None = None
    at: dt.datetime | None = None
    message_id: int | None = None
    mark: DeliveryUpdate | None = None
    resumed: bool = False


class OutcomeWriter:
    """Keeps outcomes until they are in the database; what it holds when the process dies may be sent again."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], operators: Collection[int]) -> None:
        self._database, self._clock, self._operators = database, clock, tuple(operators)
        self._open: list[Attempt] = []
        self._news = asyncio.Event()
        self._writing = asyncio.Lock()

    def __len__(self) -> int:
        """How many outcomes are not written yet."""
        return len(self._open)

    def ids(self) -> set[int]:
        """Return the deliveries whose outcomes are not written yet."""
        return {done.delivery.id for done in self._open}

    def add(self, done: Attempt) -> None:
        """Take an outcome to be written soon."""
        self._open.append(done)
        self._news.set()

    async def keep(self, written: Callable[[], None]) -> None:
        """Write what comes, until cancelled; `written` is called after each time."""
        trouble, loop, again = "", asyncio.get_running_loop(), float("-inf")
        while True:
            await self._news.wait()
            await asyncio.sleep(again - loop.time())
            self._news.clear()
            again = loop.time() + GATHER_SECONDS
            try:
                await self._write()
                if trouble:
                    log.info("outcomes are written again")
                trouble = ""
                written()
            except (StorageError, SQLAlchemyError) as error:
                # Tried again every second; said once.
                if trouble != (trouble := one_line(error)):
                    log.error("outcomes not written", error=trouble, waiting=len(self._open))
                await asyncio.sleep(RETRY_SECONDS)
                self._news.set()

    async def close(self) -> None:
        """Write the last ones; what cannot be written comes back when its lease runs out."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._write()
        except (StorageError, SQLAlchemyError, TimeoutError) as error:
            name = type(error).__name__ if isinstance(error, TimeoutError) else one_line(error)
            log.error("the last outcomes are not written", error=name, count=len(self._open))

    async def _write(self) -> None:
        async with self._writing:
            while self._open:
                batch = self._open[:BATCH]
                try:
                    await self._write_down(batch)
                except StorageError:
                    raise
                except Exception as error:
                    if len(batch) == 1:
                        log.exception("outcome not written", delivery=batch[0].delivery.id, error=type(error).__name__)
                    else:  # one of them hinders the others
                        await self._singly(batch)
                del self._open[: len(batch)]

    async def _singly(self, batch: Sequence[Attempt]) -> None:
        for done in batch:
            try:
                await self._write_down([done])
            except StorageError:
                raise
            except Exception as error:
                log.exception("outcome not written", delivery=done.delivery.id, error=type(error).__name__)

    async def _write_down(self, batch: Sequence[Attempt]) -> None:
        now = self._clock()
        async with self._database.write() as connection:
            # Marks first: what a chat's state drops or puts off is then in the queue again, and they do not undo it.
            marks = [
                replace(done.mark or self._marked(done, now), lease_until=done.delivery.lease_until) for done in batch
            ]
            await deliveries.mark(connection, marks, now)
            for done in batch:
                if done.decision is not None:
                    await self._consequences(connection, done, done.decision, now)

    async def _consequences(
        self, connection: AsyncConnection, done: Attempt, decision: Decision, now: dt.datetime
    ) -> None:
        """Change what an outcome says of the chat."""
        chat_id = done.chat_id
        match decision.outcome:
            case Outcome.SENT:
                if done.delivery.event.kind is EventKind.DIGEST:
                    await chats.digest_sent(connection, chat_id, now)
                if done.resumed:
                    await chats.resume(connection, chat_id)
            case Outcome.GONE:
                await chats.mark_blocked(connection, chat_id, done.at or now, now)
            case Outcome.PAUSED:
                if await chats.pause(connection, chat_id):
                    await self._tell(connection, f"paused:{chat_id}:{now.isoformat()}", ChatPaused(chat_id), now)
                    log.warning("chat paused: no right to write there", chat=chat_id, reason=decision.reason)
                await deliveries.postpone(connection, chat_id, now + DAY)
            case Outcome.NO_TOPIC:
                thread = done.delivery.thread_id
                await deliveries.postpone(connection, chat_id, now + DAY, thread)
                closed = TopicClosed(chat_id, thread)
                await self._tell(connection, f"topic:{chat_id}:{thread}", closed, now, [chat_id])
            case Outcome.NOT_FOUND:
                if await chats.not_found(connection, chat_id, now.date()) >= DAYS_NOT_FOUND:
                    await chats.mark_blocked(connection, chat_id, done.at or now, now)

    async def _tell(
        self,
        connection: AsyncConnection,
        key: str,
        content: EventContent,
        now: dt.datetime,
        to: Sequence[int] | None = None,
    ) -> None:
        """Let the operators (or some chats) know something, once for each key."""
        event = await deliveries.insert_event(connection, content, f"notice:{key}", now)
        if event is not None:
            recipients = [(chat, 0) for chat in (self._operators if to is None else to)]
            await deliveries.insert_deliveries(connection, event, content.kind, recipients, now)

    def _marked(self, done: Attempt, now: dt.datetime) -> DeliveryUpdate:
        """Return the state that an attempt leaves a delivery in."""
        delivery, decision = done.delivery, done.decision
        if decision is None:
            raise ValueError("an outcome has a mark or a decision")
        number, outcome, reason = delivery.id, decision.outcome, decision.reason or None
        match outcome:
            case Outcome.SENT:
                return DeliveryUpdate(number, DeliveryState.SENT, message_id=done.message_id)
            case Outcome.UNCERTAIN if decision.not_before is None:
                return DeliveryUpdate(number, DeliveryState.UNCERTAIN, error=reason)
            case Outcome.UNCERTAIN:
                return DeliveryUpdate(number, DeliveryState.PENDING, decision.not_before, error=reason, repeat=True)
            case Outcome.GONE | Outcome.NOBODY | Outcome.TOO_LATE:
                return DeliveryUpdate(number, DeliveryState.DROPPED, error=reason)
        if outcome is Outcome.OUR_FAULT or (decision.counts and delivery.attempts + 1 >= MAX_ATTEMPTS):
            return DeliveryUpdate(number, DeliveryState.DEAD, error=reason)
        later = decision.not_before
        if outcome in (Outcome.PAUSED, Outcome.NO_TOPIC, Outcome.NOT_FOUND):
            later = now + DAY
        return DeliveryUpdate(number, DeliveryState.PENDING, later, error=reason, attempted=decision.counts)
