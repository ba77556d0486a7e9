"""One article: its event, its topics in a chat, the reasons for them, and similar articles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.articles import StoredArticle
from bot.domain.searches import SearchResults
from bot.domain.topics import Found
from bot.domain.topics.subscription import FollowedTopic
from bot.ingest.matching import why
from bot.services.topics import followed_topic
from storage import articles, duplicates, saved, search, topics
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Article:
    """An article, the other articles of its event, the topics of the chat that it matches, and whether it is saved."""

    article: StoredArticle
    others: list[StoredArticle]
    topics: list[FollowedTopic]
    saved: bool

    @property
    def reasons(self) -> list[tuple[Found, ...]]:
        """For each topic the words that match it, in this article or in another one of its event."""
        reports = (self.article, *self.others)
        return [next((found for report in reports if (found := why(one.text, report))), ()) for one in self.topics]


async def article(database: Database, chat_id: int, thread_id: int, article_id: int) -> Article | None:
    """Return an article as a thread of a chat sees it; None if it is not stored."""
    async with database.read() as connection:
        found = await articles.get(connection, article_id)
        if found is None:
            return None
        matched = await topics.of_chat(connection, chat_id, thread_id, article_id=article_id)
        return Article(
            found,
            await duplicates.others(connection, article_id),
            [followed_topic(one) for one in matched],
            await saved.has(connection, chat_id, article_id),
        )


async def similar_articles(
    database: Database, one: StoredArticle, limit: int, offset: int, now: dt.datetime
) -> SearchResults:
    """Return articles similar to one, best first."""
    async with database.read() as connection:
        return await search.like(connection, one, now, limit, offset)
