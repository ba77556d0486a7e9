"""One snapshot, one transaction: what is new is stored, matched, and written down for those who must hear it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article, oldest_first, withdrawal
from bot.domain.events import MAX_CORRECTIONS, ArticleCorrected, ArticlePublished
from bot.domain.freshness import dated, history, is_news
from bot.domain.keys import own_guid
from bot.domain.rate_graph import TICKER
from bot.domain.snapshot import Snapshot
from bot.ingest.containment import Items, Level, Lost, store_contained
from bot.ingest.duplicates import join
from bot.ingest.matching import Matcher
from bot.ingest.rates import StoredRates, store_rates
from storage import articles, deliveries, duplicates, rate_recording, sources
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a snapshot changed: each article and rate with its outcome, and how many deliveries it set off.

    `matches` counts the queries that its new and corrected stories match; `lost` is what could not be stored.
    """

    articles: tuple[tuple[Article, articles.Stored], ...]
    rates: tuple[rate_recording.Recorded, ...]
    deliveries: int
    matches: int = 0
    lost: tuple[Lost, ...] = ()

    @property
    def stored(self) -> dict[str, Any]:
        """Counts by outcome, as `jarchi ingest --json` prints them."""
        kinds = [stored.outcome for _, stored in self.articles]
        stored = [recorded.outcome for recorded in self.rates]
        return {
            "articles": {str(outcome): kinds.count(outcome) for outcome in articles.Outcome},
            "rates": {str(outcome): stored.count(outcome) for outcome in rate_recording.Outcome},
            "deliveries": self.deliveries,
        }


async def is_filling(database: Database) -> bool:
    """Tell whether the archive is empty, so that what comes now fills it and is cried to nobody."""
    async with database.read() as connection:
        return await articles.is_empty(connection)


async def ingest(
    database: Database, matcher: Matcher, source: str, snapshot: Snapshot, now: dt.datetime, *, filling: bool
) -> Ingested:
    """Store a snapshot and everything that follows from it, in one transaction. `filling`: articles notify nobody.

    So are those that are no news any more by their own date, and those that are older than what was already known of
    their source; a date that cannot be is none. A story or rate that cannot be stored is left out and named in `lost`;
    StorageError where the database cannot serve.
    """
    async with database.read() as connection:
        await matcher.refresh(connection)  # all of them the first time: nobody who writes waits for that

    async def store(connection: AsyncConnection, items: Items) -> Ingested:
        await matcher.refresh(connection)
        title = await sources.title_of(connection, source)
        past = await _past(connection, source, snapshot, now, filling=filling)
        done: list[_Done] = []
        for given in oldest_first(snapshot.articles):
            async with items.one(connection, Level.ARTICLE):
                article = dated(own_guid(given, source), now)
                is_past = article in past
                silent = filling or is_past or not is_news(given, now)
                done.append(
                    await _store_article(
                        connection, matcher, source, title, article, now, silent=silent, is_past=is_past
                    )
                )
        stored = StoredRates((), 0)
        if snapshot.rates:
            stored = await store_rates(connection, TICKER, snapshot.rates, snapshot.page_date, now, items)
        return Ingested(
            tuple((one.article, one.stored) for one in done),
            stored.recorded,
            sum(one.deliveries for one in done) + stored.deliveries,
            sum(one.matches for one in done),
            tuple(items.lost),
        )

    return await store_contained(database, store)


@dataclass(frozen=True, slots=True)
class _Done:
    """A stored story, the event that notifies of it (None: none does), and how many deliveries and matches it has."""

    article: Article
    stored: articles.Stored
    event: int | None = None
    deliveries: int = 0
    matches: int = 0


async def _store_article(
    connection: AsyncConnection,
    matcher: Matcher,
    source: str,
    title: str,
    article: Article,
    now: dt.datetime,
    *,
    silent: bool,
    is_past: bool,
) -> _Done:
    """Store one story with what follows from it; `title` is what its source is called. `silent`: it notifies nobody."""
    result = await articles.store(connection, source, article, now)
    if result.outcome is articles.Outcome.KNOWN:
        return _Done(article, result)
    if result.outcome is articles.Outcome.NEW and is_past:
        await articles.mark_history(connection, result.id)
    first = None
    # A denial does not tell the same as what it denies, however many words they share.
    if result.outcome is articles.Outcome.NEW and withdrawal(article.title) is None:
        first = await join(connection, result.id, source, article, now)
    matched = matcher.match(article, source, title)
    await articles.add_matches(connection, [(result.id, query) for query in sorted(matched)])
    event, reached = None, 0
    if result.outcome is articles.Outcome.NEW and matched and not silent:
        event, reached = await _publish(connection, result.id, first, now)
    if result.headline and result.corrections <= MAX_CORRECTIONS:
        reached += await _correct_article(connection, result.id, result.corrections, now)
    return _Done(article, result, event, reached, len(matched))


async def _past(
    connection: AsyncConnection, source: str, snapshot: Snapshot, now: dt.datetime, *, filling: bool
) -> set[Article]:
    """Return which articles of a snapshot are history if they are new here, and raise the source's high-water mark."""
    listed = [dated(own_guid(given, source), now) for given in snapshot.articles]
    mark = await sources.high_water(connection, source)
    if (raised := mark.raised(listed, filling=filling)) != mark:
        await sources.set_high_water(connection, source, raised)
    if filling:
        return set()
    undated = any(article.published_at is None for article in listed)
    known = await articles.known_among(connection, listed) if undated else set()
    return history(listed, known, mark)


async def _publish(
    connection: AsyncConnection, article_id: int, first: int | None, now: dt.datetime
) -> tuple[int, int]:
    """Tell a story to those who follow a topic of it and did not hear of its event by an earlier one.

    Returns the event and how many it reaches.
    """
    told = () if first is None else await duplicates.events(connection, first)
    key = f"article:{article_id}"
    event = await deliveries.insert_event(connection, ArticlePublished(article_id), key, now)
    if event is None:
        raise LookupError(key)  # a new story has no event yet
    return event, await deliveries.fan_out_article(connection, event, article_id, now, told)


async def _correct_article(connection: AsyncConnection, article_id: int, corrections: int, now: dt.datetime) -> int:
    """Have the messages that tell a story edited: its headline is another now."""
    key = f"correction:{article_id}:{corrections}"
    event = await deliveries.insert_event(connection, ArticleCorrected(article_id), key, now)
    return 0 if event is None else await deliveries.fan_out_correction(connection, event, article_id, now)
