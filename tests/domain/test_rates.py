import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rates import (
    Change,
    Pair,
    Quote,
    Rate,
    meaningful_digits,
    outer_range,
    without_contradictions,
)

NOW = dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)
KZT = Pair("KZT", "USD")


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    """A figure as a source prints it: some steps of a power of ten, true to half a step."""
    exponent = draw(st.integers(-7, 0))
    steps = draw(st.integers(1, 10_000_000))
    step = Decimal(1).scaleb(exponent)
    return Rate(KZT, steps * step, step / 2, "nbk", NOW, NOW, NOW.date())


def printed_as(rate: Rate, true: Decimal) -> bool:
    """Whether a true value prints as this rate, rounding either way at the edge."""
    return rate.low <= true <= rate.high


@given(rates(), st.decimals(0, 1, places=6))
def test_a_true_value_stays_within_the_rate_when_both_are_turned_over(rate: Rate, within: Decimal) -> None:
    true = rate.low + (rate.high - rate.low) * within
    if true > 0:
        turned = rate.inverted
        slack = 1 + Decimal("1e-20")
        assert turned.low / slack <= 1 / true <= turned.high * slack
        assert turned.low <= turned.value <= turned.high
        assert turned.pair == Pair("USD", "KZT")


@given(rates())
def test_turned_over_twice_a_rate_is_itself(rate: Rate) -> None:
    again = rate.inverted.inverted
    assert again.pair == rate.pair
    assert abs(again.value / rate.value - 1) < Decimal("1e-20")


@given(rates())
def test_an_inverted_rate_is_shown_no_finer_than_it_is(rate: Rate) -> None:
    turned = rate.inverted
    assert turned.tick >= turned.high - turned.value
    assert turned.tick >= turned.value - turned.low
    assert turned.coarseness >= rate.coarseness * (1 - Decimal("1e-20"))


@given(rates())
def test_no_digit_is_shown_that_is_finer_than_a_step(rate: Rate) -> None:
    for shown in (rate, rate.inverted):
        digits = meaningful_digits(shown.value, shown.tick)
        last = Decimal(1).scaleb(int(digits.as_tuple().exponent))
        assert last == 1 or last * 10 > shown.tick * 2  # the step lies within the last digit shown
        assert abs(digits - shown.value) <= last / 2


@given(rates())
def test_a_printed_rate_keeps_all_its_digits(rate: Rate) -> None:
    assert meaningful_digits(rate.value, rate.tick) == rate.value


@given(st.decimals("0.00001", "99999", places=5))
def test_an_exact_value_shows_six_digits_at_most(value: Decimal) -> None:
    shown = meaningful_digits(value, Decimal(0))
    assert abs(shown / value - 1) <= Decimal("0.000005")
    assert len(shown.normalize().as_tuple().digits) <= 6


@given(rates())
def test_the_range_of_a_coarse_rate_is_its_interval_in_whole_numbers(rate: Rate) -> None:
    low, high = outer_range(rate)
    assert abs(low - rate.low) <= Decimal("0.5")
    assert abs(high - rate.high) <= Decimal("0.5")


@given(rates(), rates())
def test_a_change_is_of_the_value_and_back_again_undoes_it(before: Rate, now: Rate) -> None:
    there, back = Change(before, now), Change(now, before)
    assert there.visible == back.visible == (before.value != now.value)
    assert abs((1 + there.share) * (1 + back.share) - 1) < Decimal("1e-12")


QUOTES = st.builds(
    lambda base, value: Quote(Pair(base, "USD"), Decimal(value).scaleb(-5), Decimal("0.000005")),
    st.sampled_from(["KZT", "KGS", "UZS"]),
    st.integers(1, 3),
)


@given(st.lists(QUOTES, max_size=12))
def test_of_lines_said_twice_one_is_kept_and_of_contradicting_ones_none(quotes: list[Quote]) -> None:
    kept, contradicting = without_contradictions(quotes)
    said = {pair: {quote.value for quote in quotes if quote.pair == pair} for pair in {q.pair for q in quotes}}
    assert {quote.pair: {quote.value} for quote in kept} == {p: v for p, v in said.items() if len(v) == 1}
    assert set(contradicting) == {pair for pair, values in said.items() if len(values) > 1}
    assert len(kept) == len({quote.pair for quote in kept})


@pytest.mark.parametrize(
    ("value", "tick", "shown"),
    [
        ("515.4639", "1.33", "515"),
        ("0.001940", "0.000005", "0.00194"),
        ("12142.10", "0.005", "12142.10"),
        ("3.5", "0", "3.5"),
    ],
)
def test_the_digits_that_a_tick_allows(value: str, tick: str, shown: str) -> None:
    assert f"{meaningful_digits(Decimal(value), Decimal(tick)):f}" == shown
