import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charts import RANGES
from bot.domain.currencies import CURRENCIES
from bot.domain.intents import Correction, Person
from bot.domain.intents.arguments import arguments_of
from bot.domain.intents.past_rules import typed_period, typed_span
from bot.domain.periods import HistoryError, Period


@pytest.mark.parametrize(
    ("text", "codes", "corrections"),
    [
        ("rub tjs", ("RUB", "TJS"), ()),
        ("руб тенге", ("RUB", "KZT"), ()),
        ("RUB/TJS", ("RUB", "TJS"), ()),
        ("курс рубля к сомони сегодня", ("RUB", "TJS"), ()),
        ("рубли в самони", ("RUB", "TJS"), (Correction("самони", "сомони"),)),
        ("тенгэ", ("KZT",), (Correction("тенгэ", "тенге"),)),
        ("kzr", ("KZT",), (Correction("kzr", "KZT"),)),
        ("kgs kzr", ("KGS", "KZT"), (Correction("kzr", "KZT"),)),
        ("$ → ₸", ("USD", "KZT"), ()),
        ("so'm so‘m", ("UZS",), ()),
        ("usd to kzt in almaty", ("USD", "KZT"), ()),
        ("тенге за доллар", ("KZT", "USD"), ()),
        ("vnd", (), ()),
        ("😀 <b> 100", (), ()),
        ("rub " * 500 + "tjs", ("RUB",), ()),
    ],
)
def test_arguments_name_currencies_beside_other_words(
    text: str, codes: tuple[str, ...], corrections: tuple[Correction, ...]
) -> None:
    found = arguments_of(text)
    assert (found.sentence.named, found.corrections) == (codes, corrections)


def test_the_base_is_first_as_in_a_sentence() -> None:
    assert arguments_of("тенге за доллар").sentence.codes == ("USD", "KZT")


@pytest.mark.parametrize(
    ("text", "word"), [("vnd", "vnd"), ("kzt qqqqqqqq", "qqqqqqqq"), ("x" * 90, "x" * 20), ("kzt 5", "")]
)
def test_the_first_word_that_is_not_understood_is_named(text: str, word: str) -> None:
    assert arguments_of(text).unknown == word


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("kzt", None),
        ("kzt 2025-12", Period(2025, 12)),
        ("kzt december 2025", Period(2025, 12)),
        ("тенге декабрь", Period(2025, 12)),
        ("тенге в прошлом месяце", Period(2026, 10)),
        ("kzt yesterday", Period(2026, 11)),
    ],
)
def test_the_period_of_a_history_is_that_of_a_sentence(text: str, period: Period | None) -> None:
    assert typed_period(arguments_of(text, Person("ru", today=dt.date(2026, 11, 29))).sentence) == period


@given(st.text())
def test_any_arguments_are_accepted(text: str) -> None:
    sentence = arguments_of(text).sentence
    assert set(sentence.named) <= set(CURRENCIES)
    assert sorted(set(sentence.codes)) == sorted(sentence.named)
    span = typed_span(sentence)
    assert span is None or span.range in RANGES
    with contextlib.suppress(HistoryError):
        typed_period(sentence)
