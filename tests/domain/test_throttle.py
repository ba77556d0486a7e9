"""A token bucket for each person: bursts, refills, and refusals that name the seconds left."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.throttle import BURST, PAUSE, REFILL_SECONDS, Refusal, Throttle

# (person, seconds since the request before, whether a button was pressed)
REQUESTS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([0.0, 0.25, 0.5, 1.5, 3.0, 19.0, 61.0]), st.booleans()), max_size=200
)


@given(REQUESTS, st.integers(1, 6))
@example([(1, 0.0, True), (1, 0.25, True), (1, 0.25, False)], 1)  # exactly one request is refilled
def test_a_refusal_names_the_seconds_after_which_a_request_is_accepted(
    requests: list[tuple[int, float, bool]], burst: int
) -> None:
    throttle, now = Throttle(burst), 1000.0
    accept_at: dict[int, float] = {}
    for person, pause, press in requests:
        now += pause
        refusal = throttle.check(person, now, press=press)
        if refusal is None:
            assert accept_at.get(person, 0.0) <= now
            continue
        assert 1 <= refusal.seconds <= math.ceil(PAUSE * REFILL_SECONDS)
        assert accept_at.get(person, 0.0) - now < refusal.seconds
        accept_at[person] = max(accept_at.get(person, 0.0), now + refusal.seconds - 1)
    for person in accept_at:
        again = throttle.check(person, now)
        if again is not None:
            assert throttle.check(person, now + again.seconds) is None


@given(REQUESTS, st.integers(1, 6))
def test_of_the_messages_in_a_pause_the_first_is_answered(requests: list[tuple[int, float, bool]], burst: int) -> None:
    throttle, now = Throttle(burst), 0.0
    answered: dict[int, bool] = {}
    for person, pause, press in requests:
        now += pause
        refusal = throttle.check(person, now, press=press)
        if refusal is None:
            answered[person] = False
        elif not press:
            # A pause may end and the next one begin between two refusals; then the message counts as a first one.
            assert not refusal.repeated or answered.get(person, False)
            answered[person] = True


@given(REQUESTS, st.integers(1, 6))
def test_no_more_requests_are_accepted_than_the_burst_and_the_refill(
    requests: list[tuple[int, float, bool]], burst: int
) -> None:
    throttle, now, accepted = Throttle(burst), 0.0, 0.0
    for _, pause, press in requests:
        now += pause
        if throttle.check(1, now, press=press) is None:
            accepted += 0.5 if press else 1.0
        assert accepted <= burst + now / REFILL_SECONDS + 1e-6


@given(REQUESTS)
def test_requests_of_others_change_nothing(requests: list[tuple[int, float, bool]]) -> None:
    together, alone, now = Throttle(3), Throttle(3), 0.0
    for person, pause, press in requests:
        now += pause
        refusal = together.check(person, now, press=press)
        if person == 1:
            assert refusal == alone.check(person, now, press=press)


def test_a_person_who_sends_one_message_every_refill_is_never_refused() -> None:
    throttle = Throttle()
    assert not any(throttle.check(1, 0.0) for _ in range(BURST))
    assert not any(throttle.check(1, REFILL_SECONDS * n) for n in range(1, 200))


@pytest.mark.parametrize("seconds_between", [0.0, 1.1])
def test_a_picker_of_topics_can_be_filled_by_presses(seconds_between: float) -> None:
    throttle = Throttle()
    assert not any(throttle.check(1, n * seconds_between, press=True) for n in range(46))


def test_the_first_request_beyond_the_burst_begins_a_pause_of_eight_seconds() -> None:
    throttle = Throttle()
    for _ in range(BURST):
        throttle.check(1, 0.0)
    assert throttle.check(1, 0.0, press=True) == Refusal(8, repeated=False)
    assert throttle.check(1, 2.0) == Refusal(6, repeated=False)
    assert throttle.check(1, 2.0) == Refusal(6, repeated=True)
    assert throttle.check(1, 7.4, press=True) == Refusal(1, repeated=True)
    assert throttle.check(1, 7.5) is None


@given(st.lists(st.integers(1, 50), max_size=300), st.integers(1, 7))
def test_no_more_people_are_remembered_than_there_is_room_for(people: list[int], room: int) -> None:
    throttle = Throttle(2, max_people=room)
    for n, person in enumerate(people):
        throttle.check(person, n / 100)
        assert len(throttle) <= room


def test_full_buckets_are_forgotten() -> None:
    throttle = Throttle(4)
    throttle.check(1, 0.0)
    throttle.check(2, 3.0)
    throttle.check(3, 4 * REFILL_SECONDS)
    assert len(throttle) == 2
