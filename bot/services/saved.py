"""Articles that a chat saved to read later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.articles import MAX_SAVED, StoredArticle
from bot.domain.errors import InvalidInput
from storage import articles, saved
from storage.database import Database


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page of the saved articles; `total` is the number of all."""

    articles: list[StoredArticle]
    total: int
    page: int


async def saved_articles(database: Database, chat_id: int, page: int, size: int) -> SavedPage:
    """Return a page of the saved articles, newest first; the last page in place of one that does not exist."""
    async with database.read() as connection:
        total = await saved.count(connection, chat_id)
        page = min(page, max(total - 1, 0) // size)
        found = await saved.of_chat(connection, chat_id, size, page * size)
    return SavedPage([one.article for one in found], total, page)


async def save_article(database: Database, chat_id: int, article_id: int, now: dt.datetime) -> StoredArticle | None:
    """Save an article and return it; None if there is none of this id. InvalidInput at the limit."""
    async with database.write() as connection:
        found = await articles.get(connection, article_id)
        if found is not None and not await saved.has(connection, chat_id, article_id):
            if await saved.count(connection, chat_id) >= MAX_SAVED:
                raise InvalidInput("saved.full", limit=MAX_SAVED)
            await saved.save(connection, chat_id, article_id, now)
        return found


async def drop_saved(database: Database, chat_id: int, article_id: int) -> None:
    """Remove an article from the saved ones."""
    async with database.write() as connection:
        await saved.drop(connection, chat_id, article_id)
