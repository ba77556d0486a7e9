"""The state of the bot, for /status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    """The kind of data that a source publishes."""

    NEWS = "news"  # articles, and the ticker on a page of them
    RATES = "rates"  # the official rates of a bank
    OFFERS = "offers"
    GOLD = "gold"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source: its name (page, nbk), its last success (UTC), and its last error for operators.

    `title` is a news site's own name; other names are in the catalogs. `problem` lists the defects of its last poll,
    for operators. `stale`: it answers, but what it published last is too old.
    """

    name: str
    last_ok_at: dt.datetime | None
    failures: int
    last_error: str | None
    title: str = ""
    problem: str | None = None
    kind: SourceKind = SourceKind.NEWS
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Flood:
    """Flood limits: waiting chats, the end (UTC) of the last wait, the seconds for which everything pauses."""

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
