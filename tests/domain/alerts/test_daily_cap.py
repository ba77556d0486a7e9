import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import A_DAY, MAX_ALERTS_A_DAY, AlertDay, cap

T0 = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_a_day_is_the_24_hours_after_its_first_alert() -> None:
    day, counted = AlertDay(), []
    for hours in (0, 23, 24, 47, 48):
        day = cap(day, 1, T0 + hours * HOUR).day
        assert day.began is not None
        counted.append(((day.began - T0) / HOUR, day.alerts))
    assert counted == [(0, 1), (0, 2), (24, 1), (24, 2), (48, 1)]


@given(st.lists(st.integers(0, 2 * MAX_ALERTS_A_DAY), max_size=20))
def test_a_day_sends_all_alerts_up_to_the_cap_and_one_summary_beyond_it(fired: list[int]) -> None:
    day, sent, summaries = AlertDay(), 0, 0
    for n, more in enumerate(fired):
        capped = cap(day, more, T0 + n * A_DAY / 20)
        day, sent, summaries = capped.day, sent + capped.sent, summaries + capped.summary
    total = sum(fired)
    assert day.alerts == total
    assert (sent, summaries) == (min(total, MAX_ALERTS_A_DAY), int(total > MAX_ALERTS_A_DAY))
