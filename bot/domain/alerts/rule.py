"""Alert rules: what a person asked to be alerted of, and which rules a rate can serve.

A rule is kept as it was asked; `canonical` turns it into the one direction and side that are stored and compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from bot.domain.currencies import GOLD
from bot.domain.errors import InvalidInput
from bot.domain.numbers import CONTEXT, D, inverse
from bot.domain.rates import LARGEST_RATE, Pair, Rate

# The finest step that the database keeps (storage.types.SCALE).
GRAIN = D("0.000000000001")
# How far a rate must come back before a fired alert is armed again. Smaller swings are ordinary noise of a day.
HYSTERESIS = D("0.003")
# A smaller move is noise; a larger one does not happen between two correct rates.
SMALLEST_MOVE = D("0.001")
LARGEST_MOVE = D("0.50")
# Moves are requested in hundredths of a per cent, which keeps the number of different ones on a pair small.
MOVE_STEP = D("0.0001")
# A level this many times off the current value is a typing error or a wrong direction.
FARTHEST = 10
# New extremes worth an alert: of a month, a quarter, a year.
EXTREME_DAYS = (30, 90, 365)
# Independent sources differ from a fixed rate by rounding and fees; by this much only if it is no longer fixed.
PEG_DEVIATION = D("0.01")


class Side(StrEnum):
    """The side of a level: above or below it, or both (a move in either direction)."""

    ABOVE = "above"
    BELOW = "below"
    BOTH = "both"

    @property
    def opposite(self) -> Side:
        """The same condition in the inverted pair."""
        return {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}.get(self, self)


class Kind(StrEnum):
    """The property of a pair that a rule is compared with: see `life_cycle`."""

    LEVEL = "level"
    MOVE = "move"
    DAY = "day"
    WEEK = "week"
    HIGH = "high"
    LOW = "low"
    PEG = "peg"

    @property
    def opposite(self) -> Kind:
        """The same condition in the inverted pair."""
        return {Kind.HIGH: Kind.LOW, Kind.LOW: Kind.HIGH}.get(self, self)


# The kinds that are compared with a share, and the days over which it is measured.
SPANS = {Kind.DAY: 1, Kind.WEEK: 7}
EXTREMES = (Kind.HIGH, Kind.LOW)


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A rule as the person asked for it: `USD/KZT above 520`, or `USD/KZT both 2 %`.

    Of `level` (quote units per 1 base unit, as typed), `move` (a share: 0.02) and `days` the one that the kind needs
    is set; a peg needs none.
    """

    pair: Pair
    side: Side
    level: Decimal | None = None
    move: Decimal | None = None
    kind: Kind = Kind.LEVEL
    days: int | None = None


