"""Moves of a chat's rows: from a group to the supergroup it became, from a closed thread to General."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import alerts, boards, mutes
from storage.chats import get, release
from storage.models import (
    AlertRow,
    BoardRow,
    ChatRow,
    DeliveryRow,
    DestinationRow,
    FeedRow,
    ManagerRow,
    ReviewRow,
    SavedRow,
    SubscriptionRow,
)

# Tables with rows of a chat, and what is unique in them within a chat.
_KEYS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (SubscriptionRow, ("thread_id", "query_id")),
    (DeliveryRow, ("event_id", "thread_id")),
    (SavedRow, ("article_id",)),
    (DestinationRow, ("thread_id",)),
    (ManagerRow, ("person_id",)),
    (BoardRow, ("thread_id",)),
    (FeedRow, ()),
)


async def migrate(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Move all rows of a group to the supergroup it became; rows that the supergroup has already win.

    Deliveries that were postponed because the group is gone become due.
    """
    # Locked: rows written for the old chat meanwhile would be deleted with it. Their writers wait, fail and retry.
    old = select(ChatRow.id).where(ChatRow.id == old_id).with_for_update()
    if old_id == new_id or (await connection.execute(old)).first() is None:
        return
    await boards.leave_messages(connection, old_id, new_id)
    if await get(connection, new_id) is None:
        # The foreign keys cascade the new id into every row of the chat.
        move = update(ChatRow).where(ChatRow.id == old_id).values(id=new_id, kind="supergroup")
        with suppress(IntegrityError):  # on PostgreSQL the supergroup may be created at the same time
            async with connection.begin_nested():
                await connection.execute(move)
            await release(connection, new_id)
            return
    for table, clash in _KEYS:
        there = table.__table__.alias()
        same = [getattr(table, name) == there.c[name] for name in clash]
        kept = select(there.c.chat_id).where(there.c.chat_id == new_id, *same).exists()
        await connection.execute(update(table).where(table.chat_id == old_id, ~kept).values(chat_id=new_id))
    moved = select(DeliveryRow.id).where(DeliveryRow.chat_id == new_id)
    reviewed = update(ReviewRow).where(ReviewRow.chat_id == old_id, ReviewRow.delivery_id.in_(moved))
    await connection.execute(reviewed.values(chat_id=new_id))
    await connection.execute(update(AlertRow).where(AlertRow.chat_id == old_id).values(chat_id=new_id))
    await alerts.remove_repeated(connection, new_id)
    if muted := await mutes.of_chat(connection, old_id):
        await mutes.mute(connection, new_id, muted)
    await connection.execute(delete(ChatRow).where(ChatRow.id == old_id))
    await release(connection, new_id)


async def leave_thread(connection: AsyncConnection, chat_id: int, thread_id: int) -> None:
    """Move all rows of a chat's thread to its General topic; rows that General has already win."""
    for table, clash in ((SubscriptionRow, ("query_id",)), (DeliveryRow, ("event_id",))):
        there = table.__table__.alias()
        same = [getattr(table, name) == there.c[name] for name in clash]
        kept = select(there.c.id).where(there.c.chat_id == chat_id, there.c.thread_id == 0, *same).exists()
        here = (table.chat_id == chat_id, table.thread_id == thread_id)
        await connection.execute(update(table).where(*here, ~kept).values(thread_id=0))
        await connection.execute(delete(table).where(*here))
    moved = update(AlertRow).where(AlertRow.chat_id == chat_id, AlertRow.thread_id == thread_id)
    await connection.execute(moved.values(thread_id=0))
    await alerts.remove_repeated(connection, chat_id)
    managed = (DestinationRow.chat_id == chat_id, DestinationRow.thread_id == thread_id)
    await connection.execute(delete(DestinationRow).where(*managed, DestinationRow.thread_id != 0))
    await release(connection, chat_id)
