import asyncio
import datetime as dt
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Delete, Executable, Update, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import Delivery, DeliveryState, Priority
from bot.domain.events import ArticlePublished, EventKind
from storage import articles, chat_moves, chats, claims, deliveries, outcomes, personal_data, topics
from storage.claims import LEASE
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade
from storage.models import DeliveryRow, EventRow
from storage.outcomes import DeliveryUpdate
from tests.databases import empty
from tests.events import sample
from tests.stored import fan_out_article, store_article

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)


async def add_chat(database: Database, chat_id: int) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(chat_id, "private", "en", "Asia/Almaty"), NOW)


async def subscribe(database: Database, chat_id: int, text: str, level: str = "instant") -> int:
    async with database.write() as connection:
        query = await topics.ensure_query(connection, text)
        await topics.subscribe(connection, chat_id, 0, query.id, level, NOW)
        return query.id


async def publish(database: Database, *queries: int) -> int:
    """Store an article about some queries and publish it; returns how many deliveries there are."""
    async with database.write() as connection:
        stored = await store_article(connection, "feed", Article(title="A story"), NOW)
        await articles.add_matches(connection, [(stored, query) for query in queries])
        return await fan_out_article(connection, stored, NOW)


async def test_one_delivery_a_person_even_if_three_topics_match(database: Database) -> None:
    for chat in (1, 2, 3, 4):
        await add_chat(database, chat)
    nuclear, rail, oil = [await subscribe(database, 1, text) for text in ("nuclear", "rail", "oil")]
    await subscribe(database, 2, "nuclear", "silent")
    await subscribe(database, 3, "nuclear", "digest")
    await subscribe(database, 4, "uranium")
    assert await publish(database, nuclear, rail, oil) == 2
    async with database.write() as connection:
        claimed = await claims.claim(connection, NOW, 10)
    assert [(d.chat_id, d.silent, d.event.kind) for d in claimed] == [
        (1, False, EventKind.ARTICLE),
        (2, True, EventKind.ARTICLE),
    ]


async def test_the_same_article_is_not_sent_twice(database: Database) -> None:
    await add_chat(database, 1)
    nuclear = await subscribe(database, 1, "nuclear")
    assert [await publish(database, nuclear), await publish(database, nuclear)] == [1, 0]


async def test_a_chat_that_is_gone_or_stopped_receives_nothing(database: Database) -> None:
    for chat in (1, 2):
        await add_chat(database, chat)
        nuclear = await subscribe(database, chat, "nuclear")
    async with database.write() as connection:
        await chats.set_state(connection, 1, ChatState.STOPPED, NOW)
        await chats.set_state(connection, 2, ChatState.GONE, NOW)
    assert await publish(database, nuclear) == 0


async def test_crossings_leave_before_news_and_news_before_digests(database: Database) -> None:
    await add_chat(database, 1)
    async with database.write() as connection:
        for kind in (EventKind.DIGEST, EventKind.ARTICLE, EventKind.CROSSING):
            event = await deliveries.insert_event(connection, sample(kind), f"{kind}:1", NOW)
            assert event is not None
            await deliveries.insert_deliveries(connection, event, kind, [(1, 0)], NOW)
        claimed = await claims.claim(connection, NOW, 10)
    assert [d.event.kind for d in claimed] == [EventKind.CROSSING, EventKind.ARTICLE, EventKind.DIGEST]


async def test_a_claim_goes_back_when_its_lease_has_run_out(database: Database) -> None:
    await add_chat(database, 1)
    await publish(database, await subscribe(database, 1, "nuclear"))
    async with database.write() as connection:
        first = await claims.claim(connection, NOW, 10)
        assert await claims.claim(connection, NOW, 10) == []
        assert await claims.requeue_expired(connection, NOW) == 0
        assert await claims.requeue_expired(connection, NOW + LEASE * 2) == 1
        assert await claims.claim(connection, NOW, 10) == first


async def test_an_outcome_does_not_end_a_later_claim_of_another_process(database: Database) -> None:
    await add_chat(database, 1)
    await publish(database, await subscribe(database, 1, "nuclear"))
    async with database.write() as connection:
        (early,) = await claims.claim(connection, NOW, 10)
        await claims.requeue_expired(connection)
        later = NOW + dt.timedelta(seconds=12, microseconds=345)
        (late,) = await claims.claim(connection, later, 10)
        sent = DeliveryUpdate(early.id, DeliveryState.SENT, message_id=1, lease_until=early.lease_until)
        await outcomes.record(connection, [sent], later)
        assert await deliveries.count_by_state(connection) == {"sending": 1}
        await outcomes.record(connection, [replace(sent, lease_until=late.lease_until)], later)
        assert await deliveries.count_by_state(connection) == {"sent": 1}


