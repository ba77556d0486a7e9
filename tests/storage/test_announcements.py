"""A transaction that queues deliveries announces them once it is committed, and only then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.broadcasts import Audience, BroadcastState
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import Priority
from bot.domain.events import ChatPaused, EventKind
from storage import broadcasts, chats, claims, deliveries, failures
from storage.database import Database
from storage.models import DeliveryRow

NOW = dt.datetime(2026, 3, 2, 7, tzinfo=dt.UTC)
Write = Callable[[AsyncConnection], Awaitable[object]]


async def notice(connection: AsyncConnection, chat: int = 1) -> None:
    event = await deliveries.insert_event(connection, ChatPaused(chat), f"notice:{chat}", NOW)
    assert event is not None
    await deliveries.insert_deliveries(connection, event, EventKind.CHAT_PAUSED, [(chat, 0)], NOW)


async def in_state(connection: AsyncConnection, state: str, **values: object) -> None:
    await connection.execute(update(DeliveryRow).values(state=state, **values))


@pytest.fixture
async def announced(database: Database) -> list[str]:
    """A word for each announcement, from a database with one chat."""
    announcements: list[str] = []
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOW)
    database.on_queued = lambda: announcements.append("queued")
    return announcements


async def test_deliveries_are_announced_once_they_are_committed(database: Database, announced: list[str]) -> None:
    async with database.write() as connection:
        await notice(connection)
        assert announced == []
    assert announced == ["queued"]


async def test_what_is_undone_is_not_announced_by_the_next_transaction_either(
    database: Database, announced: list[str]
) -> None:
    with pytest.raises(LookupError):
        async with database.write() as connection:
            await notice(connection)
            raise LookupError
    for _ in range(3):
        async with database.write() as connection:
            await chats.mark_unblocked(connection, 1, NOW)
    assert announced == []


async def test_an_event_for_nobody_is_not_announced(database: Database, announced: list[str]) -> None:
    async with database.write() as connection:
        await notice(connection, chat=99)
    assert announced == []


async def retry(connection: AsyncConnection) -> None:
    await failures.retry(connection)


async def speak_again(connection: AsyncConnection) -> None:
    await chats.set_state(connection, 1, ChatState.ACTIVE, NOW)


async def lease_ran_out(connection: AsyncConnection) -> None:
    await claims.requeue_expired(connection, NOW)


@pytest.mark.parametrize(("state", "change"), [("dead", retry), ("pending", speak_again), ("sending", lease_ran_out)])
async def test_a_delivery_that_may_leave_again_is_announced(
    database: Database, announced: list[str], state: str, change: Write
) -> None:
    async with database.write() as connection:
        await notice(connection)
        past = NOW - dt.timedelta(minutes=1)
        await in_state(connection, state, finished_at=past, lease_until=past, not_before=NOW + dt.timedelta(days=1))
    announced.clear()
    async with database.write() as connection:
        await change(connection)
    assert announced == ["queued"]
    async with database.write() as connection:
        await lease_ran_out(connection)
        await retry(connection)
    assert announced == ["queued"]


async def test_each_step_of_a_broadcast_is_announced(database: Database, announced: list[str]) -> None:
    async with database.write() as connection:
        number = await broadcasts.draft(connection, 1, "Hello", Audience(), 1, NOW)
    assert announced == []
    async with database.write() as connection:
        await broadcasts.start(connection, number, 5, paid=False)
    assert len(announced) == 1
    async with database.write() as connection:
        one = await broadcasts.get(connection, number)
        assert one is not None
        await broadcasts.feed(connection, one, 10, NOW)
    assert len(announced) == 2
    async with database.write() as connection:
        await broadcasts.hold(connection, number)
    assert len(announced) == 2
    async with database.write() as connection:
        await broadcasts.release(connection, number)
    assert len(announced) == 3
    async with database.write() as connection:
        assert await broadcasts.change(connection, number, BroadcastState.PAUSED, BroadcastState.RUNNING)
    assert len(announced) == 4


async def test_the_first_that_will_be_due_is_known(database: Database, announced: list[str]) -> None:
    later = [NOW + dt.timedelta(minutes=minutes) for minutes in (30, 5)]
    async with database.write() as connection:
        await chats.ensure(connection, Chat(2, "private", "en", "Asia/Almaty"), NOW)
        for chat, at in zip((1, 2), later, strict=True):
            await notice(connection, chat)
            await connection.execute(update(DeliveryRow).where(DeliveryRow.chat_id == chat).values(not_before=at))
    async with database.read() as connection:
        assert await claims.next_due(connection, list(Priority)) == later[1]
        assert await claims.next_due(connection, [Priority.BROADCAST]) is None
