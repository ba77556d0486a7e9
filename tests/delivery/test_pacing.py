"""The pacer in simulated time, against both ways in which a server may count."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacing import SWEEP_FROM, Pacer
from bot.delivery.pause import FLOOD_CHATS
from bot.delivery.quotas import (
    CHAT,
    FREE,
    GROUP,
    PAID,
    REPLY,
    REPLY_LIMITS,
    SECOND,
    SHARE,
    STRICT_SECONDS,
    Limit,
    SendRequest,
)
from bot.demo.telegram import FloodPolicy
from bot.demo.telegram.flood import OVERALL

CROSSING, NEWS, DIGEST = 10, 20, 40
# Rounding of clocks, in seconds.
HAIR = 1e-6
COUNTING = pytest.mark.parametrize("counting", ["window", "bucket"])


@dataclass(frozen=True)
class Sent:
    at: float
    request: SendRequest[int]


# When a message comes, its chat, its priority; how long after it arrives its place is free again.
ARRIVALS = st.lists(
    st.tuples(
        st.floats(0, 20, allow_nan=False),
        st.sampled_from([1, 2, 3, 4, -5, -6]),
        st.sampled_from([REPLY, CROSSING, NEWS, DIGEST]),
    ),
    min_size=1,
    max_size=120,
)
SECONDS_UNDER_WAY = st.floats(0, 3, allow_nan=False)


def run(
    arrivals: list[tuple[float, int, int]], under_way: float = 0.0, *, late: float = 0.0, paid: bool = False
) -> list[Sent]:
    """Let messages come and leave in simulated time; each step is as late as a busy loop would make it."""
    pacer: Pacer[int] = Pacer(strict=True)
    coming = sorted((1000 + at, n, chat, priority) for n, (at, chat, priority) in enumerate(arrivals))
    back: list[tuple[float, SendRequest[int]]] = []
    sent: list[Sent] = []
    now = 1000.0
    for _ in range(20 * len(arrivals) + 20):
        while coming and coming[0][0] <= now:
            _, n, chat, priority = coming.pop(0)
            pacer.add(now, SendRequest(chat, priority, n, paid))
        while back and back[0][0] <= now:
            pacer.done(now, back.pop(0)[1])
        while (request := pacer.take(now)) is not None:
            sent.append(Sent(now, request))
            if request.priority != REPLY:
                back.append((now + under_way, request))
        wait = pacer.wait(now)
        nexts = [
            *(at for at, *_ in coming[:1]),
            *(at for at, *_ in back[:1]),
            *([] if wait is None else [now + wait + late + HAIR]),
        ]
        if not nexts:
            break
        now = max(now, min(nexts))
    assert len(sent) == len(arrivals), "something never left"
    return sent


@COUNTING
@given(arrivals=ARRIVALS, under_way=SECONDS_UNDER_WAY, late=st.sampled_from([0.0, 0.004, 0.03, 0.2]))
def test_no_limit_of_either_server_is_ever_met(
    counting: Literal["window", "bucket"], arrivals, under_way, late
) -> None:
    server = FloodPolicy(counting)
    assert [server.check(one.request.chat_id, one.at) for one in run(arrivals, under_way, late=late)] == [0] * len(
        arrivals
    )


@COUNTING
@pytest.mark.parametrize("late", [0.0, 0.004, 0.03])
def test_a_full_pace_meets_no_limit_and_loses_no_time(counting: Literal["window", "bucket"], late: float) -> None:
    sent = run([(0.0, chat, NEWS) for chat in range(1, 301)], 0.05, late=late)
    server = FloodPolicy(counting)
    assert not any(server.check(one.request.chat_id, one.at) for one in sent)
    ideal = 300 / OVERALL.count
    if late <= FREE.slack / 2:
        assert sent[-1].at - sent[0].at < ideal * 1.05


@COUNTING
def test_paid_broadcasts_leave_thirty_times_as_fast(counting: Literal["window", "bucket"]) -> None:
    sent = run([(0.0, chat, 50) for chat in range(1, 3001)], 0.1, paid=True)
    server = FloodPolicy(counting, overall=Limit(1000, 1.0))  # type: ignore[arg-type]
    assert not any(server.check(one.request.chat_id, one.at) for one in sent)
    assert 3000 / (sent[-1].at - sent[0].at) > 950


@given(
    stalls=st.dictionaries(st.integers(0, 300), st.floats(0, 0.5), max_size=12),
    late_answers=st.lists(st.sampled_from([0.0, 0.02]), min_size=1, max_size=5),
)
def test_what_is_held_up_on_its_way_meets_no_limit_among_what_leaves_later(stalls, late_answers) -> None:
    """The strict server counts arrivals; after a stall (which message, seconds) they arrive in a clump."""
    most, quickest = 300, 0.05
    pacer: Pacer[int] = Pacer()
    server = FloodPolicy("window")
    for chat in range(1, most + 1):
        pacer.add(0.0, SendRequest(chat, NEWS, 0))
    now, sent = 0.0, 0
    events: list[tuple[float, int, str, SendRequest[int]]] = []  # arrivals and answers that are to come, a heap
    stalled_until = 0.0
    while sent < most or events:
        wait = pacer.wait(now)
        coming = ([events[0][0]] if events else []) + ([] if wait is None else [now + wait + HAIR])
        now = max(now, min(coming))
        while events and events[0][0] <= now:
            at, n, what, request = heapq.heappop(events)
            if what == "arrives":
                assert server.check(request.chat_id, at) == 0
                heapq.heappush(
                    events, (at + quickest / 2 + late_answers[n % len(late_answers)], n, "answered", request)
                )
            else:
                pacer.done(now, request)
        while (left := pacer.take(now)) is not None:
            sent += 1
            stalled_until = max(stalled_until, now + stalls.get(sent, 0.0))
            arrives = max(now, stalled_until) + quickest / 2
            heapq.heappush(events, (arrives, sent, "arrives", left))
    assert now < most / OVERALL.count * 1.1 + sum(stalls.values())


@given(arrivals=ARRIVALS, under_way=SECONDS_UNDER_WAY)
def test_no_delivery_leaves_before_the_one_before_it_in_its_chat_is_answered(arrivals, under_way) -> None:
    answered: dict[int, float] = {}
    for one in run(arrivals, under_way):
        if one.request.priority != REPLY:
            assert one.at >= answered.get(one.request.chat_id, 0.0)
            answered[one.request.chat_id] = one.at + under_way


@given(arrivals=ARRIVALS, under_way=SECONDS_UNDER_WAY)
def test_never_idle_while_something_may_go(arrivals, under_way) -> None:
    """Each request leaves at the first moment at which the limits allow one of those that wait."""
    sent = run(arrivals, under_way)
    came = [1000 + at for at, *_ in arrivals]
    before: dict[int, list[float]] = defaultdict(list)
    last = float("-inf")
    for n, one in enumerate(sent):
        allowed = []
        for waiting in sent[n:]:
            chat = waiting.request.chat_id
            at = max(came[waiting.request.item], last + FREE.gap)
            for limit in GROUP if chat < 0 else CHAT:
                if len(before[chat]) >= limit.count:
                    at = max(at, before[chat][-limit.count] + limit.seconds)
            if waiting.request.priority != REPLY:
                under = sorted(s.at + under_way for s in sent[:n] if s.request.priority != REPLY)
                if len(under) >= FREE.places:
                    at = max(at, under[-FREE.places])
                own = [s.at + under_way for s in sent[:n] if s.request.priority != REPLY and s.request.chat_id == chat]
                at = max([at, *own])  # the one before it in its chat has been answered
            # The requests of the trailing second count, answered or not. The time of the first answers is no measure of the
            # allowed rate.
            counts = sorted(counted(sent[:n], under_way))
            if len(counts) >= FREE.most:
                at = max(at, counts[-FREE.most])
            allowed.append(at)
        assert one.at <= min(allowed) + 10 * HAIR
        before[one.request.chat_id].append(one.at)
        last = one.at


def counted(sent: list[Sent], under_way: float) -> Iterator[float]:
    """The end of the time in which each message counts for the trailing second."""
    deliveries = 0
    for one in sent:
        if one.request.priority == REPLY:
            yield one.at + SECOND
        else:
            deliveries += 1
            yield one.at + (under_way if deliveries <= FREE.places else 0.0) + SECOND


@given(ARRIVALS)
def test_priorities_are_kept_but_for_the_share_of_the_oldest(arrivals) -> None:
    """Nothing leaves before something more urgent to a chat that is as free, one in eight for its age apart."""
    sent = run(arrivals)
    came = [1000 + at for at, *_ in arrivals]
    served, before = 0, defaultdict(list)

    def free(chat: int, at: float) -> bool:
        return all(
            len(before[chat]) < limit.count or before[chat][-limit.count] + limit.seconds <= at
            for limit in (GROUP if chat < 0 else CHAT)
        )

    for n, one in enumerate(sent):
        served += one.request.priority != REPLY
        by_age = one.request.priority != REPLY and served % SHARE == 0
        for other in sent[n + 1 :]:
            if came[other.request.item] <= one.at and free(other.request.chat_id, one.at):
                assert one.request.priority <= other.request.priority or (by_age and other.request.priority != REPLY)
                if by_age and other.request.priority > one.request.priority:
                    assert one.request.number < other.request.number
        before[one.request.chat_id].append(one.at)


@given(ARRIVALS)
def test_a_chat_receives_each_kind_in_order(arrivals) -> None:
    for _, received in itertools.groupby(
        sorted(run(arrivals), key=lambda one: (one.request.chat_id, one.request.priority)),
        key=lambda one: (one.request.chat_id, one.request.priority),
    ):
        numbers = [one.request.number for one in received]
        assert numbers == sorted(numbers)


def test_nothing_starves_beside_more_urgent_things_without_end() -> None:
    endless = [(n / 20, 1000 + n, CROSSING) for n in range(600)] + [(n / 20, 3000 + n, NEWS) for n in range(600)]
    sent = run([(0.0, 1, DIGEST), (0.1, 2, DIGEST), *endless])
    digests = [one.at - 1000 for one in sent if one.request.priority == DIGEST]
    assert max(digests) < 3 * SHARE * FREE.gap


def test_chats_take_turns() -> None:
    """A chat with much to receive does not hold up those with little, though all of it came first."""
    sent = run([(0.0, 1, NEWS)] * 20 + [(0.0, chat, NEWS) for chat in range(2, 12)])
    assert {one.request.chat_id for one in sent[:11]} == set(range(1, 12))


@given(st.lists(st.floats(0, 70), min_size=21, max_size=60))
def test_edits_and_answers_count_in_groups_like_everything(times: list[float]) -> None:
    left = [one.at for one in run([(at, -5, REPLY) for at in times])]
    assert all(b - a >= 60 for a, b in zip(left, left[GROUP[1].count :], strict=False))


def test_a_reply_leaves_before_everything_and_needs_no_place() -> None:
    pacer: Pacer[str] = Pacer()
    for chat in range(100):
        pacer.add(0.0, SendRequest(chat, CROSSING, "crossing"))
    now = 0.0
    for _ in range(min(FREE.places, FREE.most)):
        now += pacer.wait(now) or 0.0
        assert pacer.take(now) is not None
    assert pacer.wait(now) is None
    pacer.add(now, SendRequest(500, REPLY, "reply"))
    now += pacer.wait(now) or 0.0
    left = pacer.take(now)
    assert left is not None
    assert left.item == "reply"


def test_answers_do_not_wait_for_the_pace_but_the_rest_waits_for_them() -> None:
    pacer: Pacer[int] = Pacer()
    for chat in range(20):
        pacer.add(0.0, SendRequest(chat, REPLY, 0))
        assert pacer.take(0.0) is not None
        pacer.add(0.0, SendRequest(100 + chat, NEWS, 0))
    assert pacer.take(0.0) is not None  # nothing was sent for long: the answers have held it up enough
    for chat in range(20):
        pacer.add(0.0, SendRequest(chat, REPLY, 0))
        assert pacer.take(0.0) is not None
    assert pacer.take(0.0) is None
    assert pacer.wait(0.0) == pytest.approx(SHARE * FREE.gap)


def test_answers_of_long_ago_leave_those_of_now_their_place_in_the_second() -> None:
    """Deliveries leave room for answers, whatever the number of answers while there were no deliveries."""
    pacer: Pacer[int] = Pacer()
    for chat in range(FREE.most):
        pacer.add(0.0, SendRequest(chat, REPLY, 0))
        assert pacer.take(0.0) is not None
    answers = 20
    for chat in range(100, 100 + answers):
        pacer.add(10.0, SendRequest(chat, REPLY, 0))
        assert pacer.take(10.0) is not None
    for chat in range(300, 400):
        pacer.add(10.0, SendRequest(chat, NEWS, 0))
    now, delivered = 10.0, 0
    while now < 11.0:
        while (request := pacer.take(now)) is not None:
            delivered += 1
            pacer.done(now, request)
        now += (pacer.wait(now) or 0.0) + HAIR
    assert 0 < delivered <= FREE.most - answers


def test_deliveries_and_a_few_answers_keep_the_pace_together() -> None:
    """With ten answers a second the strict server refuses neither."""
    pacer: Pacer[int] = Pacer()
    server = FloodPolicy("window")
    now, answers = 0.0, iter(range(1, 200))
    for chat in range(300, 600):
        pacer.add(now, SendRequest(chat, NEWS, 0))
    upcoming, sent = 0.05, 0
    while sent < 300:
        if now >= upcoming:
            pacer.add(now, SendRequest(next(answers), REPLY, 0))
            upcoming += 0.1
        while (request := pacer.take(now)) is not None:
            assert server.check(request.chat_id, now) == 0
            if request.priority != REPLY:
                sent += 1
                pacer.done(now, request)
        now = min(upcoming, now + (pacer.wait(now) or 1.0) + HAIR)
    assert 300 / now > FREE.gap**-1 - 10 - 1


def test_a_person_may_press_buttons_in_a_burst_until_telegram_objects() -> None:
    pacer: Pacer[int] = Pacer()
    for _ in range(REPLY_LIMITS[0].count + 1):
        pacer.add(0.0, SendRequest(1, REPLY, 0))
    assert sum(pacer.take(0.0) is not None for _ in range(20)) == REPLY_LIMITS[0].count
    assert pacer.wait(0.0) == pytest.approx(REPLY_LIMITS[0].seconds)
    pacer.refused(11.0, 1, 5.0)
    for _ in range(5):
        pacer.add(16.0, SendRequest(1, REPLY, 0))
    assert sum(pacer.take(16.0) is not None for _ in range(20)) == CHAT[0].count


def test_after_a_flood_answers_keep_the_pace_too_for_a_while() -> None:
    pacer: Pacer[int] = Pacer()
    for chat in range(FLOOD_CHATS):
        pacer.refused(0.0, chat + 1, 1.0)
    for chat in range(10, 30):
        pacer.add(0.0, SendRequest(chat, REPLY, 0))
    assert pacer.take(0.0) is None
    assert pacer.wait(0.0) == 1.0
    at_once = sum(pacer.take(1.0) is not None for _ in range(20))
    assert at_once == 1 + int(FREE.slack / FREE.gap)
    assert 0 < (pacer.wait(1.0) or 0) <= FREE.gap
    after = 1.0 + STRICT_SECONDS
    assert sum(pacer.take(after) is not None for _ in range(20)) == 20 - at_once


def test_a_refused_chat_waits_alone_and_several_mean_everything() -> None:
    pacer: Pacer[int] = Pacer()
    for chat in range(1, FLOOD_CHATS):
        pacer.refused(0.0, chat, 9.0)
    assert (pacer.wait_for(0.0, 1, NEWS), pacer.wait_for(0.0, 77, NEWS)) == (9.0, 0.0)
    pacer.refused(0.0, FLOOD_CHATS, 5.0)
    assert (pacer.wait_for(0.0, 1, NEWS), pacer.wait_for(0.0, 77, NEWS), pacer.halt(0.0)) == (9.0, 5.0, 5.0)
    assert pacer.halt(0.0, paid=True) == 0.0


def test_what_would_wait_too_long_is_handed_back_with_its_wait() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.refused(0.0, 1, 30.0)
    pacer.add(0.0, SendRequest(1, NEWS, "far"))
    pacer.add(0.0, SendRequest(1, REPLY, "reply"))
    pacer.add(0.0, SendRequest(2, NEWS, "near"))
    assert [(request.item, wait) for request, wait in pacer.withdraw(0.0, 5.0)] == [("far", 30.0)]
    assert [request.item for request, _ in pacer.withdraw(0.0)] == ["near"]
    assert pacer.take(0.0) is None
    left = pacer.take(30.0)
    assert left is not None
    assert left.item == "reply"


def test_chats_are_forgotten_when_nothing_of_them_counts() -> None:
    pacer: Pacer[int] = Pacer()
    now, sent = 0.0, 8 * SWEEP_FROM
    for chat in range(sent):
        pacer.add(now, SendRequest(chat, NEWS, 0, paid=True))
        while (request := pacer.take(now)) is None:
            now += pacer.wait(now) or PAID.gap
        pacer.done(now, request)
    counting = REPLY_LIMITS[0].seconds / PAID.gap
    assert len(pacer._chats) <= 2 * counting + 1 < sent
