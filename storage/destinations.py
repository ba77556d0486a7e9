"""The groups, channels and topics of forums that people manage from their private chats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chats import Destination
from storage.models import ChatRow, DestinationRow, ManagerRow
from storage.upsert import insert

# A topic of a forum that Telegram has not created after this time never will be: its place is free again.
_CREATED_IN = dt.timedelta(minutes=1)

_DESTINATIONS = (
    select(
        DestinationRow.id,
        DestinationRow.chat_id,
        DestinationRow.thread_id,
        ChatRow.title,
        DestinationRow.name,
        DestinationRow.slug,
    )
    .join(ChatRow, ChatRow.id == DestinationRow.chat_id)
    .where(DestinationRow.thread_id >= 0)
)


def _destination(row: Any) -> Destination:
    return Destination(row.id, row.chat_id, row.thread_id, row.title, row.name, row.slug)


async def add(
    connection: AsyncConnection, chat_id: int, now: dt.datetime, thread_id: int = 0, name: str = ""
) -> Destination:
    """Return the destination of a chat and thread; it is stored now if it is new."""
    values = {"chat_id": chat_id, "thread_id": thread_id, "name": name, "created_at": now}
    await connection.execute(insert(connection, DestinationRow).values(values).on_conflict_do_nothing())
    found = _DESTINATIONS.where(DestinationRow.chat_id == chat_id, DestinationRow.thread_id == thread_id)
    return _destination((await connection.execute(found)).one())


async def get(connection: AsyncConnection, destination_id: int) -> Destination | None:
    """Return a destination, None if there is none of this id."""
    row = (await connection.execute(_DESTINATIONS.where(DestinationRow.id == destination_id))).one_or_none()
    return _destination(row) if row else None


async def of_chat(connection: AsyncConnection, chat_id: int) -> list[Destination]:
    """Return the destinations of a chat: the chat itself, then its topics in the order of their creation."""
    found = _DESTINATIONS.where(DestinationRow.chat_id == chat_id).order_by(DestinationRow.thread_id)
    return [_destination(row) for row in await connection.execute(found)]


async def whole(connection: AsyncConnection, chat_id: int) -> Destination | None:
    """Return the destination that is a chat as a whole; None if nobody manages it."""
    found = _DESTINATIONS.where(DestinationRow.chat_id == chat_id, DestinationRow.thread_id == 0)
    row = (await connection.execute(found)).one_or_none()
    return _destination(row) if row else None


async def reserve(connection: AsyncConnection, chat_id: int, slug: str, number: int, now: dt.datetime) -> bool:
    """Reserve the topic of a forum for a curated topic; False if it is there, or another person creates it just now.

    `number` is positive, and another one for each curated topic.
    """
    abandoned = DestinationRow.created_at < now - _CREATED_IN
    await connection.execute(delete(DestinationRow).where(*_reserved(chat_id, slug), abandoned))
    values = {"chat_id": chat_id, "thread_id": -number, "name": "", "slug": slug, "created_at": now}
    added = await connection.execute(insert(connection, DestinationRow).values(values).on_conflict_do_nothing())
    return added.rowcount > 0


async def fill(connection: AsyncConnection, chat_id: int, slug: str, thread_id: int, name: str) -> Destination | None:
    """Store the thread that Telegram has created for a reserved topic; None if its place was taken meanwhile."""
    await connection.execute(
        update(DestinationRow).where(*_reserved(chat_id, slug)).values(thread_id=thread_id, name=name)
    )
    found = _DESTINATIONS.where(DestinationRow.chat_id == chat_id, DestinationRow.thread_id == thread_id)
    row = (await connection.execute(found)).one_or_none()
    return _destination(row) if row else None


async def free(connection: AsyncConnection, chat_id: int, slug: str) -> None:
    """Free the place of a reserved topic that Telegram has not created."""
    await connection.execute(delete(DestinationRow).where(*_reserved(chat_id, slug)))


def _reserved(chat_id: int, slug: str) -> tuple[ColumnElement[bool], ...]:
    return (DestinationRow.chat_id == chat_id, DestinationRow.slug == slug, DestinationRow.thread_id < 0)


async def of_person(connection: AsyncConnection, person_id: int) -> list[Destination]:
    """Return the chats that a person manages, by name; their topics are left out."""
    managed = select(ManagerRow.chat_id).where(ManagerRow.person_id == person_id)
    found = _DESTINATIONS.where(DestinationRow.chat_id.in_(managed), DestinationRow.thread_id == 0)
    return [_destination(row) for row in await connection.execute(found.order_by(ChatRow.title, DestinationRow.id))]


async def remove(connection: AsyncConnection, destination_id: int) -> None:
    """Remove a destination."""
    await connection.execute(delete(DestinationRow).where(DestinationRow.id == destination_id))


async def add_manager(connection: AsyncConnection, chat_id: int, person_id: int, now: dt.datetime) -> dt.datetime:
    """Note that a person manages a chat; returns since when (UTC) they do."""
    values = {"chat_id": chat_id, "person_id": person_id, "reviews": False, "since": now}
    await connection.execute(insert(connection, ManagerRow).values(values).on_conflict_do_nothing())
    its = (ManagerRow.chat_id == chat_id, ManagerRow.person_id == person_id)
    return (await connection.execute(select(ManagerRow.since).where(*its))).scalar_one()


async def remove_manager(connection: AsyncConnection, chat_id: int, person_id: int) -> None:
    """Note that a person manages a chat no more."""
    its = (ManagerRow.chat_id == chat_id, ManagerRow.person_id == person_id)
    await connection.execute(delete(ManagerRow).where(*its))


async def managers(connection: AsyncConnection, chat_id: int, *, reviewers: bool = False) -> Sequence[int]:
    """Return the people who manage a chat, or those of them who get its drafts, the first one first."""
    found = select(ManagerRow.person_id).where(ManagerRow.chat_id == chat_id)
    if reviewers:
        found = found.where(ManagerRow.reviews)
    return (await connection.execute(found.order_by(ManagerRow.since, ManagerRow.person_id))).scalars().all()


async def set_reviewer(connection: AsyncConnection, chat_id: int, person_id: int, *, reviews: bool) -> None:
    """Let a person who manages a chat get its drafts, or no more."""
    its = (ManagerRow.chat_id == chat_id, ManagerRow.person_id == person_id)
    await connection.execute(update(ManagerRow).where(*its).values(reviews=reviews))
