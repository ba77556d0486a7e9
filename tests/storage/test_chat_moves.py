"""A group that becomes a supergroup takes along its managers, boards and feed; a thread that is left, its destination."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.events import ArticlePublished, EventKind
from storage import chat_moves, chats, deliveries, destinations
from storage.database import Database
from storage.models import BoardRow, FeedRow, ReviewRow
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, tzinfo=dt.UTC)
OLD, NEW = -5, -1_000_000_000_005
ANN, BEK = 1, 2


@pytest.fixture(autouse=True)
async def group(database: Database) -> None:
    """A group with two managers, a board, a feed and a draft."""
    async with database.write() as connection:
        for person in (ANN, BEK):
            await chats.ensure(connection, Chat(person, "private", "en", "UTC"), NOW)
        await chats.ensure(connection, Chat(OLD, "group", "en", "UTC", title="Traders"), NOW)
        await destinations.add(connection, OLD, NOW)
        for person in (ANN, BEK):
            await destinations.add_manager(connection, OLD, person, NOW)
        await connection.execute(insert(BoardRow).values(chat_id=OLD, thread_id=0, message_id=3, created_at=NOW))
        await connection.execute(insert(FeedRow).values(chat_id=OLD, secret_hash="a" * 64, created_at=NOW))
        article = await store_article(connection, "feed", Article("Gold", url="https://example.org/1"), NOW)
        event = await deliveries.insert_event(connection, ArticlePublished(article), "article:1", NOW)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, EventKind.ARTICLE, [(OLD, 0)], NOW)
        draft = {"delivery_id": 1, "chat_id": OLD, "article_id": article, "decide_by": NOW, "created_at": NOW}
        await connection.execute(insert(ReviewRow).values(draft))


async def owners(database: Database, table: Any) -> list[int]:
    async with database.read() as connection:
        return list((await connection.execute(select(table.chat_id))).scalars())


async def managers(database: Database) -> list[int]:
    async with database.read() as connection:
        assert await destinations.managers(connection, OLD) == []
        return [*await destinations.managers(connection, NEW)]


@pytest.mark.parametrize("known", [False, True])
async def test_all_rows_of_a_managed_group_move_with_it(database: Database, known: bool) -> None:
    async with database.write() as connection:
        if known:  # the supergroup has sent a message already
            await chats.ensure(connection, Chat(NEW, "supergroup", "en", "UTC"), NOW)
        await chat_moves.migrate(connection, OLD, NEW)
        assert len(await destinations.of_chat(connection, NEW)) == 1
    assert await managers(database) == [ANN, BEK]
    for table in (BoardRow, FeedRow, ReviewRow):
        assert await owners(database, table) == [NEW]


async def test_rows_that_the_supergroup_has_already_win(database: Database) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(NEW, "supergroup", "en", "UTC"), NOW)
        kept = await destinations.add(connection, NEW, NOW)
        await destinations.add_manager(connection, NEW, BEK, NOW)
        await connection.execute(insert(BoardRow).values(chat_id=NEW, thread_id=0, message_id=9, created_at=NOW))
        await connection.execute(insert(FeedRow).values(chat_id=NEW, secret_hash="b" * 64, created_at=NOW))
        await chat_moves.migrate(connection, OLD, NEW)
        assert [one.id for one in await destinations.of_chat(connection, NEW)] == [kept.id]
        assert (await connection.execute(select(BoardRow.message_id))).scalars().all() == [9]
        assert (await connection.execute(select(FeedRow.secret_hash))).scalars().all() == ["b" * 64]
    assert sorted(await managers(database)) == [ANN, BEK]


async def test_a_thread_that_is_left_is_no_destination_any_more(database: Database) -> None:
    async with database.write() as connection:
        await destinations.add(connection, OLD, NOW, 7, "Energy")
        await chat_moves.leave_thread(connection, OLD, 7)
        assert [one.thread_id for one in await destinations.of_chat(connection, OLD)] == [0]
        await chat_moves.leave_thread(connection, OLD, 0)
        assert [one.thread_id for one in await destinations.of_chat(connection, OLD)] == [0]
