"""The limits that messages keep to: of a chat, and of a whole quota. Pure: time is monotonic seconds and passed in.

Telegram's own words are about 30 messages a second over all, one a second in a chat (short bursts are allowed), 20 a
minute in a group (Bot FAQ); edits count.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.delivery.pause import Pause

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages to a chat in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the messages of a quota leave: at most `most` arrive in any second, and `places` are under way.

    Within that they leave evenly: `gap` seconds between messages, `slack` seconds of delay are made up for.
    """

    most: int
    places: int
    gap: float
    slack: float


# One less than the limit of 30 a second: an answer, which does not wait, finds room beside it. What a busy loop delays
# is made up for, as far as the second allows.
FREE = Pace(most=29, places=32, gap=1 / 29.25, slack=0.02)
# Paid broadcasts: 1,000 a second; the free quota goes on beside them.
PAID = Pace(most=1000, places=160, gap=1 / 995, slack=0.1)
# The second that `most` is of; a little more, so that two clocks never disagree about it.
SECOND = 1.002
# The quickest answer so far counts as slower by this factor with each answer: the way to Telegram may get longer.
CREEP = 1.00002
# One a second, three at once; two per cent more, so that two clocks never disagree about it.
CHAT = (Limit(3, 3.06),)
# 20 a minute by the FAQ: two are left for what other programs send under this name, and for the same two clocks.
GROUP = (Limit(3, 3.06), Limit(18, 60.6))
# Answers in a private chat may come in a larger burst, for people press buttons faster than one a second.
REPLY_LIMITS = (Limit(10, 10.2),)
# The priority of answers to people: they leave before everything else. Telegram is not known to count them as
# broadcast: they do not wait for the pace, but everything else waits as if they had.
REPLY = 0
# For so long after a flood refusal answers keep to all limits, too.
STRICT_SECONDS = 60.0
# One in so many of a quota leaves by its age and not by its priority, so that nothing waits for ever.
SHARE = 8
# A chat that waits longer than this after a flood refusal is counted for the operators, in seconds.
LONG_FLOOD_SECONDS = 60.0


@dataclass(slots=True, eq=False)
class SendRequest(Generic[T]):
    """A request to send to a chat. `priority` is smaller for the more urgent; `number` is its age."""

    chat_id: int
    priority: int
    item: T
    paid: bool = False
    number: int = 0
    left_at: float = float("-inf")


@dataclass(slots=True, eq=False)
class ChatQuota(Generic[T]):
    """The latest messages to a chat, and the requests that wait for it, by (paid, priority), oldest first."""

    limits: tuple[Limit, ...]
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=max(limit.count for limit in GROUP)))
    paused_until: float = float("-inf")
    strict_until: float = float("-inf")
    queues: dict[tuple[bool, int], deque[SendRequest[T]]] = field(default_factory=dict)
    ready_at: float = float("inf")
    under_way: bool = False  # a delivery has left and is not answered: another one could overtake it

    def free_at(self, now: float, priority: int, *, strict: bool) -> float:
        """Return when the next message of a priority may leave by the chat's own limits."""
        lenient = priority == REPLY and self.limits is CHAT and not strict and self.strict_until <= now
        at = self.paused_until
        for limit in REPLY_LIMITS if lenient else self.limits:
            if len(self.recent) >= limit.count:
                at = max(at, self.recent[-limit.count] + limit.seconds)
        return at

    def idle(self, now: float) -> bool:
        """Return whether nothing waits for it, and nothing it was sent counts any more."""
        longest = max(limit.seconds for limit in (*self.limits, *REPLY_LIMITS))
        refused = self.paused_until + STRICT_SECONDS > now
        return not self.queues and not self.under_way and not refused and all(now - at > longest for at in self.recent)


@dataclass(slots=True, eq=False)
class Quota:
    """A pace and the messages that share it. `ready` are the chats free to be sent to, by priority, in that order.

    A message counts from its leaving until a second after its arrival, because one that was delayed on its way arrives
    among those that left later. Its arrival is taken as its answer less the quickest answer's whole way: never too
    early, for the next message has its own way still before it. The first answers wait for connections to be opened and
    say nothing about the quickest way: until then a message counts from its answer.
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
        """Return the most urgent priority of which something may leave as far as chats and places go."""
        if self.taken >= self.pace.places:
            return REPLY if REPLY in self.ready else None
        return min(self.ready, default=None)

    def opens_at(self, priority: int, *, strict: bool) -> float:
        """Return when something of a priority may leave by the pace and any pause."""
        return max(self.pause.until, self.next) if strict or priority != REPLY else self.pause.until

    def leaves_at(self, priority: int, *, strict: bool) -> float:
        """Return the same, with regard to the messages of the last second; infinite: not before an answer comes."""
        at = self.opens_at(priority, strict=strict)
        full = self.taken + len(self.counted) + len(self.replies) >= self.pace.most
        if full and (strict or priority != REPLY):
            soonest = [times[0] for times in (self.counted, self.replies) if times]
            at = max(at, min(soonest, default=float("inf")))
        return at

    def expire(self, now: float) -> None:
        """Forget the messages of an earlier second."""
        while self.counted and self.counted[0] <= now:
            heapq.heappop(self.counted)
        while self.replies and self.replies[0] <= now:
            self.replies.popleft()

    def count(self, now: float, priority: int, *, strict: bool) -> None:
        """Count a message that leaves now. Answers slow the rest down to an eighth of its pace and no more."""
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
        """Count the answer to a message that left then, or that none will come."""
        self.taken -= 1
        self.answers += 1
        self.quickest = min(self.quickest * CREEP, now - left_at)
        way = self.quickest if self.answers > self.pace.places else 0.0
        heapq.heappush(self.counted, now - way + SECOND)


def chat_quota(chat_id: int) -> ChatQuota[Any]:
    """Return the quota of a chat that was sent nothing yet."""
    return ChatQuota(GROUP if chat_id < 0 else CHAT)
