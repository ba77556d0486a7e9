"""When the queue of deliveries is polled next. Pure: times are passed in."""

from __future__ import annotations

import datetime as dt

# While anything is held or under way: room and the turns of chats change.
BUSY_SECONDS = 1.0
# While nothing is: another process may have written into the queue without a way to announce it (SQLite).
IDLE_SECONDS = 2.0
# The same where other processes announce what they write: a safety net for an announcement that was lost.
ANNOUNCED_SECONDS = 10.0


def seconds_to_poll(now: dt.datetime, upcoming: dt.datetime | None, *, busy: bool, announced: bool) -> float:
    """Return the seconds from a poll that found nothing due to the next one.

    `upcoming` is when (UTC) the first waiting delivery will be due, `announced` whether other processes announce what
    they write.
    """
    if busy:
        return BUSY_SECONDS
    longest = ANNOUNCED_SECONDS if announced else IDLE_SECONDS
    if upcoming is None:
        return longest
    return min(max(0.0, (upcoming - now).total_seconds()), longest)
