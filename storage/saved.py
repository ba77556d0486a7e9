"""Articles that chats saved to read later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import StoredArticle
from storage.article_columns import COLUMNS, stored_article
from storage.models import ArticleRow, SavedRow
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Saved:
    """An article and when (UTC) it was saved."""

    article: StoredArticle
    saved_at: dt.datetime


async def save(connection: AsyncConnection, chat_id: int, article_id: int, now: dt.datetime) -> None:
    """Save an article; a saved one keeps its place."""
    values = {"chat_id": chat_id, "article_id": article_id, "saved_at": now}
    await connection.execute(insert(connection, SavedRow).values(values).on_conflict_do_nothing())


async def drop(connection: AsyncConnection, chat_id: int, article_id: int) -> bool:
    """Remove a saved article; returns whether it was there."""
    gone = await connection.execute(
        delete(SavedRow).where(SavedRow.chat_id == chat_id, SavedRow.article_id == article_id)
    )
    return bool(gone.rowcount)


async def has(connection: AsyncConnection, chat_id: int, article_id: int) -> bool:
    """Return whether a chat has saved an article."""
    statement = select(SavedRow.saved_at).where(SavedRow.chat_id == chat_id, SavedRow.article_id == article_id)
    return (await connection.execute(statement)).first() is not None


async def count(connection: AsyncConnection, chat_id: int) -> int:
    """Return how many articles a chat has saved."""
    statement = select(func.count()).select_from(SavedRow).where(SavedRow.chat_id == chat_id)
    return (await connection.execute(statement)).scalar_one()


async def of_chat(connection: AsyncConnection, chat_id: int, limit: int, offset: int = 0) -> list[Saved]:
    """Return a chat's saved articles, the last one first."""
    statement = (
        select(*COLUMNS, SavedRow.saved_at)
        .join(SavedRow, SavedRow.article_id == ArticleRow.id)
        .where(SavedRow.chat_id == chat_id)
        .order_by(SavedRow.saved_at.desc(), ArticleRow.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Saved(stored_article(row), row.saved_at) for row in await connection.execute(statement)]
