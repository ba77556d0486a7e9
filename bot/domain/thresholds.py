"""Thresholds: the line a person drew under or over a rate, and its life.

    armed --(certainly beyond the line)--> fired --(back by the hysteresis)--> armed
      ^ snoozed: armed, but silent until a time;  paused: silent until asked for again;  done: it was to cry once

What a line is compared with depends on its kind:

    level       the rate's value
    move        the rate's value too, against two lines around its value at the last cry, so slow drift fires as well
    day, week   by what share the rate has changed within a day, a week: one number for everybody on the pair
    high, low   for how many days back the value is the highest, the lowest
    peg         by what share independent figures deviate from a fixed rate

A printed rate stands for an interval (± its tick). A line counts as crossed only when the whole interval is beyond
it, so rounding alone never fires, and a fired line rests until the value is back by `HYSTERESIS` and by at least one
printed step. A move has no rest: its lines are drawn anew around the value that it cried. All numbers that are
compared lie on the grain of the database, so that its indexes judge exactly as `step` does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from bot.domain.numbers import CONTEXT, D, inverse
from bot.domain.rates import Pair, Rate

# The finest step that the database keeps (storage.types.SCALE).
GRAIN = D("0.000000000001")
# How far a rate must come back before a fired line can fire again: design's default of 0.3 %.
HYSTERESIS = D("0.003")
# A move of less is noise for anyone; one of more than this never happens between honest figures.
SMALLEST_MOVE = D("0.001")
LARGEST_MOVE = D("0.50")
# Moves are asked for in hundredths of a per cent, so that few different ones stand on a pair.
MOVE_STEP = D("0.0001")
# A line this many times off the current value is a slip of the finger or a wrong direction.
FARTHEST = 10
# New extremes worth a cry: of a month, a quarter, a year.
EXTREME_DAYS = (30, 90, 365)
# Independent figures of a fixed rate differ from it by rounding and fees; by this much, only if it is no longer fixed.
PEG_DEVIATION = D("0.01")
# A person hears at most this many lines in a day, then one summary: more is a storm that nobody reads.
CRIES_A_DAY = 20
# That day begins with its first alert.
A_DAY = dt.timedelta(days=1)


class Side(StrEnum):
    """Which side of a line: above or below it, or both (a move, either way)."""

    ABOVE = "above"
    BELOW = "below"
    BOTH = "both"

    @property
    def opposite(self) -> Side:
        """The same wish seen in the inverted pair."""
        return {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}.get(self, self)


class Kind(StrEnum):
    """What of its pair a line is compared with."""

    LEVEL = "level"
    MOVE = "move"
    DAY = "day"
    WEEK = "week"
    HIGH = "high"
    LOW = "low"
    PEG = "peg"

    @property
    def opposite(self) -> Kind:
        """The same wish seen in the inverted pair."""
        return {Kind.HIGH: Kind.LOW, Kind.LOW: Kind.HIGH}.get(self, self)


# Compared with a share, within how many days it is measured.
SPANS = {Kind.DAY: 1, Kind.WEEK: 7}
EXTREMES = (Kind.HIGH, Kind.LOW)


class ThresholdState(StrEnum):
    """The life of a threshold; snoozing is a time beside it."""

    ARMED = "armed"
    FIRED = "fired"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Line:
    """What the person asked for, in the words they used: `USD/KZT above 520`, or `USD/KZT both 2 %`.

    Of `level` (quote units per 1 base unit, as typed), `move` (a share: 0.02) and `days` the one that the kind needs
    is set; a peg needs none.
    """

    pair: Pair
    side: Side
    level: Decimal | None = None
    move: Decimal | None = None
    kind: Kind = Kind.LEVEL
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the lines of one kind are compared with; all numbers lie on the grain.

    A line fires when `fires_above` <= `up` or `fires_below` >= `down`. Fired above, it is armed again when `rearms_at`
    >= `back_down`; fired below, when `rearms_at` <= `back_up`. None: no line fires that way.
    """

    up: Decimal | None
    down: Decimal | None
    back_down: Decimal
    back_up: Decimal


