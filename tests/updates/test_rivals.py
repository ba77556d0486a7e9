"""Of several processes on one token one goes on, with any order of their starts and polls."""

from __future__ import annotations

import heapq
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.rivals import AGAIN_SECONDS, ESTABLISHED_SECONDS, LATE_SECONDS, STEP_BACK_SECONDS, Rivals

LONG_POLL = 25.0


def young() -> bool:
    return False


def survivors(starts: list[float], seed: int, late: float, *, established: int = -1) -> set[int]:
    """Let processes start and poll against a server that ends the older poll, its 409 as late as given."""
    chance = random.Random(seed)
    rivals = [Rivals(lambda n=n: n == established, chance.random) for n in range(len(starts))]
    alive = set(range(len(starts)))
    events: list[tuple[float, int, str, int]] = [(at, n, "poll", n) for n, at in enumerate(starts)]
    heapq.heapify(events)
    waiting: tuple[int, int] | None = None  # the process whose poll is held, and that poll's number
    serial = len(starts)
    for _ in range(3000):
        if not events or events[0][0] > 600:
            break
        now, _, what, n = heapq.heappop(events)
        serial += 1
        if what == "poll":
            rivals[n].begin(now)
            if waiting is not None and waiting[0] != n:
                heapq.heappush(events, (now + chance.uniform(0, late), serial, "conflict", waiting[0]))
            waiting = (n, serial)
            heapq.heappush(events, (now + LONG_POLL, serial, f"answer {serial}", n))
        elif what == "conflict":
            if n not in alive:
                continue
            wait = rivals[n].conflict(now)
            if wait is None:
                alive.discard(n)
            else:
                heapq.heappush(events, (now + wait, serial, "poll", n))
        elif waiting == (n, int(what.split()[1])):
            waiting = None
            heapq.heappush(events, (now + 0.01, serial, "poll", n))
    return alive


@given(st.lists(st.floats(0, 50), min_size=2, max_size=4), st.integers(0, 1000), st.sampled_from([0.0, 0.3, 3.0]))
def test_of_several_processes_that_start_within_a_minute_one_goes_on(
    starts: list[float], seed: int, late: float
) -> None:
    assert len(survivors(starts, seed, late)) == 1


@pytest.mark.parametrize("apart", [0.0, 0.001, 1.0, 5.9, 6.1, 24.0])
def test_two_starting_processes_do_not_end_each_other(apart: float) -> None:
    for seed in range(20):
        assert len(survivors([0.0, apart], seed, 0.5)) == 1


@given(st.lists(st.floats(1, 50), min_size=1, max_size=3), st.integers(0, 1000))
def test_a_process_that_has_run_for_long_never_stops(starts: list[float], seed: int) -> None:
    assert survivors([0.0, *starts], seed, 0.5, established=0) == {0}


def test_a_process_steps_back_for_longer_than_the_other_needs() -> None:
    assert min(STEP_BACK_SECONDS) >= ESTABLISHED_SECONDS + LATE_SECONDS + AGAIN_SECONDS
    assert ESTABLISHED_SECONDS > LATE_SECONDS + AGAIN_SECONDS
    rivals = Rivals(young, lambda: 0.5)
    rivals.begin(0.0)
    assert rivals.conflict(1.0) == sum(STEP_BACK_SECONDS) / 2
    rivals.begin(14.0)
    assert rivals.conflict(15.0) is None


def test_a_process_that_held_its_poll_is_established() -> None:
    rivals = Rivals(young)
    rivals.begin(0.0)
    for now in (ESTABLISHED_SECONDS + LATE_SECONDS, 10.0, 11.0, 12.0):
        assert rivals.conflict(now) == AGAIN_SECONDS
