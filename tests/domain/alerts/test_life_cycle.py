import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import (
    HYSTERESIS,
    Alert,
    AlertRule,
    AlertState,
    Crossing,
    Kind,
    Observation,
    Side,
    beyond,
    canonical,
    canonical_pair,
    check,
    create_alert,
    observe,
    on_grain,
    rearmed,
    step,
    with_extremes,
    with_peg,
    with_span,
)
from bot.domain.errors import InvalidInput
from bot.domain.numbers import inverse
from bot.domain.rates import Pair
from tests.domain.alerts.strategies import DAY, HOUR, KZT, RUB_UZS, T0, alerts, observations, rate


def run(alert: Alert, walk: list[Observation], start: dt.datetime = T0) -> tuple[Alert, list[tuple[int, Crossing]]]:
    """Apply observations an hour apart; returns the alert after them and its crossings with their places."""
    crossings = []
    for n, seen in enumerate(walk):
        alert, crossing = step(alert, seen, start + (n + 1) * HOUR)
        if crossing:
            crossings.append((n, crossing))
    return alert, crossings


def above(level: str = "0.00195", **more: object) -> Alert:
    return replace(create_alert(AlertRule(KZT, Side.ABOVE, level=Decimal(level)), 1, 0, rate("0.0019")), **more)  # type: ignore[arg-type]


# -- the rule, by cases


def test_one_printed_step_around_the_level_never_fires() -> None:
    alert = above("0.001945")
    _, crossings = run(alert, [observe(rate(v)) for v in ("0.00194", "0.00194", "0.00193")])
    assert crossings == []
    _, [(place, crossing)] = run(alert, [observe(rate(v)) for v in ("0.00194", "0.00195")])
    assert (place, crossing.side) == (1, Side.ABOVE)


def test_a_fired_alert_stays_fired_until_the_rate_is_back_by_a_printed_step() -> None:
    values = ["0.00196", "0.00195", "0.00196", "0.00194", "0.00196"]
    after, crossings = run(above("0.00195"), [observe(rate(v)) for v in values])
    assert [place for place, _ in crossings] == [0, 4]
    assert after.state is AlertState.FIRED


@pytest.mark.parametrize(("value", "crossed"), [("3.5", False), ("3.500001", True)])
def test_an_exact_rate_must_pass_the_level_itself(value: str, crossed: bool) -> None:
    pair = Pair("TMT", "UZS")
    alert = create_alert(AlertRule(pair, Side.ABOVE, level=Decimal("3.5")), 1, 0, rate("3", "0", pair))
    assert bool(beyond(alert, observe(rate(value, "0", pair)))) is crossed


def test_a_slow_drift_fires_a_move_and_measures_anew() -> None:
    alert = create_alert(AlertRule(KZT, Side.BOTH, move=Decimal("0.02"), kind=Kind.MOVE), 1, 0, rate("0.00200", "0"))
    drift = [observe(rate(Decimal("0.00200") * Decimal("1.005") ** n, "0")) for n in range(1, 14)]
    after, crossings = run(alert, drift)
    assert [place for place, _ in crossings] == [3, 7, 11]
    assert after.anchor == on_grain(crossings[-1][1].observation.rate.value)


def test_a_day_fires_either_way_at_once_when_the_change_turns_over() -> None:
    rule = AlertRule(KZT, Side.BOTH, move=Decimal("0.02"), kind=Kind.DAY)
    then = rate("0.00200", "0")
    walk = [with_span(observe(rate(v, "0")), Kind.DAY, then) for v in ("0.00201", "0.00205", "0.00206", "0.00195")]
    after, crossings = run(create_alert(rule, 1, 0, rate("0.002")), walk)
    assert [(place, crossing.side) for place, crossing in crossings] == [(1, Side.ABOVE), (3, Side.BELOW)]
    assert after.rearms_at == Decimal("-0.017")


def test_an_extreme_needs_a_past_as_long_and_a_way_back() -> None:
    past = [rate("0.0019", "0", at=T0 - DAY * n) for n in range(40, 0, -1)]
    seen = with_extremes(observe(rate("0.0020", "0")), past)
    for days, fires in ((30, True), (90, False)):
        alert = create_alert(AlertRule(KZT, Side.ABOVE, kind=Kind.HIGH, days=days), 1, 0, rate("0.0019"))
        after, crossings = run(alert, [seen, with_extremes(observe(rate("0.0021", "0")), past)])
        assert len(crossings) == (1 if fires else 0)  # the second new high comes without a way back
    low = create_alert(AlertRule(KZT.inverted, Side.ABOVE, kind=Kind.HIGH, days=30), 1, 0, rate("0.0019"))
    assert (low.kind, low.side) == (Kind.LOW, Side.BELOW)
    after, [(_, crossing)] = run(low, [seen, with_extremes(observe(rate("0.0018", "0")), past)])
    assert (crossing.side, after.anchor, after.rearms_at) == (Side.BELOW, Decimal("0.0018"), Decimal("0.0018054"))


def test_a_value_met_before_is_no_extreme() -> None:
    past = [rate("0.0019", "0", at=T0 - DAY * 50), rate("0.0020", "0", at=T0 - DAY * 10)]
    seen = with_extremes(observe(rate("0.0020", "0")), past)
    assert seen.readings[Kind.HIGH].up == 9


