"""Pacing: which message may leave, and when to look again. Pure: time is monotonic seconds and passed in.

Telegram's own words are about 30 messages a second over all, one a second in a chat (short bursts are allowed), 20 a
minute in a group (Bot FAQ); edits count. What waits here is little, for the queue itself is in the database: a few of
each priority, one for a chat and priority, and the answers to people.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.delivery.pause import FLOOD_CHATS as FLOOD_CHATS
from bot.delivery.pause import Pause

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages to a chat in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a lane leaves: at most `most` may arrive in any second, and at most `places` are under way.

    Within that they leave evenly: `gap` seconds between messages, `slack` seconds of delay made good.
    """

    most: int
    places: int
    gap: float
    slack: float


# One less than the limit of 30 a second: an answer, which does not wait, finds room beside it. A loop that was busy for
# a moment makes it good, as far as the second allows.
FREE = Pace(most=29, places=32, gap=1 / 29.25, slack=0.02)
# Paid broadcasts: 1,000 a second; the free lane goes on beside them.
PAID = Pace(most=1000, places=160, gap=1 / 995, slack=0.1)
# The second that `most` is of; a little more, so that two clocks never disagree about it.
SECOND = 1.002
# The quickest answer so far counts as slower by this with each answer: the way to Telegram may become a longer one.
CREEP = 1.00002
# One a second, three at once; two per cent more, so that two clocks never disagree about it.
CHAT = (Limit(3, 3.06),)
# 20 a minute by the FAQ: two are left for what other programs send under this name, and for the same two clocks.
GROUP = (Limit(3, 3.06), Limit(18, 60.6))
# Answers in a private chat may come in a larger burst, for people press buttons faster than one a second.
REPLY_LIMITS = (Limit(10, 10.2),)
# What people asked for leaves before everything else. Telegram is not known to count answers as broadcast: they do not
# wait for the pace, but the rest waits for them as if they had.
REPLY = 0
# So long after Telegram refused a flood of ours it is taken at its word: answers keep to all limits.
STRICT_SECONDS = 60.0
# One in so many of a lane leaves by its age and not by its priority, so that nothing waits for ever.
SHARE = 8
# A chat that waits longer than this after a flood refusal is counted for the operators, in seconds.
LONG_FLOOD_SECONDS = 60.0
# Chats remembered before idle ones are looked for and forgotten.
SWEEP_FROM = 4096


@dataclass(slots=True, eq=False)
class SendRequest(Generic[T]):
    """Something that waits to leave for a chat. `priority` is smaller for the more urgent; `number` is its age."""

    chat_id: int
    priority: int
    item: T
    paid: bool = False
    number: int = 0
    left_at: float = float("-inf")


@dataclass(slots=True, eq=False)
class _Chat(Generic[T]):
    """What a chat was sent lately, and what waits for it, by (paid, priority), oldest first."""

    limits: tuple[Limit, ...]
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=max(limit.count for limit in GROUP)))
    halted: float = float("-inf")
    strict_until: float = float("-inf")
    lines: dict[tuple[bool, int], deque[SendRequest[T]]] = field(default_factory=dict)
    wakes_at: float = float("inf")
    under_way: bool = False  # a delivery has left and is not answered: the next one could overtake it

    def free_at(self, now: float, priority: int, *, strict: bool) -> float:
        """When the next message of a priority may leave by the chat's own limits."""
        lenient = priority == REPLY and self.limits is CHAT and not strict and self.strict_until <= now
        at = self.halted
        for limit in REPLY_LIMITS if lenient else self.limits:
            if len(self.recent) >= limit.count:
                at = max(at, self.recent[-limit.count] + limit.seconds)
        return at

    def idle(self, now: float) -> bool:
        """Whether nothing waits for it, and nothing it was sent counts any more."""
        longest = max(limit.seconds for limit in (*self.limits, *REPLY_LIMITS))
        alone = self.halted + STRICT_SECONDS > now
        return not self.lines and not self.under_way and not alone and all(now - at > longest for at in self.recent)