@dataclass(frozen=True, slots=True)
class Observation:
    """What is seen of a pair at one look: its rate in the canonical direction, and a reading for each kind known.

    `before` is the value at the look before. `shares` are the changes shown to people (0.012 = +1.2 %), by kind.
    """

    rate: Rate
    before: Decimal | None
    readings: dict[Kind, Reading]
    shares: dict[Kind, Decimal]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A stored line. `pair` and `kind` are canonical (USD, or else the later code, is the quote); so are the numbers.

    `line` keeps what was typed. `side` is the one waited for, and while the line is fired the one it was crossed to.
    `anchor` is the value that a move is measured from, or the last extreme that was cried. `changed_at` is when a
    figure last fired or armed it: an older observation tells it nothing. Times are UTC.
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
    once: bool = False
    snoozed_until: dt.datetime | None = None
    last_fired_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None

    @property
    def kind(self) -> Kind:
        """The kind of the line in the canonical pair: the highest dollar is the lowest tenge."""
        return self.line.kind if self.line.pair == self.pair else self.line.kind.opposite

    @property
    def fires_above(self) -> Decimal | None:
        """The canonical number over which it fires when armed."""
        match self.kind:
            case Kind.LEVEL:
                return self.level if self.line_side is Side.ABOVE else None
            case Kind.HIGH | Kind.LOW:
                return None if self.line.days is None else Decimal(self.line.days)
            case Kind.PEG:
                return PEG_DEVIATION
            case Kind.MOVE:
                return None if self.anchor is None else move_lines(self.anchor, self.line, self.pair)[0]
            case _:
                return canonical_moves(self.line, self.pair)[0]

    @property
    def fires_below(self) -> Decimal | None:
        """The canonical number under which it fires when armed."""
        match self.kind:
            case Kind.LEVEL:
                return self.level if self.line_side is Side.BELOW else None
            case Kind.HIGH | Kind.LOW | Kind.PEG:
                return None
            case Kind.MOVE:
                return None if self.anchor is None else move_lines(self.anchor, self.line, self.pair)[1]
            case _:
                return canonical_moves(self.line, self.pair)[1]

    @property
    def line_side(self) -> Side:
        """The side the person waits for, in the canonical pair."""
        return self.line.side if self.line.pair == self.pair else self.line.side.opposite

    @property
    def rearms_at(self) -> Decimal | None:
        """The canonical number at which the hysteresis of a cry ends; None where that is not known yet, or never.

        A coarse rate must come back farther, by one printed step: `comes_back_at` tells people where.
        """
        match self.kind:
            case Kind.LEVEL:
                return None if self.level is None else come_back(self.level, self.side)
            case Kind.HIGH | Kind.LOW:
                return None if self.anchor is None else come_back(self.anchor, self.side)
            case Kind.MOVE:
                return None
            case _:
                return self._share_comes_back()

    def comes_back_at(self, step: Decimal) -> Decimal | None:
        """The canonical value at which a line that stands on a value is armed again; `step` is one printed step."""
        line = self.level if self.kind is Kind.LEVEL else self.anchor
        rearm = self.rearms_at
        if line is None or rearm is None or self.kind in (*SPANS, Kind.MOVE, Kind.PEG):
            return None
        return min(rearm, line - step) if self.side is Side.ABOVE else max(rearm, line + step)

    def _share_comes_back(self) -> Decimal | None:
        if self.side is Side.ABOVE and self.fires_above is not None:
            return max(self.fires_above - HYSTERESIS, Decimal(0))
        if self.side is Side.BELOW and self.fires_below is not None:
            return min(self.fires_below + HYSTERESIS, Decimal(0))
        return None


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold as it was when it met its rate, and to which canonical side; `at` is UTC."""

    threshold: Threshold
    side: Side
    observation: Observation
    at: dt.datetime


class LineProblem(ValueError):
    """A line that cannot be drawn. `key` names the translated explanation; `nearest` is the usable value, as typed."""

    def __init__(self, key: str, nearest: Decimal | None = None) -> None:
        super().__init__(key)
        self.key, self.nearest = key, nearest


def on_grain(value: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """Return a number as the database keeps it."""
    return value.quantize(GRAIN, rounding, context=CONTEXT)


def come_back(value: Decimal, side: Side) -> Decimal:
    """Return the value that lies by the hysteresis before a line that is crossed to `side`."""
    distance = CONTEXT.multiply(value, HYSTERESIS)
    return on_grain(value - distance if side is Side.ABOVE else value + distance)


def canonical_moves(line: Line, pair: Pair) -> tuple[Decimal | None, Decimal | None]:
    """Return the share up and the (negative) share down of the canonical value that a line's move comes to.

    Turned, +2 % of the asked value are -1.96 % of the canonical one. None: the line does not wait for that side.
    """
    move = line.move or Decimal(0)
    up, down = None if line.side is Side.BELOW else move, None if line.side is Side.ABOVE else -move
    if line.pair != pair:
        up, down = (None if share is None else inverse(1 + share) - 1 for share in (down, up))
    return None if up is None else on_grain(up), None if down is None else on_grain(down)


def move_lines(anchor: Decimal, line: Line, pair: Pair) -> tuple[Decimal | None, Decimal | None]:
    """Return the canonical values above and below an anchor at which a move has happened."""
    up, down = (
        None if share is None else on_grain(CONTEXT.multiply(anchor, 1 + share))
        for share in canonical_moves(line, pair)
    )
    return up, down


def canonical_pair(pair: Pair) -> Pair:
    """Return a pair in the one direction that it is stored in: the dollar is the quote, else the later code."""
    if "USD" in (pair.base, pair.quote):
        return pair if pair.quote == "USD" else pair.inverted
    return min(pair, pair.inverted)


def canonical(line: Line) -> tuple[Pair, Side, Decimal | None]:
    """Return a line as it is stored: the pair's one direction, the side turned with it, the level inverted."""
    pair = canonical_pair(line.pair)
    if pair == line.pair:
        return pair, line.side, None if line.level is None else on_grain(line.level)
    return pair, line.side.opposite, None if line.level is None else on_grain(inverse(line.level))


