"""After downtime: which alerts waited so long that they become one message. Pure: instants are UTC and passed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.domain.chats import Quiet
from bot.domain.times import is_quiet, quiet_ends

# An alert that is later than this is no alert any more: a person wants to know what it was, not to be startled by each.
FOLD_AFTER = dt.timedelta(hours=6)
# One alone is told as always, in full; two are one message.
FEWEST = 2


def overdue(created_at: dt.datetime, quiet: Quiet | None, zone: ZoneInfo, now: dt.datetime) -> bool:
    """Tell whether an alert should have left over FOLD_AFTER ago; quiet hours that it came in do not make it late."""
    free = quiet_ends(created_at, quiet, zone) if quiet and is_quiet(created_at, quiet, zone) else created_at
    return now - free > FOLD_AFTER


def foldable(
    created: Mapping[int, dt.datetime], quiet: Quiet | None, zone: ZoneInfo, now: dt.datetime
) -> tuple[int, ...]:
    """Return those of a chat's waiting alerts (id: when it came) that become one message, in their order.

    None in quiet hours, for nothing is told then.
    """
    if is_quiet(now, quiet, zone):
        return ()
    late = tuple(number for number, at in created.items() if overdue(at, quiet, zone, now))
    return late if len(late) >= FEWEST else ()