@dataclass(slots=True, eq=False)
class _Lane:
    """What shares a pace. `ready` are the chats free to be sent to, by priority, in the order they became so.

    A message counts for the second from its leaving until a second after its arrival, for what was held up on its way
    arrives among those that left later. It arrived when its answer came, less the quickest answer's whole way: too late
    by what its answer was held up, and, as the next one has the way there before it, never too early. The first
    answers, which wait for connections to be opened, do not tell how quick one may be: so long it counts from those.
    """

    pace: Pace
    next: float = float("-inf")
    pause: Pause = field(default_factory=Pause)
    last: float = float("-inf")  # when something that is no reply left
    taken: int = 0
    served: int = 0
    answers: int = 0
    quickest: float = float("inf")
    counted: list[float] = field(default_factory=list)  # a heap: until when what has arrived counts
    replies: deque[float] = field(default_factory=deque)  # the same of answers to people
    ready: dict[int, OrderedDict[int, None]] = field(default_factory=dict)

    def first(self) -> int | None:
        """The most urgent priority of which something may leave as far as chats and places go."""
        if self.taken >= self.pace.places:
            return REPLY if REPLY in self.ready else None
        return min(self.ready, default=None)

    def opens_at(self, priority: int, *, strict: bool) -> float:
        """When something of a priority may leave by the pace and any pause."""
        return max(self.pause.until, self.next) if strict or priority != REPLY else self.pause.until

    def leaves_at(self, priority: int, *, strict: bool) -> float:
        """The same, where the second is full too; infinite: when something has arrived."""
        at = self.opens_at(priority, strict=strict)
        full = self.taken + len(self.counted) + len(self.replies) >= self.pace.most
        if full and (strict or priority != REPLY):
            soonest = [line[0] for line in (self.counted, self.replies) if line]
            at = max(at, min(soonest, default=float("inf")))
        return at

    def expire(self, now: float) -> None:
        """Leave out what is of an earlier second."""
        while self.counted and self.counted[0] <= now:
            heapq.heappop(self.counted)
        while self.replies and self.replies[0] <= now:
            self.replies.popleft()

    def count(self, now: float, priority: int, *, strict: bool) -> None:
        """Take into account what leaves now. Answers hold up the rest to an eighth of its pace and no more."""
        self.pause.left(now)
        following = max(self.next, now - self.pace.slack) + self.pace.gap
        if priority == REPLY:
            if not strict:
                following = max(self.next, min(following, self.last + SHARE * self.pace.gap))
            if strict or len(self.replies) < self.pace.most * (SHARE - 1) // SHARE:
                self.replies.append(now + SECOND)
        else:
            self.last = now
            self.taken += 1
        self.next = following

    def arrived(self, now: float, left_at: float) -> None:
        """Take into account that the answer to what left then is here, or will not come."""
        self.taken -= 1
        self.answers += 1
        self.quickest = min(self.quickest * CREEP, now - left_at)
        way = self.quickest if self.answers > self.pace.places else 0.0
        heapq.heappush(self.counted, now - way + SECOND)


