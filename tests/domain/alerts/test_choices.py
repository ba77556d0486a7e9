"""The rules that buttons offer: round levels on both sides of any rate, moves that it can show."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import Kind, Side, canonical, check, counted_per, percent_rules, round_levels
from bot.domain.alerts.choices import LEVELS
from bot.domain.numbers import short
from bot.domain.rates import Pair, Rate
from tests.domain.alerts.strategies import T0

ROUND_DIGITS = {"1", "2", "25", "5"}
pairs = st.sampled_from([Pair("USD", "KZT"), Pair("KZT", "USD"), Pair("RUB", "TJS"), Pair("UZS", "RUB")])


def rate(pair: Pair, value: Decimal | str, tick: Decimal | str = "0") -> Rate:
    return Rate(pair, Decimal(value), Decimal(tick), "nbk", T0, T0, T0.date())


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    """A rate of any size; its printed step is at most a tenth of it."""
    value = Decimal(draw(st.integers(1_000, 9_999_999))).scaleb(draw(st.integers(-12, 1)))
    share = draw(st.sampled_from(["0", "0.000001", "0.0004", "0.004", "0.05"]))
    return rate(draw(pairs), value, short(value * Decimal(share)) if share != "0" else Decimal(0))


def step_of(levels: list[Decimal]) -> Decimal:
    return abs(levels[1] - levels[0])


@given(rates())
def test_round_levels_are_ordered_round_and_usable(one: Rate) -> None:
    above, below = ([rule.level or Decimal(0) for rule in rules] for rules in round_levels(one))
    assert len(above) == LEVELS
    assert below
    assert sorted(above) == above
    assert sorted(below, reverse=True) == below
    assert below[0] < one.low <= one.value <= one.high < above[0]
    step = step_of(above)
    assert "".join(map(str, step.normalize().as_tuple().digits)) in ROUND_DIGITS
    for number in (*above, *below):
        assert number % step == 0
        assert abs(number - one.value) <= step * (LEVELS + 2)
    for side, rules in zip((Side.ABOVE, Side.BELOW), round_levels(one), strict=True):
        for rule in rules:
            assert (rule.pair, rule.side) == (one.pair, side)
            check(rule, one if canonical(rule)[0] == one.pair else one.inverted)


@pytest.mark.parametrize(
    ("pair", "value", "above", "below"),
    [
        ("USD/KZT", "516.43", "520 525 530", "515 510 505"),
        ("RUB/TJS", "0.1141", "0.115 0.116 0.117", "0.114 0.113 0.112"),
        ("USD/UZS", "12142.1", "12200 12300 12400", "12100 12000 11900"),
        ("USD/RUB", "80.4988", "81 81.5 82", "80 79.5 79"),
    ],
)
def test_levels_are_those_that_people_name(pair: str, value: str, above: str, below: str) -> None:
    offered = round_levels(rate(Pair(*pair.split("/")), value, "0.00005"))
    assert [" ".join(str(rule.level) for rule in rules) for rules in offered] == [above, below]


@given(rates())
def test_moves_that_a_rate_cannot_show_are_not_offered(one: Rate) -> None:
    for rules in percent_rules(one):
        assert 0 < len(rules) <= 3
        assert len({rule.kind for rule in rules}) == 1
        for rule in rules:
            check(rule, one if canonical(rule)[0] == one.pair else one.inverted)


def test_the_end_of_a_fixed_rate_is_offered_for_the_manat_only() -> None:
    kinds = {rule.kind for rules in percent_rules(rate(Pair("USD", "TMT"), "3.5")) for rule in rules}
    assert kinds == set(Kind) - {Kind.LEVEL}
    kinds = {rule.kind for rules in percent_rules(rate(Pair("USD", "KZT"), "516.43")) for rule in rules}
    assert Kind.PEG not in kinds


@pytest.mark.parametrize(
    ("pair", "value", "unit"),
    [("RUB/TJS", "0.1141", 100), ("UZS/RUB", "0.0066", 1000), ("RUB/KZT", "6.4", 1), ("KZT/USD", "0.0019", 1)],
)
def test_small_money_is_counted_by_hundreds_or_thousands(pair: str, value: str, unit: int) -> None:
    assert counted_per(Pair(*pair.split("/")), Decimal(value)) == unit
