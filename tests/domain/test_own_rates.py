"""Own currencies: the pairs, and the best of the last days."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.domain.own_rates import BEST_DAYS, OFFERS, OwnRate, best_of, own_pairs
from bot.domain.rate_graph import ResolvedRate
from bot.domain.rates import Pair, Rate
from bot.i18n import LANGUAGES

TODAY = dt.date(2026, 4, 2)
RUB_TJS = Pair("RUB", "TJS")


def rate(value: Decimal, day: dt.date = TODAY) -> Rate:
    at = dt.datetime.combine(day, dt.time(), dt.UTC)
    return Rate(RUB_TJS, value, Decimal("0.0001"), "nbt", at, at, day)


days = st.integers(0, BEST_DAYS).map(lambda back: TODAY - dt.timedelta(days=back))
histories = st.lists(st.builds(rate, st.decimals("0.05", "0.2", places=3), days), max_size=30)


@given(histories)
def test_the_best_rate_gives_the_most_money_and_of_equal_days_it_is_the_latest(history: list[Rate]) -> None:
    best = best_of(history)
    if best is None:
        assert not history
        return
    assert best in history
    for other in history:
        assert best.value > other.value or (best.value == other.value and best.valid_on >= other.valid_on)


@given(st.lists(st.sampled_from(CURRENCIES), min_size=2, max_size=5, unique=True))
def test_the_money_goes_from_the_first_currency_to_each_of_the_others(currencies: list[str]) -> None:
    pairs = own_pairs(currencies)
    assert [pair.base for pair in pairs] == [currencies[0]] * (len(currencies) - 1)
    assert [pair.quote for pair in pairs] == currencies[1:]


@pytest.mark.parametrize(("back", "whole"), [(90, True), (87, True), (30, False), (1, False)])
def test_a_shorter_past_is_not_called_ninety_days(back: int, whole: bool) -> None:
    now = rate(Decimal("0.11"))
    own = OwnRate(ResolvedRate(now, (now,)), None, now, TODAY - dt.timedelta(days=back))
    assert own.whole is whole
    assert own.at_best


def test_the_first_offer_is_from_wages_to_home() -> None:
    assert OFFERS["ru"][0] == RUB_TJS
    assert OFFERS["en"][0].base == "USD"
    assert set(LANGUAGES) <= set(OFFERS)


def test_the_ninety_days_are_counted_from_the_newest_leg() -> None:
    """A bank's table of Friday beside one of Tuesday does not shorten the past."""
    old, new = rate(Decimal("9.2"), TODAY - dt.timedelta(days=4)), rate(Decimal("80"))
    cross = rate(Decimal("0.11"), old.valid_on)
    own = OwnRate(ResolvedRate(cross, (new, old)), None, cross, TODAY - dt.timedelta(days=BEST_DAYS - 2))
    assert own.whole
