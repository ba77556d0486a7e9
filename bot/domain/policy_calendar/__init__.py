"""The calendar of decisions on policy rates: reviewed dates in `calendar.toml`. Pure after the first read.

Nothing is guessed: after the last reviewed date of a bank no next decision is known.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

FILE = Path(__file__).with_name("calendar.toml")
# A decision comes into force on the next working day or the Monday after it; long holidays add some days.
LONGEST_DELAY = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Decision:
    """A scheduled decision of a bank. `at` is the hour of its announcement, in the bank's own zone."""

    bank: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class BankCalendar:
    """The dates of a bank, in order. `source` and `url` name the page that they were read from.

    The page covers the days up to `valid_through`. `time` is local to `zone`.
    """

    bank: str
    source: str
    url: str
    valid_through: dt.date
    time: dt.time
    zone: ZoneInfo
    dates: tuple[dt.date, ...]

    def local_day(self, now: dt.datetime) -> dt.date:
        """Return the current day at the bank."""
        return now.astimezone(self.zone).date()

    def next_decision(self, now: dt.datetime) -> Decision | None:
        """Return the first decision after an instant (UTC); None if the calendar has none."""
        announced = (dt.datetime.combine(day, self.time, self.zone) for day in self.dates if day <= self.valid_through)
        return next((Decision(self.bank, at) for at in announced if at > now), None)

    def is_decided_today(self, now: dt.datetime) -> bool:
        """Return whether a decision of this day at the bank has been announced by an instant (UTC)."""
        local = now.astimezone(self.zone)
        return local.date() in self.dates and local.time() >= self.time

    def decided_on(self, day: dt.date) -> dt.date | None:
        """Return the date of the decision that a rate dated `day` comes from; None if no decision was due then."""
        due = [date for date in self.dates if date <= day <= date + LONGEST_DELAY]
        return due[-1] if due else None


def read(text: str) -> dict[str, BankCalendar]:
    """Return the calendars of a file in the form of `calendar.toml`, by bank."""
    return {
        bank: BankCalendar(
            bank,
            table["source"],
            table["url"],
            table["valid_through"],
            table["time"],
            ZoneInfo(table["zone"]),
            tuple(table["dates"]),
        )
        for bank, table in tomllib.loads(text).items()
    }


@cache
def calendars() -> Mapping[str, BankCalendar]:
    """Return the shipped calendars, by bank."""
    return read(FILE.read_text(encoding="utf-8"))
