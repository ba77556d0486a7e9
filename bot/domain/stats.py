"""Counts for operators (storage/stats.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers of people in the last days (UTC), today included."""

    day: int
    week: int
    month: int


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts of /stats. People are private chats; `languages` are of reachable ones, the most spoken first.

    `blocked` people have blocked the bot or left Telegram, `stopped` ones asked for silence. `due`, `later` and
    `sending` are deliveries, `failed` those that an operator should see.
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
