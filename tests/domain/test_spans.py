import pytest

from bot.domain.charts import RANGES
from bot.domain.spans import Span, chart_span


@pytest.mark.parametrize("name", RANGES)
def test_the_ranges_of_charts_are_spans(name: str) -> None:
    assert chart_span(name) == Span(name)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30", Span("30d")),
        ("90 дней", Span("90d")),
        ("год", Span("1y")),
        ("за год", Span("1y")),
        ("1 year", Span("1y")),
        ("month", Span("30d")),
        ("за 3 месяца", Span("90d")),
        ("12 months", Span("1y")),
        ("всё", Span("max")),
        ("за все время", Span("max")),
        ("2 недели", Span("30d", "2 недели")),
        ("неделя", Span("30d", "неделя")),
        ("7d", Span("30d", "7d")),
        ("полгода", Span("1y", "полгода")),
        ("5y", Span("max", "5y")),
        ("99 лет", Span("max", "99 лет")),
    ],
)
def test_a_span_is_read_and_another_one_than_a_range_is_named(text: str, span: Span) -> None:
    assert chart_span(text, "ru") == span


@pytest.mark.parametrize("text", ["", "kzt", "0", "0 дней", "-5 лет", "год собаки", "soon"])
def test_other_words_are_no_span(text: str) -> None:
    assert chart_span(text, "ru") is None
