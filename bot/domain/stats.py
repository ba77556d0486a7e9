"""Numbers for operators: values of the counts in storage/stats.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """The number of people within the last days (UTC), including today."""

    day: int
    week: int
    month: int


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts of /stats. People are private chats; `languages` are of reachable ones, the most spoken first.

    `blocked` people have blocked the bot or left Telegram, `stopped` ones sent /stop. `due`, `later` and
    `sending` are deliveries, `failed` are the dead letters.
    """

    active: Span
    new: Span
    reachable: int
    stopped: int
    blocked: int
    languages: dict[str, int]
    groups: int
    alerts: int
    subscriptions: int
    topics: int
    due: int
    later: int
    sending: int
    failed: int
