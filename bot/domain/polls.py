"""The time of the next poll of the delivery queue. Pure: times are arguments."""

from __future__ import annotations

import datetime as dt

# While a delivery is held or in progress: slots become free, and chats may get their next message.
BUSY_SECONDS = 1.0
# While none is: another process may have added a delivery without a way to announce it (SQLite).
IDLE_SECONDS = 2.0
# The same if other processes announce their deliveries: a safety net for lost announcements.
ANNOUNCED_SECONDS = 10.0


def seconds_to_poll(now: dt.datetime, upcoming: dt.datetime | None, *, busy: bool, announced: bool) -> float:
    """Return the seconds from a poll that found nothing due to the next one.

    `upcoming` is when (UTC) the first waiting delivery will be due, `announced` whether other processes announce their
    deliveries.
    """
    if busy:
        return BUSY_SECONDS
    longest = ANNOUNCED_SECONDS if announced else IDLE_SECONDS
    if upcoming is None:
        return longest
    return min(max(0.0, (upcoming - now).total_seconds()), longest)
