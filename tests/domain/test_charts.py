"""Typed lengths of time become the ranges of charts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charts import RANGES
from bot.domain.spans import Span, chart_span


@pytest.mark.parametrize(
    ("text", "span", "exact"),
    [
        ("30d", "30d", True),
        ("30", "30d", True),
        ("90 дней", "90d", True),
        ("месяц", "30d", True),
        ("3 months", "90d", True),
        ("квартал", "90d", True),
        ("1Y", "1y", True),
        ("год", "1y", True),
        ("12 мес.", "1y", True),
        ("365", "1y", True),
        ("all", "max", True),
        ("всё", "max", True),
        ("2 weeks", "30d", False),
        ("2 недели", "30d", False),
        ("7", "30d", False),
        ("45 d", "90d", False),
        ("6 месяцев", "1y", False),
        ("5y", "max", False),
        ("50 лет", "max", False),
        ("99999y", "max", False),
    ],
)
def test_a_length_of_time_is_drawn_as_the_shortest_range_that_contains_it(text: str, span: str, exact: bool) -> None:
    assert chart_span(text) == Span(span, "" if exact else text)


@pytest.mark.parametrize("text", ["", "kzt", "0", "0d", "-5", "1.5y", "5 kzt", "999999", "2025-12", "٣٠"])
def test_anything_else_is_no_range(text: str) -> None:
    assert chart_span(text) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_a_range(text: str) -> None:
    assert (chart_span(text) or Span("max")).range in RANGES
