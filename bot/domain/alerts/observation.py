"""Observations: what is known of a pair's rate at one tick, as the numbers that alerts are compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from bot.domain.alerts.rule import GRAIN, Kind, Side, on_grain, rearm_value
from bot.domain.numbers import CONTEXT
from bot.domain.rates import Rate


@dataclass(frozen=True, slots=True)
class Reading:
    """The numbers that alerts of one kind are compared with, rounded as the database stores them.

    An alert fires when `fires_above` <= `up` or `fires_below` >= `down`. Fired above, it is armed again when
    `rearms_at` >= `back_down`; fired below, when `rearms_at` <= `back_up`. None: no alert fires in that direction.
    """

    up: Decimal | None
    down: Decimal | None
    back_down: Decimal
    back_up: Decimal


@dataclass(frozen=True, slots=True)
class Observation:
    """A pair at one tick: its rate in the canonical direction, and a reading for each kind that is known.

    `before` is the value at the previous tick. `shares` are the changes shown to people (0.012 = +1.2 %), by kind.
    `provider` is that of a best offer.
    """

    rate: Rate
    before: Decimal | None
    readings: dict[Kind, Reading]
    shares: dict[Kind, Decimal]
    provider: str = ""


def observe(rate: Rate, before: Decimal | None = None) -> Observation:
    """Return the observation that a rate in its canonical direction gives by itself, for levels and moves."""
    low, high = on_grain(rate.low, ROUND_FLOOR), on_grain(rate.high, ROUND_CEILING)
    # An exact rate has no interval: the value itself must pass the level.
    beyond = Decimal(0) if rate.tick else GRAIN
    # Back by a printed step as well as by the hysteresis, as one comparison with where the hysteresis alone ends:
    # value + step <= level means (value + step) less the hysteresis <= level less the hysteresis.
    value, width = on_grain(rate.value), high - low
    reading = Reading(
        up=low - beyond,
        down=high + beyond,
        back_down=max(value, rearm_value(value + width, Side.ABOVE)),
        back_up=min(value, rearm_value(value - width, Side.BELOW)),
    )
    return Observation(rate, before, {Kind.LEVEL: reading, Kind.MOVE: reading}, {})


def with_span(observation: Observation, kind: Kind, then: Rate) -> Observation:
    """Return the observation with the change since `then`, the rate a day or a week ago in the same direction.

    The certain change is measured between the intervals: from the highest possible value then to the lowest now.
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

    `history` holds one rate for each valid day, oldest first, in the same direction; rates that are not older than the
    observed one are ignored. The answer is bounded by the known history: a month of it makes no yearly high.
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
    """Return whether one rate is below another for all values that their rounding allows."""
    return one.high <= other.low if one.tick or other.tick else one.value < other.value


def with_peg(observation: Observation, independent: list[Rate]) -> Observation:
    """Return the observation of a fixed rate with how far independent sources of the same pair deviate from it.

    The lower median counts (of two deviations the smaller one), so that one wrong source alone changes nothing.
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
