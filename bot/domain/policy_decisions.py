"""Decisions on printed policy rates: which are stored, which are held back, and which are news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.events import PolicyDecided
from bot.domain.policy_calendar import calendars
from bot.domain.policy_rates import PrintedPolicyRate

# Largest change, in percentage points, that is stored at once: a larger one is more often a misprint than a decision.
LARGEST_CHANGE = Decimal(10)
# A larger change is stored when it has been in force for so long: a bank corrects a misprint sooner.
HELD_FOR = dt.timedelta(days=3)
# A rate comes into force some days after its decision; a later date is a mistake.
FARTHEST_AHEAD = dt.timedelta(days=14)
# A decision that is older than this is no news: the server was stopped for long, or the bank printed it late.
NEWS_FOR = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PolicyRates:
    """The result of comparing printed rates with stored ones: what to store, what is held back, and the news."""

    changed: Mapping[dt.date, Decimal]
    held: tuple[PrintedPolicyRate, ...]
    decided: Mapping[dt.date, PolicyDecided]


def compare(
    bank: str, known: Mapping[dt.date, Decimal], printed: Sequence[PrintedPolicyRate], now: dt.datetime
) -> PolicyRates:
    """Compare the printed rates of a bank with the stored ones (`known`, by the day from which they are in force).

    An announced rate is news and is not stored. The first reading of a bank is no news. `decided` is by the date of the
    decision, which a bank may print twice: with the day of the announcement, and later with that of the coming into
    force.
    """
    today = calendars()[bank].local_day(now)
    rates, changed, held, decided = dict(known), {}, [], {}
    newest = max(known, default=None)
    for one in sorted(printed, key=lambda one: one.day):
        if not one.announced and known.get(one.day) == one.percent:
            continue
        before = _before(rates, one.day)
        if _is_implausible(one, before, today):
            held.append(one)
            continue
        if not one.announced:
            rates[one.day] = changed[one.day] = one.percent
        # A rate that returns after one that is held back was never changed.
        returns = one.percent == before and bool(held)
        if (
            not returns
            and newest is not None
            and before is not None
            and one.day > newest
            and today - one.day <= NEWS_FOR
        ):
            event = PolicyDecided(bank, one.percent, before, None if one.announced else one.day)
            decided[_decided_on(bank, one)] = event
    return PolicyRates(changed, tuple(held), decided)


def _is_implausible(one: PrintedPolicyRate, before: Decimal | None, today: dt.date) -> bool:
    if one.day > today + FARTHEST_AHEAD:
        return True
    return before is not None and abs(one.percent - before) > LARGEST_CHANGE and today - one.day < HELD_FOR


def _decided_on(bank: str, one: PrintedPolicyRate) -> dt.date:
    """Return the date of the decision of a rate; of an unscheduled one the day that the bank prints."""
    return one.day if one.announced else calendars()[bank].decided_on(one.day) or one.day


def _before(rates: Mapping[dt.date, Decimal], day: dt.date) -> Decimal | None:
    """Return the rate in force on the day before a day."""
    earlier = max((one for one in rates if one < day), default=None)
    return None if earlier is None else rates[earlier]