def test_a_peg_fires_when_more_than_one_source_leaves_it() -> None:
    tmt = canonical_pair(Pair("USD", "TMT"))
    fixed = rate(inverse(Decimal("3.5")), "0", tmt)
    alert = create_alert(AlertRule(Pair("USD", "TMT"), Side.BOTH, kind=Kind.PEG), 1, 0, fixed)
    true, wrong = rate("0.28571", "0.000005", tmt), rate("0.25", "0.000005", tmt)
    for others, fires in (([true], False), ([true, wrong], False), ([wrong, wrong], True), ([wrong], True)):
        assert bool(beyond(alert, with_peg(observe(fixed), others))) is fires


def test_an_alert_that_fires_once_is_done_after_it() -> None:
    after, crossings = run(above(once=True), [observe(rate(v)) for v in ("0.00197", "0.0019", "0.00197")])
    assert (len(crossings), after.state) == (1, AlertState.DONE)


@pytest.mark.parametrize(("ends", "place"), [(2, 1), (3, 2)])
def test_an_alert_crossed_while_snoozed_fires_when_the_snooze_ends(ends: int, place: int) -> None:
    alert = above(snoozed_until=T0 + ends * HOUR)
    _, crossings = run(alert, [observe(rate("0.00197"))] * 4)
    assert [n for n, _ in crossings] == [place]


# -- what can be asked for


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (AlertRule(KZT, Side.ABOVE, level=Decimal("0.001942")), "alerts.error.fine"),
        (AlertRule(KZT, Side.ABOVE, level=Decimal("1")), "alerts.error.far"),
        (AlertRule(KZT.inverted, Side.ABOVE, level=Decimal("9e15")), "alerts.error.far"),
        (AlertRule(KZT, Side.BOTH, move=Decimal("0.001"), kind=Kind.DAY), "alerts.error.fine_move"),
        (AlertRule(KZT, Side.BOTH, move=Decimal("0.6"), kind=Kind.MOVE), "alerts.error.big_move"),
        (AlertRule(KZT, Side.BOTH, move=Decimal("0.02001"), kind=Kind.MOVE), "alerts.error.odd_move"),
        (AlertRule(KZT, Side.ABOVE, kind=Kind.HIGH, days=31), "alerts.error.days"),
    ],
)
def test_a_rule_that_a_rate_cannot_serve_is_refused(rule: AlertRule, key: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        check(rule, rate("0.00194"))
    assert problem.value.key == key


def test_pairs_have_one_direction() -> None:
    assert canonical_pair(Pair("USD", "KZT")) == KZT
    assert canonical_pair(Pair("UZS", "RUB")) == RUB_UZS == canonical_pair(RUB_UZS)
    rule = AlertRule(Pair("UZS", "RUB"), Side.BELOW, level=Decimal("0.00625"))
    assert canonical(rule) == (RUB_UZS, Side.ABOVE, Decimal(160))


# -- the rule, by properties


walks = st.lists(observations(), max_size=12)


@given(alerts(), walks)
def test_there_are_never_two_alerts_without_arming_between(alert: Alert, walk: list[Observation]) -> None:
    fired_at = None
    for n, seen in enumerate(walk):
        before = alert
        alert, crossing = step(alert, seen, T0 + (n + 1) * HOUR)
        if crossing is None:
            continue
        assert crossing.alert.state is AlertState.ARMED
        if before.state is AlertState.FIRED:  # armed and fired by one observation: the other side of the level
            assert crossing.side is not before.side or before.kind in (Kind.HIGH, Kind.LOW)
        if alert.kind is Kind.MOVE:  # a move is armed by its new anchor
            assert alert.anchor == on_grain(seen.rate.value)
            assert beyond(alert, seen) is None
        elif alert.kind is Kind.LEVEL and fired_at is not None:
            assert any(
                abs(other.rate.value - alert.level) >= alert.level * HYSTERESIS - Decimal("1e-12")
                for other in walk[fired_at:n]
                if alert.level is not None
            )
        fired_at = n


@given(alerts(), walks)
def test_what_was_observed_before_changes_nothing_when_observed_again(alert: Alert, walk: list[Observation]) -> None:
    after, crossings = run(alert, walk)
    again, more = run(after, walk)
    assert (again, more) == (after, [])
    twice, doubled = alert, 0
    for n, seen in enumerate(walk):
        for _ in range(2):
            twice, crossing = step(twice, seen, T0 + (n + 1) * HOUR)
            doubled += crossing is not None
    assert (twice, doubled) == (after, len(crossings))


@given(alerts(), walks)
def test_an_armed_alert_fires_at_every_certain_crossing(alert: Alert, walk: list[Observation]) -> None:
    for n, seen in enumerate(walk):
        now = T0 + (n + 1) * HOUR
        awake = alert.snoozed_until is None or alert.snoozed_until <= now
        waiting = alert.state is AlertState.ARMED and awake
        side = beyond(alert, seen)
        after, crossing = step(alert, seen, now)
        if waiting:
            assert (crossing and crossing.side) == side
        elif crossing:
            assert alert.state is AlertState.FIRED
        alert = after


@given(alerts(), observations())
def test_rounding_never_fires(alert: Alert, seen: Observation) -> None:
    """A level inside the printed interval is crossed by no observation."""
    if alert.kind is Kind.LEVEL and alert.level is not None and seen.rate.low < alert.level < seen.rate.high:
        assert beyond(alert, seen) is None


@given(alerts())
def test_arming_anew_is_idempotent(alert: Alert) -> None:
    assert rearmed(rearmed(alert)) == rearmed(alert)
    assert rearmed(alert).side is canonical(alert.rule)[1]
