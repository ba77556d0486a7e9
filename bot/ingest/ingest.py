"""One snapshot: its articles and rates are decided, stored and matched in one transaction, then sent to recipients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.domain.article_decisions import (
    ArticleIntent,
    ArticleRecord,
    CompleteArticle,
    CorrectArticle,
    StoreArticle,
    decide_article,
    is_known,
    keys_of,
)
from bot.domain.articles import Article, oldest_first
from bot.domain.events import ArticleCorrected, ArticlePublished
from bot.domain.freshness import dated, history, is_news
from bot.domain.keys import own_guid
from bot.domain.rate_decisions import RateOutcome
from bot.domain.rate_graph import TICKER
from bot.domain.snapshot import Snapshot
from bot.ingest.containment import Items, Level, Lost, store_contained
from bot.ingest.duplicates import join
from bot.ingest.matching import Matcher
from bot.ingest.rates import Recorded, StoredRates, store_rates
from storage import articles, deliveries, fan_out, reviews, sources
from storage.database import Connection, Database


class ArticleOutcome(StrEnum):
    """The result of storing an article."""

    NEW = "new"
    KNOWN = "known"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Ingested:
    """The changes by a snapshot: each article and rate with its outcome, and how many deliveries it caused.

    `matches` counts the queries that its new and corrected articles match; `lost` is what could not be stored.
    """

    articles: tuple[tuple[Article, ArticleOutcome], ...]
    rates: tuple[Recorded, ...]
    deliveries: int
    matches: int = 0
    lost: tuple[Lost, ...] = ()
    events: tuple[int, ...] = ()

    @property
    def stored(self) -> dict[str, Any]:
        """Counts by outcome, as `jarchi ingest --json` prints them."""
        kinds = [outcome for _, outcome in self.articles]
        stored = [recorded.outcome for recorded in self.rates]
        return {
            "articles": {str(outcome): kinds.count(outcome) for outcome in ArticleOutcome},
            "rates": {str(outcome): stored.count(outcome) for outcome in RateOutcome},
            "deliveries": self.deliveries,
        }


async def is_filling(database: Database) -> bool:
    """Return whether the archive is empty, so that what comes now fills it and is sent to nobody."""
    async with database.read() as connection:
        return await articles.is_empty(connection)


async def ingest(
    database: Database, matcher: Matcher, source: str, snapshot: Snapshot, now: dt.datetime, *, filling: bool
) -> Ingested:
    """Store a snapshot and everything that follows from it in one transaction, then write the deliveries in chunks.

    `filling`: its articles are sent to nobody. Neither are those that are too old by their own date, and those that
    are older than the known ones of their source; an impossible date is none. An article or rate that cannot be stored
    is left out and named in `lost`; StorageError where the database cannot serve.
    """
    async with database.read() as connection:
        language = await sources.language_of(connection, source)
    await matcher.refresh_lists(language)
    async with database.read() as connection:
        await matcher.refresh(connection, language)  # at first this reads all queries: not while holding the write lock

    async def store(connection: Connection, items: Items) -> Ingested:
        await matcher.refresh(connection, language)
        done = await _store_articles(connection, items, matcher, source, language, snapshot, now, filling=filling)
        events = [(one.event, one.record.id) for one in done if one.event is not None]
        await fan_out.queue(connection, events)
        stored = StoredRates((), 0)
        if snapshot.rates:
            stored = await store_rates(connection, TICKER, snapshot.rates, snapshot.page_date, now, items)
        return Ingested(
            tuple((one.article, one.outcome) for one in done),
            stored.recorded,
            stored.deliveries,
            sum(one.matches for one in done),
            tuple(items.lost),
            tuple(event for event, _ in events),
        )

    ingested = await store_contained(database, store)
    if not ingested.events:
        return ingested
    await write_deliveries(database)
    async with database.read() as connection:
        written = await fan_out.count(connection, ingested.events)
    return replace(ingested, deliveries=ingested.deliveries + written)


async def write_deliveries(database: Database) -> None:
    """Write the deliveries of all queued events, a transaction for each chunk.

    A fan-out that was interrupted continues here: after a restart the first pass over the sources calls this.
    """
    async with database.read() as connection:
        unfinished = await fan_out.is_queued(connection)
    while unfinished:
        async with database.write() as connection:
            unfinished = await fan_out.write_chunk(connection)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A listed article after it was stored: its record, its event if it has one, and how many queries it matches."""

    article: Article
    outcome: ArticleOutcome
    record: ArticleRecord
    event: int | None = None
    matches: int = 0


