"""The worker: claims deliveries, lets them leave at the gate, and writes down what became of each."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot
from telegram.error import TelegramError, TimedOut

from bot.delivery import outgoing
from bot.delivery.merging import merge_claimed
from bot.delivery.outcome_writer import Attempt, OutcomeWriter
from bot.delivery.outcomes import FIRST_PAUSE, Decision, Outcome, decide
from bot.delivery.pacing import SendRequest
from bot.delivery.rate_limiter import Go, RateLimiter
from bot.delivery.render import Render
from bot.delivery.request import paced
from bot.delivery.token import TokenRefusals
from bot.domain.chats import Chat, ChatState
from bot.domain.events import Delivery, DeliveryState, EventKind, Priority
from bot.domain.polls import ANNOUNCED_SECONDS, BUSY_SECONDS, seconds_to_poll
from bot.domain.times import is_quiet, quiet_ends
from bot.metrics import Metrics
from bot.views.message import View
from storage import chat_moves, chats, deliveries
from storage.database import Database
from storage.deliveries import DeliveryUpdate
from storage.errors import StorageError, one_line

log = structlog.get_logger()

# Deliveries of each priority that are held in memory, rendered: half a second of the pace, so that it never falters
# and what is more urgent or was taken back waits for little.
HELD = 16
HELD_PAID = 512
# Brought to the gate in one go: where their words are known already none of them waits, and others want to be served.
IN_ONE_GO = 32
# Brought to the gate beside each other: a digest takes several questions to gather, and no crossing waits for that.
GROUPS = (
    tuple(priority for priority in Priority if priority < Priority.DIGEST),
    tuple(priority for priority in Priority if priority >= Priority.DIGEST),
)
# How often claims of workers that died are taken back.
RECLAIM_SECONDS = 30.0
# A turn farther away than this is waited for in the database, so that a lease never runs out in a queue.
LONGEST_CHAT_WAIT = 5.0
# How long a stop waits for what is on its way; with the last marks it ends within ten seconds.
STOP_SECONDS = 8.0


@dataclass(slots=True, eq=False)
class _Held:
    """A delivery with its words, at the gate or on its way. `paused`: its chat could not be written to so far.

    `edits` is the message that the words take the place of; None: they are a message of their own.
    """

    delivery: Delivery
    view: View
    paused: bool
    paid: bool
    edits: int | None


class Worker:
    """Drains the queue until stopped. `clock` gives UTC, `monotonic` the seconds that looks are counted in.

    `operators` are the private chats that hear of what only an operator can mend. `paid`: broadcasts that an admin
    marked so leave by the paid lane. `announced` returns whether `wake` is called for what other processes write.
    `may_send` returns whether this process is the leader: only then deliveries are claimed and sent.
    """

    def __init__(
        self,
        database: Database,
        bot: Bot,
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
        self._database, self._bot, self._limiter, self._render = database, bot, limiter, render
        self._clock, self._monotonic, self._paid = clock, monotonic, paid
        self._metrics = metrics or Metrics()
        self._metrics.declare_sends(Outcome)
        self._outcomes = OutcomeWriter(database, clock, operators)
        self._waking = {group: asyncio.Event() for group in GROUPS}
        self._stopping = False
        self._token, self._refused_until = TokenRefusals(), float("-inf")
        self._begun = asyncio.Event()  # what died with the last process was taken back, and the urgent claimed first
        self._held: dict[int, tuple[_Held, SendRequest[Go]]] = {}  # at the gate, by delivery
        self._waiting: Counter[Priority] = Counter()
        self._many: set[Priority] = set()  # there was more than was taken at the last look
        self._paid_lately = False
        self._taken: set[int] = set()  # claimed, on the way to the gate
        self._sending: dict[asyncio.Task[None], tuple[_Held, SendRequest[Go]]] = {}

    def wake(self) -> None:
        """Look at the queue now."""
        for waking in self._waking.values():
            waking.set()

    @property
    def under_way(self) -> int:
        """How many messages have left and are not accounted for."""
        return len(self._sending) + len(self._outcomes)

    async def run(self) -> None:
        """Drain the queue until `stop()`, or until Telegram refuses the token."""
        writing = asyncio.create_task(self._outcomes.keep(self._written))
        try:
            async with asyncio.TaskGroup() as draining:
                for group in GROUPS:
                    draining.create_task(self._drain(group))
            await self._finish()
        finally:
            self._limiter.withdraw()  # after `_finish` nothing waits there; cut off, nothing more may leave
            for task in (writing, *self._sending):
                task.cancel()
            await asyncio.gather(writing, *self._sending, return_exceptions=True)

    async def _drain(self, group: tuple[Priority, ...]) -> None:
        """Bring what is due of some priorities to the gate, until told to stop."""
        first_reclaim = reclaim_at = 0.0 if group is GROUPS[0] else float("inf")
        trouble = ""
        while not self._stopping:
            self._waking[group].clear()
            wait = BUSY_SECONDS
            try:
                if not self._may_send():
                    # What is claimed here goes back, and the claims of the last leader are taken back by the next.
                    self._put_back(self._limiter.withdraw())
                    reclaim_at = first_reclaim
                    await self._pause(self._waking[group], ANNOUNCED_SECONDS)
                    continue
                if self._monotonic() >= reclaim_at:
                    await self._reclaim(everything=reclaim_at == 0.0)
                    reclaim_at = self._monotonic() + RECLAIM_SECONDS
                if group is not GROUPS[0]:
                    await self._begun.wait()
                wait = await self._take(group)
                self._begun.set()
                if trouble:
                    log.info("queue works again")
                trouble = ""
            except (StorageError, SQLAlchemyError) as error:
                # Tried again every second; said once.
                if trouble != (trouble := one_line(error)):
                    log.error("queue does not work", error=trouble)
            await self._pause(self._waking[group], wait)

    async def stop(self) -> None:
        """Take nothing new; let what is on its way arrive, for a while."""
        self._stopping = True
        self._begun.set()
        self.wake()

    async def _pause(self, waking: asyncio.Event, seconds: float) -> None:
        """Wait for news: a waking, room for more, or the next look."""
        if not self._stopping:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):  # wait_for would swallow a cancellation
                    await waking.wait()

    async def _reclaim(self, *, everything: bool) -> None:
        """Put expired claims back into the queue; with `everything` all of them, for no other process sends now."""
        before = None if everything else self._clock()
        async with self._database.write() as connection:
            returned = await deliveries.requeue_expired(connection, before, self._mine())
        if returned:
            self._metrics.taken_back(returned)
            log.warning("unfinished deliveries taken back: as many messages at most come twice", count=returned)

    def _mine(self) -> set[int]:
        """Return the ids of what this worker has in hand: no jump of the clock takes them away from it."""
        sending = (held.delivery.id for held, _ in self._sending.values())
        return {*self._taken, *self._held, *sending, *self._outcomes.ids()}

    def _room(self, priority: Priority) -> int:
        most = HELD_PAID if priority is Priority.BROADCAST and self._paid_lately else HELD
        room = most - self._waiting[priority]
        return room if room >= most // 2 else 0

    async def _take(self, group: tuple[Priority, ...]) -> float:
        """Claim what there is room for, render it, and let it wait at the gate; returns the seconds until the next."""
        self._put_back(self._limiter.withdraw(LONGEST_CHAT_WAIT))
        if self._limiter.halt() > LONGEST_CHAT_WAIT or self._monotonic() < self._refused_until:
            return BUSY_SECONDS
        rooms = {priority: room for priority in group if (room := self._room(priority))}
        busy = bool(self._held) or self.under_way > 0
        async with self._database.read() as connection:
            due = await deliveries.due(connection, self._clock(), rooms)
            upcoming = None if due or busy else await deliveries.next_due(connection, group)
        self._many -= set(rooms)
        if not due:
            return seconds_to_poll(self._clock(), upcoming, busy=busy, announced=self._announced())
        taken: set[int] = set()
        try:
            async with self._database.write() as connection:
                claimed: list[Delivery] = []
                for priority in due:
                    some = await deliveries.claim(connection, self._clock(), rooms[priority], priority, in_turn=True)
                    claimed += some
                    if len(some) == rooms[priority]:
                        self._many.add(priority)
                taken.update(one.id for one in claimed)
                self._taken |= taken
                claimed = await merge_claimed(connection, claimed, self._clock())
            broadcasts = [delivery for delivery in claimed if delivery.priority is Priority.BROADCAST]
            if broadcasts:
                self._paid_lately = self._paid and any(delivery.paid for delivery in broadcasts)
            await self._admit(claimed)
        finally:
            self._taken -= taken
        return BUSY_SECONDS

    async def _admit(self, claimed: list[Delivery]) -> None:
        """Let claimed deliveries wait at the gate with their words; what is not sent now is written down as such."""
        left = {delivery.id: delivery for delivery in claimed}
        try:
            async with self._database.read() as connection:
                known = await chats.get_many(connection, {delivery.chat_id for delivery in claimed})
                for n, delivery in enumerate(claimed, 1):
                    if n % IN_ONE_GO == 0:
                        await asyncio.sleep(0)
                    chat = known.get(delivery.chat_id)
                    ready = await self._ready(connection, delivery, chat)
                    del left[delivery.id]
                    if isinstance(ready, DeliveryUpdate):
                        self._outcomes.add(Attempt(delivery, mark=ready))
                    elif self._stopping or not self._may_send():
                        self._outcomes.add(Attempt(delivery, mark=_back(delivery)))
                    else:
                        self._hold(ready)
        finally:
            for delivery in left.values():
                self._outcomes.add(Attempt(delivery, mark=_back(delivery)))

    async def _ready(
        self, connection: AsyncConnection, delivery: Delivery, chat: Chat | None
    ) -> _Held | DeliveryUpdate:
        """Return a delivery with what its chat is told, or what becomes of one that tells it nothing now."""
        now = self._clock()
        if chat is None:  # claimed before the chat became another one; or it is forgotten, and this with it
            return _back(delivery)
        if chat.state not in (ChatState.ACTIVE, ChatState.PAUSED):
            return DeliveryUpdate(delivery.id, DeliveryState.DROPPED, error="nobody there", attempted=False)
        if hushed := self._hush(delivery, chat, now):
            return hushed
        edits = None
        if delivery.event.kind is EventKind.CORRECTION:
            article = delivery.event.payload["article_id"]
            told = await deliveries.message_of(connection, article, delivery.chat_id, delivery.thread_id)
            if told is None and delivery.attempts:
                return DeliveryUpdate(delivery.id, DeliveryState.DROPPED, error="nothing to correct")
            if told is None:
                # It was on its way when the correction came: once it has arrived there is a message to edit.
                return DeliveryUpdate(delivery.id, DeliveryState.PENDING, not_before=now + deliveries.LEASE)
            edits = told.message_id
        try:
            view = await self._render(connection, delivery, chat, now)
        except (StorageError, SQLAlchemyError):
            raise
        except Exception as error:
            log.exception("delivery failed", delivery=delivery.id, event=delivery.event.id, error=type(error).__name__)
            return DeliveryUpdate(delivery.id, DeliveryState.DEAD, error=type(error).__name__)
        if view is None:
            return DeliveryUpdate(delivery.id, DeliveryState.DROPPED, error="nothing to say", attempted=False)
        return _Held(delivery, view, chat.state is ChatState.PAUSED, self._by_paid_lane(delivery), edits)

    def _hush(self, delivery: Delivery, chat: Chat, now: dt.datetime) -> DeliveryUpdate | None:
        """Return what quiet hours or a far turn make of a delivery, or None if it may go.

        Digests come at the hour asked for, quiet or not, and an edit makes no sound.
        """
        if delivery.blocked_until is not None:  # also where that has just become due: it goes first
            return _back(delivery, delivery.blocked_until)
        zone = ZoneInfo(chat.timezone)
        soundless = delivery.event.kind in (EventKind.DIGEST, EventKind.CORRECTION)
        if chat.quiet and not soundless and is_quiet(now, chat.quiet, zone):
            return _back(delivery, quiet_ends(now, chat.quiet, zone))
        wait = self._limiter.chat_wait(delivery.chat_id, int(delivery.priority))
        return _back(delivery, now + dt.timedelta(seconds=wait)) if wait > LONGEST_CHAT_WAIT else None

    def _by_paid_lane(self, delivery: Delivery) -> bool:
        return self._paid and delivery.paid

    def _hold(self, held: _Held) -> None:
        delivery = held.delivery
        self._waiting[delivery.priority] += 1
        request = SendRequest(
            delivery.chat_id,
            int(delivery.priority),
            lambda: self._leave(delivery.id),
            held.paid,
        )
        self._held[delivery.id] = (held, request)
        self._limiter.enter(request)

    def _put_back(self, withdrawn: Iterable[tuple[SendRequest[Go], float]]) -> None:
        """Return to the queue what has been taken back from the gate, for when its turn may come (seconds)."""
        waits = {id(request): wait for request, wait in withdrawn}
        for held, request in list(self._held.values()) if waits else ():
            if id(request) in waits:
                self._drop(held.delivery.id)
                # A pause of everything is waited out in memory: written down, it would outlive a restart.
                wait = 0.0 if self._stopping else waits[id(request)]
                later = self._clock() + dt.timedelta(seconds=wait) if wait > 0 else None
                self._outcomes.add(Attempt(held.delivery, mark=_back(held.delivery, later)))

    def _drop(self, number: int) -> tuple[_Held, SendRequest[Go]]:
        held, request = self._held.pop(number)
        self._waiting[held.delivery.priority] -= 1
        return held, request

    def _leave(self, number: int) -> None:
        """Send the delivery whose turn it is."""
        held, request = self._drop(number)
        if not self._may_send():  # another process may have claimed it while this one was suspended
            self._outcomes.add(Attempt(held.delivery, mark=_back(held.delivery)))
            self._limiter.done(request)
            return
        task = asyncio.create_task(self._deliver(held))
        self._sending[task] = held, request
        task.add_done_callback(self._arrived)
        priority = held.delivery.priority
        if priority in self._many and self._room(priority):
            next(waking for group, waking in self._waking.items() if priority in group).set()

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._limiter.done(self._sending.pop(task)[1])

    def _written(self) -> None:
        """Outcomes are in the database: what comes next in their chats may be claimed."""
        if not self._held:
            self.wake()

    async def _deliver(self, held: _Held) -> None:
        """Carry one delivery to its end; nothing escapes."""
        delivery, chat_id, began = held.delivery, held.delivery.chat_id, self._clock()
        paced.set(True)  # it has come through the gate; this task's context is its own
        try:
            decision, message_id = await self._send(held, chat_id)
            # A move and a refused markup are tried once more on the spot; what was to be edited stayed behind.
            if decision.outcome is Outcome.MOVED and decision.new_chat_id is not None:
                async with self._database.write() as connection:
                    await chat_moves.migrate(connection, chat_id, decision.new_chat_id)
                chat_id = decision.new_chat_id
                if held.edits is None:
                    decision, message_id = await self._send(held, chat_id)
                else:
                    decision = Decision(Outcome.TOO_LATE, reason="the chat has moved")
            if decision.outcome is Outcome.OUR_FAULT:
                log.error("telegram refused a message", delivery=delivery.id, reason=decision.reason)
                decision, message_id = await self._send(held, chat_id, plain=True)
        except (StorageError, SQLAlchemyError) as error:
            # A group has moved and the database does not take it: nothing was sent.
            decision, message_id = Decision(Outcome.LATER, self._clock() + FIRST_PAUSE, reason=one_line(error)), None
        except Exception as error:
            log.exception("delivery failed", delivery=delivery.id, event=delivery.event.id, error=type(error).__name__)
            decision, message_id = Decision(Outcome.OUR_FAULT, reason=type(error).__name__), None
        log.debug("attempted", delivery=delivery.id, chat=chat_id, outcome=decision.outcome)
        if decision.outcome is Outcome.NOT_PAID and self._paid:
            log.error("Telegram lets this bot pay for no broadcasts (stars, users); they leave at the free pace")
            self._paid = False
        if decision.outcome is Outcome.STOP:
            await self._token_refused()
        elif decision.outcome not in (Outcome.LATER, Outcome.UNCERTAIN) and self._token.count:
            self._token.accepted()
            self._metrics.token_refused(0)
        self._outcomes.add(Attempt(delivery, chat_id, decision, began, message_id, resumed=held.paused))

    async def _token_refused(self) -> None:
        """Send nothing for a while; a token that stays refused ends the worker."""
        now = self._monotonic()
        self._put_back(self._limiter.withdraw())
        if now < self._refused_until:  # one of those that left together
            return
        wait = self._token.refused(now)
        self._metrics.token_refused(self._token.count)
        if wait is None:
            log.error("Telegram refuses the token; nothing is sent until it is right")
            await self.stop()
        else:
            log.warning("token_refused", attempt=self._token.count, retry_seconds=wait)
            self._refused_until = now + wait

    async def _send(self, held: _Held, chat_id: int, *, plain: bool = False) -> tuple[Decision, int | None]:
        """Make one request; returns what it means and the id of the message."""
        delivery = held.delivery
        error: TelegramError | None = None
        message_id = None
        try:
            if held.edits is not None:
                if not await outgoing.edit(self._bot, chat_id, held.edits, held.view, plain=plain):
                    return Decision(Outcome.TOO_LATE, reason="the message is gone"), None
                return self._decide(None, delivery), None
            message_id = await outgoing.send(
                self._bot,
                chat_id,
                delivery.thread_id,
                held.view,
                silent=delivery.silent,
                plain=plain,
                paid=held.paid,
            )
        except TelegramError as failed:
            error = failed
        return self._decide(error, delivery), message_id

    def _decide(self, error: TelegramError | None, delivery: Delivery) -> Decision:
        decision = decide(error, delivery.event.kind, delivery.attempts, delivery.repeat, self._clock())
        if decision.outcome is Outcome.NO_TOPIC and delivery.thread_id <= outgoing.GENERAL_THREAD:
            decision = replace(decision, outcome=Outcome.PAUSED)  # General itself is closed
        self._metrics.attempted(delivery.event.kind, decision.outcome)
        return decision

    async def _finish(self) -> None:
        """Give back what has not left, let what is on its way arrive; what does not in time may have arrived."""
        self._put_back(self._limiter.withdraw())
        if self._sending:
            under_way = dict(self._sending)
            _, late = await asyncio.wait(under_way, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
                delivery = under_way[task][0].delivery
                self._outcomes.add(Attempt(delivery, delivery.chat_id, self._decide(TimedOut(), delivery)))
            await asyncio.gather(*late, return_exceptions=True)
        await self._outcomes.close()


def _back(delivery: Delivery, later: dt.datetime | None = None) -> DeliveryUpdate:
    """Return the mark of what was claimed and not tried; it may go again at `later` (UTC)."""
    return DeliveryUpdate(delivery.id, DeliveryState.PENDING, not_before=later, attempted=False)
