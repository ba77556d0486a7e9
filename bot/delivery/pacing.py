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

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages to a chat in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a lane leaves: `gap` seconds between messages, `slack` seconds of delay made good, `places` under way.

    `gap` and `slack` together keep a trailing second under the limit: 1 second / gap + slack / gap.
    """

    gap: float
    slack: float
    places: int


# Three per cent below the limit of 30 a second: strictly 30 costs flood errors (docs/decisions). A loop that was busy
# for a moment makes it good; what is left of the headroom is for requests that overtake each other on the way.
FREE = Pace(gap=1 / 29, slack=0.010, places=32)
# Paid broadcasts: 1,000 a second; the free lane goes on beside them.
PAID = Pace(gap=1 / 970, slack=0.020, places=128)
# One a second, three at once; two per cent more, so that two clocks never disagree about it.
CHAT = (Limit(3, 3.06),)
# 20 a minute by the FAQ: two are left for what other programs send under this name, and for the same two clocks.
GROUP = (Limit(3, 3.06), Limit(18, 60.6))
# What people asked for leaves before everything else.
REPLY = 0
# One in so many of a lane leaves by its age and not by its priority, so that nothing waits for ever.
SHARE = 8
# Refusals of so many chats within so many seconds mean the whole bot; those of one or two are their own (slow mode).
FLOOD_CHATS = 3
FLOOD_SECONDS = 10.0
# Chats remembered before idle ones are looked for and forgotten.
SWEEP_FROM = 4096


@dataclass(slots=True, eq=False)
class Ticket(Generic[T]):
    """Something that waits to leave for a chat. `priority` is smaller for the more urgent; `number` is its age."""

    chat_id: int
    priority: int
    item: T
    paid: bool = False
    number: int = 0


@dataclass(slots=True, eq=False)
class _Chat(Generic[T]):
    """What a chat was sent lately, and what waits for it, by (paid, priority), oldest first."""

    limits: tuple[Limit, ...]
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=max(limit.count for limit in GROUP)))
    halted: float = float("-inf")
    lines: dict[tuple[bool, int], deque[Ticket[T]]] = field(default_factory=dict)
    asleep: bool = False

    def free_at(self) -> float:
        """When the next message may leave by the chat's own limits."""
        at = self.halted
        for limit in self.limits:
            if len(self.recent) >= limit.count:
                at = max(at, self.recent[-limit.count] + limit.seconds)
        return at

    def idle(self, now: float) -> bool:
        """Whether nothing waits for it, and nothing it was sent counts any more."""
        longest = max(limit.seconds for limit in self.limits)
        return (
            not self.lines and not self.asleep and self.halted <= now and all(now - at > longest for at in self.recent)
        )


@dataclass(slots=True, eq=False)
class _Lane:
    """What shares a pace. `ready` are the chats free to be sent to, by priority, in the order they became so."""

    pace: Pace
    next: float = float("-inf")
    taken: int = 0
    served: int = 0
    ready: dict[int, OrderedDict[int, None]] = field(default_factory=dict)
    refused: deque[tuple[float, int, float]] = field(default_factory=lambda: deque(maxlen=FLOOD_CHATS * 4))

    def choices(self) -> list[int]:
        """The priorities of which something may leave as far as chats and places go, most urgent first."""
        full = self.taken >= self.pace.places
        return [priority for priority in sorted(self.ready) if priority == REPLY or not full]


