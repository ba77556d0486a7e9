"""The pacer: which request to send may leave, and when to ask again. Pure: time is monotonic seconds and passed in.

Few requests wait here, for the queue itself is in the database: a few of each priority, one for a chat and priority,
and the answers to people.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from typing import Generic

from bot.delivery.quotas import (
    FREE,
    LONG_FLOOD_SECONDS,
    PAID,
    REPLY,
    SHARE,
    STRICT_SECONDS,
    ChatQuota,
    Pace,
    Quota,
    SendRequest,
    T,
    chat_quota,
)

# Chats remembered before idle ones are searched for and forgotten.
SWEEP_FROM = 4096


class Pacer(Generic[T]):
    """Holds the requests that wait, and when others left. `free` and `paid` are the paces of the two quotas.

    `strict`: answers keep to all limits from the first, not only after a flood refusal.
    """

    def __init__(self, free: Pace = FREE, paid: Pace = PAID, *, strict: bool = False) -> None:
        self._strict_until = float("inf") if strict else float("-inf")
        self._quotas = {False: Quota(free), True: Quota(paid)}
        self._chats: dict[int, ChatQuota[T]] = {}
        self._waiting: dict[int, ChatQuota[T]] = {}  # those of them that something waits for
        self._blocked: list[tuple[float, int]] = []  # a heap of chats by the time they may be sent to again
        self._numbers = 0
        self._sweep_at = SWEEP_FROM

    def add(self, now: float, request: SendRequest[T]) -> None:
        """Add a request that waits."""
        self._numbers += 1
        request.number = self._numbers
        chat = self._chat(now, request.chat_id)
        chat.queues.setdefault((request.paid, request.priority), deque()).append(request)
        self._waiting[request.chat_id] = chat
        self._place(now, request.chat_id, chat)

    def take(self, now: float) -> SendRequest[T] | None:
        """Return a request that leaves now and count it, or None.

        One that is no reply holds a place until `done()`, and no other delivery to its chat leaves before that: two
        requests under way may arrive in either order.
        """
        self._update(now)
        strict = self._strict(now)
        for quota in self._quotas.values():
            if (first := quota.first()) is not None and quota.leaves_at(first, strict=strict) <= now:
                return self._leave(now, quota, first)
        return None

    def wait(self, now: float) -> float | None:
        """Return the seconds until `take` may return something; None if nothing changes that without a call."""
        self._update(now)
        strict = self._strict(now)
        firsts = [(quota, first) for quota in self._quotas.values() if (first := quota.first()) is not None]
        ats = [quota.leaves_at(first, strict=strict) for quota, first in firsts]
        if self._blocked:
            ats.append(self._blocked[0][0])
        at = min(ats, default=float("inf"))
        return None if at == float("inf") else max(0.0, at - now)

    def done(self, now: float, request: SendRequest[T]) -> None:
        """Free the place of a request that left and is answered, or will not be."""
        self._quotas[request.paid].arrived(now, request.left_at)
        chat = self._chat(now, request.chat_id)
        chat.under_way = False
        self._place(now, request.chat_id, chat)
        self.accepted(now, paid=request.paid)  # a refused probe is no probe any more

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
        ahead = sum(len(queue) for (_, other), queue in chat.queues.items() if other <= priority)
        return max(0.0, chat.free_at(now, priority, strict=self._strict(now)) + slowest * ahead - now)

    def halt(self, now: float, *, paid: bool = False) -> float:
        """Return the seconds for which a whole quota waits after refusals."""
        return max(0.0, self._quotas[paid].pause.until - now)

    def flooded(self, now: float) -> int:
        """Return how many chats wait for more than LONG_FLOOD_SECONDS because Telegram refused a flood there."""
        return sum(chat.paused_until - now > LONG_FLOOD_SECONDS for chat in self._chats.values())

    def refused(self, now: float, chat_id: int, seconds: float, *, paid: bool = False) -> bool:
        """Pause a chat for as long as Telegram asked, and the whole quota when several chats were refused at a time.

        Returns whether the whole quota is paused.
        """
        chat, quota = self._chat(now, chat_id), self._quotas[paid]
        chat.paused_until = max(chat.paused_until, now + seconds)
        chat.strict_until = max(chat.strict_until, now + STRICT_SECONDS)
        self._place(now, chat_id, chat)
        paused = quota.pause.refused(now, chat_id, seconds)
        if paused:
            self._strict_until = max(self._strict_until, quota.pause.until + STRICT_SECONDS)
            for other, one in self._waiting.items():
                self._place(now, other, one)
        return paused

    def accepted(self, now: float, *, paid: bool = False) -> bool:
        """Note that Telegram took a message; return whether that ends the pause of the quota."""
        return self._quotas[paid].pause.accepted(now)

    def withdraw(self, now: float, horizon: float = float("-inf")) -> list[tuple[SendRequest[T], float]]:
        """Remove and return the requests, replies apart, that would wait longer than `horizon` seconds.

        Each comes with the seconds that its own chat has to wait; the pause of a quota is not in them.
        """
        gone = []
        strict = self._strict(now)
        for chat_id, chat in list(self._waiting.items()):
            for key, queue in list(chat.queues.items()):
                own = max(0.0, chat.free_at(now, key[1], strict=strict) - now)
                if key[1] != REPLY and max(own, self._quotas[key[0]].pause.until - now) > horizon:
                    gone += [(request, own) for request in queue]
                    self._unready(chat_id, key)
                    self._forget(chat_id, chat, key)
        return gone

    def _strict(self, now: float) -> bool:
        return now < self._strict_until

    def _chat(self, now: float, chat_id: int) -> ChatQuota[T]:
        chat = self._chats.get(chat_id)
        if chat is None:
            if len(self._chats) >= self._sweep_at:
                self._sweep(now)
            chat = self._chats[chat_id] = chat_quota(chat_id)
        return chat

    def _sweep(self, now: float) -> None:
        """Forget the chats whose limits hold nothing back."""
        for chat_id in [id_ for id_, chat in self._chats.items() if chat.idle(now)]:
            del self._chats[chat_id]
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._chats))

    def _place(self, now: float, chat_id: int, chat: ChatQuota[T]) -> None:
        """Put each queue of a chat among the ready ones, or note when it will be."""
        strict = self._strict(now)
        for key in chat.queues:
            at = chat.free_at(now, key[1], strict=strict)
            if chat.under_way and key[1] != REPLY:  # `done()` places it again
                self._unready(chat_id, key)
                continue
            if at <= now:
                self._quotas[key[0]].ready.setdefault(key[1], OrderedDict()).setdefault(chat_id)
                continue
            self._unready(chat_id, key)
            if at < chat.ready_at:
                chat.ready_at = at
                heapq.heappush(self._blocked, (at, chat_id))

    def _unready(self, chat_id: int, key: tuple[bool, int]) -> None:
        ready = self._quotas[key[0]].ready
        if key[1] in ready:
            ready[key[1]].pop(chat_id, None)
            if not ready[key[1]]:
                del ready[key[1]]

    def _forget(self, chat_id: int, chat: ChatQuota[T], key: tuple[bool, int]) -> None:
        """Remove an empty queue of a chat."""
        del chat.queues[key]
        if not chat.queues:
            del self._waiting[chat_id]

    def _update(self, now: float) -> None:
        for quota in self._quotas.values():
            quota.expire(now)
        while self._blocked and self._blocked[0][0] <= now:
            at, chat_id = heapq.heappop(self._blocked)
            chat = self._chats.get(chat_id)
            if chat is not None and at >= chat.ready_at:
                chat.ready_at = float("inf")
                self._place(now, chat_id, chat)

    def _leave(self, now: float, quota: Quota, priority: int) -> SendRequest[T]:
        paid = quota is self._quotas[True]
        if priority != REPLY:
            quota.served += 1
            if quota.served % SHARE == 0:
                priority = min(quota.ready, key=lambda one: self._head(quota, paid, one).number)
        request = self._head(quota, paid, priority)
        chat, key = self._chats[request.chat_id], (paid, priority)
        chat.queues[key].popleft()
        self._unready(request.chat_id, key)
        if not chat.queues[key]:
            self._forget(request.chat_id, chat, key)
        request.left_at = now
        chat.recent.append(now)
        chat.under_way = chat.under_way or priority != REPLY
        quota.count(now, priority, strict=self._strict(now))
        self._place(now, request.chat_id, chat)
        return request

    def _head(self, quota: Quota, paid: bool, priority: int) -> SendRequest[T]:
        """Return the first request of a priority: that of the chat that has been free for it longest."""
        return self._chats[next(iter(quota.ready[priority]))].queues[paid, priority][0]
