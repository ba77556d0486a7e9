"""Rates, observations and alerts of every kind, as Hypothesis strategies."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from bot.domain.alerts import (
    SPANS,
    Alert,
    AlertRule,
    AlertState,
    Kind,
    Observation,
    Side,
    create_alert,
    observe,
    with_extremes,
    with_peg,
    with_span,
)
from bot.domain.numbers import inverse
from bot.domain.rates import Pair, Rate

T0 = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
KZT = Pair("KZT", "USD")
RUB_UZS = Pair("RUB", "UZS")


def rate(value: Decimal | str, tick: Decimal | str = "0.000005", pair: Pair = KZT, at: dt.datetime = T0) -> Rate:
    return Rate(pair, Decimal(value), Decimal(tick), "nbk", at, at, at.date())


ticks = st.sampled_from([Decimal(0), Decimal("0.000005"), Decimal("0.0000001")])


# Values of a few steps around 0.00195, so that levels are crossed often.
values = st.integers(1900, 2000).map(lambda n: Decimal(n).scaleb(-6))


@st.composite
def observations(draw_: st.DrawFn, pair: Pair = KZT) -> Observation:
    """One observation of a pair: a value with its interval, changes, extremes."""
    seen = observe(rate(draw_(values), draw_(ticks), pair), draw_(st.none() | values))
    for kind in SPANS:
        if draw_(st.booleans()):
            seen = with_span(seen, kind, rate(draw_(values), draw_(ticks), pair))
    past = draw_(st.lists(values, max_size=3))
    spread = draw_(st.integers(1, 60))
    history = [rate(v, "0", pair, T0 - DAY * spread * n) for n, v in zip(range(len(past), 0, -1), past, strict=True)]
    seen = with_extremes(seen, history)
    return with_peg(seen, [rate(draw_(values), "0", pair)]) if draw_(st.booleans()) else seen


@st.composite
def rules(draw_: st.DrawFn, pair: Pair = KZT) -> AlertRule:
    """A rule of any kind, in either direction."""
    asked = draw_(st.sampled_from([pair, pair.inverted]))
    kind = draw_(st.sampled_from(list(Kind)))
    side = draw_(st.sampled_from([Side.ABOVE, Side.BELOW]))
    match kind:
        case Kind.LEVEL:
            level = draw_(values)
            return AlertRule(asked, side, level=level if asked == pair else inverse(level))
        case _ if kind is Kind.MOVE or kind in SPANS:
            move = Decimal(draw_(st.integers(10, 400))).scaleb(-4)
            return AlertRule(asked, draw_(st.sampled_from(list(Side))), move=move, kind=kind)
        case Kind.HIGH:
            return AlertRule(asked, Side.ABOVE, kind=kind, days=30)
        case Kind.LOW:
            return AlertRule(asked, Side.BELOW, kind=kind, days=30)
        case _:
            return AlertRule(asked, Side.BOTH, kind=kind)


@st.composite
def alerts(draw_: st.DrawFn, pair: Pair = KZT) -> Alert:
    """An alert as it may be stored."""
    rule = draw_(rules(pair))
    alert = create_alert(rule, 1, 0, rate(draw_(values), "0", pair), once=draw_(st.booleans()))
    return replace(
        alert,
        state=draw_(st.sampled_from([AlertState.ARMED, AlertState.ARMED, AlertState.PAUSED])),
        snoozed_until=draw_(st.none() | st.integers(0, 5).map(lambda n: T0 + n * HOUR)),
    )
