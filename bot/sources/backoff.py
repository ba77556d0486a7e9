"""When to poll a source again. Pure: time and randomness are arguments."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

# A source that has failed for long is still polled four times a day.
LONGEST_PAUSE = dt.timedelta(hours=6)
# A site may ask for a longer pause than that, but not without end.
LONGEST_RETRY_AFTER = dt.timedelta(hours=24)

# A quiet feed is polled at least this often, so that news is not late.
LONGEST_INTERVAL = dt.timedelta(hours=2)
# The longest interval is at most this many times the shortest one: a source with a short interval is wanted fresh.
SLOWEST = 4
# With these factors an interval becomes stable where about one poll in four finds something new.
QUICKER, SLOWER = 0.5, 1.25


def next_interval(interval: dt.timedelta, floor: dt.timedelta, *, changed: bool) -> dt.timedelta:
    """Return the interval after a poll: shorter if the poll found something new, else longer.

    It lies between `floor`, the source's shortest interval, and the lower of two hours and four times `floor`.
    """
    ceiling = max(floor, min(LONGEST_INTERVAL, floor * SLOWEST))
    return min(max(interval * (QUICKER if changed else SLOWER), floor), ceiling)


def next_attempt(
    failures: int, now: dt.datetime, base: dt.timedelta, retry_after: float | None, jitter: float
) -> dt.datetime:
    """Return the time (UTC) of the next attempt after `failures` in a row, at least 1.

    The pause doubles from `base`, up to six hours, plus up to a tenth by `jitter` (0..1); a longer `retry_after` in
    seconds replaces it, up to a day.
    """
    pause: dt.timedelta = min(base * 2 ** min(max(failures, 1) - 1, 16), LONGEST_PAUSE) * (1 + 0.1 * jitter)
    requested = min(dt.timedelta(seconds=min(max(retry_after or 0.0, 0.0), 1e6)), LONGEST_RETRY_AFTER)
    return max(now + pause, now + requested)


def retry_after_seconds(header: str | None, now: dt.datetime) -> float | None:
    """Return the seconds of a Retry-After header, given as a number or as a date; None if it is malformed."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - now).total_seconds())
