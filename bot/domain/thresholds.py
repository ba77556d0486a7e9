"""Thresholds: the line a person drew under or over a rate, and its life.

    armed --(certainly beyond the line)--> fired --(back by the hysteresis)--> armed
      ^ snoozed: armed, but silent until a time;  paused: silent until asked for again

A printed rate stands for an interval (± its tick). A line counts as crossed only when the whole interval is beyond
it, so rounding alone never fires. A fired line rests until the rate has come back by `HYSTERESIS`, at least by one
printed step. A `move` (± x %) has no line of its own: it is anchored at the value of its last alert, so that slow
drift fires too, and is anchored anew each time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.domain.numbers import CONTEXT, D, inverse
from bot.domain.rates import Pair, Rate, certainly_above, certainly_below

# How far a rate must come back before a fired line can fire again: design's default of 0.3 %.
HYSTERESIS = D("0.003")
# A move of less is noise for anyone; one of more than this never happens between honest figures.
SMALLEST_MOVE = D("0.001")
LARGEST_MOVE = D("0.50")
# A line this many times off the current value is a slip of the finger or a wrong direction.
FARTHEST = 10


class Side(StrEnum):
    """Which side of the line the person waits for, in the canonical pair (USD per 1 unit)."""

    ABOVE = "above"
    BELOW = "below"
    BOTH = "both"  # a move, either way

    @property
    def opposite(self) -> Side:
        """The same wish seen in the inverted pair."""
        return {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}.get(self, self)


class ThresholdState(StrEnum):
    """The life of a threshold; snoozing is a time beside it."""

    ARMED = "armed"
    FIRED = "fired"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Line:
    """What the person asked for, in the words they used: `USD/KZT above 520`, or `USD/KZT both 2 %`.

    Exactly one of `level` (quote units per 1 base unit, as typed) and `move` (a share: 0.02) is set.
    """

    pair: Pair
    side: Side
    level: Decimal | None = None
    move: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A stored line. `pair` is canonical (USD per 1 unit: KZT/USD) and so are `level` and `anchor`.

    `line` keeps what was typed. `anchor` is the value a move is measured from. Times are UTC.
    """

    id: int
    chat_id: int
    thread_id: int
    pair: Pair
    side: Side
    line: Line
    level: Decimal | None
    anchor: Decimal | None
    state: ThresholdState = ThresholdState.ARMED
    snoozed_until: dt.datetime | None = None
    last_fired_at: dt.datetime | None = None

    @property
    def fires_above(self) -> Decimal | None:
        """The canonical value over which it fires when armed."""
        if self.line.move is not None and self.anchor is not None:
            return CONTEXT.multiply(self.anchor, 1 + self.line.move)
        return self.level if self.side is Side.ABOVE else None

    @property
    def fires_below(self) -> Decimal | None:
        """The canonical value under which it fires when armed."""
        if self.line.move is not None and self.anchor is not None:
            return CONTEXT.multiply(self.anchor, 1 - self.line.move)
        return self.level if self.side is Side.BELOW else None

    def rearms_at(self, step: Decimal) -> Decimal | None:
        """The canonical value at which a fired line is armed again; `step` is one printed step. A move has none."""
        if self.level is None:
            return None
        distance = max(CONTEXT.multiply(self.level, HYSTERESIS), step)
        return self.level - distance if self.side is Side.ABOVE else self.level + distance


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold met its rate. Values are canonical (USD per 1 unit), `at` is UTC."""

    threshold: Threshold
    before: Decimal | None
    now: Rate
    at: dt.datetime


class LineProblem(ValueError):
    """A line that cannot be drawn. `key` names the translated explanation; `nearest` is the usable value, as typed."""

    def __init__(self, key: str, nearest: Decimal | None = None) -> None:
        super().__init__(key)
        self.key, self.nearest = key, nearest


def canonical(line: Line) -> tuple[Pair, Side, Decimal | None]:
    """Return a line as it is stored: USD as the quote, the side turned with the pair, the level inverted."""
    if line.pair.quote == "USD":
        return line.pair, line.side, line.level
    level = None if line.level is None else inverse(line.level)
    return line.pair.inverted, line.side.opposite, level


def check(line: Line, rate: Rate) -> None:
    """Refuse a line that the rate (in its canonical pair) is too coarse or too far off to serve: LineProblem.

    A level inside the interval of the current printed value cannot be told from it: the nearest usable value is the
    edge of that interval on the side asked for. A move below one printed step would fire on rounding.
    """
    _, side, level = canonical(line)
    if line.move is not None:
        smallest = max(SMALLEST_MOVE, rate.coarseness)
        if line.move < smallest:
            raise LineProblem("alerts.error.fine_move", (smallest * 100).quantize(D("0.1"), "ROUND_UP"))
        if line.move > LARGEST_MOVE:
            raise LineProblem("alerts.error.big_move", LARGEST_MOVE * 100)
        return
    if level is None or level <= 0:
        raise LineProblem("alerts.error.number")
    if not rate.value / FARTHEST <= level <= rate.value * FARTHEST:
        raise LineProblem("alerts.error.far")
    if rate.tick and rate.low < level < rate.high:
        edge = rate.high if side is Side.ABOVE else rate.low
        raise LineProblem("alerts.error.fine", edge if line.pair == rate.pair else inverse(edge))


def is_beyond(threshold: Threshold, rate: Rate) -> bool:
    """Tell whether the rate is certainly on the side that the threshold waits for."""
    above, below = threshold.fires_above, threshold.fires_below
    return (above is not None and certainly_above(rate, above)) or (below is not None and certainly_below(rate, below))


def step(
    threshold: Threshold, before: Decimal | None, rate: Rate, now: dt.datetime
) -> tuple[Threshold, Crossing | None]:
    """Return what a threshold becomes when its rate is observed, and the crossing to cry, if any.

    Pure and repeatable: the same observation twice changes nothing the second time. An unconfirmed rate, another
    pair, a paused or snoozed threshold: nothing happens.
    """
    if not rate.confirmed or rate.pair != threshold.pair or threshold.state is ThresholdState.PAUSED:
        return threshold, None
    if threshold.state is ThresholdState.FIRED:
        rearm = threshold.rearms_at(rate.tick * 2)
        back = rearm is None or (rate.value <= rearm if threshold.side is Side.ABOVE else rate.value >= rearm)
        return (replace(threshold, state=ThresholdState.ARMED) if back else threshold), None
    if threshold.snoozed_until is not None and now < threshold.snoozed_until:
        return threshold, None
    if not is_beyond(threshold, rate):
        return threshold, None
    after = replace(threshold, last_fired_at=now, snoozed_until=None)
    if threshold.line.move is not None:
        after = replace(after, anchor=rate.value)
    else:
        after = replace(after, state=ThresholdState.FIRED)
    return after, Crossing(threshold, before, rate, now)
