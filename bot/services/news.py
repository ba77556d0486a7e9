"""Lists of articles: the newest ones, those of a chat's topics, and those about a query."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.domain.articles import StoredArticle
from bot.domain.topics import Query
from bot.ingest.matching import search
from storage import article_lists, topics
from storage.database import Database
from storage.topics import StoredQuery as StoredQuery

# A query that nobody follows is matched with the articles of about two months; a millisecond each.
SEARCHED_ARTICLES = 300


@dataclass(frozen=True, slots=True)
class News:
    """A list of articles, newest first: of the chat's topics (`own`) or of all. `follows`: the chat has topics."""

    articles: list[StoredArticle]
    own: bool
    follows: bool


async def news(database: Database, chat_id: int, limit: int, offset: int = 0, *, own: bool | None = None) -> News:
    """Return the newest articles, `own` or all; by default those of the chat's topics if it has any."""
    async with database.read() as connection:
        follows = bool(await topics.count_of_chat(connection, chat_id))
        own = follows if own is None else own
        if own:
            return News(await article_lists.for_chat(connection, chat_id, limit, offset), own, follows)
        return News(await article_lists.latest(connection, limit, offset), own, follows)


async def articles_about(database: Database, query_id: int, limit: int, offset: int) -> list[StoredArticle]:
    """Return the newest articles that match a stored query."""
    async with database.read() as connection:
        return await article_lists.about(connection, query_id, limit, offset)


async def recent_articles_about(database: Database, query: Query) -> list[StoredArticle]:
    """Return those of the newest articles that match a query that is not stored."""
    async with database.read() as connection:
        recent = await article_lists.latest(connection, SEARCHED_ARTICLES)
    return await asyncio.to_thread(search, query, recent)


async def stored_query(database: Database, query_id: int) -> StoredQuery | None:
    """Return the stored query of an id, if there is one."""
    async with database.read() as connection:
        return await topics.get_query(connection, query_id)