def draw(line: Line, chat_id: int, thread_id: int, rate: Rate, *, once: bool = False) -> Threshold:
    """Return a new threshold of a chat, armed; its id is not known yet. `rate` is the canonical one of now."""
    pair, side, level = canonical(line)
    anchor = on_grain(rate.value) if line.kind is Kind.MOVE else None
    return Threshold(0, chat_id, thread_id, pair, side, line, level, anchor, once=once)


def check(line: Line, rate: Rate) -> None:
    """Refuse a line that the rate (in its canonical pair) is too coarse or too far off to serve: LineProblem.

    A level inside the interval of the current printed value cannot be told from it: the nearest usable value is the
    edge of that interval on the side asked for. A move below one printed step would fire on rounding.
    """
    if line.kind is Kind.PEG:
        return
    if line.kind in EXTREMES:
        if line.days not in EXTREME_DAYS:
            wanted = line.days or 0
            raise LineProblem("alerts.error.days", Decimal(min(EXTREME_DAYS, key=lambda days: abs(days - wanted))))
        return
    if line.kind is not Kind.LEVEL:
        _check_move(line.move, rate)
        return
    if line.level is None or line.level <= 0:
        raise LineProblem("alerts.error.number")
    # Compared as asked for: the inverse of a wild number may be nothing on the grain.
    asked = rate.value if line.pair == rate.pair else inverse(rate.value)
    if not asked / FARTHEST <= line.level <= asked * FARTHEST:
        raise LineProblem("alerts.error.far")
    _, side, level = canonical(line)
    if rate.tick and level is not None and rate.low < level < rate.high:
        edge = rate.high if side is Side.ABOVE else rate.low
        raise LineProblem("alerts.error.fine", edge if line.pair == rate.pair else inverse(edge))


