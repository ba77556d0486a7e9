"""A scripted source of offers, and a poller of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.domain.rates import Pair
from bot.domain.sites import FEED, Site
from bot.ingest.matching import Matcher
from bot.ingest.poll import Polled, Poller
from bot.sources.fetch import Fetched, Unreachable
from bot.sources.offers import OFFER_SOURCES
from storage.database import Database
from tests.sources.offer_pages import of_currency

SAMPLE = (Path(__file__).parents[1] / "sources/offers/nbt-usd.html").read_text(encoding="utf-8")
NBT = OFFER_SOURCES["nbt"]
NAME = "offers_nbt"
USD = Pair("USD", "TJS")
T0 = dt.datetime(2026, 9, 24, 11, 30, tzinfo=dt.UTC)  # a Thursday, 16:30 in Dushanbe
TODAY, DAY = T0.date(), dt.timedelta(days=1)


@dataclass
class Clock:
    now: dt.datetime = T0

    def __call__(self) -> dt.datetime:
        return self.now


def page(day: dt.date = TODAY) -> str:
    return SAMPLE.replace("24.09.2026 16:09", f"{day:%d.%m.%Y} 16:09")


@dataclass
class Bank:
    """Answers for a currency with a page, or of a day with that day's; None is a failure. Other pages fail."""

    pages: dict[str, str | None] = field(default_factory=dict)
    broken: set[dt.date] = field(default_factory=set)
    missing: set[dt.date] = field(default_factory=set)
    asked: list[tuple[str, dt.date | None]] = field(default_factory=list)

    async def fetch(self, url: str, **_conditions: Any) -> Fetched:
        if "kurs_kommer_bank" not in url:
            raise Unreachable("no connection")
        query = parse_qs(urlsplit(url).query)
        (code,), (text,) = query["currency"], query.get("date", [""])
        day = dt.date.fromisoformat(text) if text else None
        self.asked.append((code, day))
        if day in self.broken or (day is None and self.pages.get(code) is None):
            raise Unreachable("no connection")
        if day is None:
            return Fetched(url, body=of_currency(self.pages[code] or "", code).encode())
        while day in self.missing or day.weekday() > 4:
            day -= DAY
        return Fetched(url, body=of_currency(page(day), code).encode())

    async def check_robots(self, _url: str) -> None:
        """No site of a script has rules."""


def poller(database: Database, fetcher: Any, clock: Clock, mirror: str = "") -> Poller:
    sites = [Site(FEED, "Home", "https://site.example/feed/")]
    return Poller(database, Matcher(), fetcher, sites, "https://site.example/", 900, clock, (), mirror, [NBT])


async def poll(polling: Poller, *, force: bool = True) -> Polled:
    return next(one for one in await polling.run_pass(force=force) if one.source == NAME)
