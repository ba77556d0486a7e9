import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import (
    AlertRequest,
    AlertRule,
    Kind,
    Side,
    UnknownCurrency,
    asked_pair,
    canonical_pair,
    parse_request,
    resolve_request,
)
from bot.domain.alerts.resolution import Resolved
from bot.domain.errors import InvalidInput
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate

T0 = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
USUAL = Pair("USD", "KZT")
VALUES = {"KZT/USD": "0.002089", "RUB/UZS": "150.53", "TMT/USD": "0.285714", "EUR/KZT": "557"}


def rule(text: str) -> AlertRule:
    """Read a typed request by the rate of its pair above."""
    request = parse_request(text)
    pair = canonical_pair(asked_pair(request))
    graph = RateGraph([Rate(pair, Decimal(VALUES[str(pair)]), Decimal(0), "nbk", T0, T0, T0.date())], (), T0)
    found = resolve_request(request, graph)
    assert isinstance(found, Resolved)
    return found.rule


def extreme(kind: Kind, days: int, pair: Pair = USUAL) -> AlertRule:
    return AlertRule(pair, Side.ABOVE if kind is Kind.HIGH else Side.BELOW, kind=kind, days=days)


def move(share: str, kind: Kind = Kind.MOVE, side: Side = Side.BOTH, pair: Pair = USUAL) -> AlertRule:
    return AlertRule(pair, side, move=Decimal(share), kind=kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("usd kzt > 520", AlertRule(USUAL, Side.ABOVE, Decimal(520))),
        ("USD/KZT>520", AlertRule(USUAL, Side.ABOVE, Decimal(520))),
        ("kzt < 0.0019", AlertRule(USUAL.inverted, Side.BELOW, Decimal("0.0019"))),
        ("kzt < 0,0019", AlertRule(USUAL.inverted, Side.BELOW, Decimal("0.0019"))),
        ("kzt 520", AlertRule(USUAL, Side.ABOVE, Decimal(520))),
        ("kzt 450", AlertRule(USUAL, Side.BELOW, Decimal(450))),
        ("доллар тенге выше 520", AlertRule(USUAL, Side.ABOVE, Decimal(520))),
        ("rub uzs > 160", AlertRule(Pair("RUB", "UZS"), Side.ABOVE, Decimal(160))),
        ("uzs rub < 0.0066", AlertRule(Pair("UZS", "RUB"), Side.BELOW, Decimal("0.0066"))),
        ("eur kzt 1 000", AlertRule(Pair("EUR", "KZT"), Side.ABOVE, Decimal(1000))),
        ("kzt 2%", move("0.02")),
        ("kzt ±2 %", move("0.02")),
        ("kzt 2% day", move("0.02", Kind.DAY)),
        ("kzt 2% в день", move("0.02", Kind.DAY)),
        ("kzt 2% за день", move("0.02", Kind.DAY)),
        ("kzt 3% week", move("0.03", Kind.WEEK)),
        ("kzt 3% за неделю", move("0.03", Kind.WEEK)),
        ("kzt up 2% day", move("0.02", Kind.DAY, Side.ABOVE)),
        ("тенге упадет на 2%", move("0.02", Kind.MOVE, Side.BELOW, USUAL.inverted)),
        ("tenge rises 2% in a day", move("0.02", Kind.DAY, Side.ABOVE, USUAL.inverted)),
        ("тенге -2%", move("0.02", Kind.MOVE, Side.BELOW)),
        ("rub uzs 1,5%", move("0.015", pair=Pair("RUB", "UZS"))),
        ("kzt high 90", extreme(Kind.HIGH, 90)),
        ("kzt high", extreme(Kind.HIGH, 90)),
        ("kzt low 30d", extreme(Kind.LOW, 30)),
        ("kzt usd highest in 365 days", extreme(Kind.HIGH, 365, USUAL.inverted)),
        ("тенге максимум 90", extreme(Kind.HIGH, 90)),
        ("тенге минимум за 30 дней", extreme(Kind.LOW, 30)),
        ("tmt peg", AlertRule(Pair("USD", "TMT"), Side.BOTH, kind=Kind.PEG)),
    ],
)
def test_a_typed_line_is_read_as_it_is_meant(text: str, expected: AlertRule) -> None:
    assert rule(text) == expected


@pytest.mark.parametrize(
    ("text", "once"), [("usd kzt > 520", False), ("usd kzt > 520 once", True), ("usd kzt > 520 один раз", True)]
)
def test_once_is_the_last_word(text: str, once: bool) -> None:
    assert parse_request(text).once is once


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kzt", "alerts.error.number"),
        ("kzt > -5", "alerts.error.number"),
        ("kzt > 1e999", "alerts.error.number"),
        ("kzt > 0", "alerts.error.number"),
        ("kzt > 5 6", "alerts.error.number"),
        ("kzt high 99999", "alerts.error.number"),
        ("kzt kzt 5", "alerts.error.same"),
        ("usd kzt rub > 5", "alerts.error.form"),
        ("> 5", "alerts.error.form"),
        ("kzt > " + "9" * 90, "alerts.error.form"),
    ],
)
def test_what_cannot_be_drawn_says_why(text: str, key: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        rule(text)
    assert problem.value.key == key


def test_every_kind_can_be_typed() -> None:
    typed = ("kzt 5", "kzt 5%", "kzt 5% day", "kzt 5% week", "kzt high", "kzt low", "kzt peg")
    assert {parse_request(text).kind for text in typed} == set(Kind)


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(UnknownCurrency) as unknown:
        parse_request("kzt abc")
    assert unknown.value.word == "abc"


@given(st.text(max_size=100))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        request = parse_request(text)
    except InvalidInput:
        return
    assert isinstance(request, AlertRequest)
    assert 1 <= len(request.currencies) <= 2
