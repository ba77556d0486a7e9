"""Search in the whole archive."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.searches import Search, SearchResults, read
from bot.domain.times import at_local
from bot.domain.topics import MIN_PREFIX
from storage import search
from storage.database import Database


async def search_articles(
    database: Database, wanted: Search, zone: ZoneInfo, limit: int, offset: int, now: dt.datetime
) -> SearchResults:
    """Return the articles of a search, best first; its days are those of the zone."""
    since = at_local(wanted.since, 0, zone) if wanted.since else None
    until = at_local(wanted.until + dt.timedelta(days=1), 0, zone) if wanted.until else None
    async with database.read() as connection:
        return await search.find(
            connection,
            wanted.query,
            now,
            since=since,
            until=until,
            source=wanted.source,
            limit=limit,
            offset=offset,
        )


async def best_articles(database: Database, text: str, limit: int, now: dt.datetime) -> tuple[Search, SearchResults]:
    """Return the best articles about typed words, else about words that begin as the last one does, and the search.

    Raises SearchError for text without words.
    """
    wanted = read(text)
    async with database.read() as connection:
        found = await search.find(connection, wanted.query, now, limit=limit)
        if not found.hits and text[-MIN_PREFIX:].isalnum():
            longer = read(f"{text}*")
            found = await search.find(connection, longer.query, now, limit=limit)
            wanted = longer if found.hits else wanted
    return wanted, found
