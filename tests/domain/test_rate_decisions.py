"""Decisions on printed rates, live and of the past, by one procedure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rate_decisions import (
    ConfirmRate,
    HoldRate,
    KeepHistory,
    KnownRates,
    Printed,
    RateOutcome,
    StoreRate,
    day_start,
    decide_rate,
    outcome_of,
)
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.trust import HoldReason

DAY = dt.date(2026, 4, 2)
PAIR = Pair("USD", "KZT")
NOON = dt.timedelta(hours=12)
ONE_DAY = dt.timedelta(days=1)


def printed(value: str, day: dt.date = DAY, *, past: bool = False, source: str = "nbk") -> Printed:
    return Printed(source, Quote(PAIR, Decimal(value), Decimal("0.005")), day, day_start(DAY) + NOON, past)


def rate(value: str, day: dt.date, *, confirmed: bool = True) -> Rate:
    at = day_start(day)
    return Rate(PAIR, Decimal(value), Decimal("0.005"), "nbk", at, at, day, confirmed, 1)


DAYS = st.integers(-5, 5).map(lambda n: DAY + n * ONE_DAY)
RATES = st.builds(lambda n, day, c: rate(f"{n}", day, confirmed=c), st.integers(300, 700), DAYS, st.booleans())


@given(st.integers(300, 700), DAYS, st.none() | RATES, st.none() | RATES, st.booleans(), st.booleans())
def test_a_rate_of_the_past_never_becomes_current_nor_changes_a_known_day(
    value: int, day: dt.date, newest: Rate | None, last: Rate | None, has_day: bool, past: bool
) -> None:
    known, one = KnownRates(newest, last, has_day), printed(f"{value}", day, past=past)
    intent = decide_rate(known, one)
    outcome = outcome_of(intent, one, known)
    if past or (newest is not None and day < newest.valid_on):
        assert intent is None if has_day else isinstance(intent, KeepHistory)
        assert outcome is RateOutcome.OLDER or intent is not None
    else:
        assert not isinstance(intent, KeepHistory)
    if isinstance(intent, StoreRate | HoldRate):
        assert intent.rate.confirmed == isinstance(intent, StoreRate)
        assert newest is None or newest.valid_on <= intent.rate.valid_on
    if isinstance(intent, ConfirmRate):
        assert newest is not None
        assert (intent.rate.id, intent.rate.value) == (newest.id, newest.value)


@given(st.integers(300, 700), st.integers(300, 700), st.integers(1, 5))
def test_live_rates_and_history_are_held_for_the_same_jumps(value: int, before: int, days: int) -> None:
    last = rate(f"{before}", DAY - days * ONE_DAY)
    live = decide_rate(KnownRates(last, last), printed(f"{value}"))
    past = decide_rate(KnownRates(None, last), printed(f"{value}", past=True))
    assert isinstance(past, KeepHistory)
    assert isinstance(live, StoreRate | HoldRate)
    assert (past.reason is None) == isinstance(live, StoreRate) == past.rate.confirmed


def test_a_held_rate_is_believed_when_it_is_printed_again_for_a_later_day() -> None:
    last, held = rate("480", DAY - 2 * ONE_DAY), rate("600", DAY - ONE_DAY, confirmed=False)
    assert isinstance(decide_rate(KnownRates(held, last), printed("601")), StoreRate)
    same_day = rate("600", DAY, confirmed=False)
    again = decide_rate(KnownRates(same_day, last), printed("600"))
    assert again == ConfirmRate(
        Rate(
            PAIR,
            Decimal(600),
            Decimal("0.005"),
            "nbk",
            same_day.observed_at,
            day_start(DAY) + NOON,
            DAY,
            confirmed=False,
            id=1,
        ),
        newly_confirmed=False,
        reason=HoldReason.JUMP,
    )


@pytest.mark.parametrize(("value", "held"), [("481", None), ("700", HoldReason.OTHER_SOURCES)])
def test_other_sources_decide_on_a_jump(value: str, held: HoldReason | None) -> None:
    intent = decide_rate(KnownRates(), printed(value), [rate("480", DAY)])
    assert (intent.reason if isinstance(intent, HoldRate) else None) == held


def test_a_rate_read_before_the_newest_one_changes_nothing() -> None:
    late = Rate(PAIR, Decimal(480), Decimal(0), "nbk", day_start(DAY), day_start(DAY) + 2 * NOON, DAY, id=1)
    known, one = KnownRates(late, late), printed("481")
    assert decide_rate(known, one) is None
    assert outcome_of(None, one, known) is RateOutcome.SAME
