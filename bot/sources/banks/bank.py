"""The description of a bank: its endpoints, its hours, and the time of its next poll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.rate_graph import AUTHORITY
from bot.domain.rates import Pair
from bot.domain.snapshot import Table

# Reads the bytes of an answer; raises NotAPage if they hold no table of the bank.
Read = Callable[[bytes], list[Table]]
# A URL and the reader of its answer.
Endpoint = tuple[str, Read]

# Outside its hours a bank is polled once in this many periods (six hours by default), for corrections and for tables
# that are published early or late.
SELDOM_PERIODS = 24
# Seconds between two requests for history: the National Bank of the Kyrgyz Republic drops faster clients.
PAUSE = 0.5

WORKDAYS = range(5)
EVERY_DAY = range(7)


@dataclass(frozen=True, slots=True)
class Bank:
    """One bank, a row of `BANKS`.

    `currency` is its own; `home` is the public page of its rates. `today(day)` gives the endpoints of its newest table
    on its local day, `tomorrow(day)` those of the table of that next day, from its hours on. It publishes within
    `hours` (local, from the first to before the second) on `weekdays` (Monday is 0); with `ahead` it publishes the next
    day's table then, not today's. Its history is fetched by `span(first, last)` at once or by `day(day)`, one day at a
    time; with both, by days where the span is not answered. `pause` is in seconds, between two such requests.
    """

    name: str
    currency: str
    home: str
    zone: str
    hours: tuple[int, int]
    today: Callable[[dt.date], tuple[Endpoint, ...]]
    day: Callable[[dt.date], tuple[Endpoint, ...]] | None = None
    span: Callable[[dt.date, dt.date], tuple[Endpoint, ...]] | None = None
    weekdays: range = WORKDAYS
    ahead: bool = False
    pause: float = PAUSE
    tomorrow: Callable[[dt.date], tuple[Endpoint, ...]] | None = None

    @property
    def purpose(self) -> frozenset[Pair]:
        """The pairs for which it is polled: its own currency in dollars; for a blended source, every supported pair."""
        if self.currency == "USD":
            return frozenset(Pair("USD", code) for code in AUTHORITY)
        return frozenset((Pair("USD", self.currency), Pair(self.currency, "USD")))

    def newest(self, tables: Iterable[Table]) -> dt.date | None:
        """Return the newest day whose table has a rate of its purpose; None if no table has one."""
        days = [table.valid_on for table in tables if any(quote.pair in self.purpose for quote in table.quotes)]
        return max(days, default=None)

    @property
    def has_history(self) -> bool:
        """Whether the bank publishes its history."""
        return self.day is not None or self.span is not None

    def local_day(self, now: dt.datetime) -> dt.date:
        """Return the current day at the bank."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def endpoints(self, now: dt.datetime) -> tuple[Endpoint, ...]:
        """Return the endpoints of its newest tables."""
        local = now.astimezone(ZoneInfo(self.zone))
        endpoints = self.today(local.date())
        if self.tomorrow is not None and local.hour >= self.hours[0]:
            endpoints += self.tomorrow(local.date() + dt.timedelta(days=1))
        return endpoints

    def history(self, first: dt.date, last: dt.date) -> tuple[dt.date, tuple[Endpoint, ...]]:
        """Return the endpoints of the next piece of history from `first` on, a day if possible, and its last day."""
        if self.day is not None:
            return first, self.day(first)
        return last, self.span(first, last) if self.span is not None else ()


class Publisher(Protocol):
    """The hours of a bank that publishes something once a day: see `Bank`."""

    @property
    def zone(self) -> str:
        """The bank's zone (IANA name)."""

    @property
    def hours(self) -> tuple[int, int]:
        """The local hours in which it publishes, from the first to before the second."""

    @property
    def weekdays(self) -> range:
        """The days on which it publishes, Monday is 0."""

    @property
    def ahead(self) -> bool:
        """Whether it publishes for the next day."""


def next_poll(bank: Publisher, now: dt.datetime, period: dt.timedelta, newest: dt.date | None = None) -> dt.datetime:
    """Return when (UTC) to poll a bank again, if `newest` is the day of the newest table of its own currency.

    Within its hours, every `period` until the table of that day is there; otherwise when its hours begin, and at
    least once in `SELDOM_PERIODS`.
    """
    zone = ZoneInfo(bank.zone)
    today = now.astimezone(zone).date()
    awaited = today + dt.timedelta(days=1) if bank.ahead else today
    opens, closes = (dt.datetime.combine(today, dt.time(hour), zone) for hour in bank.hours)
    come = newest is not None and newest >= awaited
    if today.weekday() in bank.weekdays and opens <= now < closes and not come:
        return now + period
    days = (today + dt.timedelta(days=n) for n in range(8))
    openings = (dt.datetime.combine(day, opens.time(), zone) for day in days if day.weekday() in bank.weekdays)
    return min(now + period * SELDOM_PERIODS, next(at for at in openings if at > now)).astimezone(dt.UTC)


def mirrored(url: str, base: str, bank: str) -> str:
    """Return an address at a mirror, `<base>/<bank>/<its own path and query>`; unchanged without a mirror."""
    if not base:
        return url
    parts = urlsplit(url)
    return f"{base.rstrip('/')}/{bank}{parts.path}" + (f"?{parts.query}" if parts.query else "")
