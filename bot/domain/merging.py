"""Which waiting deliveries of a chat are merged into one message. Pure: instants are UTC and passed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.chats import Quiet
from bot.domain.events import EventKind
from bot.domain.times import is_quiet, quiet_ends

# More articles than this for one chat within a poll become one message: three can be read, a fourth is a flood.
BURST = 3
# An alert that is later than this alerts nobody any more: people want to know what it was, in one message.
LATE_AFTER = dt.timedelta(hours=6)
# A single late delivery is sent as always, in full; two are one message.
FEWEST_LATE = 2
# Kinds that are sent at once, and so can be late.
INSTANT = (EventKind.CROSSING, EventKind.ARTICLE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article or alert that waits for one chat and thread.

    `created_at` is the instant (UTC) of its event, the same for all articles of a poll. `claimed`: by the caller, which
    may send it now. `carries`: others were merged into it before. `alone`: it is a post that people review.
    """

    id: int
    kind: EventKind
    created_at: dt.datetime
    claimed: bool
    carries: bool = False
    alone: bool = False


def is_late(created_at: dt.datetime, quiet: Quiet | None, zone: ZoneInfo, now: dt.datetime) -> bool:
    """Return whether a delivery should have left over LATE_AFTER ago; quiet hours that it came in do not count."""
    free = quiet_ends(created_at, quiet, zone) if quiet and is_quiet(created_at, quiet, zone) else created_at
    return now - free > LATE_AFTER


def merge(
    waiting: Sequence[Waiting], quiet: Quiet | None, zone: ZoneInfo, now: dt.datetime, *, digest: bool
) -> dict[int, int | None]:
    """Return into which delivery (id) each of a chat's waiting deliveries is merged; those left out are sent alone.

    A delivery that carries others is mapped to its own id, and one that is left to the next digest to None. `waiting`
    is in the order of sending. Only what is claimed carries others: the rest waits for its own claim.

    - In quiet hours nothing is sent. Claimed articles are left to the digest of a chat that has one.
    - All late deliveries become one message, if there are two or more.
    - More than BURST articles of one poll become one message.
    - A post that people review is never merged: each is a draft of its own, published as they saw it.
    """
    waiting = [one for one in waiting if not one.alone]

    def late(one: Waiting) -> bool:
        return is_late(one.created_at, quiet, zone, now)

    if is_quiet(now, quiet, zone):
        left = [one for one in waiting if one.claimed and one.kind is EventKind.ARTICLE]
        return {one.id: None for one in left if not (one.carries and late(one))} if digest else {}
    polls = sorted(
        (one for one in waiting if one.kind is EventKind.ARTICLE and not late(one)), key=lambda one: one.created_at
    )
    groups = [([one for one in waiting if late(one)], FEWEST_LATE)]
    groups += [(list(poll), BURST + 1) for _, poll in groupby(polls, key=lambda one: one.created_at)]
    merged: dict[int, int | None] = {}
    for group, fewest in groups:
        carriers = sorted((one for one in group if one.claimed), key=lambda one: not one.carries)
        if carriers and (len(group) >= fewest or any(one.carries for one in group)):
            merged |= {one.id: carriers[0].id for one in group}
    return merged
