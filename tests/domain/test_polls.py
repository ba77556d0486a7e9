"""When the queue is polled next."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.polls import ANNOUNCED_SECONDS, BUSY_SECONDS, IDLE_SECONDS, seconds_to_poll

NOW = dt.datetime(2026, 3, 2, 7, tzinfo=dt.UTC)


def test_an_idle_queue_is_polled_less_often_where_writes_are_announced() -> None:
    assert seconds_to_poll(NOW, None, busy=False, announced=False) == IDLE_SECONDS
    assert seconds_to_poll(NOW, None, busy=False, announced=True) == ANNOUNCED_SECONDS


def test_a_busy_queue_is_polled_as_often_whatever_is_announced() -> None:
    later = NOW + dt.timedelta(hours=1)
    for announced in (True, False):
        assert seconds_to_poll(NOW, later, busy=True, announced=announced) == BUSY_SECONDS


@given(st.timedeltas(dt.timedelta(days=-2), dt.timedelta(days=2)), st.booleans())
def test_a_delivery_that_waits_for_its_time_is_never_met_later_than_that(wait: dt.timedelta, announced: bool) -> None:
    seconds = seconds_to_poll(NOW, NOW + wait, busy=False, announced=announced)
    assert 0.0 <= seconds <= max(0.0, wait.total_seconds())
    assert seconds <= seconds_to_poll(NOW, None, busy=False, announced=announced)