async def test_what_must_wait_is_not_claimed_before_its_time(database: Database) -> None:
    await add_chat(database, 1)
    await publish(database, await subscribe(database, 1, "nuclear"))
    later = NOW + dt.timedelta(minutes=5)
    async with database.write() as connection:
        (delivery,) = await claims.claim(connection, NOW, 10)
        await outcomes.record(
            connection, [DeliveryUpdate(delivery.id, DeliveryState.PENDING, not_before=later, attempted=False)], NOW
        )
        assert await claims.claim(connection, NOW, 10) == []
        (again,) = await claims.claim(connection, later, 10)
    assert (again.id, again.attempts) == (delivery.id, 0)


async def test_claimers_at_the_same_time_share_the_work_without_overlap(database: Database) -> None:
    for chat in range(1, 41):
        await add_chat(database, chat)
        nuclear = await subscribe(database, chat, "nuclear")
    assert await publish(database, nuclear) == 40

    async def claim() -> list[int]:
        async with database.write() as connection:
            return [d.id for d in await claims.claim(connection, NOW, 10)]

    taken = [id_ for ids in await asyncio.gather(*(claim() for _ in range(4))) for id_ in ids]
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 40


async def test_forgetting_a_chat_leaves_nothing_of_it(database: Database) -> None:
    await add_chat(database, 1)
    await publish(database, await subscribe(database, 1, "nuclear"))
    async with database.write() as connection:
        await personal_data.forget(connection, 1)
    async with database.read() as connection:
        assert await personal_data.everything(connection, 1) == {}
        assert await deliveries.count_by_state(connection) == {}
        assert await topics.of_chat(connection, 1) == []


async def test_a_group_that_became_a_supergroup_keeps_everything(database: Database) -> None:
    await add_chat(database, -5)
    nuclear = await subscribe(database, -5, "nuclear")
    await publish(database, nuclear)
    async with database.write() as connection:
        await chat_moves.migrate(connection, -5, -1005)
    async with database.read() as connection:
        moved = await chats.get(connection, -1005)
        assert await chats.get(connection, -5) is None
        assert [s.query.id for s in await topics.of_chat(connection, -1005)] == [nuclear]
    assert moved is not None
    assert moved.kind == "supergroup"


async def test_a_group_merges_into_a_supergroup_that_spoke_already(database: Database) -> None:
    for chat in (-5, -1005):
        await add_chat(database, chat)
        nuclear = await subscribe(database, chat, "nuclear")
    rail = await subscribe(database, -5, "rail")
    async with database.write() as connection:
        await chat_moves.migrate(connection, -5, -1005)
    async with database.read() as connection:
        assert sorted(s.query.id for s in await topics.of_chat(connection, -1005)) == [nuclear, rail]
        assert await chats.get(connection, -5) is None


async def test_what_is_under_way_is_not_taken_back_by_a_clock_that_jumped(database: Database) -> None:
    for chat in (1, 2):
        await add_chat(database, chat)
        nuclear = await subscribe(database, chat, "nuclear")
    assert await publish(database, nuclear) == 2
    async with database.write() as connection:
        mine, lost = await claims.claim(connection, NOW, 10)
        assert await claims.requeue_expired(connection, NOW + 2 * LEASE, [mine.id]) == 1
        assert [again.id for again in await claims.claim(connection, NOW, 10)] == [lost.id]


async def test_a_claim_takes_no_more_than_its_limit_after_the_queue_was_analyzed_empty(database: Database) -> None:
    await add_chat(database, 1)

    async def queue(connection: AsyncConnection) -> None:
        for number in range(5):
            event = await deliveries.insert_event(connection, ArticlePublished(number), f"article:{number}", NOW)
            assert event is not None
            await deliveries.insert_deliveries(connection, event, EventKind.ARTICLE, [(1, 0)], NOW)

    async with database.write() as connection:
        await queue(connection)
        await connection.execute(delete(DeliveryRow))
        await connection.execute(delete(EventRow))
        if not database.sqlite:  # as autovacuum does when a queue has been worked off
            await connection.execute(text("ANALYZE deliveries"))
        await queue(connection)
        assert len(await claims.claim(connection, NOW, 2)) == 2


