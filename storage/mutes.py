"""Sources that chats have muted."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.expression import SQLColumnExpression

from storage.models import ArticleRow, MutedRow
from storage.upsert import insert


async def mute(connection: AsyncConnection, chat_id: int, sources: Iterable[str]) -> None:
    """Mute sources."""
    rows = [{"chat_id": chat_id, "source": source} for source in sources]
    await connection.execute(insert(connection, MutedRow).on_conflict_do_nothing(), rows)


async def unmute(connection: AsyncConnection, chat_id: int, sources: Iterable[str]) -> None:
    """Unmute sources."""
    await connection.execute(delete(MutedRow).where(MutedRow.chat_id == chat_id, MutedRow.source.in_(sources)))


async def of_chat(connection: AsyncConnection, chat_id: int) -> set[str]:
    """Return the sources that a chat has muted."""
    rows = await connection.execute(select(MutedRow.source).where(MutedRow.chat_id == chat_id))
    return {row.source for row in rows}


def muted(chat_id: SQLColumnExpression[int] | int) -> ColumnElement[bool]:
    """Return the condition that a chat has muted the source of an article, for statements on both."""
    return exists().where(MutedRow.chat_id == chat_id, MutedRow.source == ArticleRow.source)
