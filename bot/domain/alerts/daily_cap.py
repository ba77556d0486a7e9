"""The daily cap: how many alerts a chat is sent in a day, and when one summary replaces the rest. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# At most this many alerts are sent to a chat in a day, then one summary: nobody reads more.
MAX_ALERTS_A_DAY = 20
# A day begins with its first alert, so no time zone is needed.
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AlertDay:
    """A chat's day of alerts: when its first alert fired (UTC), and the number of alerts, unsent ones included."""

    began: dt.datetime | None = None
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Capped:
    """The day after some more alerts, how many of these are sent, and whether the summary is due now."""

    day: AlertDay
    sent: int
    summary: bool


def cap(day: AlertDay, fired: int, now: dt.datetime) -> Capped:
    """Count alerts that fired at an instant (UTC). The summary is due once a day, with the first alert over the cap."""
    running = day.began is not None and day.began > now - A_DAY
    before = day.alerts if running else 0
    after = before + fired
    return Capped(
        AlertDay(day.began if running else now, after),
        max(min(after, MAX_ALERTS_A_DAY) - before, 0),
        before <= MAX_ALERTS_A_DAY < after,
    )
