"""The choices that buttons offer: rules to create, how long to snooze an alert, and a level a step up or down."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.alerts.alert import Alert, create_alert
from bot.domain.alerts.life_cycle import resting
from bot.domain.alerts.observation import observe
from bot.domain.alerts.rule import EXTREME_DAYS, EXTREMES, AlertRule, Kind, Side, canonical, check
from bot.domain.errors import InvalidInput
from bot.domain.numbers import D, short
from bot.domain.rates import Rate, meaningful_digits
from bot.domain.times import at_local

# The distances of offered levels from the current value, and the offered moves, as shares.
LEVELS_AHEAD = (D("0.005"), D("0.01"), D("0.02"), D("0.03"), D("0.05"), D("0.10"))
MOVES = (D("0.01"), D("0.02"), D("0.03"), D("0.05"), D("0.10"), D("0.15"))
MONDAY_MORNING = 9 * 60


class Span(StrEnum):
    """How long an alert is snoozed."""

    HOUR = "hour"
    DAY = "day"
    MONDAY = "monday"


class Shift(StrEnum):
    """Which way a level is moved, by 1 %."""

    DOWN = "down"
    UP = "up"


class RuleChoice(StrEnum):
    """The rules offered in the second step of creation by buttons."""

    ABOVE = "above"
    BELOW = "below"
    MOVE = "move"
    DAY = "day"
    WEEK = "week"
    HIGH = "high"
    LOW = "low"

    @property
    def kind(self) -> Kind:
        """The kind of the rule."""
        return Kind.LEVEL if self in (RuleChoice.ABOVE, RuleChoice.BELOW) else Kind(self.value)


def offered_rules(rate: Rate, choice: RuleChoice) -> list[AlertRule]:
    """Return the rules to offer on the pair of a rate: only those that the rate is precise enough for."""
    kind = choice.kind
    if kind in EXTREMES:
        side = Side.ABOVE if kind is Kind.HIGH else Side.BELOW
        rules = [AlertRule(rate.pair, side, kind=kind, days=days) for days in EXTREME_DAYS]
    elif kind is Kind.LEVEL:
        side = Side.ABOVE if choice is RuleChoice.ABOVE else Side.BELOW
        values = [rate.value * (1 + ahead if side is Side.ABOVE else 1 - ahead) for ahead in LEVELS_AHEAD]
        rules = [AlertRule(rate.pair, side, level=short(meaningful_digits(v, rate.tick / 5))) for v in values]
    else:
        rules = [AlertRule(rate.pair, Side.BOTH, move=move, kind=kind) for move in MOVES]
    canonical_rate = rate if canonical(rules[0])[0] == rate.pair else rate.inverted
    return [rule for rule in rules if _usable(rule, canonical_rate)]


def _usable(rule: AlertRule, rate: Rate) -> bool:
    try:
        check(rule, rate)
    except InvalidInput:
        return False
    return True


def snoozed_until(span: Span, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return the instant (UTC) until which an alert is snoozed."""
    today = now.astimezone(zone).date()
    match span:
        case Span.HOUR:
            return now + dt.timedelta(hours=1)
        case Span.DAY:
            return now + dt.timedelta(days=1)
        case Span.MONDAY:
            return at_local(today + dt.timedelta(days=7 - today.weekday()), MONDAY_MORNING, zone)


def shifted(alert: Alert, shift: Shift, rate: Rate) -> Alert:
    """Return an alert on a level that is moved; it waits for the next crossing of the new level.

    `rate` is the current canonical rate. InvalidInput for a level that the rate cannot serve; ValueError for an alert
    without a level.
    """
    if alert.rule.level is None:
        raise ValueError("an alert without a level")
    rule = replace(alert.rule, level=short(alert.rule.level * (D("1.01") if shift is Shift.UP else D("0.99"))))
    check(rule, rate)
    moved = create_alert(rule, alert.chat_id, alert.thread_id, rate, once=alert.once)
    moved = replace(moved, id=alert.id, last_fired_at=alert.last_fired_at, changed_at=alert.changed_at)
    return resting(moved, observe(rate))
