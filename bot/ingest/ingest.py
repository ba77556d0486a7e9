"""One snapshot, one transaction: what is new is stored, matched, and written down for those who must hear it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article, oldest_first, own_guid
from bot.domain.book import TICKER
from bot.domain.events import BURST, MAX_CORRECTIONS, EventKind
from bot.domain.freshness import dated, is_news
from bot.domain.snapshot import Snapshot
from bot.ingest.duplicates import join
from bot.ingest.figures import Figures, take_figures
from bot.ingest.matching import Matcher
from storage import articles, deliveries, duplicates, rates, sources
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a snapshot changed: each article and rate with its outcome, and how many deliveries it set off.

    `matches` counts the queries that its new and corrected stories match.
    """

    articles: tuple[tuple[Article, articles.Stored], ...]
    rates: tuple[rates.Recorded, ...]
    deliveries: int
    matches: int = 0

    @property
    def stored(self) -> dict[str, Any]:
        """Counts by outcome, as `jarchi ingest --json` prints them."""
        kinds = [stored.outcome for _, stored in self.articles]
        figures = [recorded.outcome for recorded in self.rates]
        return {
            "articles": {str(outcome): kinds.count(outcome) for outcome in articles.Outcome},
            "rates": {str(outcome): figures.count(outcome) for outcome in rates.Outcome},
            "deliveries": self.deliveries,
        }


async def is_filling(database: Database) -> bool:
    """Tell whether the archive is empty, so that what comes now fills it and is cried to nobody."""
    async with database.read() as connection:
        return await articles.is_empty(connection)


async def ingest(
    database: Database, matcher: Matcher, source: str, snapshot: Snapshot, now: dt.datetime, *, filling: bool
) -> Ingested:
    """Store a snapshot and everything that follows from it, or nothing. `filling`: articles are cried to nobody.

    So are those that are no news any more by their own date; a date that cannot be is none.
    """
    async with database.read() as connection:
        await matcher.refresh(connection)  # all of them the first time: nobody who writes waits for that
    async with database.write() as connection:
        await matcher.refresh(connection)
        title = await sources.title_of(connection, source)
        stored = []
        cried: list[int] = []
        told = matches = 0
        for given in oldest_first(snapshot.articles):
            article = dated(own_guid(given, source), now)
            result = await articles.store(connection, source, article, now)
            stored.append((article, result))
            if result.outcome is articles.Outcome.KNOWN:
                continue
            first = None
            if result.outcome is articles.Outcome.NEW:
                first = await join(connection, result.id, source, article, now)
            matched = matcher.match(article, source, title)
            matches += len(matched)
            await articles.add_matches(connection, [(result.id, query) for query in sorted(matched)])
            silent = filling or result.withdrawn or not is_news(given, now)
            if result.outcome is articles.Outcome.NEW and matched and not silent:
                event, reached = await _cry_article(connection, result.id, first, now)
                cried.append(event)
                told += reached
            if result.headline and result.corrections <= MAX_CORRECTIONS:
                told += await _correct_article(connection, result.id, result.corrections, now)
        if len(cried) > BURST:
            await deliveries.gather(connection, cried)
        figures = Figures((), 0)
        if snapshot.rates:
            figures = await take_figures(connection, TICKER, snapshot.rates, snapshot.page_date, now)
        return Ingested(tuple(stored), figures.recorded, told + figures.deliveries, matches)


async def _cry_article(
    connection: AsyncConnection, article_id: int, first: int | None, now: dt.datetime
) -> tuple[int, int]:
    """Tell a story to those who follow a topic of it and did not hear of its event by an earlier one.

    Returns the event and how many it reaches.
    """
    told = () if first is None else await duplicates.events(connection, first)
    key = f"article:{article_id}"
    event = await deliveries.happen(connection, EventKind.ARTICLE, key, {"article_id": article_id}, now)
    if event is None:
        raise LookupError(key)  # a new story has no event yet
    return event, await deliveries.fan_out_article(connection, event, article_id, now, told)


async def _correct_article(connection: AsyncConnection, article_id: int, corrections: int, now: dt.datetime) -> int:
    """Have the messages that tell a story edited: its headline is another now."""
    key = f"correction:{article_id}:{corrections}"
    event = await deliveries.happen(connection, EventKind.CORRECTION, key, {"article_id": article_id}, now)
    return 0 if event is None else await deliveries.fan_out_correction(connection, event, article_id, now)
