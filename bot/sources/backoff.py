"""When to ask a source again. Pure: time and chance are passed in."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

# A source that has failed for long is still looked at four times a day.
LONGEST_PAUSE = dt.timedelta(hours=6)
# A site may ask for more patience than that, but not for ever.
LONGEST_RETRY_AFTER = dt.timedelta(hours=24)

# A quiet feed is looked at this often all the same: late news is no news.
LONGEST_INTERVAL = dt.timedelta(hours=2)
# And no more seldom than this many times its shortest interval: who wants to hear soon says so by that.
SLOWEST = 4
# With these two, an interval settles where a look finds something new about one time in four.
QUICKER, SLOWER = 0.5, 1.25


def next_interval(interval: dt.timedelta, floor: dt.timedelta, *, changed: bool) -> dt.timedelta:
    """Return how long to wait after a look that followed an interval: less where it found something new, else more.

    Between `floor`, the source's shortest, and two hours or four times that, whichever is less.
    """
    ceiling = max(floor, min(LONGEST_INTERVAL, floor * SLOWEST))
    return min(max(interval * (QUICKER if changed else SLOWER), floor), ceiling)


def next_attempt(
    failures: int, now: dt.datetime, base: dt.timedelta, retry_after: float | None, jitter: float
) -> dt.datetime:
    """Return when (UTC) to try again after `failures` in a row, at least 1.

    The pause doubles from `base`, up to six hours, plus up to a tenth by `jitter` (0..1); a `retry_after` in seconds
    that is longer wins, up to a day.
    """
    pause: dt.timedelta = min(base * 2 ** min(max(failures, 1) - 1, 16), LONGEST_PAUSE) * (1 + 0.1 * jitter)
    asked = min(dt.timedelta(seconds=min(max(retry_after or 0.0, 0.0), 1e6)), LONGEST_RETRY_AFTER)
    return max(now + pause, now + asked)


def retry_after_seconds(header: str | None, now: dt.datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, given as a number or as a date; None without sense."""
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