async def _store_articles(
    connection: Connection,
    items: Items,
    matcher: Matcher,
    source: str,
    language: str | None,
    snapshot: Snapshot,
    now: dt.datetime,
    *,
    filling: bool,
) -> list[_Stored]:
    as_stored = {given: dated(own_guid(given, source), now) for given in snapshot.articles}
    listed = [as_stored[given] for given in snapshot.articles]
    found = await articles.with_keys(connection, [keys_of(article) for article in listed])
    past = await _past(connection, source, listed, found, filling=filling)
    known = {record.id: record for record in found}
    title = await sources.title_of(connection, source)
    done: list[_Stored] = []
    for given in oldest_first(snapshot.articles):
        async with items.one(connection, Level.ARTICLE):
            article = as_stored[given]
            intent = decide_article(known.values(), source, article, now, history=article in past)
            queries = set[int]()
            if _changes_words(intent):
                intent = replace(intent, after=matcher.classified(intent.after, language))
            if _changes_words(intent) or not isinstance(intent, CompleteArticle):
                queries = matcher.match(article, source, title, topics=intent.after.topics, language=language)
            silent = filling or article in past or not is_news(given, now)
            stored = await _carry_out(connection, source, language, article, intent, queries, now, silent=silent)
            known[stored.record.id] = stored.record
            done.append(stored)
    return done


def _changes_words(intent: ArticleIntent) -> bool:
    """Return whether an intent changes the words of an article, by which it is matched and classified."""
    if isinstance(intent, StoreArticle):
        return True
    before, after = intent.before, intent.after
    return (before.title, before.text, before.categories) != (after.title, after.text, after.categories)


async def _carry_out(
    connection: Connection,
    source: str,
    language: str | None,
    article: Article,
    intent: ArticleIntent,
    queries: set[int],
    now: dt.datetime,
    *,
    silent: bool,
) -> _Stored:
    """Store what was decided of one article, with its matches and the event of it. `silent`: it is sent to nobody."""
    match intent:
        case CompleteArticle(before, after):
            await articles.change(connection, before, after)
            await articles.add_matches(connection, [(after.id, query) for query in sorted(queries)])
            return _Stored(article, ArticleOutcome.KNOWN, after)
        case CorrectArticle(before, after):
            outcome, record = ArticleOutcome.CORRECTED, after
            await articles.change(connection, before, after)
        case StoreArticle(after, denial):
            outcome, record = ArticleOutcome.NEW, replace(after, id=await articles.add(connection, after))
            if not denial:
                await join(connection, record.id, source, language, article, now, record.topics)
    await articles.add_matches(connection, [(record.id, query) for query in sorted(queries)])
    event = None
    if isinstance(intent, StoreArticle) and queries and not silent:
        key = f"article:{record.id}"
        event = await deliveries.insert_event(connection, ArticlePublished(record.id), key, now)
    elif isinstance(intent, CorrectArticle) and intent.edits_messages:
        key = f"correction:{record.id}:{record.corrections}"
        event = await deliveries.insert_event(connection, ArticleCorrected(record.id), key, now)
        await reviews.correct(connection, record.id, key, now)
    return _Stored(article, outcome, record, event, len(queries))


async def _past(
    connection: Connection,
    source: str,
    listed: Sequence[Article],
    stored: Sequence[ArticleRecord],
    *,
    filling: bool,
) -> set[Article]:
    """Return which listed articles are history if they are new here, and raise the source's high-water mark."""
    mark = await sources.high_water(connection, source)
    if (raised := mark.raised(listed, filling=filling)) != mark:
        await sources.set_high_water(connection, source, raised)
    if filling:
        return set()
    # Only articles without a date are judged by their place among the known ones.
    undated = any(article.published_at is None for article in listed)
    known = {article for article in listed if is_known(stored, article)} if undated else set[Article]()
    return history(listed, known, mark)
