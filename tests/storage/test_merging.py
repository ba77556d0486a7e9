"""After a downtime the old alerts of a chat leave as one, on both engines; nothing of them is lost."""

import datetime as dt
from collections import Counter
from dataclasses import replace

from sqlalchemy import select, text

from bot.delivery.merging import merge_claimed
from bot.domain.chats import Chat, Quiet
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.events import AlertFired, EventContent, EventKind
from bot.domain.merging import BURST
from storage import chats, claims, deliveries, merging, outcomes
from storage.claims import LEASE
from storage.database import Database
from storage.migrate import upgrade
from storage.models import DeliveryRow
from storage.outcomes import DeliveryUpdate
from tests.databases import empty
from tests.events import sample

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)  # 11:00 in Almaty
DOWN = dt.timedelta(hours=9)
BACK = NOW + DOWN  # 20:00
# By whether it is SQLite.
EXPLAIN = {True: "EXPLAIN QUERY PLAN", False: "EXPLAIN"}
NEWS, CROSSING, DIGEST = EventKind.ARTICLE, EventKind.CROSSING, EventKind.DIGEST


def numbered(content: EventContent) -> int:
    return content.alert_id if isinstance(content, AlertFired) else content.article_id  # type: ignore[union-attr]


class Queue:
    """The queue of a test."""

    def __init__(self, database: Database) -> None:
        self.database, self._events = database, 0

    async def chat(self, number: int, quiet: Quiet | None = None) -> None:
        async with self.database.write() as connection:
            chat = await chats.ensure(connection, Chat(number, "private", "en", "Asia/Almaty"), NOW)
            await chats.save(connection, replace(chat, quiet=quiet))

    async def add(
        self, kind: EventKind, chat: int, at: dt.datetime = NOW, thread: int = 0, silent: bool = False
    ) -> int:
        """Store an event that a chat should receive; returns the event."""
        self._events += 1
        async with self.database.write() as connection:
            event = await deliveries.insert_event(connection, sample(kind, self._events), f"{kind}:{self._events}", at)
            assert event is not None
            await deliveries.insert_deliveries(connection, event, kind, [(chat, thread)], at, silent=silent)
        return event

    async def take(self, now: dt.datetime = BACK, limit: int = 10) -> list[Delivery]:
        async with self.database.write() as connection:
            return await merge_claimed(connection, await claims.claim(connection, now, limit), now)

    async def carried_by(self, delivery: Delivery) -> list[int]:
        """Return the numbers of the events that a delivery carries, newest first."""
        async with self.database.read() as connection:
            carried, total = await merging.carried(connection, delivery.id, 100)
        assert total == len(carried)
        return [numbered(one.content) for one in carried]

    async def states(self) -> dict[str, int]:
        async with self.database.read() as connection:
            return await deliveries.count_by_state(connection)


async def test_many_that_are_old_are_one_message_and_one_alone_is_itself(database: Database) -> None:
    queue = Queue(database)
    for chat in (1, 2, 3):
        await queue.chat(chat)
    for minute in range(5):
        await queue.add(NEWS, 1, NOW + dt.timedelta(minutes=minute))
    await queue.add(CROSSING, 1)
    await queue.add(NEWS, 2)
    await queue.add(NEWS, 2, BACK)
    await queue.add(NEWS, 3, BACK)
    await queue.add(NEWS, 3, BACK)
    await queue.add(DIGEST, 1)
    taken = await queue.take(limit=20)
    assert [(one.chat_id, one.event.kind, one.carries) for one in taken] == [
        (1, CROSSING, True),
        (2, NEWS, False),
        (2, NEWS, False),
        (3, NEWS, False),
        (3, NEWS, False),
        (1, DIGEST, False),
    ]
    assert await queue.carried_by(taken[0]) == [5, 4, 3, 2, 6, 1]
    assert await queue.states() == {"sending": 6, "merged": 5}


async def test_what_is_not_claimed_yet_is_merged_too(database: Database) -> None:
    queue = Queue(database)
    await queue.chat(1)
    for _ in range(30):
        await queue.add(NEWS, 1)
    [one] = await queue.take(limit=3)
    assert one.carries
    assert len(await queue.carried_by(one)) == 30
    assert await queue.take() == []


