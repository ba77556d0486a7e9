import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import FIRST_YEAR, NotAPeriod, Period, parse_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025-12", Period(2025, 12)),
        ("2025-1", Period(2025, 1)),
        ("2025/12", Period(2025, 12)),
        ("2025 12", Period(2025, 12)),
        ("12.2025", Period(2025, 12)),
        ("2025-12-08", Period(2025, 12)),
        ("2025", Period(2025)),
        (" December  2025 ", Period(2025, 12)),
        ("2025 dec", Period(2025, 12)),
        ("в декабре 2025".removeprefix("в "), Period(2025, 12)),
        ("мая 2024", Period(2024, 5)),
        ("МАЙ 2024", Period(2024, 5)),
        ("янв. 2024", Period(2024, 1)),
    ],
)
def test_months_and_years_are_read_as_people_type_them(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text", ["", "12", "2025-13", "2025-00", "13.2025", "1992", "0000", "kzt", "foo 2025", "٢٠٢٥", "2025-12-"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(NotAPeriod):
        parse_period(text)


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        assert parse_period(text).year >= FIRST_YEAR
    except NotAPeriod:
        pass


periods = st.builds(Period, st.integers(FIRST_YEAR + 1, 9998), st.none() | st.integers(1, 12))


@given(periods)
def test_periods_follow_each_other_without_a_gap(period: Period) -> None:
    assert parse_period(str(period)) == period
    assert period.last + dt.timedelta(days=1) == period.next.first
    assert period.previous.next == period
