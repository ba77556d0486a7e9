"""The choices that buttons offer: rules to create, and how long to snooze an alert."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.alerts.rule import EXTREME_DAYS, AlertRule, Kind, Side, canonical, canonical_pair, check
from bot.domain.errors import InvalidInput
from bot.domain.numbers import CONTEXT, D, short
from bot.domain.rate_graph import PEG_PAIR
from bot.domain.rates import Pair, Rate
from bot.domain.times import at_local

# Round numbers are multiples of these times a power of ten.
ROUND = (D(1), D(2), D("2.5"), D(5))
# The largest distance of two offered levels, as a share of the value, unless the rate is coarser.
STEP = D("0.01")
# Levels offered on each side of the current value.
LEVELS = 3
# The offered moves of each kind, as shares; the first usable ones of a row are shown.
MOVES = {
    Kind.MOVE: (D("0.01"), D("0.02"), D("0.05"), D("0.10"), D("0.15"), D("0.20")),
    Kind.DAY: (D("0.01"), D("0.02"), D("0.03"), D("0.05"), D("0.10"), D("0.15")),
    Kind.WEEK: (D("0.02"), D("0.03"), D("0.05"), D("0.10"), D("0.15"), D("0.20")),
}
MOVES_SHOWN = 3
# People count small money by so many units: 100 rubles in somoni, 1,000 soums in rubles.
UNITS = (100, 1_000, 10_000, 100_000)
# From this value on a rate is counted for one unit.
COUNTED_SINGLY = D("0.5")
MONDAY_MORNING = 9 * 60


class Span(StrEnum):
    """How long an alert is snoozed."""

    HOUR = "hour"
    DAY = "day"
    MONDAY = "monday"


def counted_per(pair: Pair, value: Decimal) -> int:
    """Return for how many units of the base people state a rate of this value: 100 RUB = 11.41 TJS.

    Pairs with the dollar are stated for one unit in both directions.
    """
    if value >= COUNTED_SINGLY or "USD" in (pair.base, pair.quote):
        return 1
    return next((unit for unit in UNITS if value * unit >= 1), UNITS[-1])


def round_levels(rate: Rate) -> tuple[list[AlertRule], list[AlertRule]]:
    """Return the rules on the nearest round levels above and below the current value, nearest first.

    Only levels that the rate is precise enough for; a coarse rate has wider steps.
    """
    step = _round_step(rate)
    above = CONTEXT.divide(rate.high, step).to_integral_value(ROUND_FLOOR) + 1
    below = CONTEXT.divide(rate.low, step).to_integral_value(ROUND_CEILING) - 1
    return (
        _nearest(rate, Side.ABOVE, (step * (above + n) for n in range(2 * LEVELS)), step),
        _nearest(rate, Side.BELOW, (step * (below - n) for n in range(2 * LEVELS)), step),
    )


def _round_step(rate: Rate) -> Decimal:
    """Return the distance of two offered levels: at most a hundredth of the value, at least a printed step."""
    width, most = rate.high - rate.low, rate.value * STEP
    size = Decimal(1).scaleb(max(most, width).adjusted())
    steps = [number * size * scale for scale in (1, 10) for number in ROUND]
    if width > most:
        return next(step for step in steps if step >= width)
    return max(step for step in steps if step <= most)


def _nearest(rate: Rate, side: Side, levels: Iterable[Decimal], step: Decimal) -> list[AlertRule]:
    # A level right beside the value would fire at once.
    clear = [level for level in levels if level > 0 and abs(level - rate.value) * 10 >= step]
    return usable([AlertRule(rate.pair, side, level=short(level)) for level in clear], rate)[:LEVELS]


def percent_rules(rate: Rate) -> list[list[AlertRule]]:
    """Return the rules without a level to offer on the pair of a rate, in rows: moves, extremes, the fixed rate."""
    rows = [
        usable([AlertRule(rate.pair, Side.BOTH, move=move, kind=kind) for move in moves], rate)[:MOVES_SHOWN]
        for kind, moves in MOVES.items()
    ]
    for kind, side in ((Kind.HIGH, Side.ABOVE), (Kind.LOW, Side.BELOW)):
        rows.append([AlertRule(rate.pair, side, kind=kind, days=days) for days in EXTREME_DAYS])
    if canonical_pair(rate.pair) == canonical_pair(PEG_PAIR):
        rows.append([AlertRule(rate.pair, Side.BOTH, kind=Kind.PEG)])
    return [row for row in rows if row]


def usable(rules: Iterable[AlertRule], rate: Rate) -> list[AlertRule]:
    """Return those rules that the rate (of their pair, in either direction) can serve."""
    return [rule for rule in rules if _serves(rule, rate if canonical(rule)[0] == rate.pair else rate.inverted)]


def _serves(rule: AlertRule, rate: Rate) -> bool:
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