async def test_a_worker_that_died_leaves_the_message_whole_and_later_ones_join_it(database: Database) -> None:
    queue = Queue(database)
    await queue.chat(1)
    await queue.add(NEWS, 1)
    await queue.add(NEWS, 1)
    [one] = await queue.take()
    await queue.add(NEWS, 1, NOW + dt.timedelta(hours=2))
    async with database.write() as connection:
        await claims.requeue_expired(connection, BACK + LEASE * 2)
    [again] = await queue.take(BACK + LEASE * 3)
    assert (again.id, again.carries) == (one.id, True)
    assert await queue.carried_by(again) == [3, 2, 1]
    async with database.write() as connection:
        await outcomes.record(connection, [DeliveryUpdate(again.id, DeliveryState.SENT)], BACK)
    assert await queue.states() == {"sent": 1, "merged": 2}


async def test_two_messages_that_waited_again_become_one(database: Database) -> None:
    queue = Queue(database)
    await queue.chat(1)
    first = [await queue.add(NEWS, 1) for _ in range(2)]
    [one] = await queue.take()
    second = [await queue.add(NEWS, 1) for _ in range(2)]
    [two] = await queue.take()
    async with database.write() as connection:
        await claims.requeue_expired(connection)
    [both] = await queue.take()
    assert both.id in (one.id, two.id)
    assert len(await queue.carried_by(both)) == len(first + second)


async def test_topics_of_a_group_are_kept_apart_and_silence_is_kept_where_all_are_silent(database: Database) -> None:
    queue = Queue(database)
    await queue.chat(-5)
    for thread, silent in ((1, True), (1, True), (2, True), (2, False)):
        await queue.add(NEWS, -5, thread=thread, silent=silent)
    assert [(one.thread_id, one.silent) for one in await queue.take()] == [(1, True), (2, False)]


async def test_quiet_hours_are_respected(database: Database) -> None:
    queue = Queue(database)
    await queue.chat(1, Quiet(19 * 60, 7 * 60))
    for _ in range(2):
        await queue.add(NEWS, 1)
    assert [one.carries for one in await queue.take()] == [False, False]  # the worker postpones them
    async with database.write() as connection:
        await claims.requeue_expired(connection)
    assert [one.carries for one in await queue.take(NOW + dt.timedelta(hours=20, seconds=1))] == [True]


async def test_articles_of_quiet_hours_are_left_to_the_digest_with_what_they_carry(database: Database) -> None:
    queue = Queue(database)
    await queue.chat(1)
    for _ in range(BURST + 1):
        await queue.add(NEWS, 1)
    await queue.add(CROSSING, 1)
    assert [one.carries for one in await queue.take(NOW)] == [False, True]
    async with database.write() as connection:
        await claims.requeue_expired(connection)
        chat = await chats.get(connection, 1)
        assert chat is not None
        await chats.save(connection, replace(chat, quiet=Quiet(10 * 60, 12 * 60), digest_times=(480,)))
    assert [one.event.kind for one in await queue.take(NOW)] == [CROSSING]
    async with database.read() as connection:
        merged = await connection.execute(select(DeliveryRow.merged_into).where(DeliveryRow.state == "merged"))
        assert list(merged.scalars()) == [None] * (BURST + 1)


async def test_each_chat_receives_one_message_however_few_are_claimed_at_a_time(database: Database) -> None:
    queue = Queue(database)
    for chat in range(1, 5):
        await queue.chat(chat)
        for _ in range(25):
            await queue.add(NEWS, chat)
    counted: Counter[int] = Counter()
    for _ in range(100):
        if not (taken := await queue.take(limit=3)):
            break
        counted.update(one.chat_id for one in taken)
    assert counted == dict.fromkeys(range(1, 5), 1)


async def test_what_a_chat_waits_for_is_found_by_its_own_index(database: Database) -> None:
    carried = select(DeliveryRow.id).where(DeliveryRow.merged_into == 1)
    if not database.sqlite:  # new tables have no statistics of other tests, by which PostgreSQL chooses an index
        await empty(database)
        await upgrade(database)
    async with database.read() as connection:
        if not database.sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
        given = {"chats": list(range(1, 17)), "before": NOW, "polls": [NOW]}
        waiting = merging._unfinished(database.sqlite).params(given)
        for statement, index in ((waiting, "ix_deliveries_chat_id"), (carried, "ix_deliveries_merged_into")):
            words = statement.compile(connection.engine.sync_engine, compile_kwargs={"literal_binds": True})
            plan = str((await connection.execute(text(f"{EXPLAIN[database.sqlite]} {words}"))).all())
            assert index in plan
            assert "ix_deliveries_pending" not in plan
