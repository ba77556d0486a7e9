"""A stored alert: its rule, its state, and the canonical numbers at which it fires and is armed again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.alerts.rule import (
    HYSTERESIS,
    PEG_DEVIATION,
    SPANS,
    AlertRule,
    Kind,
    Side,
    canonical,
    canonical_moves,
    move_levels,
    on_grain,
    rearm_value,
)
from bot.domain.numbers import CONTEXT
from bot.domain.rates import Pair, Rate


class AlertState(StrEnum):
    """The states of an alert. Snoozing is not a state but a time (`snoozed_until`).

    A deleted alert can be restored for a while; nothing else finds it.
    """

    ARMED = "armed"
    FIRED = "fired"
    PAUSED = "paused"
    DONE = "done"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Alert:
    """A stored alert. `pair` and `kind` are canonical (USD, or else the later code, is the quote); so are the numbers.

    `rule` is the rule as typed. `side` is the side waited for, or the side it was crossed to while it is fired.
    `anchor` is the value that a move is measured from, or the last extreme that fired. `changed_at` is when a rate
    last fired or armed it: an older observation is ignored. Times are UTC.
    """

    id: int
    chat_id: int
    thread_id: int
    pair: Pair
    side: Side
    rule: AlertRule
    level: Decimal | None
    anchor: Decimal | None
    state: AlertState = AlertState.ARMED
    once: bool = False
    snoozed_until: dt.datetime | None = None
    last_fired_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None

    @property
    def inverted(self) -> bool:
        """Whether the rule was typed in the other direction than it is stored in."""
        return self.rule.pair.base != self.pair.base

    @property
    def active(self) -> bool:
        """Whether it waits for a rate; a snoozed alert is active too."""
        return self.state in (AlertState.ARMED, AlertState.FIRED)

    @property
    def kind(self) -> Kind:
        """The kind of the rule in the canonical pair: the highest dollar is the lowest tenge."""
        return self.rule.kind.opposite if self.inverted else self.rule.kind

    @property
    def fires_above(self) -> Decimal | None:
        """The canonical number over which it fires when armed."""
        match self.kind:
            case Kind.LEVEL:
                return self.level if self.rule_side is Side.ABOVE else None
            case Kind.HIGH | Kind.LOW:
                return None if self.rule.days is None else Decimal(self.rule.days)
            case Kind.PEG:
                return PEG_DEVIATION
            case Kind.MOVE:
                return None if self.anchor is None else move_levels(self.anchor, self.rule, self.pair)[0]
            case _:
                return canonical_moves(self.rule, self.pair)[0]

    @property
    def fires_below(self) -> Decimal | None:
        """The canonical number under which it fires when armed."""
        match self.kind:
            case Kind.LEVEL:
                return self.level if self.rule_side is Side.BELOW else None
            case Kind.HIGH | Kind.LOW | Kind.PEG:
                return None
            case Kind.MOVE:
                return None if self.anchor is None else move_levels(self.anchor, self.rule, self.pair)[1]
            case _:
                return canonical_moves(self.rule, self.pair)[1]

    @property
    def rule_side(self) -> Side:
        """The side the person waits for, in the canonical pair."""
        return self.rule.side.opposite if self.inverted else self.rule.side

    @property
    def rearms_at(self) -> Decimal | None:
        """The canonical number at which the hysteresis after firing ends; None if it is not known yet or never ends.

        A coarse rate must come back farther, by one printed step: `rearms_at_value` is the value shown to people.
        """
        match self.kind:
            case Kind.LEVEL:
                return None if self.level is None else rearm_value(self.level, self.side)
            case Kind.HIGH | Kind.LOW:
                return None if self.anchor is None else rearm_value(self.anchor, self.side)
            case Kind.MOVE:
                return None
            case _:
                return self._share_rearms_at()

    def rearms_at_value(self, step: Decimal) -> Decimal | None:
        """The canonical value at which an alert on a value is armed again; `step` is one printed step of the rate."""
        rule = self.level if self.kind is Kind.LEVEL else self.anchor
        rearm = self.rearms_at
        if rule is None or rearm is None or self.kind in (*SPANS, Kind.MOVE, Kind.PEG):
            return None
        return min(rearm, rule - step) if self.side is Side.ABOVE else max(rearm, rule + step)

    def _share_rearms_at(self) -> Decimal | None:
        if self.side is Side.ABOVE and self.fires_above is not None:
            return max(self.fires_above - HYSTERESIS, Decimal(0))
        if self.side is Side.BELOW and self.fires_below is not None:
            return min(self.fires_below + HYSTERESIS, Decimal(0))
        return None


def create_alert(rule: AlertRule, chat_id: int, thread_id: int, rate: Rate, *, once: bool = False) -> Alert:
    """Return a new, armed alert of a chat, without an id. `rate` is the current canonical rate."""
    pair, side, level = canonical(rule)
    anchor = on_grain(rate.value) if rule.kind is Kind.MOVE else None
    return Alert(0, chat_id, thread_id, pair, side, rule, level, anchor, once=once)


def distance(alert: Alert, rate: Rate) -> Decimal | None:
    """Return by what share the value asked for must still change to reach its (nearer) level; None for other kinds.

    `rate` is the current canonical rate. Negative: downwards.
    """
    if alert.kind not in (Kind.LEVEL, Kind.MOVE):
        return None
    ratios = [
        CONTEXT.divide(rate.value, rule) if alert.inverted else CONTEXT.divide(rule, rate.value)
        for rule in (alert.fires_above, alert.fires_below)
        if rule
    ]
    return min((ratio - 1 for ratio in ratios), key=abs, default=None)