@pytest.mark.postgres
async def test_what_is_written_for_a_group_while_it_moves_does_not_go_with_it(postgres_url: str) -> None:
    database = Database(postgres_url)
    await empty(database)
    await upgrade(database)
    for chat in (-5, -1005):
        await add_chat(database, chat)
    written = False

    async def write_meanwhile() -> None:
        nonlocal written
        async with database.write() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
            event = await deliveries.insert_event(connection, ArticlePublished(1), "meanwhile", NOW)
            assert event is not None
            await deliveries.insert_deliveries(connection, event, EventKind.ARTICLE, [(-5, 0)], NOW)
        written = True

    class Interrupted:
        """A connection on which something is written elsewhere before the old chat is deleted."""

        def __init__(self, connection: AsyncConnection) -> None:
            self._connection = connection
            self.dialect = connection.dialect

        async def execute(self, statement: Executable, *arguments: Any) -> Any:
            if isinstance(statement, Delete):
                with suppress(StorageError):
                    await write_meanwhile()
            return await self._connection.execute(statement, *arguments)

    async with database.write() as connection:
        await chat_moves.migrate(Interrupted(connection), -5, -1005)  # type: ignore[arg-type]
    async with database.read() as connection:
        kept = await deliveries.count_by_state(connection)
    await database.close()
    assert kept == ({"pending": 1} if written else {})
    assert not written


@pytest.mark.postgres
async def test_a_supergroup_that_speaks_while_its_group_moves_is_joined(postgres_url: str) -> None:
    database = Database(postgres_url)
    await empty(database)
    await upgrade(database)
    await add_chat(database, -5)
    nuclear = await subscribe(database, -5, "nuclear")

    class Interrupted:
        """A connection on which the new chat comes about elsewhere before the old one takes its id."""

        def __init__(self, connection: AsyncConnection) -> None:
            self._connection, self.spoke = connection, False
            self.dialect, self.begin_nested = connection.dialect, connection.begin_nested

        async def execute(self, statement: Executable, *arguments: Any) -> Any:
            if isinstance(statement, Update) and not self.spoke:
                self.spoke = True
                await add_chat(database, -1005)
            return await self._connection.execute(statement, *arguments)

    async with database.write() as connection:
        interrupted = Interrupted(connection)
        await chat_moves.migrate(interrupted, -5, -1005)  # type: ignore[arg-type]
    async with database.read() as connection:
        followed = [s.query.id for s in await topics.of_chat(connection, -1005)]
        old = await chats.get(connection, -5)
    await database.close()
    assert interrupted.spoke
    assert (followed, old) == ([nuclear], None)


async def queue_event(database: Database, kind: EventKind, key: str, *chats_: int, thread: int = 0) -> None:
    async with database.write() as connection:
        event = await deliveries.insert_event(connection, sample(kind), key, NOW)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, kind, [(chat, thread) for chat in chats_], NOW)


async def claim_ordered(database: Database, now: dt.datetime = NOW) -> list[Delivery]:
    async with database.write() as connection:
        return await claims.claim(connection, now, 10, Priority.NEWS, ordered=True)


async def test_a_chat_receives_one_thing_after_another_of_each_priority_and_thread(database: Database) -> None:
    for chat in (1, 2):
        await add_chat(database, chat)
    await queue_event(database, EventKind.ARTICLE, "a", 1, 2)
    await queue_event(database, EventKind.ARTICLE, "b", 1)
    await queue_event(database, EventKind.ARTICLE, "c", 1, thread=7)
    await queue_event(database, EventKind.DIGEST, "d", 1)
    first = await claim_ordered(database)
    assert sorted((d.event.key, d.chat_id) for d in first) == [("a", 1), ("a", 2), ("c", 1)]
    assert await claim_ordered(database) == []
    async with database.write() as connection:
        await outcomes.record(connection, [DeliveryUpdate(d.id, DeliveryState.SENT) for d in first], NOW)
    assert [d.event.key for d in await claim_ordered(database)] == ["b"]


async def test_what_is_behind_a_delayed_one_waits_with_it_and_what_comes_later_is_sent_so(database: Database) -> None:
    await add_chat(database, 1)
    for key in ("a", "b"):
        await queue_event(database, EventKind.ARTICLE, key, 1)
    (first,) = await claim_ordered(database)
    later = NOW + dt.timedelta(minutes=5)
    async with database.write() as connection:
        await outcomes.record(connection, [DeliveryUpdate(first.id, DeliveryState.PENDING, later)], NOW)
    assert await claim_ordered(database) == []
    await queue_event(database, EventKind.ARTICLE, "c", 1)
    (late,) = await claim_ordered(database)
    assert (late.event.key, late.blocked_until) == ("c", later)
    async with database.write() as connection:
        await outcomes.record(connection, [DeliveryUpdate(late.id, DeliveryState.PENDING, later, attempted=False)], NOW)
    assert [d.event.key for d in await claim_ordered(database, later)] == ["a"]