class Pacer(Generic[T]):
    """Holds what waits and knows what left when. `free` and `paid` are the paces of the two lanes.

    `strict`: answers keep to all limits from the first, not only after Telegram has refused a flood.
    """

    def __init__(self, free: Pace = FREE, paid: Pace = PAID, *, strict: bool = False) -> None:
        self._strict_until = float("inf") if strict else float("-inf")
        self._quotas = {False: _Lane(free), True: _Lane(paid)}
        self._chats: dict[int, _Chat[T]] = {}
        self._waiting: dict[int, _Chat[T]] = {}  # those of them that something waits for
        self._asleep: list[tuple[float, int]] = []  # a heap of chats by the time they may be sent to again
        self._numbers = 0
        self._sweep_at = SWEEP_FROM

    def add(self, now: float, request: SendRequest[T]) -> None:
        """Let something wait for its turn."""
        self._numbers += 1
        request.number = self._numbers
        chat = self._chat(now, request.chat_id)
        chat.lines.setdefault((request.paid, request.priority), deque()).append(request)
        self._waiting[request.chat_id] = chat
        self._place(now, request.chat_id, chat)

    def take(self, now: float) -> SendRequest[T] | None:
        """Return what leaves now and count it, or None.

        What is no reply holds a place until `done()`, and no other delivery to its chat leaves before that: two
        requests under way may arrive in either order.
        """
        self._wake(now)
        strict = self._strict(now)
        for quota in self._quotas.values():
            if (first := quota.first()) is not None and quota.leaves_at(first, strict=strict) <= now:
                return self._leave(now, quota, first)
        return None

    def wait(self, now: float) -> float | None:
        """Return the seconds until `take` is worth a look; None if nothing changes that without a call."""
        self._wake(now)
        strict = self._strict(now)
        firsts = [(quota, first) for quota in self._quotas.values() if (first := quota.first()) is not None]
        ats = [quota.leaves_at(first, strict=strict) for quota, first in firsts]
        if self._asleep:
            ats.append(self._asleep[0][0])
        at = min(ats, default=float("inf"))
        return None if at == float("inf") else max(0.0, at - now)

    def done(self, now: float, request: SendRequest[T]) -> None:
        """Take back the place of something that left and is answered, or will not be."""
        self._quotas[request.paid].arrived(now, request.left_at)
        chat = self._chat(now, request.chat_id)
        chat.under_way = False
        self._place(now, request.chat_id, chat)
        self.accepted(now, paid=request.paid)  # a probe that was refused is none any more

    def wait_for(self, now: float, chat_id: int, priority: int, *, paid: bool = False) -> float:
        """Return the seconds until one more message to a chat may leave by its limits and any pause, about."""
        opens = self._quotas[paid].opens_at(priority, strict=self._strict(now)) - now
        return max(opens, self.chat_wait(now, chat_id, priority))

    def chat_wait(self, now: float, chat_id: int, priority: int) -> float:
        """Return the seconds until one more message to a chat may leave by the chat's own limits, about."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return 0.0
        slowest = max(limit.seconds / limit.count for limit in chat.limits)
        ahead = sum(len(line) for (_, other), line in chat.lines.items() if other <= priority)
        return max(0.0, chat.free_at(now, priority, strict=self._strict(now)) + slowest * ahead - now)

    def halt(self, now: float, *, paid: bool = False) -> float:
        """Return the seconds for which a whole lane waits after refusals."""
        return max(0.0, self._quotas[paid].pause.until - now)

    def flooded(self, now: float) -> int:
        """Return how many chats wait for more than LONG_FLOOD_SECONDS because Telegram refused a flood there."""
        return sum(chat.halted - now > LONG_FLOOD_SECONDS for chat in self._chats.values())

    def refused(self, now: float, chat_id: int, seconds: float, *, paid: bool = False) -> bool:
        """Let a chat wait that Telegram asked to, and the whole lane when several chats were refused at a time.

        Returns whether the whole lane waits.
        """
        chat, quota = self._chat(now, chat_id), self._quotas[paid]
        chat.halted = max(chat.halted, now + seconds)
        chat.strict_until = max(chat.strict_until, now + STRICT_SECONDS)
        self._place(now, chat_id, chat)
        paused = quota.pause.refused(now, chat_id, seconds)
        if paused:
            self._strict_until = max(self._strict_until, quota.pause.until + STRICT_SECONDS)
            for other, one in self._waiting.items():
                self._place(now, other, one)
        return paused

    def accepted(self, now: float, *, paid: bool = False) -> bool:
        """Note that Telegram took a message; return whether that ends the pause of the lane."""
        return self._quotas[paid].pause.accepted(now)

    def withdraw(self, now: float, horizon: float = float("-inf")) -> list[tuple[SendRequest[T], float]]:
        """Take back what waits, replies apart, and would wait longer than `horizon` seconds.

        Each comes with the seconds that its own chat has to wait; the pause of a lane is not in them.
        """
        gone = []
        strict = self._strict(now)
        for chat_id, chat in list(self._waiting.items()):
            for key, line in list(chat.lines.items()):
                own = max(0.0, chat.free_at(now, key[1], strict=strict) - now)
                if key[1] != REPLY and max(own, self._quotas[key[0]].pause.until - now) > horizon:
                    gone += [(request, own) for request in line]
                    self._unready(chat_id, key)
                    self._forget(chat_id, chat, key)
        return gone

    def _strict(self, now: float) -> bool:
        return now < self._strict_until

    def _chat(self, now: float, chat_id: int) -> _Chat[T]:
        chat = self._chats.get(chat_id)
        if chat is None:
            if len(self._chats) >= self._sweep_at:
                self._sweep(now)
            limits = GROUP if chat_id < 0 else CHAT
            chat = self._chats[chat_id] = _Chat(limits)
        return chat

    def _sweep(self, now: float) -> None:
        """Forget the chats of which nothing is left that could hold anything back."""
        for chat_id in [id_ for id_, chat in self._chats.items() if chat.idle(now)]:
            del self._chats[chat_id]
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._chats))

    def _place(self, now: float, chat_id: int, chat: _Chat[T]) -> None:
        """Put each line of a chat where it belongs: among the ready ones, or to sleep until it may be sent."""
        strict = self._strict(now)
        for key in chat.lines:
            at = chat.free_at(now, key[1], strict=strict)
            if chat.under_way and key[1] != REPLY:  # `done()` places it again
                self._unready(chat_id, key)
                continue
            if at <= now:
                self._quotas[key[0]].ready.setdefault(key[1], OrderedDict()).setdefault(chat_id)
                continue
            self._unready(chat_id, key)
            if at < chat.wakes_at:
                chat.wakes_at = at
                heapq.heappush(self._asleep, (at, chat_id))

    def _unready(self, chat_id: int, key: tuple[bool, int]) -> None:
        ready = self._quotas[key[0]].ready
        if key[1] in ready:
            ready[key[1]].pop(chat_id, None)
            if not ready[key[1]]:
                del ready[key[1]]

    def _forget(self, chat_id: int, chat: _Chat[T], key: tuple[bool, int]) -> None:
        """Nothing waits any more in a line of a chat."""
        del chat.lines[key]
        if not chat.lines:
            del self._waiting[chat_id]

    def _wake(self, now: float) -> None:
        for quota in self._quotas.values():
            quota.expire(now)
        while self._asleep and self._asleep[0][0] <= now:
            at, chat_id = heapq.heappop(self._asleep)
            chat = self._chats.get(chat_id)
            if chat is not None and at >= chat.wakes_at:
                chat.wakes_at = float("inf")
                self._place(now, chat_id, chat)

    def _leave(self, now: float, quota: _Lane, priority: int) -> SendRequest[T]:
        paid = quota is self._quotas[True]
        if priority != REPLY:
            quota.served += 1
            if quota.served % SHARE == 0:
                priority = min(quota.ready, key=lambda one: self._head(quota, paid, one).number)
        request = self._head(quota, paid, priority)
        chat, key = self._chats[request.chat_id], (paid, priority)
        chat.lines[key].popleft()
        self._unready(request.chat_id, key)
        if not chat.lines[key]:
            self._forget(request.chat_id, chat, key)
        request.left_at = now
        chat.recent.append(now)
        chat.under_way = chat.under_way or priority != REPLY
        quota.count(now, priority, strict=self._strict(now))
        self._place(now, request.chat_id, chat)
        return request

    def _head(self, quota: _Lane, paid: bool, priority: int) -> SendRequest[T]:
        """Return the first of a priority: of the chat that has been free for it longest."""
        return self._chats[next(iter(quota.ready[priority]))].lines[paid, priority][0]
