"""One article: its event, its topics in a chat, the reasons for them, and similar articles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.articles import StoredArticle
from bot.domain.errors import InvalidInput
from bot.domain.searches import SearchResults
from bot.domain.topics import MAX_SUBSCRIPTIONS, Found
from bot.ingest.matching import why
from storage import articles, duplicates, search, topics
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Article:
    """An article, the other articles of its event, and the topics of the chat (text, curated name) that it matches."""

    article: StoredArticle
    others: list[StoredArticle]
    topics: list[tuple[str, str | None]]

    @property
    def reasons(self) -> list[tuple[Found, ...]]:
        """For each topic the words that match it, in this article or in another one of its event."""
        reports = (self.article, *self.others)
        return [next((found for report in reports if (found := why(text, report))), ()) for text, _ in self.topics]


async def article(database: Database, chat_id: int, thread_id: int, article_id: int) -> Article | None:
    """Return an article as a thread of a chat sees it; None if it is not stored."""
    async with database.read() as connection:
        found = await articles.get(connection, article_id)
        if found is None:
            return None
        return Article(
            found,
            await duplicates.others(connection, article_id),
            await articles.topics_matched(connection, article_id, chat_id, thread_id),
        )


async def similar_articles(
    database: Database, one: StoredArticle, limit: int, offset: int, now: dt.datetime
) -> SearchResults:
    """Return articles similar to one, best first."""
    async with database.read() as connection:
        return await search.like(connection, one, now, limit, offset)


async def mute_article(database: Database, chat_id: int, thread_id: int, article_id: int) -> list[topics.Subscription]:
    """End the subscription that an article matches if it is the only one; returns all that the article matches."""
    async with database.write() as connection:
        matched = await topics.of_chat(connection, chat_id, thread_id, article_id=article_id)
        if len(matched) == 1:
            await topics.unsubscribe(connection, chat_id, matched[0].id)
        return matched


async def mute_topic(database: Database, chat_id: int, thread_id: int, query_id: int) -> topics.Subscription | None:
    """End the subscription to a query and return it; None if there is none."""
    async with database.write() as connection:
        subscriptions = await topics.of_chat(connection, chat_id, thread_id)
        found = next((one for one in subscriptions if one.query.id == query_id), None)
        if found is not None:
            await topics.unsubscribe(connection, chat_id, found.id)
        return found


async def unmute_topic(
    database: Database, chat_id: int, thread_id: int, query_id: int, level: str, now: dt.datetime
) -> bool:
    """Subscribe to a query again; False if it is not stored. InvalidInput at the limit of subscriptions."""
    async with database.write() as connection:
        query = await topics.get_query(connection, query_id)
        if query is None:
            return False
        if await topics.count_of_chat(connection, chat_id) >= MAX_SUBSCRIPTIONS:
            raise InvalidInput("topics.too_many", limit=MAX_SUBSCRIPTIONS)
        await topics.subscribe(connection, chat_id, thread_id, query.id, level, now)
        return True