async def test_many_marks_are_written_at_once_and_only_on_what_is_claimed(database: Database) -> None:
    for chat in range(1, 6):
        await add_chat(database, chat)
    await queue_event(database, EventKind.ARTICLE, "a", 1, 2, 3, 4)
    claimed = await claim_ordered(database)
    await queue_event(database, EventKind.ARTICLE, "b", 5)
    sent, hold_reason, again, dead = (d.id for d in claimed)
    async with database.write() as connection:
        marks = [
            DeliveryUpdate(sent, DeliveryState.SENT, message_id=77),
            DeliveryUpdate(hold_reason, DeliveryState.UNCERTAIN, error="x" * 500),
            DeliveryUpdate(again, DeliveryState.PENDING, repeat=True),
            DeliveryUpdate(dead, DeliveryState.DEAD, attempted=False),
            DeliveryUpdate(dead + 1, DeliveryState.SENT),
        ]
        await outcomes.record(connection, marks, NOW)
        assert await deliveries.count_by_state(connection) == {"sent": 1, "uncertain": 1, "pending": 2, "dead": 1}
        asked = select(DeliveryRow.message_id).where(DeliveryRow.id == sent)
        assert (await connection.execute(asked)).scalar_one() == 77
        (repeated,) = [d for d in await claims.claim(connection, NOW, 10) if d.repeat]
    assert (repeated.id, repeated.attempts) == (again, 1)


async def test_what_is_taken_back_is_counted(database: Database) -> None:
    for chat in (1, 2):
        await add_chat(database, chat)
    await queue_event(database, EventKind.ARTICLE, "a", 1, 2)
    async with database.write() as connection:
        assert await deliveries.count_lease_expirations(connection) == 0
        for _ in range(2):
            await claims.claim(connection, NOW, 1)
            assert await claims.requeue_expired(connection) == 1
        assert await deliveries.count_lease_expirations(connection) == 2


async def test_only_priorities_of_which_something_is_due_are_named(database: Database) -> None:
    await add_chat(database, 1)
    await queue_event(database, EventKind.ARTICLE, "a", 1)
    await queue_event(database, EventKind.DIGEST, "d", 1)
    later = NOW + dt.timedelta(minutes=5)
    async with database.write() as connection:
        (news,) = await claims.claim(connection, NOW, 1)
        await outcomes.record(connection, [DeliveryUpdate(news.id, DeliveryState.PENDING, later)], NOW)
        assert await claims.due(connection, NOW, list(Priority)) == [Priority.DIGEST]
        assert await claims.due(connection, later, list(Priority)) == [Priority.NEWS, Priority.DIGEST]
        assert await claims.due(connection, later, []) == []


async def test_a_chat_that_listens_again_is_sent_at_once_what_was_put_off(database: Database) -> None:
    await add_chat(database, 1)
    await queue_event(database, EventKind.ARTICLE, "a", 1)
    async with database.write() as connection:
        assert await chats.pause(connection, 1)
        await outcomes.postpone(connection, 1, NOW + dt.timedelta(days=1))
        assert await claims.due(connection, NOW, list(Priority)) == []
        await chats.resume(connection, 1)
        assert await claims.due(connection, NOW, list(Priority)) == [Priority.NEWS]


async def test_what_was_meant_for_a_closed_topic_moves_to_general(database: Database) -> None:
    await add_chat(database, -5)
    async with database.write() as connection:
        for thread, words in ((7, "nuclear"), (7, "rail"), (0, "rail"), (8, "oil")):
            query = await topics.ensure_query(connection, words)
            await topics.subscribe(connection, -5, thread, query.id, "instant", NOW)
    await queue_event(database, EventKind.ARTICLE, "a", -5, thread=7)
    async with database.write() as connection:
        await chat_moves.leave_thread(connection, -5, 7)
        received = sorted((s.thread_id, s.query.text) for s in await topics.of_chat(connection, -5))
        (waiting,) = await claims.claim(connection, NOW, 10)
    assert received == [(0, "nuclear"), (0, "rail"), (8, "oil")]
    assert waiting.thread_id == 0
