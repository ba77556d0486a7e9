"""Chats: loading, creating, settings, membership, and moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from bot.delivery import notices
from bot.delivery.policy import DAY
from bot.domain.chats import Chat, ChatState
from storage import chat_moves, chats, outcomes
from storage.database import Database


async def load_chats(database: Database, ids: Collection[int]) -> dict[int, Chat]:
    """Return the known ones of these chats, by id."""
    async with database.autocommit() as connection:
        return await chats.get_many(connection, ids)


async def create_chats(database: Database, new_chats: Collection[Chat], now: dt.datetime) -> dict[int, Chat]:
    """Store the chats that are not stored yet; returns all of them as they are stored, by id."""
    async with database.write() as connection:
        return await chats.ensure_many(connection, new_chats, now)


async def save_chat(database: Database, chat: Chat) -> None:
    """Store the settings of a chat."""
    async with database.write() as connection:
        await chats.save(connection, chat)


async def mark_active(database: Database, active: Collection[tuple[int, dt.date]]) -> None:
    """Store the days (UTC) of the last requests of chats."""
    async with database.write() as connection:
        for day in {day for _, day in active}:
            await chats.mark_active(connection, [chat for chat, on in active if on == day], day)


async def rename(database: Database, chat_id: int, title: str) -> None:
    """Store the name of a group or channel, if the chat is known."""
    async with database.write() as connection:
        await chats.rename(connection, chat_id, title)


async def mark_gone(database: Database, chat_id: int, now: dt.datetime, *, notify: bool = True) -> None:
    """Store that the bot was blocked in or removed from a chat, if the chat is known.

    `notify`: the people who manage it get a notice; False where the bot has left by itself.
    """
    async with database.write() as connection:
        chat = await chats.get(connection, chat_id)
        if chat is not None:
            await chats.set_state(connection, chat_id, ChatState.GONE, now)
            if notify and chat.state is not ChatState.GONE:
                await notices.removed(connection, chat_id, now)


async def mark_muted(database: Database, chat_id: int, now: dt.datetime, operators: Collection[int]) -> None:
    """Store that the bot may not write to a chat any more: what waits for it is kept, and its managers get a notice."""
    async with database.write() as connection:
        await notices.pause(connection, chat_id, now, operators)
        await outcomes.postpone(connection, chat_id, now + DAY)


async def mark_unblocked(database: Database, chat_id: int, now: dt.datetime) -> dt.datetime | None:
    """Store that the bot may write to a chat, and reactivate the chat if it was gone or paused.

    Returns since when (UTC) the chat was gone; None if it was not, or if it is not known.
    """
    async with database.write() as connection:
        await chats.mark_unblocked(connection, chat_id, now)
        chat = await chats.get(connection, chat_id)
        if chat is None or chat.state not in (ChatState.GONE, ChatState.PAUSED):
            return None
        return await chats.reactivate(connection, chat_id, now)


async def move_to_supergroup(database: Database, old_id: int, new_id: int) -> None:
    """Move all that belongs to a group to the supergroup that it became."""
    async with database.write() as connection:
        await chat_moves.migrate(connection, old_id, new_id)


async def move_to_general(database: Database, chat_id: int, thread_id: int) -> None:
    """Move all that belongs to a closed thread of a forum to the forum's General topic."""
    async with database.write() as connection:
        await chat_moves.leave_thread(connection, chat_id, thread_id)
