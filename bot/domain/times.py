"""Local hours: the time of the next digest, and quiet hours. All instants are UTC and arguments."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from bot.domain.chats import Quiet

MINUTES_A_DAY = 24 * 60

# A digest this late (a stopped server, a lost network) is skipped for the day: yesterday's news at noon is useless.
DIGEST_LATEST = dt.timedelta(hours=12)
# A digest this late names the time at which it was due: the delay is noticeable.
DIGEST_LATE = dt.timedelta(minutes=30)

_CLOCK = re.compile(
    r"\s*(?:(?:at|в|на|к)\s+)?([0-9]{1,2})(?:[:.,\s]?([0-9]{2}))?\s*(am|a\.m\.|pm|p\.m\.|утра|дня|вечера|ночи)?[\s.!]*\Z",
    re.IGNORECASE,
)
# The hours (of twelve) of each part of a day that are after noon: `11 дня` is before it, `11 ночи` before midnight.
_AFTER_NOON = {
    "pm": range(12),
    "p.m.": range(12),
    "дня": range(7),
    "вечера": range(1, 12),
    "ночи": range(9, 12),
}


class NotATime(ValueError):
    """The text is not a time of day."""


def parse_clock(text: str) -> int:
    """Read `8`, `08:00`, `8.30`, `0830`, `8pm`, `в 8 вечера` as minutes after midnight; NotATime otherwise."""
    match = _CLOCK.match(text)
    if not match:
        raise NotATime(text[:20])
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            raise NotATime(text[:20])
        hour = hour % 12 + (12 if hour % 12 in _AFTER_NOON.get(match[3].lower(), ()) else 0)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise NotATime(text[:20])
    return hour * 60 + minute


def parse_quiet(text: str) -> Quiet:
    """Read `22-7` or `22:30 - 07:00`; NotATime for anything else and for a span of no length."""
    ends = re.split(r"\s*[-–—]\s*|\s+", text.strip())
    if len(ends) != 2:
        raise NotATime(text[:20])
    quiet = Quiet(parse_clock(ends[0]), parse_clock(ends[1]))
    if quiet.start == quiet.end:
        raise NotATime(text[:20])
    return quiet


def clock(minutes: int) -> str:
    """Return minutes after midnight as `08:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def at_local(date: dt.date, minutes: int, zone: ZoneInfo) -> dt.datetime:
    """Return the instant (UTC) of a local time of day.

    A time that a spring change skips means the same moment after it (02:30 -> 03:30); one that an autumn change
    repeats means its first occurrence. So every date has exactly one such instant.
    """
    naive = dt.datetime.combine(date, dt.time(minutes // 60, minutes % 60))
    return naive.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def next_digest(now: dt.datetime, digest_at: int, zone: ZoneInfo, last_on: dt.date | None) -> dt.datetime:
    """Return the first instant (UTC) at or after `now` when a digest is due on a local date without one."""
    date = now.astimezone(zone).date()
    # One day back: the local time of a digest may precede its UTC date. Three ahead: days with a digest are skipped.
    for days in range(-1, 4):
        day = date + dt.timedelta(days=days)
        due = at_local(day, digest_at, zone)
        if due >= now and (last_on is None or day > last_on):
            return due
    # Only after the clock was set back: the day after the last digest.
    return at_local((last_on or date) + dt.timedelta(days=1), digest_at, zone)


def is_quiet(now: dt.datetime, quiet: Quiet | None, zone: ZoneInfo) -> bool:
    """Return whether a chat's quiet hours contain this instant."""
    if quiet is None:
        return False
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if quiet.start <= quiet.end:
        return quiet.start <= minute < quiet.end
    return minute >= quiet.start or minute < quiet.end


def quiet_ends(now: dt.datetime, quiet: Quiet, zone: ZoneInfo) -> dt.datetime:
    """Return the instant (UTC) at which the quiet hours that contain `now` end."""
    today = now.astimezone(zone).date()
    end = at_local(today, quiet.end, zone)
    return end if end > now else at_local(today + dt.timedelta(days=1), quiet.end, zone)
