"""Sentences in Tajik in Latin letters, and in Turkmen with endings."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.alerts import Side
from bot.domain.intents import IntentKind, understand
from bot.domain.periods import Period


def test_tajik_is_read_in_latin_letters() -> None:
    intent = understand("100 dollar ba somoni", "tg")
    assert (intent.amount, intent.currencies) == (Decimal(100), ("USD", "TJS"))
    assert understand("qurbi dollar", "tg").currencies == ("USD",)
    assert understand("xabarho", "tg").kind is IntentKind.NEWS


@pytest.mark.parametrize(
    ("text", "period"),
    [("oktýabrynda dollar", Period(2026, 10)), ("2025-nji ýylyň sentýabrynda dollar", Period(2025, 9)),
     ("aprelinde dollar", Period(2026, 4))],
)  # fmt: skip
def test_a_turkmen_month_has_its_endings(text: str, period: Period) -> None:
    intent = understand(text, "tk", today=dt.date(2026, 11, 29))
    assert (intent.period, intent.corrections) == (period, ())


@pytest.mark.parametrize(
    ("text", "level"), [("dollar 5 müňden geçse habar ber", 5000), ("dollar 2 milliondan geçse habar ber", 2_000_000)]
)
def test_a_turkmen_multiplier_has_its_endings(text: str, level: int) -> None:
    alert = understand(text, "tk").alert
    assert alert is not None
    assert (alert.level, alert.side) == (Decimal(level), Side.ABOVE)


@pytest.mark.parametrize(("text", "day"), [("dollar 3 gün öň", 26), ("dollar 3 gun on", 26), ("dollar bir gün öň", 28)])
def test_a_turkmen_day_may_be_counted_back(text: str, day: int) -> None:
    assert understand(text, "tk", today=dt.date(2026, 11, 29)).day == dt.date(2026, 11, day)


def test_ten_is_a_number_where_it_is_counted_in_turkmen() -> None:
    assert understand("on dollar", "tk").amount == Decimal(10)
