"""Policy rates are stored once a day of force, and a decision reaches each chat that follows the currency once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.domain.alerts import Alert, AlertRule, Side
from bot.domain.chats import Chat, ChatState
from bot.domain.events import PolicyDecided
from bot.domain.rates import Pair
from storage import alerts, chats, deliveries, policy_fan_out, policy_rates, topics
from storage.database import Connection, Database
from storage.models import DeliveryRow, PolicyFanOutRow

NOW = dt.datetime(2026, 7, 24, 8, tzinfo=dt.UTC)
DAY = dt.date(2026, 7, 27)
DECIDED = PolicyDecided("nbk", Decimal("16.75"), Decimal(17), DAY)


async def person(connection: Connection, number: int, **values: object) -> Chat:
    chat = Chat(number, "private", "en", "Asia/Almaty", **values)  # type: ignore[arg-type]
    await chats.ensure(connection, chat, NOW)
    await chats.save(connection, chat)
    return chat


async def follow(connection: Connection, chat: int, query: str, level: str, thread: int = 0) -> None:
    topic = query.partition(":")[2] if query.startswith("topic:") and " " not in query else None
    stored = await topics.ensure_query(connection, query, topic)
    await topics.subscribe(connection, chat, thread, stored.id, level, NOW)


async def alert(connection: Connection, chat: int, pair: Pair) -> int:
    rule = AlertRule(pair, Side.ABOVE, level=Decimal(520))
    return await alerts.add(connection, Alert(0, chat, 0, pair, Side.ABOVE, rule, Decimal(520), None), NOW)


async def written(database: Database) -> list[tuple[int, int, bool]]:
    columns = (DeliveryRow.chat_id, DeliveryRow.thread_id, DeliveryRow.silent)
    async with database.read() as connection:
        rows = await connection.execute(select(*columns).order_by(DeliveryRow.chat_id))
        return [tuple(row) for row in rows]


async def announce(database: Database) -> None:
    async with database.write() as connection:
        event = await deliveries.insert_event(connection, DECIDED, "policy:nbk:2026-07-24", NOW)
        assert event is not None
        await policy_fan_out.queue(connection, event, "KZT")
    unfinished = True
    while unfinished:
        async with database.write() as connection:
            unfinished = await policy_fan_out.write_chunk(connection, NOW)


async def test_a_stored_rate_is_corrected_and_not_doubled(database: Database) -> None:
    async with database.write() as connection:
        await policy_rates.store(connection, "nbk", {DAY: Decimal(17)}, NOW)
        await policy_rates.store(connection, "nbk", {DAY: Decimal("16.75")}, NOW)
        await policy_rates.store(connection, "nbk", {}, NOW)
        await policy_rates.store(connection, "cbr", {DAY: Decimal(14)}, NOW)
    async with database.read() as connection:
        assert await policy_rates.of_bank(connection, "nbk") == {DAY: Decimal("16.75")}
        assert await policy_rates.of_bank(connection, "ecb") == {}


async def test_a_decision_reaches_those_who_follow_the_currency(database: Database) -> None:
    async with database.write() as connection:
        await person(connection, 1, currencies=("RUB", "KZT"))
        await person(connection, 2, currencies=("RUB", "TJS"))
        for number in range(3, 12):
            await person(connection, number)
        await follow(connection, 3, "topic:kazakhstan", "instant")
        await follow(connection, 4, "strict:kazakhstan -sport", "silent")
        await follow(connection, 5, "topic:kazakhstan", "digest")
        await follow(connection, 6, "topic:russia", "instant")
        await follow(connection, 7, "kazakhstan", "instant")
        await alert(connection, 8, Pair("USD", "KZT"))
        await alert(connection, 9, Pair("USD", "RUB"))
        await follow(connection, 10, "topic:kazakhstan -oil", "instant", thread=7)
        await follow(connection, 10, "strict:kazakhstan", "silent", thread=5)
        deleted = await alerts.get(connection, await alert(connection, 11, Pair("KZT", "RUB")))
        assert deleted is not None
        await alerts.mark_deleted(connection, deleted, NOW)
    await announce(database)
    assert await written(database) == [(1, 0, False), (3, 0, False), (4, 0, True), (8, 0, False), (10, 5, False)]
    async with database.read() as connection:
        digest = {chat for chat in range(1, 12) if await policy_rates.followed(connection, chat, ("KZT",))}
        assert digest == {1, 3, 4, 5, 8, 10}
        assert await policy_rates.followed(connection, 1, ("KZT", "RUB")) == {"KZT", "RUB"}


async def test_a_chat_that_gets_no_messages_gets_none(database: Database) -> None:
    async with database.write() as connection:
        await person(connection, 1, currencies=("KZT",), state=ChatState.GONE)
    await announce(database)
    assert await written(database) == []


@pytest.mark.parametrize("chunks", range(5))
async def test_an_interrupted_fan_out_continues_and_doubles_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    monkeypatch.setattr(policy_fan_out, "CHUNK", 2)
    async with database.write() as connection:
        for number in range(-3, 4):
            await person(connection, number or 9, currencies=("KZT",))
        event = await deliveries.insert_event(connection, DECIDED, "policy:nbk:2026-07-24", NOW)
        await policy_fan_out.queue(connection, event or 0, "KZT")
    for _ in range(chunks):
        async with database.write() as connection:
            await policy_fan_out.write_chunk(connection, NOW)
    async with database.write() as connection:
        # Pruning keeps an event whose deliveries are not all written, even one that has none yet.
        await deliveries.clear(connection, NOW + dt.timedelta(days=1), 10)
    async with database.read() as connection:
        unfinished = await policy_fan_out.is_queued(connection)
    assert unfinished == (chunks < 4)
    while unfinished:
        async with database.write() as connection:
            unfinished = await policy_fan_out.write_chunk(connection, NOW)
    assert [chat for chat, _, _ in await written(database)] == [-3, -2, -1, 1, 2, 3, 9]
    async with database.read() as connection:
        assert (await connection.execute(select(PolicyFanOutRow.event_id))).all() == []
