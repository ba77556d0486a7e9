"""Counts for operators, on both engines; and the day of a chat's last action."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import event, text

from bot.domain.alerts import Alert, AlertRule, Side
from bot.domain.chats import Chat, ChatState
from bot.domain.rates import Pair
from bot.domain.stats import Span
from bot.services.stats import FRESH, StatsReader
from storage import alerts, chats, personal_data, stats, topics
from storage.database import Database

NOW = dt.datetime(2026, 3, 31, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


async def add(database: Database, chat_id: int, age: float, language: str = "en", kind: str = "private") -> Chat:
    """Store a chat whose first and last messages are so many days old."""
    async with database.write() as connection:
        return await chats.ensure(connection, Chat(chat_id, kind, language, "UTC"), NOW - age * DAY)


async def test_nobody_is_counted_in_an_empty_database(database: Database) -> None:
    async with database.read() as connection:
        found = await stats.read(connection, NOW)
    assert (found.active, found.new, found.reachable, found.languages) == (Span(0, 0, 0), Span(0, 0, 0), 0, {})
    assert (found.due, found.later, found.sending, found.failed, found.topics) == (0, 0, 0, 0, 0)


async def test_people_are_counted_by_day_week_month_and_language(database: Database) -> None:
    for chat_id, (age, language) in enumerate(
        [(0, "ru"), (0.37, "ru"), (0.38, "en"), (6, "ru"), (7, "ru"), (29, "en"), (30, "en"), (400, "ru")], 1
    ):
        await add(database, chat_id, age, language)
    await add(database, -5, 0, kind="supergroup")
    async with database.write() as connection:
        await chats.mark_active(connection, [8, -5], NOW.date())
        await chats.set_state(connection, 3, ChatState.GONE, NOW)
        await chats.set_state(connection, 6, ChatState.STOPPED, NOW)
    async with database.read() as connection:
        found = await stats.read(connection, NOW)
    assert found.new == Span(2, 4, 6)
    assert found.active == Span(3, 5, 7)
    assert (found.reachable, found.stopped, found.blocked, found.groups) == (6, 1, 1, 1)
    assert list(found.languages.items()) == [("ru", 5), ("en", 1)]


async def test_alerts_topics_and_the_queue_are_counted(database: Database) -> None:
    for chat_id in (1, 2):
        await add(database, chat_id, 0)
    async with database.write() as connection:
        for chat_id, words in ((1, "oil"), (2, "oil"), (2, "gold")):
            query = await topics.ensure_query(connection, words)
            await topics.subscribe(connection, chat_id, 0, query.id, "instant", NOW)
        line = AlertRule(Pair("USD", "KZT"), Side.ABOVE, Decimal(600))
        await alerts.add(connection, Alert(0, 1, 0, line.pair, Side.ABOVE, line, Decimal(600), None), NOW)
    async with database.read() as connection:
        found = await stats.read(connection, NOW)
    assert (found.alerts, found.subscriptions, found.topics) == (1, 3, 2)


async def test_the_day_of_the_last_action_only_moves_on(database: Database) -> None:
    await add(database, 1, 3)
    async with database.write() as connection:
        for day in (NOW.date(), NOW.date() - DAY):
            await chats.mark_active(connection, [1, 999], day)
        found = await chats.get(connection, 1)
        await chats.save(connection, Chat(1, "private", "ru", "UTC"))
    assert found is not None
    assert found.active_on == NOW.date()
    async with database.read() as connection:
        kept = await personal_data.everything(connection, 1)
    assert kept["chat"]["active_on"] == "2026-03-31"


async def test_the_counts_are_kept_for_a_minute(database: Database) -> None:
    reader, asked = StatsReader(database), []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    first = await reader.at(NOW)
    count = len(asked)
    assert count > 0
    assert await reader.at(NOW + FRESH - dt.timedelta(seconds=1)) == first
    assert len(asked) == count
    await add(database, 1, 0)
    at, found = await reader.at(NOW + FRESH)
    assert (at, found.reachable) == (NOW + FRESH, 1)


async def test_people_are_counted_by_indexes_alone(database: Database) -> None:
    if not database.sqlite:
        return  # PostgreSQL reads a small table whole
    asked: list[tuple[str, object]] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3]))
    )
    async with database.read() as connection:
        await stats.read(connection, NOW)
        counted = [(words, given) for words, given in asked if "FROM chats" in words]
        assert len(counted) == 3
        for words, given in counted:
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)).all()  # type: ignore[arg-type]
            assert all("COVERING INDEX" in row[3] for row in plan), plan
        rows = await connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT count(*) FROM queries WHERE EXISTS "
                "(SELECT 1 FROM subscriptions WHERE query_id = queries.id)"
            )
        )
        assert "COVERING INDEX" in rows.all()[0][3]