def _check_move(move: Decimal | None, rate: Rate) -> None:
    smallest = max(SMALLEST_MOVE, rate.coarseness)
    if move is None or move <= 0:
        raise LineProblem("alerts.error.number")
    if move < smallest:
        raise LineProblem("alerts.error.fine_move", (smallest * 100).quantize(D("0.1"), "ROUND_UP"))
    if move > LARGEST_MOVE:
        raise LineProblem("alerts.error.big_move", LARGEST_MOVE * 100)
    if move % MOVE_STEP:
        raise LineProblem("alerts.error.odd_move", (move.quantize(MOVE_STEP) * 100).normalize())


def observe(rate: Rate, before: Decimal | None = None) -> Observation:
    """Return what a rate in its canonical direction says by itself: to levels and to moves."""
    low, high = on_grain(rate.low, ROUND_FLOOR), on_grain(rate.high, ROUND_CEILING)
    # An exact figure has no interval to be beyond a line with: it must pass the line itself.
    beyond = Decimal(0) if rate.tick else GRAIN
    # Back by a printed step as well as by the hysteresis, as one comparison with where the hysteresis alone ends:
    # value + step <= line means (value + step) less the hysteresis <= line less the hysteresis.
    value, width = on_grain(rate.value), high - low
    reading = Reading(
        up=low - beyond,
        down=high + beyond,
        back_down=max(value, come_back(value + width, Side.ABOVE)),
        back_up=min(value, come_back(value - width, Side.BELOW)),
    )
    return Observation(rate, before, {Kind.LEVEL: reading, Kind.MOVE: reading}, {})


def with_span(observation: Observation, kind: Kind, then: Rate) -> Observation:
    """Return the observation with the change since `then`, the rate a day or a week ago in the same direction.

    The change is certain as far as both figures are: from the most that it can have been then to the least it is now.
    """
    now = observation.rate
    share = on_grain(CONTEXT.divide(now.value, then.value) - 1)
    low = on_grain(CONTEXT.divide(now.low, then.high) - 1, ROUND_FLOOR)
    high = on_grain(CONTEXT.divide(now.high, then.low) - 1, ROUND_CEILING) if then.low > 0 else share
    reading = Reading(up=low, down=high, back_down=share, back_up=share)
    return replace(
        observation,
        readings={**observation.readings, kind: reading},
        shares={**observation.shares, kind: share},
    )


def with_extremes(observation: Observation, history: list[Rate]) -> Observation:
    """Return the observation with for how many days back its value is the highest and the lowest.

    `history` holds one figure a valid day, oldest first, in the same direction; what is not older than the rate itself
    does not count. The known past bounds what can be said: a month of history makes no yearly high.
    """
    now = observation.rate
    past = [rate for rate in history if rate.valid_on < now.valid_on]
    if not past:
        return observation
    known = (now.valid_on - past[0].valid_on).days
    highest = lowest = None
    for rate in reversed(past):
        days = (now.valid_on - rate.valid_on).days - 1
        if highest is None and not _certainly_below(rate, now):
            highest = days
        if lowest is None and not _certainly_below(now, rate):
            lowest = days
        if highest is not None and lowest is not None:
            break
    level = observation.readings[Kind.LEVEL]
    edges = {"back_down": level.back_down, "back_up": level.back_up}
    readings = {
        Kind.HIGH: Reading(up=Decimal(known if highest is None else highest), down=None, **edges),
        Kind.LOW: Reading(up=Decimal(known if lowest is None else lowest), down=None, **edges),
    }
    return replace(observation, readings={**observation.readings, **readings})


def _certainly_below(one: Rate, other: Rate) -> bool:
    """Tell whether one figure is below another whatever rounding hid."""
    return one.high <= other.low if one.tick or other.tick else one.value < other.value


