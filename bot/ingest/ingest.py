"""One snapshot, one transaction: what is new is stored, matched, and written down for those who must hear it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article, own_guid
from bot.domain.book import TICKER
from bot.domain.events import EventKind
from bot.domain.freshness import dated, is_news
from bot.domain.snapshot import Snapshot
from bot.ingest.figures import Figures, take_figures
from bot.ingest.matching import Matcher
from storage import articles, deliveries, rates, sources
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a snapshot changed: each article and rate with its outcome, and how many deliveries it set off."""

    articles: tuple[tuple[Article, articles.Stored], ...]
    rates: tuple[rates.Recorded, ...]
    deliveries: int

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
    async with database.write() as connection:
        await matcher.refresh(connection)
        title = await sources.title_of(connection, source)
        stored = []
        told = 0
        for given in snapshot.articles:
            article = dated(own_guid(given, source), now)
            result = await articles.store(connection, source, article, now)
            stored.append((article, result))
            if result.outcome is articles.Outcome.KNOWN:
                continue
            matched = matcher.match(article, source, title)
            await articles.add_matches(connection, [(result.id, query) for query in sorted(matched)])
            if result.outcome is articles.Outcome.NEW and matched and not filling and is_news(given, now):
                told += await _cry_article(connection, result.id, now)
        figures = Figures((), 0)
        if snapshot.rates:
            figures = await take_figures(connection, TICKER, snapshot.rates, snapshot.page_date, now)
        return Ingested(tuple(stored), figures.recorded, told + figures.deliveries)


async def _cry_article(connection: AsyncConnection, article_id: int, now: dt.datetime) -> int:
    event = await deliveries.happen(
        connection, EventKind.ARTICLE, f"article:{article_id}", {"article_id": article_id}, now
    )
    return 0 if event is None else await deliveries.fan_out_article(connection, event, article_id, now)
