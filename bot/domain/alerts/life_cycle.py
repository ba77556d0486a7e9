"""The life cycle of an alert, as pure functions from (alert, observation, time) to the next alert.

    armed --(certainly beyond the level)--> fired --(back by the hysteresis)--> armed

Besides, an alert may be snoozed (armed, but it does not fire until a time), paused until it is resumed, done (it was
to fire once), or deleted (it can be restored for a day).

The number that a rule is compared with depends on its kind:

    level       the rate's value
    move        the rate's value too, against two levels around its value when it last fired, so slow drift counts
    day, week   by what share the rate has changed within a day, a week: one number for all alerts on the pair
    high, low   for how many days back the value is the highest, the lowest
    peg         by what share independent sources deviate from a fixed rate

A printed rate stands for an interval (± its tick). A level counts as crossed only when the whole interval is beyond
it, so rounding alone never fires an alert, and a fired alert is not armed again until the value is back by
`HYSTERESIS` and by at least one printed step. A move is armed again at once: its two levels are computed anew around
the value at which it fired. All numbers that are compared are rounded to the precision of the database (`GRAIN`), so
that its indexes compare exactly as `step` does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.alerts.alert import Alert, AlertState, create_alert
from bot.domain.alerts.observation import Observation, Reading
from bot.domain.alerts.rule import EXTREMES, AlertRule, Kind, Side, on_grain
from bot.domain.rates import Rate

# At most this many alerts per chat; nobody oversees more.
MAX_ALERTS = 50


@dataclass(frozen=True, slots=True)
class Crossing:
    """The alert before it fired, and the canonical side of the level that the rate is on now; `at` is UTC."""

    alert: Alert
    side: Side
    observation: Observation
    at: dt.datetime


def beyond(alert: Alert, observation: Observation) -> Side | None:
    """Return the canonical side that the rate is certainly on, if the alert waits for that side."""
    reading = observation.readings.get(alert.kind)
    if reading is None or observation.rate.pair != alert.pair:
        return None
    above, below = alert.fires_above, alert.fires_below
    if above is not None and reading.up is not None and above <= reading.up:
        # A new low fires on a large number of days, although its value is below.
        return Side.BELOW if alert.kind is Kind.LOW else Side.ABOVE
    if below is not None and reading.down is not None and below >= reading.down:
        return Side.BELOW
    return None


def fired(alert: Alert, side: Side, value: Decimal, now: dt.datetime) -> Alert:
    """Return the alert after it fired at a canonical value."""
    is_move = alert.kind is Kind.MOVE
    rests = alert.state if is_move else AlertState.FIRED
    return replace(
        alert,
        last_fired_at=now,
        changed_at=now,
        snoozed_until=None,
        state=AlertState.DONE if alert.once else rests,
        side=alert.side if is_move else side,
        anchor=on_grain(value) if is_move or alert.kind in EXTREMES else alert.anchor,
    )


def rearmed(alert: Alert) -> Alert:
    """Return the alert armed again, waiting for the side that was asked for."""
    return replace(alert, state=AlertState.ARMED, side=alert.rule_side)


def resting(alert: Alert, observation: Observation | None) -> Alert:
    """Return the alert waiting for its next crossing: fired already, if its rule is met by the observation."""
    side = beyond(alert, observation) if observation else None
    if observation is None or side is None:
        return alert
    rests = fired(replace(alert, once=False), side, observation.rate.value, observation.rate.observed_at)
    was = alert.last_fired_at, alert.changed_at
    return replace(rests, once=alert.once, last_fired_at=was[0], changed_at=was[1])


def with_rule(alert: Alert, rule: AlertRule, rate: Rate, observation: Observation | None) -> Alert:
    """Return the alert with another rule, waiting for its next crossing; a paused alert stays paused.

    `rate` is the current canonical rate of the rule's pair, `observation` has its reading for the rule's kind.
    """
    made = create_alert(rule, alert.chat_id, alert.thread_id, rate, once=alert.once)
    kept = replace(
        made,
        id=alert.id,
        snoozed_until=alert.snoozed_until,
        last_fired_at=alert.last_fired_at,
        changed_at=alert.changed_at,
    )
    if alert.state is AlertState.PAUSED:
        return replace(kept, state=AlertState.PAUSED)
    return replace(resting(kept, observation), snoozed_until=alert.snoozed_until)


def _is_back(alert: Alert, reading: Reading) -> bool:
    back = alert.rearms_at
    if back is None:
        return False
    return back >= reading.back_down if alert.side is Side.ABOVE else back <= reading.back_up


def step(alert: Alert, observation: Observation, now: dt.datetime) -> tuple[Alert, Crossing | None]:
    """Return the alert after an observation of its pair at an instant (UTC), and the crossing to alert of, if any.

    Pure and repeatable: a repeated observation changes nothing. Nothing happens for an unconfirmed rate, another pair,
    a paused, done or snoozed alert. An alert whose snooze ends beyond its level fires then.
    """
    reading = observation.readings.get(alert.kind)
    if reading is None or not alert.active or not observation.rate.confirmed or observation.rate.pair != alert.pair:
        return alert, None
    if alert.state is AlertState.FIRED:
        old = alert.changed_at is not None and now <= alert.changed_at
        if old or not _is_back(alert, reading):
            return alert, None
        alert = replace(rearmed(alert), changed_at=now)
    old = alert.changed_at is not None and now < alert.changed_at
    snoozed = alert.snoozed_until is not None and now < alert.snoozed_until
    side = None if old or snoozed else beyond(alert, observation)
    if side is None:
        return alert, None
    return fired(alert, side, observation.rate.value, now), Crossing(alert, side, observation, now)
