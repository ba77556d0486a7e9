"""A chat receives the things of a kind in their order, also where one of them had to be tried again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.domain.chats import Chat
from bot.domain.deliveries import DeliveryState
from bot.domain.events import EventKind
from storage import chat_moves, chats, claims, deliveries, outcomes
from storage.database import Database
from storage.outcomes import DeliveryUpdate
from tests.delivery.conftest import Post
from tests.events import sample

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
SOON = dt.timedelta(seconds=2)
SUPERGROUP = -1000000000005


async def queue_event(database: Database, kind: EventKind, key: str, *recipients: int) -> None:
    async with database.write() as connection:
        for chat in recipients:
            await chats.ensure(connection, Chat(chat, "private", "en", "Asia/Almaty"), NOW)
        event = await deliveries.insert_event(connection, sample(kind), key, NOW)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, kind, [(chat, 0) for chat in recipients], NOW)


async def claimed(database: Database, at: dt.datetime = NOW) -> list[tuple[int, str, int]]:
    async with database.write() as connection:
        return [(one.chat_id, one.event.key, one.id) for one in await claims.claim(connection, at, 10, ordered=True)]


async def put_off(database: Database, delivery: int, until: dt.datetime) -> None:
    async with database.write() as connection:
        await outcomes.record(connection, [DeliveryUpdate(delivery, DeliveryState.PENDING, until)], NOW)


async def test_what_is_tried_again_is_not_overtaken_in_its_chat_and_kind(database: Database) -> None:
    await queue_event(database, EventKind.CROSSING, "first", 1)
    ((_, _, first),) = await claimed(database)
    await queue_event(database, EventKind.CROSSING, "second", 1, 2)
    await queue_event(database, EventKind.ARTICLE, "story", 1)
    assert [(chat, key) for chat, key, _ in await claimed(database)] == [(2, "second"), (1, "story")]
    await put_off(database, first, NOW + SOON)
    assert await claimed(database, NOW + SOON / 2) == []
    assert [key for _, key, _ in await claimed(database, NOW + SOON)] == ["first"]
    async with database.write() as connection:
        await outcomes.record(connection, [DeliveryUpdate(first, DeliveryState.SENT, message_id=1)], NOW)
    assert [key for _, key, _ in await claimed(database, NOW + SOON)] == ["second"]


async def test_what_waits_for_hours_holds_nobody_up(database: Database) -> None:
    await queue_event(database, EventKind.ARTICLE, "by night", 1)
    ((_, _, first),) = await claimed(database)
    await put_off(database, first, NOW + dt.timedelta(hours=9))
    await queue_event(database, EventKind.ARTICLE, "by day", 1)
    assert [key for _, key, _ in await claimed(database)] == ["by day"]


async def test_what_was_claimed_before_its_group_became_another_is_sent_there(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = await post.add(EventKind.ARTICLE, -5)
    claim = claims.claim

    async def claim_and_move(connection: Any, *arguments: Any, **named: Any) -> Any:
        taken = await claim(connection, *arguments, **named)
        await chat_moves.migrate(connection, -5, SUPERGROUP)
        return taken

    monkeypatch.setattr(claims, "claim", claim_and_move)
    post.telegram.migrate(-5, SUPERGROUP)
    async with post.worker():
        await post.until({"sent": 1})
    assert post.received(SUPERGROUP) == [news]


async def test_a_crossing_that_is_said_again_comes_before_the_next_one(post: Post) -> None:
    first, second = await post.add(EventKind.CROSSING, 1), await post.add(EventKind.CROSSING, 1)
    post.telegram.drop_next("sendMessage", before=True)
    async with post.worker():
        await post.until_attempted()
        post.ahead += dt.timedelta(seconds=30)
        await post.until({"sent": 2})
    assert post.received(1) == [f"{first} again", second]
