"""The stored data of a chat as a whole: its export (/mydata) and its deletion (/forget)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import mutes
from storage.models import AlertRow, ArticleRow, ChatRow, DeliveryRow, EventRow, QueryRow, SavedRow, SubscriptionRow


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Delete a chat and all data about it (by cascade)."""
    await connection.execute(delete(ChatRow).where(ChatRow.id == chat_id))


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
    deliveries = await connection.execute(
        select(EventRow.key, DeliveryRow.state, DeliveryRow.created_at, DeliveryRow.finished_at)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(DeliveryRow.chat_id == chat_id)
        .order_by(DeliveryRow.id)
    )
    return {
        "chat": _json(chat),
        "subscriptions": [_json(row) for row in subscriptions],
        "alerts": [_json(row) for row in alerts],
        "saved": [_json(row) for row in saved],
        "muted": sorted(await mutes.of_chat(connection, chat_id)),
        "deliveries": [_json(row) for row in deliveries],
    }


def _json(row: Any) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, bool | int) else str(value)
        for name, value in row._mapping.items()
    }
