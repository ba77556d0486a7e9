"""One snapshot, one transaction: what is new is stored, matched, and written down for those who must hear it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article
from bot.domain.events import EventKind
from bot.domain.rates import Rate
from bot.domain.snapshot import Snapshot
from bot.domain.thresholds import step
from bot.ingest.matching import Matcher
from storage import articles, deliveries, rates, thresholds
from storage.database import Database

# What a source is called where it is stored; the plain and the HTML page are one source.
FEED, PAGE = "feed", "page"


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
    """Store a snapshot and everything that follows from it, or nothing. `filling`: articles are cried to nobody."""
    async with database.write() as connection:
        await matcher.refresh(connection)
        stored = []
        told = 0
        for article in snapshot.articles:
            result = await articles.store(connection, source, article, now)
            stored.append((article, result))
            if result.outcome is articles.Outcome.KNOWN:
                continue
            matched = matcher.match(article)
            await articles.add_matches(connection, [(result.id, query) for query in sorted(matched)])
            if result.outcome is articles.Outcome.NEW and matched and not filling:
                told += await _cry_article(connection, result.id, now)
        recorded = []
        for quote in snapshot.rates:
            figure = await rates.record(connection, rates.TICKER, quote, now, snapshot.page_date or now.date())
            recorded.append(figure)
            if figure.rate.confirmed:
                told += await _cry_crossings(connection, figure.rate, figure.before, now)
        return Ingested(tuple(stored), tuple(recorded), told)


async def _cry_article(connection: AsyncConnection, article_id: int, now: dt.datetime) -> int:
    event = await deliveries.happen(
        connection, EventKind.ARTICLE, f"article:{article_id}", {"article_id": article_id}, now
    )
    return 0 if event is None else await deliveries.fan_out_article(connection, event, article_id, now)


async def _cry_crossings(connection: AsyncConnection, rate: Rate, before: Rate | None, now: dt.datetime) -> int:
    """Let every threshold that this figure touches live on, and write down the crossings."""
    told = 0
    value_before = None if before is None else before.value
    for threshold in await thresholds.touched(connection, rate, now):
        after, crossing = step(threshold, value_before, rate, now)
        if after != threshold:
            await thresholds.save(connection, after, rate.tick * 2)
        if crossing is None:
            continue
        payload = {
            "threshold_id": threshold.id,
            "before": None if value_before is None else str(value_before),
            "now": str(rate.value),
            "tick": str(rate.tick),
            "at": now.isoformat(),
            "source": rate.source,
        }
        key = f"crossing:{threshold.id}:{rate.id}:{now.timestamp():.0f}"
        event = await deliveries.happen(connection, EventKind.CROSSING, key, payload, now)
        if event is not None:
            recipient = (threshold.chat_id, threshold.thread_id)
            told += await deliveries.address(connection, event, EventKind.CROSSING, [recipient], now)
    return told