class Pacer(Generic[T]):
    """Holds what waits and knows what left when. `free` and `paid` are the paces of the two lanes."""

    def __init__(self, free: Pace = FREE, paid: Pace = PAID) -> None:
        self._lanes = {False: _Lane(free), True: _Lane(paid)}
        self._chats: dict[int, _Chat[T]] = {}
        self._asleep: list[tuple[float, int]] = []  # a heap of chats by the time they may be sent to again
        self._numbers = 0
        self._sweep_at = SWEEP_FROM

    def add(self, now: float, ticket: Ticket[T]) -> None:
        """Let something wait for its turn."""
        self._numbers += 1
        ticket.number = self._numbers
        chat = self._chat(now, ticket.chat_id)
        chat.lines.setdefault((ticket.paid, ticket.priority), deque()).append(ticket)
        self._place(now, ticket.chat_id, chat)

    def take(self, now: float) -> Ticket[T] | None:
        """Return what leaves now and count it, or None. What is no reply holds a place until `done()`."""
        self._wake(now)
        for lane in self._lanes.values():
            if lane.next <= now and (choices := lane.choices()):
                return self._leave(now, lane, choices)
        return None

    def wait(self, now: float) -> float | None:
        """Return the seconds until `take` is worth a look; None if nothing changes that without a call."""
        self._wake(now)
        waits = [max(0.0, lane.next - now) for lane in self._lanes.values() if lane.choices()]
        if self._asleep:
            waits.append(max(self._asleep[0][0], min(lane.next for lane in self._lanes.values())) - now)
        return min(waits, default=None)

    def done(self, *, paid: bool = False) -> None:
        """Take back the place of something that arrived, or did not."""
        self._lanes[paid].taken -= 1

    def turn(self, now: float, chat_id: int, *, paid: bool = False) -> float:
        """Return the seconds until one more message to a chat may leave by its limits and any halt, about."""
        chat = self._chats.get(chat_id)
        free = self._lanes[paid].next
        if chat is not None:
            slowest = max(limit.seconds / limit.count for limit in chat.limits)
            free = max(free, chat.free_at() + slowest * sum(len(line) for line in chat.lines.values()))
        return max(0.0, free - now)

    def halt(self, now: float, *, paid: bool = False) -> float:
        """Return the seconds until anything of a lane may leave."""
        return max(0.0, self._lanes[paid].next - now)

    def refused(self, now: float, chat_id: int, seconds: float, *, paid: bool = False) -> None:
        """Telegram asked to wait: the chat does, and the whole lane when several chats were refused at a time."""
        chat, lane = self._chat(now, chat_id), self._lanes[paid]
        chat.halted = max(chat.halted, now + seconds)
        self._place(now, chat_id, chat)
        lane.refused.append((now, chat_id, now + seconds))
        lately = {chat: until for at, chat, until in lane.refused if now - at < FLOOD_SECONDS}
        if len(lately) >= FLOOD_CHATS:
            lane.next = max(lane.next, min(lately.values()))

    def withdraw(self, now: float, horizon: float = float("-inf")) -> list[tuple[Ticket[T], float]]:
        """Take back what waits, replies apart, and would wait longer than `horizon` seconds, each with its wait."""
        gone = []
        for chat_id, chat in self._chats.items():
            for key, line in list(chat.lines.items()):
                wait = max(0.0, chat.free_at() - now, self._lanes[key[0]].next - now)
                if key[1] != REPLY and wait > horizon:
                    gone += [(ticket, wait) for ticket in line]
                    del chat.lines[key]
                    self._unready(chat_id, key)
        return gone

    def _chat(self, now: float, chat_id: int) -> _Chat[T]:
        chat = self._chats.get(chat_id)
        if chat is None:
            if len(self._chats) >= self._sweep_at:
                self._sweep(now)
            chat = self._chats[chat_id] = _Chat(GROUP if chat_id < 0 else CHAT)
        return chat

    def _sweep(self, now: float) -> None:
        """Forget the chats of which nothing is left that could hold anything back."""
        for chat_id in [id_ for id_, chat in self._chats.items() if chat.idle(now)]:
            del self._chats[chat_id]
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._chats))

    def _place(self, now: float, chat_id: int, chat: _Chat[T]) -> None:
        """Put a chat where it belongs: its lines among the ready ones, or itself to sleep until it may be sent to."""
        if chat.free_at() <= now:
            for paid, priority in chat.lines:
                self._lanes[paid].ready.setdefault(priority, OrderedDict()).setdefault(chat_id)
            return
        for key in chat.lines:
            self._unready(chat_id, key)
        if chat.lines and not chat.asleep:
            chat.asleep = True
            heapq.heappush(self._asleep, (chat.free_at(), chat_id))

    def _unready(self, chat_id: int, key: tuple[bool, int]) -> None:
        ready = self._lanes[key[0]].ready
        if key[1] in ready:
            ready[key[1]].pop(chat_id, None)
            if not ready[key[1]]:
                del ready[key[1]]

    def _wake(self, now: float) -> None:
        while self._asleep and self._asleep[0][0] <= now:
            _, chat_id = heapq.heappop(self._asleep)
            chat = self._chats[chat_id]
            chat.asleep = False
            self._place(now, chat_id, chat)

    def _leave(self, now: float, lane: _Lane, choices: list[int]) -> Ticket[T]:
        paid = lane is self._lanes[True]
        priority = choices[0]
        if priority != REPLY:
            lane.taken += 1
            lane.served += 1
            if lane.served % SHARE == 0:
                priority = min(choices, key=lambda one: self._head(lane, paid, one).number)
        ticket = self._head(lane, paid, priority)
        chat, key = self._chats[ticket.chat_id], (paid, priority)
        chat.lines[key].popleft()
        self._unready(ticket.chat_id, key)
        if not chat.lines[key]:
            del chat.lines[key]
        chat.recent.append(now)
        lane.next = max(lane.next, now - lane.pace.slack) + lane.pace.gap
        self._place(now, ticket.chat_id, chat)
        return ticket

    def _head(self, lane: _Lane, paid: bool, priority: int) -> Ticket[T]:
        """Return the first of a priority: of the chat that has been free for it longest."""
        return self._chats[next(iter(lane.ready[priority]))].lines[paid, priority][0]
