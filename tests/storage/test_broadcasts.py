"""A broadcast is written in chunks, one delivery for each chat of its audience; on both engines."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from bot.domain.broadcasts import Audience, BroadcastState
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import DeliveryState
from bot.domain.events import BroadcastSent
from bot.domain.topics import parse
from storage import broadcasts, chats, claims, outcomes, topics
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.models import DeliveryRow
from storage.outcomes import DeliveryUpdate

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
OPERATOR = 1
EVERYBODY = Audience()


@pytest.fixture(autouse=True)
async def people(database: Database) -> None:
    """Ten people, every third a Russian speaker; one stopped, one gone, one without the right to be written to."""
    async with database.write() as connection:
        energy = await topics.ensure_query(connection, "energy", "energy")
        for number in range(1, 11):
            chat = Chat(number, "private", "en" if number % 3 else "ru", "Asia/Almaty")
            await chats.ensure(connection, chat, NOW)
            if number % 2:
                await topics.subscribe(connection, number, 0, energy.id, "digest", NOW)
        for number, state in ((8, ChatState.STOPPED), (9, ChatState.GONE)):
            await chats.set_state(connection, number, state, NOW)
        await chats.pause(connection, 10)


async def begin(database: Database, audience: Audience = EVERYBODY, *, paid: bool = False) -> Broadcast:
    async with database.write() as connection:
        count = await broadcasts.count(connection, audience)
        number = await broadcasts.draft(connection, OPERATOR, "<b>Hello</b>", audience, count, NOW)
        assert await broadcasts.start(connection, number, 5, paid=paid)
        assert not await broadcasts.start(connection, number, 6, paid=paid)
        found = await broadcasts.get(connection, number)
    assert found is not None
    return found


async def feed(database: Database, one: Broadcast, limit: int) -> Broadcast:
    async with database.write() as connection:
        fed = await broadcasts.feed(connection, one, limit, NOW)
        assert await broadcasts.get(connection, one.id) == fed  # a restart continues from this row
    return fed


async def recipients(database: Database) -> list[tuple[int, int]]:
    async with database.read() as connection:
        rows = await connection.execute(
            select(DeliveryRow.chat_id, DeliveryRow.thread_id).order_by(DeliveryRow.chat_id)
        )
        return [(row.chat_id, row.thread_id) for row in rows]


@pytest.mark.parametrize(
    ("audience", "reached"),
    [
        (Audience(), [1, 2, 3, 4, 5, 6, 7]),
        (Audience(language="ru"), [3, 6]),
        (Audience(topic="energy"), [1, 3, 5, 7]),
        (Audience("ru", "energy"), [3]),
        (Audience(topic="oil"), []),
    ],
)
async def test_each_of_an_audience_has_one_delivery(database: Database, audience: Audience, reached: list[int]) -> None:
    one = await begin(database, audience)
    assert one.expected == len(reached)
    for _ in range(10):
        one = await feed(database, one, 2)
        if one.written:
            break
    assert [chat for chat, _ in await recipients(database)] == reached
    assert (one.written, one.addressed) == (True, len(reached))


@pytest.mark.parametrize(
    ("followed", "reached"),
    [
        ("topic:water", True),
        ("strict:water", True),
        ("topic:water -flood", True),
        ('strict:water -"or" -flood', True),
        ("topic:water gold", False),
        ("topic:water -flood OR gold", False),
        ("gold OR topic:water", False),
        ("gold -topic:water", False),
        ("water", False),
    ],
)
async def test_a_topic_is_followed_wide_or_strict_or_without_some_words(
    database: Database, followed: str, reached: bool
) -> None:
    async with database.write() as connection:
        query = await topics.ensure_query(connection, str(parse(followed)))
        await topics.subscribe(connection, 2, 0, query.id, "instant", NOW)
    await feed(database, await begin(database, Audience(topic="water")), 10)
    assert await recipients(database) == [(2, 0)] * reached


async def test_who_stops_or_comes_meanwhile_counts_as_they_are_then(database: Database) -> None:
    one = await feed(database, await begin(database), 3)
    async with database.write() as connection:
        await chats.set_state(connection, 2, ChatState.STOPPED, NOW)
        await chats.set_state(connection, 5, ChatState.STOPPED, NOW)
        await chats.set_state(connection, 8, ChatState.ACTIVE, NOW)
        await broadcasts.hold(connection, one.id)
        await chats.set_state(connection, 3, ChatState.GONE, NOW)
    await feed(database, await feed(database, one, 10), 10)
    assert [chat for chat, _ in await recipients(database)] == [1, 2, 3, 4, 6, 7, 8]
    async with database.read() as connection:
        assert await broadcasts.tally(connection, one.id) == {"held": 1, "dropped": 2, "pending": 4}


async def test_a_forum_receives_it_where_it_follows_the_topic(database: Database) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(-100, "supergroup", "en", "Asia/Almaty"), NOW)
        for name, thread in (("oil", 4), ("energy", 9), ("energy", 12)):
            query = await topics.ensure_query(connection, name, name)
            await topics.subscribe(connection, -100, thread, query.id, "instant", NOW)
    await feed(database, await begin(database, Audience(topic="energy")), 1)
    assert await recipients(database) == [(-100, 9)]


async def test_what_is_paused_is_not_claimed_and_what_is_cancelled_is_dropped(database: Database) -> None:
    one = await feed(database, await begin(database), 100)
    async with database.write() as connection:
        [first] = await claims.claim(connection, NOW, 1)
        assert await broadcasts.hold(connection, one.id) == 6
        assert await claims.claim(connection, NOW, 10) == []
        assert await broadcasts.waiting(connection, one.id) == 7
        assert await broadcasts.release(connection, one.id) == 6
        [second] = await claims.claim(connection, NOW, 1)
        await outcomes.record(connection, [DeliveryUpdate(first.id, DeliveryState.SENT)], NOW)
        assert await broadcasts.hold(connection, one.id) == 5
        assert await broadcasts.drop(connection, one.id, NOW) == 5
        await outcomes.record(connection, [DeliveryUpdate(second.id, DeliveryState.SENT)], NOW)
        assert await broadcasts.waiting(connection, one.id) == 0
        assert await broadcasts.tally(connection, one.id) == {"sent": 2, "dropped": 5}


@pytest.mark.parametrize("paid", [True, False])
async def test_a_paid_one_says_so_in_its_event(database: Database, paid: bool) -> None:
    one = await feed(database, await begin(database, paid=paid), 1)
    assert one.paid == paid
    async with database.write() as connection:
        [claimed] = await claims.claim(connection, NOW, 1)
        assert claimed.event.content == BroadcastSent("<b>Hello</b>", paid=paid)
        await broadcasts.change(connection, one.id, BroadcastState.DONE, BroadcastState.RUNNING)
        assert await broadcasts.unfinished(connection) == []


async def test_what_waits_is_found_by_small_indexes(database: Database) -> None:
    one = await begin(database)
    async with database.read() as connection:
        if not database.sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
        for state, index in (("pending", "pending"), ("held", "held"), ("sending", "sending")):
            statement = select(DeliveryRow.id).where(*broadcasts._waiting(one.id, state))
            words = str(statement.compile(connection.engine.sync_engine, compile_kwargs={"literal_binds": True}))
            plan = await connection.execute(text(f"{'EXPLAIN QUERY PLAN' if database.sqlite else 'EXPLAIN'} {words}"))
            assert f"ix_deliveries_{index}" in str(plan.all()), state
