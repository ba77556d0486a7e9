"""The outcome writer: records what became of deliveries, and what that means for their chats, many at a time."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.delivery import notices, reviews
from bot.delivery.policy import Outcome
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.events import EventKind
from storage import chats, outcomes
from storage import reviews as drafts
from storage.database import Connection, Database
from storage.errors import DATABASE_ERRORS, StorageError, one_line
from storage.outcomes import DeliveryUpdate

log = structlog.get_logger()

# Outcomes written in one transaction at most: a reply waits a few milliseconds for the lock.
BATCH = 256
# The least time from one transaction to the next: at a thousand messages a second a transaction for every few of them
# costs more than sending them. What is not written when the process dies is sent again, so it is less than the time of
# an answer.
GATHER_SECONDS = 0.02
# The pause before outcomes that could not be written are tried again.
RETRY_SECONDS = 1.0
# How long a stop tries to write the last outcomes.
CLOSE_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one claimed delivery. `outcome` is None where nothing was sent.

    `chat_id` is the chat that it was sent to: its own, or the one that this became. `at`: when the attempt began (UTC).
    `resumed`: the chat was paused, so that a message that arrives says that it may be written to again.
    """

    delivery: Delivery
    update: DeliveryUpdate
    chat_id: int = 0
    outcome: Outcome | None = None
    reason: str = ""
    at: dt.datetime | None = None
    resumed: bool = False


class OutcomeWriter:
    """Holds outcomes until they are in the database; what it holds when the process dies may be sent again."""

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
        return {attempt.delivery.id for attempt in self._open}

    def add(self, attempt: Attempt) -> None:
        """Add an outcome that is written soon."""
        self._open.append(attempt)
        self._news.set()

    async def keep(self, written: Callable[[], None]) -> None:
        """Write what is added, until cancelled; `written` is called after each transaction."""
        trouble, loop, again = "", asyncio.get_running_loop(), float("-inf")
        while True:
            await self._news.wait()
            await asyncio.sleep(again - loop.time())
            self._news.clear()
            again = loop.time() + GATHER_SECONDS
            try:
                await self._write()
                if trouble:
                    log.info("outcomes_written_again")
                trouble = ""
                written()
            except DATABASE_ERRORS as error:
                # Tried again every second, logged once.
                if trouble != (trouble := one_line(error)):
                    log.error("outcomes_not_written", error=trouble, waiting=len(self._open))
                await asyncio.sleep(RETRY_SECONDS)
                self._news.set()

    async def close(self) -> None:
        """Write the last outcomes; a delivery without one is claimed again when its lease expires."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._write()
        except (*DATABASE_ERRORS, TimeoutError) as error:
            name = type(error).__name__ if isinstance(error, TimeoutError) else one_line(error)
            log.error("last_outcomes_not_written", error=name, count=len(self._open))

    async def _write(self) -> None:
        async with self._writing:
            while self._open:
                batch = self._open[:BATCH]
                try:
                    await self._record(batch)
                except StorageError:
                    raise
                except Exception as error:
                    if len(batch) == 1:
                        log.exception("outcome_not_written", delivery=batch[0].delivery.id, error=type(error).__name__)
                    else:  # one of them fails for all
                        await self._singly(batch)
                del self._open[: len(batch)]

    async def _singly(self, batch: Sequence[Attempt]) -> None:
        for attempt in batch:
            try:
                await self._record([attempt])
            except StorageError:
                raise
            except Exception as error:
                log.exception("outcome_not_written", delivery=attempt.delivery.id, error=type(error).__name__)

    async def _record(self, batch: Sequence[Attempt]) -> None:
        now = self._clock()
        async with self._database.write() as connection:
            # The deliveries first: what the state of a chat drops or postpones is then in the queue again.
            updates = [replace(one.update, lease_until=one.delivery.lease_until) for one in batch]
            await outcomes.record(connection, updates, now)
            for attempt in batch:
                match attempt.update.state:
                    case DeliveryState.REVIEW:
                        await reviews.ask(connection, attempt.delivery, now)
                    case DeliveryState.DROPPED if attempt.delivery.review is not None:
                        # The chat of the review, for its group may have become a supergroup since the claim.
                        if review := await drafts.get(connection, attempt.delivery.id):
                            await drafts.drop(connection, review.chat_id, now)
                if attempt.outcome is not None:
                    await self._change_chat(connection, attempt, now)

    async def _change_chat(self, connection: Connection, attempt: Attempt, now: dt.datetime) -> None:
        """Record what an outcome means for the chat."""
        if attempt.outcome is Outcome.SENT:
            if attempt.delivery.event.kind is EventKind.DIGEST:
                await chats.digest_sent(connection, attempt.chat_id, now)
            if attempt.resumed:
                await chats.resume(connection, attempt.chat_id)
        elif attempt.outcome is not None:
            at, thread_id = attempt.at or now, attempt.delivery.thread_id
            refusal = notices.Refusal(attempt.chat_id, thread_id, attempt.outcome, at)
            await notices.record_refusal(connection, refusal, now, self._operators)
