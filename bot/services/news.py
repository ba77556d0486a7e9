"""Lists of articles: the newest ones, those of a chat's topics, and those about a query; and their languages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.news_languages import toggled
from bot.domain.topics import Query
from bot.ingest.matching import search
from bot.services.chats import save_chat
from storage import article_lists, news_languages, topics
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


async def news(database: Database, chat: Chat, limit: int, offset: int = 0, *, own: bool | None = None) -> News:
    """Return the newest articles in the chat's languages, `own` or all; by default of its topics if it has any."""
    async with database.read() as connection:
        follows = bool(await topics.count_of_chat(connection, chat.id))
        languages = await news_languages.read_by(connection, chat)
        own = follows if own is None else own
        if own:
            found = await article_lists.for_chat(connection, chat.id, limit, offset, languages)
        else:
            found = await article_lists.latest(connection, limit, offset, languages=languages)
    return News(found, own, follows)


async def articles_about(database: Database, chat: Chat, query_id: int, limit: int, offset: int) -> list[StoredArticle]:
    """Return the newest articles in the chat's languages that match a stored query."""
    async with database.read() as connection:
        languages = await news_languages.read_by(connection, chat)
        return await article_lists.about(connection, query_id, limit, offset, languages=languages)


async def recent_articles_about(database: Database, chat: Chat, query: Query) -> list[StoredArticle]:
    """Return those of the newest articles in the chat's languages that match a query that is not stored."""
    async with database.read() as connection:
        languages = await news_languages.read_by(connection, chat)
        recent = await article_lists.latest(connection, SEARCHED_ARTICLES, languages=languages)
    return await asyncio.to_thread(search, query, recent)


async def stored_query(database: Database, query_id: int) -> StoredQuery | None:
    """Return the stored query of an id, if there is one."""
    async with database.read() as connection:
        return await topics.get_query(connection, query_id)


async def available_languages(database: Database) -> frozenset[str]:
    """Return the languages in which the sources write."""
    async with database.read() as connection:
        return await news_languages.available(connection)


async def set_news_language(database: Database, chat: Chat, language: str, *, on: bool) -> Chat:
    """Add a language to those that a chat reads, or remove it; returns the chat."""
    chat = replace(chat, news_languages=toggled(chat, language, on=on))
    await save_chat(database, chat)
    return chat
