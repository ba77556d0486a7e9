"""The rule that a request means, by the current rates."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import (
    FAR,
    AlertRequest,
    AlertRule,
    Kind,
    Resolved,
    Side,
    WhichCurrency,
    identity,
    off_by,
    resolve_request,
)
from bot.domain.errors import InvalidInput
from bot.domain.numbers import inverse
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from tests.domain.alerts.strategies import KZT, rules

T0 = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
RATES = {"USD/KZT": "516.43", "USD/RUB": "80.5", "USD/TJS": "9.18", "USD/UZS": "12142.1", "USD/KGS": "87.45"}
GRAPH = RateGraph(
    [
        Rate(Pair(*pair.split("/")), Decimal(value), Decimal("0.00005"), source, T0, T0, T0.date())
        for (pair, value), source in zip(RATES.items(), ("nbk", "cbr", "nbt", "cbu", "nbkr"), strict=True)
    ],
    (),
    T0,
)


def level(number: str, *currencies: str, side: Side | None = None) -> AlertRequest:
    return AlertRequest(currencies, side, Decimal(number), None)


def move(share: str, *currencies: str, side: Side | None = None) -> AlertRequest:
    return AlertRequest(currencies, side, None, Decimal(share), Kind.MOVE)


def resolved(request: AlertRequest, own: tuple[str, ...] = ()) -> Resolved:
    found = resolve_request(request, GRAPH, own)
    assert isinstance(found, Resolved)
    return found


@pytest.mark.parametrize("side", [Side.ABOVE, Side.BELOW, None])
def test_the_sign_of_a_move_is_its_side(side: Side | None) -> None:
    rule = resolved(move("0.02", "KZT", side=side)).rule
    assert rule == AlertRule(Pair("USD", "KZT"), side or Side.BOTH, move=Decimal("0.02"), kind=Kind.MOVE)


@pytest.mark.parametrize(
    ("number", "currency"), [("520", "KZT"), ("85", None), ("9.5", "TJS"), ("12500", "UZS"), ("62", "RUB")]
)
def test_a_level_of_the_dollar_alone_is_of_the_one_currency_that_it_fits(number: str, currency: str | None) -> None:
    found = resolve_request(level(number, "USD", side=Side.ABOVE), GRAPH)
    if currency is None:  # 85 may be rubles or soms
        assert isinstance(found, WhichCurrency)
        assert [rule.pair.quote for rule in found.rules] == ["KGS", "RUB"]
    else:
        assert isinstance(found, Resolved)
        assert (found.rule, found.chosen) == (
            AlertRule(Pair("USD", currency), Side.ABOVE, Decimal(number)),
            currency,
        )


def test_the_persons_own_currency_decides_between_several_that_fit() -> None:
    assert resolved(level("85", "USD"), ("RUB", "TJS")).rule.pair == Pair("USD", "RUB")
    assert resolved(move("0.02", "USD"), ("USD", "KZT")).chosen == "KZT"


def test_a_level_of_the_dollar_that_fits_nothing_is_offered_where_it_is_possible() -> None:
    found = resolve_request(level("200", "USD"), GRAPH)
    assert isinstance(found, WhichCurrency)
    assert {rule.pair.quote for rule in found.rules} == {"RUB", "KGS", "KZT"}
    with pytest.raises(InvalidInput, match=r"error\.far"):
        resolve_request(level("0.0000001", "USD"), GRAPH)


def test_the_fixed_rate_of_the_dollar_alone_is_the_manats() -> None:
    rule = resolved(AlertRequest(("USD",), None, None, None, Kind.PEG)).rule
    assert rule == AlertRule(Pair("USD", "TMT"), Side.BOTH, kind=Kind.PEG)


@pytest.mark.parametrize(("typed", "stored"), [("0.12", "0.12"), ("12", "0.12"), ("11.5", "0.115"), ("0.1", "0.1")])
def test_a_level_for_a_hundred_units_is_stored_for_one(typed: str, stored: str) -> None:
    """100 rubles are 11.40 somoni: 11.5 is a level for a hundred of them."""
    assert resolved(level(typed, "RUB", "TJS")).rule.level == Decimal(stored)


def test_a_level_of_one_currency_may_be_of_the_persons_own_pair() -> None:
    assert resolved(level("0.12", "RUB"), ("RUB", "TJS")).rule == AlertRule(
        Pair("RUB", "TJS"), Side.ABOVE, Decimal("0.12")
    )
    assert resolved(level("82", "RUB"), ("RUB", "TJS")).rule.pair == Pair("USD", "RUB")
    assert resolved(level("0.12", "RUB")).rule.pair == Pair("RUB", "USD")


def test_a_level_may_be_far() -> None:
    found = resolved(level("9", "RUB"))
    off = off_by(found.rule, found.rate)
    assert off is not None
    assert off > FAR


def test_a_pair_without_a_rate_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"error\.pair"):
        resolve_request(level("5", "KZT", "JPY"), GRAPH)


requests = st.builds(
    AlertRequest,
    st.sampled_from([("USD",), ("KZT",), ("RUB",), ("RUB", "TJS"), ("TJS", "RUB"), ("USD", "KZT")]),
    st.sampled_from([None, Side.ABOVE, Side.BELOW]),
    st.decimals("0.000001", "1000000", places=6),
    st.none(),
)


@given(requests, st.sampled_from([(), ("RUB", "TJS"), ("USD", "KZT")]))
def test_a_level_is_resolved_or_refused_and_keeps_its_side(request: AlertRequest, own: tuple[str, ...]) -> None:
    try:
        found = resolve_request(request, GRAPH, own)
    except InvalidInput:
        return
    found_rules = found.rules if isinstance(found, WhichCurrency) else (found.rule,)
    assert found_rules
    for rule in found_rules:
        assert request.side in (None, rule.side)
        assert rule.level == request.level or len(request.currencies) == 2


@given(rules(), rules())
def test_two_rules_are_the_same_exactly_if_they_fire_alike(one: AlertRule, other: AlertRule) -> None:
    assert identity(one) == identity(one)
    if one.pair == other.pair and one.kind is not Kind.PEG:
        alike = (one.kind, one.side, one.level, one.move, one.days) == (
            other.kind, other.side, other.level, other.move, other.days
        )  # fmt: skip
        assert (identity(one) == identity(other)) == alike


def test_a_level_in_the_other_direction_is_the_same_rule() -> None:
    above = AlertRule(KZT, Side.ABOVE, Decimal("0.0025"))
    assert identity(above) == identity(AlertRule(KZT.inverted, Side.BELOW, inverse(Decimal("0.0025"))))
    assert identity(above) != identity(AlertRule(KZT.inverted, Side.ABOVE, inverse(Decimal("0.0025"))))
    high = AlertRule(KZT, Side.ABOVE, kind=Kind.HIGH, days=30)
    assert identity(high) == identity(AlertRule(KZT.inverted, Side.BELOW, kind=Kind.LOW, days=30))
