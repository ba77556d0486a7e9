"""Decisions on printed rates: new, seen again, held back, or of a past day. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.rate_graph import TICKER, RateGraph
from bot.domain.rates import Quote, Rate
from bot.domain.snapshot import Table
from bot.domain.trust import STEADY, HoldReason, agrees, hold_reason


class RateOutcome(StrEnum):
    """The result of storing a printed rate."""

    NEW = "new"
    SAME = "known"
    HELD = "unconfirmed"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Printed:
    """A rate as a source printed it: the day it stands for, and when it was read (UTC).

    `past`: it was read from the source's history, which adds missing days and changes none.
    """

    source: str
    quote: Quote
    valid_on: dt.date
    read_at: dt.datetime
    past: bool = False


@dataclass(frozen=True, slots=True)
class KnownRates:
    """The stored rates of the source's pair. `newest`: the newest one, confirmed or not; None where it does not matter.

    `last` is the newest confirmed rate before the printed one; `has_day`: there is a rate of the printed one's day.
    """

    newest: Rate | None = None
    last: Rate | None = None
    has_day: bool = False


@dataclass(frozen=True, slots=True)
class StoreRate:
    """Add a rate, which becomes the current one."""

    rate: Rate
    change_pct: str | None


@dataclass(frozen=True, slots=True)
class HoldRate:
    """Add a rate as unconfirmed, for a reason; the current one stays."""

    rate: Rate
    change_pct: str | None
    reason: HoldReason


@dataclass(frozen=True, slots=True)
class ConfirmRate:
    """Note that the newest stored rate was read again; `reason`: it stays unconfirmed for it."""

    rate: Rate
    newly_confirmed: bool
    reason: HoldReason | None


@dataclass(frozen=True, slots=True)
class KeepHistory:
    """Add a rate of a past day; it becomes the current one only where no later one is known."""

    rate: Rate
    change_pct: str | None
    reason: HoldReason | None


RateIntent = StoreRate | HoldRate | ConfirmRate | KeepHistory


def is_past(printed: Printed, newest: Rate | None) -> bool:
    """Return whether a printed rate is history: read from there, or of a day before the newest stored one."""
    return printed.past or (newest is not None and printed.valid_on < newest.valid_on)


def decide_rate(
    known: KnownRates, printed: Printed, others: Sequence[Rate] = (), fixed: Rate | None = None
) -> RateIntent | None:
    """Return what to do with a printed rate; None where it adds nothing.

    `others` are the rates of independent fresh sources of that day, `fixed` is what a fixed rate says of the pair.
    Live rates and history differ only in what is known: the past has no other sources, and nothing of it is repeated.
    """
    past, last = is_past(printed, known.newest), known.last
    reason = hold_reason(
        printed.quote,
        last,
        (printed.valid_on - last.valid_on).days if last else 1,
        others,
        fixed,
        repeated=not past and _is_repeated(printed, known.newest),
    )
    return intent_of(known, printed, reason)


def intent_of(known: KnownRates, printed: Printed, reason: HoldReason | None) -> RateIntent | None:
    """Return what to do with a printed rate that is held back for a reason, or believed (None)."""
    newest, quote = known.newest, printed.quote
    if is_past(printed, newest):
        at = day_start(printed.valid_on)
        return None if known.has_day else KeepHistory(_rate(printed, at, reason), quote.change_pct, reason)
    if newest is not None and printed.read_at < newest.confirmed_at:
        return None
    if newest is not None and (newest.value, newest.valid_on) == (quote.value, printed.valid_on):
        newly = not newest.confirmed and reason is None
        seen = replace(newest, confirmed_at=printed.read_at, confirmed=newest.confirmed or newly)
        return ConfirmRate(seen, newly, None if seen.confirmed else reason)
    rate = _rate(printed, printed.read_at, reason)
    return StoreRate(rate, quote.change_pct) if reason is None else HoldRate(rate, quote.change_pct, reason)


def outcome_of(intent: RateIntent | None, printed: Printed, known: KnownRates) -> RateOutcome:
    """Return how an intent is counted."""
    match intent:
        case StoreRate() | ConfirmRate(newly_confirmed=True):
            return RateOutcome.NEW
        case HoldRate() | ConfirmRate(rate=Rate(confirmed=False)):
            return RateOutcome.HELD
        case ConfirmRate():
            return RateOutcome.SAME
        case _:
            return RateOutcome.OLDER if is_past(printed, known.newest) else RateOutcome.SAME


def table_graph(source: str, table: Table) -> RateGraph:
    """Return the graph of one day's table alone, for comparisons of its other rates with the fixed rate."""
    at = day_start(table.valid_on)
    dollars = (quote for quote in table.quotes if "USD" in (quote.pair.base, quote.pair.quote))
    return RateGraph((_rate(Printed(source, quote, table.valid_on, at), at, None) for quote in dollars), (), at)


def day_start(day: dt.date) -> dt.datetime:
    """Return the beginning of a day, UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _rate(printed: Printed, at: dt.datetime, reason: HoldReason | None) -> Rate:
    quote = printed.quote
    return Rate(
        quote.pair,
        quote.value,
        quote.tick,
        printed.source,
        at,
        at,
        printed.valid_on,
        confirmed=reason is None,
        nominal=quote.nominal,
    )


def _is_repeated(printed: Printed, newest: Rate | None) -> bool:
    """Return whether a source prints a held rate once more, of a later day; the ticker has no days of its own."""
    if newest is None or newest.confirmed or not agrees(printed.quote, newest, STEADY):
        return False
    later = printed.source == TICKER and printed.read_at > newest.confirmed_at
    return later or printed.valid_on > newest.valid_on
