"""The stored data of a chat as a whole: its export (/mydata) and its deletion (/forget)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import mutes, reviews
from storage.models import (
    AlertRow,
    ArticleRow,
    BoardRow,
    ChatRow,
    DeliveryRow,
    EventRow,
    FeedRow,
    ManagerRow,
    QueryRow,
    ReviewRow,
    SavedRow,
    SubscriptionRow,
)


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Delete a chat and all data about it (by cascade), and the person from the reviews that they decided."""
    await reviews.forget_person(connection, chat_id)
    await connection.execute(delete(ChatRow).where(ChatRow.id == chat_id))


async def forget_thread(connection: AsyncConnection, chat_id: int, thread_id: int) -> None:
    """Delete all that was set up in a topic of a forum."""
    for table in (SubscriptionRow, AlertRow, DeliveryRow, BoardRow):
        await connection.execute(delete(table).where(table.chat_id == chat_id, table.thread_id == thread_id))


async def everything(connection: AsyncConnection, chat_id: int) -> dict[str, Any]:
    """Return all stored data about a chat as JSON values, for /mydata."""
    chat = (await connection.execute(select(ChatRow.__table__).where(ChatRow.id == chat_id))).one_or_none()
    if chat is None:
        return {}
    subscriptions = await connection.execute(
        select(
            QueryRow.text,
            SubscriptionRow.words,
            SubscriptionRow.level,
            SubscriptionRow.thread_id,
            SubscriptionRow.created_at,
        )
        .join(QueryRow, QueryRow.id == SubscriptionRow.query_id)
        .where(SubscriptionRow.chat_id == chat_id)
        .order_by(SubscriptionRow.id)
    )
    # Those that were deleted less than a day ago are still stored.
    alerts = await connection.execute(
        select(AlertRow.__table__).where(AlertRow.chat_id == chat_id).order_by(AlertRow.id)
    )
    saved = await connection.execute(
        select(ArticleRow.title, ArticleRow.url, SavedRow.saved_at)
        .join(SavedRow, SavedRow.article_id == ArticleRow.id)
        .where(SavedRow.chat_id == chat_id)
        .order_by(SavedRow.saved_at, ArticleRow.id)
    )
    # The hash of the address is left out: it is of no use to the person.
    feed = await connection.execute(select(FeedRow.created_at).where(FeedRow.chat_id == chat_id))
    deliveries = await connection.execute(
        select(EventRow.key, DeliveryRow.state, DeliveryRow.created_at, DeliveryRow.finished_at)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(DeliveryRow.chat_id == chat_id)
        .order_by(DeliveryRow.id)
    )
    boards = await connection.execute(
        select(BoardRow.__table__).where(BoardRow.chat_id == chat_id).order_by(BoardRow.thread_id)
    )
    reviewed = await connection.execute(
        select(ArticleRow.title, ReviewRow.state, ReviewRow.lead, ReviewRow.decided_at)
        .join(ReviewRow, ReviewRow.article_id == ArticleRow.id)
        .where((ReviewRow.chat_id == chat_id) | (ReviewRow.decided_by == chat_id))
        .order_by(ReviewRow.delivery_id)
    )
    managed = await connection.execute(
        select(ManagerRow.chat_id, ChatRow.title, ManagerRow.reviews, ManagerRow.since)
        .join(ChatRow, ChatRow.id == ManagerRow.chat_id)
        .where(ManagerRow.person_id == chat_id)
        .order_by(ManagerRow.chat_id)
    )
    return {
        "chat": _json(chat),
        "managed_chats": [_json(row) for row in managed],
        "subscriptions": [_json(row) for row in subscriptions],
        "alerts": [_json(row) for row in alerts],
        "saved": [_json(row) for row in saved],
        "muted": sorted(await mutes.of_chat(connection, chat_id)),
        "boards": [_json(row) for row in boards],
        "feed": [_json(row) for row in feed],
        "deliveries": [_json(row) for row in deliveries],
        "reviews": [_json(row) for row in reviewed],
    }


def _json(row: Any) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, bool | int) else str(value)
        for name, value in row._mapping.items()
    }