def on_grain(value: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """Return a number rounded as the database stores it."""
    return value.quantize(GRAIN, rounding, context=CONTEXT)


def rearm_value(value: Decimal, side: Side) -> Decimal:
    """Return the value at which the hysteresis of a level that was crossed to `side` ends."""
    distance = CONTEXT.multiply(value, HYSTERESIS)
    return on_grain(value - distance if side is Side.ABOVE else value + distance)


def canonical_moves(rule: AlertRule, pair: Pair) -> tuple[Decimal | None, Decimal | None]:
    """Return the share up and the (negative) share down of the canonical value that a rule's move equals.

    Inverted, +2 % of the asked value are -1.96 % of the canonical one. None: the rule does not wait for that side.
    """
    move = rule.move or Decimal(0)
    up, down = None if rule.side is Side.BELOW else move, None if rule.side is Side.ABOVE else -move
    if rule.pair != pair:
        up, down = (None if share is None else inverse(1 + share) - 1 for share in (down, up))
    return None if up is None else on_grain(up), None if down is None else on_grain(down)


def move_levels(anchor: Decimal, rule: AlertRule, pair: Pair) -> tuple[Decimal | None, Decimal | None]:
    """Return the canonical values above and below an anchor at which a move has happened."""
    up, down = (
        None if share is None else on_grain(CONTEXT.multiply(anchor, 1 + share))
        for share in canonical_moves(rule, pair)
    )
    return up, down


def canonical_pair(pair: Pair) -> Pair:
    """Return a pair in the one direction that it is stored in: the dollar is the quote, else the later code.

    Gold is the base: the inverse of its price would have too few digits.
    """
    if GOLD in (pair.base, pair.quote):
        return pair if pair.base == GOLD else pair.inverted
    if "USD" in (pair.base, pair.quote):
        return pair if pair.quote == "USD" else pair.inverted
    return min(pair, pair.inverted)


def canonical(rule: AlertRule) -> tuple[Pair, Side, Decimal | None]:
    """Return a rule as it is stored: the pair in its one direction, the side and the level inverted with it."""
    pair = canonical_pair(rule.pair)
    if pair == rule.pair:
        return pair, rule.side, None if rule.level is None else on_grain(rule.level)
    return pair, rule.side.opposite, None if rule.level is None else on_grain(inverse(rule.level))


def identity(rule: AlertRule) -> tuple[object, ...]:
    """Return a value that is equal for two rules exactly if they fire on the same rates."""
    pair, side, level = canonical(rule)
    kind = rule.kind if pair == rule.pair else rule.kind.opposite
    moves = None if rule.move is None else canonical_moves(rule, pair)
    return pair, kind, None if moves or kind in EXTREMES else side, level, moves, rule.days


def check(rule: AlertRule, rate: Rate) -> None:
    """Raise InvalidInput for a rule that the rate (in its canonical pair) is too coarse for or too far from.

    A level inside the interval of the current printed value may equal it: the nearest usable value is the edge of that
    interval on the side asked for. A move below one printed step would fire on rounding.
    """
    if rule.kind is Kind.PEG:
        return
    if rule.kind in EXTREMES:
        if rule.days not in EXTREME_DAYS:
            wanted = rule.days or 0
            raise InvalidInput(
                "alerts.error.days", nearest=Decimal(min(EXTREME_DAYS, key=lambda days: abs(days - wanted)))
            )
        return
    if rule.kind is not Kind.LEVEL:
        _check_move(rule.move, rate)
        return
    # A level of gold that was rounded to nothing is far off the price.
    if rule.level is None or (rule.level <= 0 and rule.pair.base != GOLD):
        raise InvalidInput("alerts.error.number")
    # Compared as asked for: the inverse of a very large number may be rounded to zero.
    asked = rate.value if rule.pair == rate.pair else inverse(rate.value)
    if rule.pair.base == GOLD:
        # No larger number is stored: ten times the price of a gram may be one.
        if not asked / FARTHEST <= rule.level <= min(asked * FARTHEST, LARGEST_RATE):
            raise InvalidInput("alerts.error.gram")
    elif not asked / FARTHEST <= rule.level <= asked * FARTHEST:
        if rule.pair.market:
            raise InvalidInput("alerts.error.far_offer", pair=f"{rule.pair.base}/{rule.pair.quote}")
        raise InvalidInput("alerts.error.far")
    _, side, level = canonical(rule)
    if rate.tick and level is not None and rate.low < level < rate.high:
        edge = rate.high if side is Side.ABOVE else rate.low
        raise InvalidInput("alerts.error.fine", nearest=edge if rule.pair == rate.pair else inverse(edge))


def _check_move(move: Decimal | None, rate: Rate) -> None:
    smallest = max(SMALLEST_MOVE, rate.coarseness)
    if move is None or move <= 0:
        raise InvalidInput("alerts.error.number")
    if move < smallest:
        raise InvalidInput("alerts.error.fine_move", nearest=(smallest * 100).quantize(D("0.1"), "ROUND_UP"))
    if move > LARGEST_MOVE:
        raise InvalidInput("alerts.error.big_move", nearest=LARGEST_MOVE * 100)
    if move % MOVE_STEP:
        raise InvalidInput("alerts.error.odd_move", nearest=(move.quantize(MOVE_STEP) * 100).normalize())
