import pytest

from bot.domain.charts import DEFAULT_RANGE, RANGES
from bot.domain.intents import Person
from bot.domain.intents.arguments import arguments_of
from bot.domain.intents.past_rules import typed_span
from bot.domain.spans import Span


def chart_span(text: str, language: str = "en") -> Span | None:
    return typed_span(arguments_of(f"kzt {text}", Person(language)).sentence)


@pytest.mark.parametrize("name", RANGES)
def test_the_ranges_of_charts_are_spans(name: str) -> None:
    assert chart_span(name) == Span(name)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("", Span(DEFAULT_RANGE)),
        ("30", Span("30d")),
        ("365", Span("1y")),
        ("1Y", Span("1y")),
        ("квартал", Span("90d")),
        ("12 мес.", Span("1y")),
        ("all", Span("max")),
        ("2 weeks", Span("30d", "2 weeks")),
        ("7", Span("30d", "7")),
        ("45 d", Span("90d", "45 d")),
        ("6 месяцев", Span("1y", "6 месяцев")),
        ("99999y", Span("max", "99999y")),
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


@pytest.mark.parametrize("text", ["0", "0 дней", "-5", "-5 лет", "1.5y", "999999"])
def test_other_numbers_are_no_span(text: str) -> None:
    assert chart_span(text, "ru") is None
