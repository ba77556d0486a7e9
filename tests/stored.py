"""Articles, rates and deliveries stored as ingesting them does, for tests that need some."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article_decisions import StoreArticle, decide_article, keys_of
from bot.domain.articles import Article
from bot.domain.events import ArticlePublished
from bot.domain.rate_decisions import KnownRates, Printed, RateOutcome, intent_of, is_past, outcome_of
from bot.domain.rates import Quote, Rate
from bot.domain.topics.matched import Reason, TopicMatch
from bot.domain.trust import HoldReason
from bot.ingest.matching import Matcher
from bot.ingest.rates import carry_out
from storage import articles, deliveries, fan_out, rates


async def store_article(
    connection: AsyncConnection,
    source: str,
    article: Article,
    now: dt.datetime,
    topics: Mapping[str, int] | None = None,
) -> int:
    """Store an article as a source lists it, new or not; returns its id.

    Its curated topics are those of the shipped lists, or the given ones with their points.
    """
    stored = await articles.with_keys(connection, [keys_of(article)])
    intent = decide_article(stored, source, article, now)
    after = Matcher().classified(intent.after)
    if topics is not None:
        matches = (TopicMatch(topic, points, (Reason(topic, "title"),)) for topic, points in topics.items())
        after = replace(after, topics=tuple(matches))
    if isinstance(intent, StoreArticle):
        return await articles.add(connection, after)
    await articles.change(connection, intent.before, after)
    return after.id


async def fan_out_article(connection: AsyncConnection, article_id: int, now: dt.datetime) -> int:
    """Publish a stored article; returns how many deliveries it has, 0 where it was published before."""
    key = f"article:{article_id}"
    event = await deliveries.insert_event(connection, ArticlePublished(article_id), key, now)
    if event is None:
        return 0
    await fan_out.queue(connection, [(event, article_id)])
    await fan_out.write_chunk(connection)
    return await fan_out.count(connection, [event])


async def record_rate(
    connection: AsyncConnection,
    source: str,
    quote: Quote,
    now: dt.datetime,
    day: dt.date,
    reason: HoldReason | None = None,
) -> tuple[RateOutcome, Rate | None]:
    """Store a printed rate, held back for a reason or believed; returns the outcome and the stored rate."""
    printed = Printed(source, quote, day, now)
    newest = await rates.newest_seen(connection, source, quote.pair)
    past = is_past(printed, newest)
    known = KnownRates(newest, has_day=past and await rates.has_day(connection, source, quote.pair, day))
    intent = intent_of(known, printed, reason)
    return outcome_of(intent, printed, known), await carry_out(connection, intent)
