"""The state of the bot as /status shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source: its name (page, nbk), when it last gave fresh data (UTC), and its last error for operators.

    `title` is what a news site calls itself; other names are in the catalogs. `problem` is what its last read left
    out, for operators.
    """

    name: str
    last_ok_at: dt.datetime | None
    failures: int
    last_error: str | None
    title: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Flood:
    """Flood limits: chats that wait, until when the last of them (UTC), the seconds for which everything pauses."""

    chats: int = 0
    until: dt.datetime | None = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """The sources that are polled, the number of stored articles, and the deliveries in each state."""

    sources: Sequence[SourceStatus]
    articles: int
    queue: Mapping[str, int]
    flood: Flood = Flood()
