"""How often a feed is asked: by how often it changes."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.sources.backoff import LONGEST_INTERVAL, SLOWEST, next_interval

FLOORS = st.timedeltas(min_value=dt.timedelta(seconds=1), max_value=dt.timedelta(days=1))
INTERVALS = st.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(days=30))


@given(INTERVALS, FLOORS, st.booleans())
def test_an_interval_stays_between_the_floor_and_the_ceiling(
    interval: dt.timedelta, floor: dt.timedelta, changed: bool
) -> None:
    following = next_interval(interval, floor, changed=changed)
    assert floor <= following <= max(floor, LONGEST_INTERVAL)
    assert following <= floor * SLOWEST


@given(INTERVALS, FLOORS)
def test_news_makes_it_shorter_and_silence_longer(interval: dt.timedelta, floor: dt.timedelta) -> None:
    sooner, later = (next_interval(interval, floor, changed=changed) for changed in (True, False))
    assert sooner <= later
    ceiling = next_interval(dt.timedelta(days=365), floor, changed=False)
    within = min(max(interval, floor), ceiling)
    assert next_interval(within, floor, changed=True) <= within <= next_interval(within, floor, changed=False)


@given(FLOORS, st.lists(st.booleans(), max_size=30))
def test_enough_of_either_leads_to_either_end_from_anywhere(floor: dt.timedelta, past: list[bool]) -> None:
    interval = floor
    for changed in past:
        interval = next_interval(interval, floor, changed=changed)
    quiet = busy = interval
    for _ in range(12):
        quiet, busy = next_interval(quiet, floor, changed=False), next_interval(busy, floor, changed=True)
    assert busy == floor
    assert quiet == max(floor, min(LONGEST_INTERVAL, floor * SLOWEST))
