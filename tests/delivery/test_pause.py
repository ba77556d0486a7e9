"""A flood limit in several chats pauses everything for a short while only, and a probe ends the pause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacing import Pacer
from bot.delivery.pause import FIRST_PAUSE, FLOOD_CHATS, FLOOD_SECONDS, LONGEST_PAUSE, PROBE_SECONDS, Pause
from bot.delivery.quotas import REPLY, SendRequest

NEWS = 20
HOURS = 43_838.0


def flooded(pacer: Pacer[int], now: float = 0.0, seconds: float = HOURS) -> None:
    for chat in range(1, FLOOD_CHATS + 1):
        pacer.refused(now, chat, seconds)


@pytest.mark.parametrize("seconds", [LONGEST_PAUSE + 1, 234.0, 10_072.0, HOURS, 86_400.0])
@pytest.mark.parametrize("priority", [REPLY, NEWS])
def test_hours_in_some_chats_pause_the_others_for_seconds(seconds: float, priority: int) -> None:
    pacer: Pacer[int] = Pacer()
    flooded(pacer, 0.0, seconds)
    for chat in range(10, 30):
        pacer.add(0.0, SendRequest(chat, priority, chat))
    assert pacer.take(FIRST_PAUSE - 0.01) is None
    probe = pacer.take(FIRST_PAUSE)
    assert probe is not None
    assert pacer.take(FIRST_PAUSE + 0.1) is None  # only one, until it is answered
    assert pacer.accepted(FIRST_PAUSE + 0.1)
    now, taken = FIRST_PAUSE + 0.1, 0
    while now < FIRST_PAUSE + 3:
        taken += pacer.take(now) is not None
        now += 0.01
    assert taken == 19
    assert pacer.chat_wait(now, 1, NEWS) == pytest.approx(seconds - now)


def test_a_refused_probe_makes_the_pause_longer_up_to_a_bound() -> None:
    pacer: Pacer[int] = Pacer()
    flooded(pacer)
    now, pauses = 0.0, []
    for chat in range(100, 108):
        pauses.append(pacer.halt(now))
        now += pacer.halt(now)
        pacer.add(now, SendRequest(chat, NEWS, 0))
        probe = pacer.take(now)
        assert probe is not None
        now += 0.1
        pacer.refused(now, chat, HOURS)
        pacer.done(now, probe)
        assert pacer.take(now) is None
    assert pauses == pytest.approx([5.0, 10.0, 20.0, 30.0, 30.0, 30.0, 30.0, 30.0])
    assert pacer.flooded(now) == FLOOD_CHATS + 8


def test_a_probe_without_an_answer_is_followed_by_another() -> None:
    pacer: Pacer[int] = Pacer()
    flooded(pacer)
    for chat in (10, 11):
        pacer.add(0.0, SendRequest(chat, REPLY, chat))
    assert pacer.take(FIRST_PAUSE) is not None
    assert pacer.take(FIRST_PAUSE + PROBE_SECONDS - 0.01) is None
    assert pacer.take(FIRST_PAUSE + PROBE_SECONDS) is not None


def test_a_short_time_is_taken_at_its_word_without_a_probe() -> None:
    pause = Pause()
    for chat in range(FLOOD_CHATS):
        pause.refused(0.0, chat, 7.0)
    assert (pause.until, pause.probing) == (7.0, False)


def test_what_waits_for_a_pause_comes_back_without_a_wait_of_its_own() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.add(0.0, SendRequest(9, NEWS, "well"))
    pacer.add(0.0, SendRequest(1, NEWS, "refused"))
    for chat in range(1, FLOOD_CHATS + 1):
        pacer.refused(0.0, chat, HOURS)
    assert {request.item: wait for request, wait in pacer.withdraw(0.0, 1.0)} == {"well": 0.0, "refused": HOURS}


STEPS = st.lists(
    st.tuples(
        st.floats(0, 40),
        st.sampled_from(["refused", "left", "accepted"]),
        st.integers(1, 9),
        st.one_of(st.floats(0.1, 60), st.just(HOURS)),
    ),
    max_size=60,
)


@given(STEPS)
def test_no_pause_is_longer_than_its_bound_or_what_was_asked(steps: list[tuple[float, str, int, float]]) -> None:
    pause, now, longest = Pause(), 0.0, 0.0
    for gap, what, chat, seconds in steps:
        now += gap
        if what == "refused":
            longest = max(longest, seconds)
            pause.refused(now, chat, seconds)
        elif what == "left" and pause.until <= now:
            pause.left(now)
        elif what == "accepted":
            pause.accepted(now)
        assert pause.until - now <= max(min(longest, LONGEST_PAUSE), PROBE_SECONDS if longest > LONGEST_PAUSE else 0.0)


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, FLOOD_CHATS - 1)), max_size=30))
def test_one_or_two_chats_pause_nobody_else(refusals: list[tuple[float, int]]) -> None:
    pause, now = Pause(), 0.0
    for gap, chat in refusals:
        now += gap
        assert not pause.refused(now, chat, HOURS)
    assert pause.until < now


def test_refusals_far_apart_pause_nobody_else() -> None:
    pause = Pause()
    for chat in range(20):
        assert not pause.refused(chat * FLOOD_SECONDS / (FLOOD_CHATS - 1), chat, HOURS)
