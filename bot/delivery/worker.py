"""The worker: two loops that claim deliveries, and a task for each delivery that sends it and records the outcome.

Which deliveries are merged, sent, postponed or dropped, and what an answer means, is decided elsewhere
(bot/domain/merging.py, bot/delivery/policy.py); when one may leave, by the rate limiter.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress

import structlog
from telegram.error import RetryAfter

from bot.delivery.answers import seconds_of
from bot.delivery.attempts import Attempts, Message
from bot.delivery.claim_reader import ClaimReader
from bot.delivery.merging import merge_claimed
from bot.delivery.outcome_writer import Attempt, OutcomeWriter
from bot.delivery.policy import LONGEST_CHAT_WAIT, Outcome, requeue
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.render import Render
from bot.delivery.sender import Sender
from bot.delivery.token import TokenRefusals
from bot.domain.deliveries import Delivery, Priority
from bot.domain.polls import ANNOUNCED_SECONDS, BUSY_SECONDS, seconds_to_poll
from bot.metrics import Metrics
from storage import chats, claims
from storage.database import Database
from storage.errors import DATABASE_ERRORS, one_line
from storage.outcomes import DeliveryUpdate

log = structlog.get_logger()

# Deliveries of each priority that wait in memory, rendered: half a second of the pace, so that it never falters and
# what is more urgent, or returned to the queue, waits for little.
HELD = 16
HELD_PAID = 512
# Started without a pause: where their texts are cached none of them waits, and other tasks need the event loop.
IN_ONE_GO = 32
# The priorities of the two loops, urgent and bulk: a digest takes several queries to render, no alert waits for them.
GROUPS = (
    tuple(priority for priority in Priority if priority < Priority.DIGEST),
    tuple(priority for priority in Priority if priority >= Priority.DIGEST),
)
# How often claims of workers that died are returned to the queue.
RECLAIM_SECONDS = 30.0
# How long a stop waits for requests that are under way; with the last outcomes it ends within ten seconds.
STOP_SECONDS = 8.0


class Worker:
    """Sends deliveries until stopped. `clock` gives UTC, `monotonic` the seconds that intervals are measured in.

    `operators` are the private chats that receive notices for operators. `paid`: broadcasts that an operator marked so
    use the paid quota. `announced` returns whether `wake` is called for what other processes write. `may_send` returns
    whether this process is the leader: only then deliveries are claimed and sent.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        limiter: RateLimiter,
        render: Render,
        clock: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
        operators: Collection[int] = (),
        *,
        paid: bool = False,
        metrics: Metrics | None = None,
        announced: Callable[[], bool] = bool,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self._announced, self._may_send = announced, may_send
        self._database, self._limiter = database, limiter
        self._clock, self._monotonic, self._paid = clock, monotonic, paid
        self._metrics = metrics or Metrics()
        self._metrics.declare_sends(Outcome)
        self._attempts = Attempts(database, sender, render, clock, self._metrics)
        self._outcomes = OutcomeWriter(database, clock, operators)
        self._waking = {group: asyncio.Event() for group in GROUPS}
        self._stopping = False
        self._token, self._refused_until = TokenRefusals(), float("-inf")
        # Set when the claims of the last process are returned and what is urgent has been claimed first.
        self._begun = asyncio.Event()
        self._claimed: set[int] = set()  # not rendered yet
        self._tasks: dict[asyncio.Task[None], Message] = {}
        self._waiting: Counter[Priority] = Counter()  # for permission
        self._more: set[Priority] = set()  # more was due than was claimed
        self._paid_lately = False

    def wake(self) -> None:
        """Read the queue now."""
        for waking in self._waking.values():
            waking.set()

    @property
    def under_way(self) -> int:
        """How many messages have left and are not recorded."""
        return sum(message.left for message in self._tasks.values()) + len(self._outcomes)

    async def run(self) -> None:
        """Send deliveries until `stop()`, or until Telegram refuses the token."""
        writing = asyncio.create_task(self._outcomes.keep(self._on_written))
        try:
            async with asyncio.TaskGroup() as loops:
                for group in GROUPS:
                    loops.create_task(self._loop(group))
            await self._finish()
        finally:
            for task in (writing, *self._tasks):
                task.cancel()
            await asyncio.gather(writing, *self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Claim nothing more; give what is under way some time to arrive."""
        self._stopping = True
        self._begun.set()
        self.wake()

    async def _loop(self, group: tuple[Priority, ...]) -> None:
        """Claim and send what is due of some priorities, until `stop()`."""
        first_reclaim = reclaim_at = 0.0 if group is GROUPS[0] else float("inf")
        trouble = ""
        while not self._stopping:
            self._waking[group].clear()
            wait = BUSY_SECONDS
            try:
                if self._may_send():
                    if self._monotonic() >= reclaim_at:
                        await self._reclaim(everything=reclaim_at == 0.0)
                        reclaim_at = self._monotonic() + RECLAIM_SECONDS
                    if group is not GROUPS[0]:
                        await self._begun.wait()
                    wait = await self._send_due(group)
                    self._begun.set()
                    if trouble:
                        log.info("queue_works_again")
                    trouble = ""
                else:
                    # The claims of this process are returned, and the next leader returns the claims of this one.
                    self._limiter.withdraw()
                    reclaim_at, wait = first_reclaim, ANNOUNCED_SECONDS
            except DATABASE_ERRORS as error:
                # Tried again every second, logged once.
                if trouble != (trouble := one_line(error)):
                    log.error("queue_failed", error=trouble)
            if not self._stopping:
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):  # wait_for would swallow a cancellation
                        await self._waking[group].wait()

    async def _reclaim(self, *, everything: bool) -> None:
        """Return expired claims to the queue; with `everything` all of them, for no other process sends now."""
        before = None if everything else self._clock()
        in_hand = {*self._claimed, *(one.delivery.id for one in self._tasks.values()), *self._outcomes.ids()}
        async with self._database.write() as connection:
            returned = await claims.requeue_expired(connection, before, in_hand)
        if returned:
            self._metrics.leases_expired(returned)
            log.warning("claims_returned", count=returned)  # as many messages at most come twice

    def _room(self, priority: Priority) -> int:
        most = HELD_PAID if priority is Priority.BROADCAST and self._paid_lately else HELD
        room = most - self._waiting[priority]
        return room if room >= most // 2 else 0

    async def _send_due(self, group: tuple[Priority, ...]) -> float:
        """Claim what there is room for, and start sending it; returns the seconds until the next time."""
        self._limiter.withdraw(LONGEST_CHAT_WAIT)
        if self._limiter.halt() > LONGEST_CHAT_WAIT or self._monotonic() < self._refused_until:
            return BUSY_SECONDS
        rooms = {priority: room for priority in group if (room := self._room(priority))}
        busy = bool(self._tasks) or len(self._outcomes) > 0
        async with self._database.read() as connection:
            due = await claims.due(connection, self._clock(), rooms)
            upcoming = None if due or busy else await claims.next_due(connection, group)
        self._more -= set(rooms)
        if not due:
            return seconds_to_poll(self._clock(), upcoming, busy=busy, announced=self._announced())
        ours: set[int] = set()
        try:
            async with self._database.write() as connection:
                claimed: list[Delivery] = []
                for priority in due:
                    some = await claims.claim(connection, self._clock(), rooms[priority], priority, ordered=True)
                    claimed += some
                    if len(some) == rooms[priority]:
                        self._more.add(priority)
                ours.update(one.id for one in claimed)
                self._claimed |= ours
                claimed = await merge_claimed(connection, claimed, self._clock())
            broadcasts = [one for one in claimed if one.priority is Priority.BROADCAST]
            if broadcasts:
                self._paid_lately = self._paid and any(one.paid for one in broadcasts)
            await self._start(claimed)
        finally:
            self._claimed -= ours
        return BUSY_SECONDS

    async def _start(self, claimed: list[Delivery]) -> None:
        """Render claimed deliveries and start a task for each; record the ones that are not sent now."""
        left = {delivery.id: delivery for delivery in claimed}
        try:
            async with self._database.read() as connection:
                known = await chats.get_many(connection, {delivery.chat_id for delivery in claimed})
                reader = ClaimReader(connection, claimed)
                for n, delivery in enumerate(claimed, 1):
                    if n % IN_ONE_GO == 0:
                        await asyncio.sleep(0)
                    wait = self._limiter.chat_wait(delivery.chat_id, int(delivery.priority))
                    chat = known.get(delivery.chat_id)
                    ready = await self._attempts.prepare(reader, delivery, chat, wait, paid=self._paid)
                    del left[delivery.id]
                    if isinstance(ready, DeliveryUpdate):
                        self._outcomes.add(Attempt(delivery, ready))
                        continue
                    self._waiting[delivery.priority] += 1
                    task = asyncio.create_task(self._deliver(ready))
                    self._tasks[task] = ready
                    task.add_done_callback(self._tasks.pop)
        finally:
            for delivery in left.values():
                self._outcomes.add(Attempt(delivery, requeue(delivery)))

    async def _deliver(self, message: Message) -> None:
        """Wait for permission, send one delivery and record what became of it; nothing escapes."""
        delivery, permission, later = message.delivery, None, None
        try:
            if not self._stopping and self._may_send():
                permission = await self._limiter.acquire(delivery.chat_id, int(delivery.priority), paid=message.paid)
        except RetryAfter as withdrawn:
            if (wait := seconds_of(withdrawn)) > 0 and not self._stopping:
                later = self._clock() + dt.timedelta(seconds=wait)
        finally:
            self._waiting[delivery.priority] -= 1
        if permission is None:
            self._outcomes.add(Attempt(delivery, requeue(delivery, later)))
            return
        try:
            if not self._may_send():  # another process may have claimed it while this one was suspended
                self._outcomes.add(Attempt(delivery, requeue(delivery)))
                return
            message.left = True
            if delivery.priority in self._more and self._room(delivery.priority):
                next(waking for group, waking in self._waking.items() if delivery.priority in group).set()
            attempt = await self._attempts.make(message, permission)
            await self._react(attempt)
            self._outcomes.add(attempt)
        finally:
            self._limiter.release(permission)

    async def _react(self, attempt: Attempt) -> None:
        """Change what is sent from now on by an answer that concerns more than its chat."""
        if attempt.outcome is Outcome.NOT_PAID and self._paid:
            log.error("paid_broadcasts_refused", reason=attempt.reason)  # no stars, or too few users: they are free now
            self._paid = False
        if attempt.outcome is Outcome.STOP:
            await self._token_refused()
        elif attempt.outcome not in (Outcome.LATER, Outcome.UNCERTAIN) and self._token.count:
            self._token.accepted()
            self._metrics.token_refused(0)

    async def _token_refused(self) -> None:
        """Send nothing for a while; a token that stays refused ends the worker."""
        now = self._monotonic()
        self._limiter.withdraw()
        if now < self._refused_until:  # one of those that left together
            return
        wait = self._token.refused(now)
        self._metrics.token_refused(self._token.count)
        if wait is None:
            log.error("token_wrong")
            await self.stop()
        else:
            log.warning("token_refused", attempt=self._token.count, retry_seconds=wait)
            self._refused_until = now + wait

    def _on_written(self) -> None:
        """Claim again: outcomes are in the database, and what comes next in their chats is due."""
        if not self._waiting.total():
            self.wake()

    async def _finish(self) -> None:
        """Return what has not left, wait for what is under way; a request without an answer may have arrived."""
        self._limiter.withdraw()
        if self._tasks:
            under_way = dict(self._tasks)
            _, late = await asyncio.wait(under_way, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
                self._outcomes.add(self._attempts.unanswered(under_way[task].delivery))
            await asyncio.gather(*late, return_exceptions=True)
        await self._outcomes.close()
