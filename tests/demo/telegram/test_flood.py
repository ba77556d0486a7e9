"""The flood limits, as rules: no window ever holds more than the limit, and no request waits longer than the answer says."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram.flood import FloodPolicy, Limit, TokenBucket, TrailingWindow

limits = st.builds(Limit, st.integers(1, 8), st.floats(0.5, 60))
pauses = st.lists(st.floats(0, 5), max_size=80)


def admitted(meter: TrailingWindow | TokenBucket, gaps: list[float]) -> list[float]:
    """The times at which a sender that tries after each gap is let through."""
    now, let_through = 1000.0, []
    for gap in gaps:
        now += gap
        if meter.wait(now) == 0:
            meter.take(now)
            let_through.append(now)
    return let_through


def most_in_a_window(times: list[float], seconds: float) -> int:
    return max((sum(start <= time < start + seconds for time in times) for start in times), default=0)


@given(limits, pauses)
def test_a_trailing_window_never_holds_more_than_its_count(limit: Limit, gaps: list[float]) -> None:
    # A hair less than the window: the sum start + seconds is rounded.
    assert most_in_a_window(admitted(TrailingWindow(limit), gaps), limit.seconds * (1 - 1e-9)) <= limit.count


@given(limits, pauses)
def test_a_token_bucket_gives_a_burst_and_then_its_rate(limit: Limit, gaps: list[float]) -> None:
    times = admitted(TokenBucket(limit), gaps)
    rate = limit.count / limit.seconds
    for i, start in enumerate(times):
        for j, end in enumerate(times[i:], start=1):
            assert j <= limit.count + (end - start) * rate + 1e-6


@given(limits, pauses, st.sampled_from([TrailingWindow, TokenBucket]))
def test_a_request_that_waits_as_long_as_asked_is_let_through(
    limit: Limit, gaps: list[float], kind: type[TrailingWindow] | type[TokenBucket]
) -> None:
    meter = kind(limit)
    admitted(meter, gaps)
    now = 1000.0 + sum(gaps)
    assert meter.wait(now + meter.wait(now)) < 1e-6


@pytest.mark.parametrize("counting", ["window", "bucket"])
def test_the_thirty_first_message_of_a_second_waits(counting: Literal["window", "bucket"]) -> None:
    policy = FloodPolicy(counting)
    assert [policy.check(chat, 0.0) for chat in range(1, 32)] == [0] * 30 + [1]


@pytest.mark.parametrize("counting", ["window", "bucket"])
def test_a_private_chat_takes_a_small_burst_and_then_one_a_second(counting: Literal["window", "bucket"]) -> None:
    policy = FloodPolicy(counting)
    assert [policy.check(5, 0.0) for _ in range(4)][:3] == [0, 0, 0]
    assert policy.check(5, 0.0) > 0
    assert [policy.check(5, 3.0 + second) for second in range(10)] == [0] * 10


def test_a_group_takes_twenty_in_a_minute_and_answers_how_long_to_wait() -> None:
    policy = FloodPolicy()
    assert [policy.check(-1, float(second)) for second in range(20)] == [0] * 20
    assert policy.check(-1, 20.0) == 40
    assert policy.check(-2, 20.0) == 0
    assert policy.check(-1, 60.0) == 0


def test_a_refused_message_is_not_counted() -> None:
    policy = FloodPolicy(private=Limit(1, 10.0))
    assert [policy.check(5, second) for second in (0.0, 5.0, 9.0, 10.0)] == [0, 5, 1, 0]
