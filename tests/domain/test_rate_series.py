"""The past of a cross rate is composed from its legs, day by day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rate_graph import PEG, PEG_PAIR, PEG_VALUE, RateGraph
from bot.domain.rate_series import CARRY, Leg, compose_series, paths, per_units, shown_units
from bot.domain.rates import Pair, Rate

DAY = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
RUB_USD, USD_RUB, USD_TJS = Pair("RUB", "USD"), Pair("USD", "RUB"), Pair("USD", "TJS")
RUB_TJS, USD_KZT = Pair("RUB", "TJS"), Pair("USD", "KZT")


def rate(pair: Pair, value: str | Decimal, ago: int = 0, source: str = "bank", tick: str = "0.00005") -> Rate:
    return Rate(pair, Decimal(value), Decimal(tick), source, NOON, NOON, DAY - dt.timedelta(days=ago))


def series(pair: Pair, values: dict[int, Decimal]) -> list[Rate]:
    return [rate(pair, value, ago) for ago, value in sorted(values.items(), reverse=True)]


days = st.dictionaries(st.integers(0, 60), st.decimals("0.01", "20000", places=4), max_size=12)


@given(days, days)
def test_each_day_is_the_product_of_the_rates_in_force_and_no_day_is_invented(
    first: dict[int, Decimal], second: dict[int, Decimal]
) -> None:
    legs = (series(USD_RUB, first), series(USD_TJS, second))
    found = compose_series(RUB_TJS, legs, DAY - dt.timedelta(days=40))
    known = {one.valid_on for leg in legs for one in leg}
    assert [one.rate.valid_on for one in found] == sorted({one.rate.valid_on for one in found})
    for one in found:
        day = one.rate.valid_on
        assert day in known
        assert DAY - dt.timedelta(days=40) <= day
        for leg, used in zip(legs, one.legs, strict=True):
            assert used == max((rate for rate in leg if rate.valid_on <= day), key=lambda rate: rate.valid_on)
            assert day - used.valid_on <= CARRY
        assert float(one.rate.value) == pytest.approx(float(one.legs[1].value / one.legs[0].value))
        assert one.rate.low <= one.rate.value <= one.rate.high
    # every day on which all legs have a rate of their own is there
    both = set(first) & set(second)
    assert {DAY - dt.timedelta(days=ago) for ago in both if ago <= 40} <= {one.rate.valid_on for one in found}


@given(days, days)
def test_the_inverted_pair_has_the_same_days_and_the_inverse_values(
    first: dict[int, Decimal], second: dict[int, Decimal]
) -> None:
    legs = (series(USD_RUB, first), series(USD_TJS, second))
    there = compose_series(RUB_TJS, legs, DAY - dt.timedelta(days=60))
    back = compose_series(RUB_TJS.inverted, legs[::-1], DAY - dt.timedelta(days=60))
    assert [one.rate.valid_on for one in there] == [one.rate.valid_on for one in back]
    for one, other in zip(there, back, strict=True):
        assert float(one.rate.value * other.rate.value) == pytest.approx(1)


def test_a_leg_is_carried_over_holidays_and_not_longer() -> None:
    daily = series(USD_RUB, {ago: Decimal(80) for ago in range(20)})
    once = series(USD_TJS, {15: Decimal(9)})
    found = compose_series(RUB_TJS, (daily, once), DAY - dt.timedelta(days=30))
    assert [(DAY - one.rate.valid_on).days for one in found] == list(range(15, 4, -1))


def test_the_fixed_rate_is_in_force_on_every_day_and_adds_none() -> None:
    peg = [Rate(PEG_PAIR, PEG_VALUE, Decimal(0), PEG, NOON, NOON, DAY - dt.timedelta(days=ago)) for ago in (90, 0)]
    found = compose_series(Pair("RUB", "TMT"), (series(USD_RUB, {50: Decimal(70), 3: Decimal(80)}), peg), dt.date.min)
    assert [one.rate.valid_on for one in found] == [DAY - dt.timedelta(days=50), DAY - dt.timedelta(days=3)]
    assert [one.rate.valid_on for one in compose_series(PEG_PAIR, (peg,), dt.date.min)] == [r.valid_on for r in peg]


def test_without_one_of_its_legs_a_pair_has_no_past() -> None:
    assert compose_series(RUB_TJS, (series(USD_RUB, {0: Decimal(80)}), []), dt.date.min) == []
    assert compose_series(RUB_TJS, (), dt.date.min) == []


def test_a_pair_s_past_is_its_own_banks_the_finer_first_then_its_legs() -> None:
    coarse = rate(Pair("RUB", "KZT"), "6.23", source="nbk", tick="0.005")
    fine = rate(Pair("KZT", "RUB"), "0.160512", source="cbr", tick="0.0000005")
    legs = (rate(USD_KZT, "515", source="nbk"), rate(USD_RUB, "80", source="cbr"))
    graph = RateGraph((coarse, fine, *legs), (), NOON)
    assert paths(graph, Pair("RUB", "KZT")) == [(Leg("cbr", fine.pair),), (Leg("nbk", coarse.pair),)]
    assert paths(RateGraph(legs, (), NOON), Pair("RUB", "KZT")) == [(Leg("cbr", USD_RUB), Leg("nbk", USD_KZT))]
    assert paths(RateGraph((), (), NOON), Pair("RUB", "KZT")) == []


def test_the_past_of_a_dollar_rate_is_that_of_its_bank_even_if_it_is_stale_then_the_blend_s() -> None:
    graph = RateGraph(
        (rate(USD_KZT, "515", 40, "nbk"), rate(USD_KZT, "516.0", source="frankfurter"), rate(Pair("KZT", "USD"), "0.00195", source="ticker")),
        ("nbk",), NOON,
    )  # fmt: skip
    assert paths(graph, USD_KZT) == [(Leg("nbk", USD_KZT),), (Leg("frankfurter", USD_KZT),)]
    ticker = RateGraph((rate(Pair("KZT", "USD"), "0.00195", source="ticker"),), (), NOON)
    assert paths(ticker, USD_KZT) == []
    assert paths(ticker, PEG_PAIR.inverted) == [(Leg(PEG, PEG_PAIR),)]


@pytest.mark.parametrize(
    ("value", "units"), [("515", 1), ("1", 1), ("0.1141", 100), ("0.0066", 1000), ("0.0000826", 10_000)]
)
def test_small_rates_are_stated_for_as_many_units_as_make_at_least_one(value: str, units: int) -> None:
    one = rate(RUB_TJS, value)
    many = per_units(one, units)
    assert shown_units(one) == units
    assert many.value == one.value * units
    assert many.coarseness == one.coarseness
    assert (many.low, many.high) == (one.low * units, one.high * units)
