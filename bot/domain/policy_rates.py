"""Policy rates of central banks: the yearly rate that a bank sets for its currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.policy_calendar import Decision, calendars


@dataclass(frozen=True, slots=True)
class PrintedPolicyRate:
    """A rate as a bank prints it: `percent` a year, in force from `day` on.

    `announced`: `day` is that of the announcement, and the day on which the rate comes into force is not known yet.
    """

    day: dt.date
    percent: Decimal
    announced: bool = False


@dataclass(frozen=True, slots=True)
class PolicyStanding:
    """The policy rate of a bank now: `percent` since a day, what it will be, and the next scheduled decision.

    `following` is the rate that is decided but not in force yet, with the day from which it is.
    """

    bank: str
    percent: Decimal
    since: dt.date
    following: tuple[dt.date, Decimal] | None = None
    decision: Decision | None = None


def standing(bank: str, known: Mapping[dt.date, Decimal], now: dt.datetime) -> PolicyStanding | None:
    """Return the policy rate of a bank at an instant (UTC); None if none is stored.

    A rate that a decision has kept stands since the day on which it was first set.
    """
    calendar = calendars()[bank]
    today = calendar.local_day(now)
    days = sorted(known)
    past = [day for day in days if day <= today]
    if not past:
        return None
    percent, since = known[past[-1]], past[-1]
    for day in reversed(past):
        if known[day] != percent:
            break
        since = day
    following = next(((day, known[day]) for day in days if day > today and known[day] != percent), None)
    return PolicyStanding(bank, percent, since, following, calendar.next_decision(now))