def with_peg(observation: Observation, independent: list[Rate]) -> Observation:
    """Return the observation of a fixed rate with how far independent figures of the same pair deviate from it.

    The lower median counts: of two that differ the smaller one, so that one wrong figure alone moves nothing.
    """
    if not independent:
        return observation
    fixed = observation.rate.value
    found = []
    for rate in independent:
        off = max(rate.low - fixed, fixed - rate.high, Decimal(0))
        found.append((CONTEXT.divide(off, fixed), CONTEXT.divide(abs(rate.value - fixed), fixed)))
    certain, central = sorted(found)[(len(found) - 1) // 2]
    central = on_grain(central)
    reading = Reading(up=on_grain(certain, ROUND_FLOOR), down=None, back_down=central, back_up=central)
    return replace(
        observation,
        readings={**observation.readings, Kind.PEG: reading},
        shares={**observation.shares, Kind.PEG: central},
    )


def beyond(threshold: Threshold, observation: Observation) -> Side | None:
    """Return the canonical side of its line that the rate is certainly on, if that is one the threshold waits for."""
    reading = observation.readings.get(threshold.kind)
    if reading is None or observation.rate.pair != threshold.pair:
        return None
    above, below = threshold.fires_above, threshold.fires_below
    if above is not None and reading.up is not None and above <= reading.up:
        # A new low is a large number of days, yet the value is below.
        return Side.BELOW if threshold.kind is Kind.LOW else Side.ABOVE
    if below is not None and reading.down is not None and below >= reading.down:
        return Side.BELOW
    return None


def fired(threshold: Threshold, side: Side, value: Decimal, now: dt.datetime) -> Threshold:
    """Return what a threshold is after it cried at a canonical value."""
    after = replace(threshold, last_fired_at=now, changed_at=now, snoozed_until=None)
    if threshold.kind is Kind.MOVE:
        after = replace(after, anchor=on_grain(value))
    else:
        after = replace(after, state=ThresholdState.FIRED, side=side)
        if threshold.kind in EXTREMES:
            after = replace(after, anchor=on_grain(value))
    return replace(after, state=ThresholdState.DONE) if threshold.once else after


def rearmed(threshold: Threshold) -> Threshold:
    """Return a threshold armed anew: it waits for its own side again."""
    return replace(threshold, state=ThresholdState.ARMED, side=threshold.line_side)


def _is_back(threshold: Threshold, reading: Reading) -> bool:
    back = threshold.rearms_at
    if back is None:
        return False
    return back >= reading.back_down if threshold.side is Side.ABOVE else back <= reading.back_up


def step(threshold: Threshold, observation: Observation, now: dt.datetime) -> tuple[Threshold, Crossing | None]:
    """Return what a threshold becomes when its pair is observed at an instant (UTC), and the crossing to cry, if any.

    Pure and repeatable: what was observed before tells nothing when it is observed again. An unconfirmed rate, another
    pair, a paused, done or snoozed threshold: nothing happens. One that wakes beyond its line cries then.
    """
    reading = observation.readings.get(threshold.kind)
    idle = threshold.state in (ThresholdState.PAUSED, ThresholdState.DONE)
    if reading is None or idle or not observation.rate.confirmed or observation.rate.pair != threshold.pair:
        return threshold, None
    if threshold.state is ThresholdState.FIRED:
        old = threshold.changed_at is not None and now <= threshold.changed_at
        if old or not _is_back(threshold, reading):
            return threshold, None
        threshold = replace(rearmed(threshold), changed_at=now)
    old = threshold.changed_at is not None and now < threshold.changed_at
    asleep = threshold.snoozed_until is not None and now < threshold.snoozed_until
    side = None if old or asleep else beyond(threshold, observation)
    if side is None:
        return threshold, None
    return fired(threshold, side, observation.rate.value, now), Crossing(threshold, side, observation, now)


def distance(threshold: Threshold, rate: Rate) -> Decimal | None:
    """Return by what share the value asked for must still change to reach its (nearer) line; None for other kinds.

    `rate` is the canonical one of now. Negative: downwards.
    """
    if threshold.kind not in (Kind.LEVEL, Kind.MOVE):
        return None
    turned = threshold.line.pair != threshold.pair
    ratios = [
        CONTEXT.divide(rate.value, line) if turned else CONTEXT.divide(line, rate.value)
        for line in (threshold.fires_above, threshold.fires_below)
        if line
    ]
    return min((ratio - 1 for ratio in ratios), key=abs, default=None)
