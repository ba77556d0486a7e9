"""Counts for operators, kept for a minute."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.domain.stats import Stats
from storage import stats
from storage.database import Database

# Counting reads an index of all chats; within this time operators get the same counts again.
FRESH = dt.timedelta(minutes=1)


class StatsReader:
    """Counts at most once a minute, however often the counts are requested."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counting = asyncio.Lock()
        self._counted: tuple[dt.datetime, Stats] | None = None

    async def at(self, now: dt.datetime) -> tuple[dt.datetime, Stats]:
        """Return the time of the count (UTC), at most a minute before `now`, and the counts."""
        async with self._counting:
            if self._counted is None or not dt.timedelta() <= now - self._counted[0] < FRESH:
                async with self._database.read() as connection:
                    self._counted = now, await stats.read(connection, now)
            return self._counted
