"""A clock and a fetcher that a test scripts, and a bank's table."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from bot.sources.fetch import Fetched, Unreachable

T0 = dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC)


def cbu_table(day: str, **values: str) -> bytes:
    items = [{"Ccy": code, "Nominal": "1", "Rate": value, "Date": day} for code, value in values.items()]
    return json.dumps(items).encode()


@dataclass
class Clock:
    now: dt.datetime = T0

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class ScriptedFetcher:
    """Answers with the page in `pages` for the longest matching piece of an address; None is a failure."""

    pages: dict[str, bytes | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str, **_conditions: Any) -> Fetched:
        self.asked.append(url)
        for piece in sorted(self.pages, key=len, reverse=True):
            if piece in url and (body := self.pages[piece]) is not None:
                return Fetched(url, body=body)
        raise Unreachable("no connection")

    async def check_robots(self, _url: str) -> None:
        """No site of a script has rules."""
