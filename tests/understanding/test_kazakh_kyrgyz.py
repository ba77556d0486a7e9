"""Sentences in Kazakh and Kyrgyz: endings, the verb at the end, letters of their own that are left out."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.intents import IntentKind, understand
from bot.domain.periods import Period
from bot.domain.vocabulary import meaning_of
from tests.understanding.labelled import TODAY


@pytest.mark.parametrize(
    ("word", "language", "meaning"),
    [
        ("доллардың", "kk", "currency:USD"), ("теңгеден", "kk", "currency:KZT"), ("тенгеге", "kk", "currency:KZT"),
        ("қазақстандағы", "kk", "place:KZT"), ("ауыстырып", "kk", "convert"), ("канша", "kk", "howmuch"),
        ("рублдун", "ky", "currency:RUB"), ("сомдон", "ky", "currency:KGS"), ("кабарлачы", "ky", "tell"),
        ("мин", "ky", "times:1e3"), ("мин", "ru", "extreme:low"), ("он", "kk", "number:10"), ("он", "ru", "filler"), ("бар", "kk", "filler"), ("бар", "ru", ""),
        ("мың", "ru", "times:1e3"), ("жума", "ky", "unit:week"),
    ],
)  # fmt: skip
def test_a_word_has_its_endings_and_its_language(word: str, language: str, meaning: str) -> None:
    assert meaning_of(word, language) == meaning


@pytest.mark.parametrize(
    ("text", "language", "amount"),
    [("екі жарым миллион теңге", "kk", 2500000), ("2 жарым миң сом", "ky", 2500), ("жарым миллион сом", "ky", 500000),
     ("бир жарым миллион сом", "ky", 1500000), ("он бес мың теңге", "kk", 15000)],
)  # fmt: skip
def test_a_half_stands_before_its_multiplier(text: str, language: str, amount: int) -> None:
    assert understand(text, language).amount == Decimal(amount)


@pytest.mark.parametrize(("text", "language"), [("уранға жазылу", "kk"), ("уранга жазылуу", "ky")])
def test_to_follow_is_the_last_word(text: str, language: str) -> None:
    intent = understand(text, language)
    assert (intent.kind, intent.command, intent.query) == (IntentKind.SEARCH, "subscribe", text.split()[0])


@pytest.mark.parametrize(
    ("text", "language", "period"),
    [("2024 жылғы наурыздағы доллар курсы", "kk", Period(2024, 3)), ("2023-жылдын январында доллар", "ky", Period(2023, 1)),
     ("доллар өткен айда", "kk", Period(2026, 10)), ("доллар өткөн айда", "ky", Period(2026, 10))],
)  # fmt: skip
def test_a_month_of_the_past_has_its_year(text: str, language: str, period: Period) -> None:
    assert understand(text, language, today=TODAY).period == period


@pytest.mark.parametrize(("text", "language"), [("доллар соңғы айда", "kk"), ("доллар акыркы айда", "ky")])
def test_the_latest_month_is_a_span_until_now(text: str, language: str) -> None:
    intent = understand(text, language, today=dt.date(2026, 11, 29))
    assert (intent.kind, intent.span) == (IntentKind.CHART, "30d")


@pytest.mark.parametrize(("text", "language"), [("22-ден 7-ге дейін тыныш", "kk"), ("22ден 7ге чейин тынч", "ky")])
def test_quiet_hours_need_one_word(text: str, language: str) -> None:
    intent = understand(text, language)
    assert (intent.command, intent.query) == ("quiet", "22-7")
