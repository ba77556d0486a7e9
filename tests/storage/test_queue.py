"""The size and the age of the queue, from a statement that reads nothing but the partial indexes."""

import datetime as dt

from sqlalchemy import event, insert, text

from bot.domain.chats import Chat
from bot.domain.deliveries import Priority
from bot.domain.events import ChatPaused
from storage import chats, deliveries, queue
from storage.database import Database
from storage.models import DeliveryRow

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


async def put(database: Database, *rows: tuple[Priority, str, dt.datetime | None, dt.datetime]) -> None:
    """Write deliveries: (priority, state, not_before, created_at)."""
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOW)
        for n, (priority, state, not_before, created_at) in enumerate(rows):
            happened = await deliveries.insert_event(connection, ChatPaused(n), f"e{n}", NOW)
            row = {"event_id": happened, "chat_id": 1, "priority": priority, "state": state, "lease_until": NOW}
            await connection.execute(
                insert(DeliveryRow).values(row | {"not_before": not_before, "created_at": created_at})
            )


async def test_each_priority_has_the_count_and_the_age_of_its_due_deliveries(database: Database) -> None:
    await put(
        database,
        (Priority.NEWS, "pending", None, NOW - HOUR),
        (Priority.NEWS, "pending", None, NOW),
        (Priority.NEWS, "pending", NOW + HOUR, NOW - 9 * HOUR),
        (Priority.DIGEST, "pending", NOW - 2 * HOUR, NOW - 5 * HOUR),
        (Priority.DIGEST, "pending", None, NOW - HOUR),
        (Priority.NOTICE, "pending", NOW + HOUR, NOW - HOUR),
        (Priority.CROSSING, "sending", None, NOW - HOUR),
        (Priority.CROSSING, "sent", None, NOW - HOUR),
    )
    async with database.read() as connection:
        assert await queue.waiting(connection, NOW) == [
            queue.Waiting(Priority.NEWS, 2, 1, NOW - HOUR),
            queue.Waiting(Priority.NOTICE, 0, 1, None),
            queue.Waiting(Priority.DIGEST, 2, 0, NOW - 2 * HOUR),
        ]
        assert await queue.on_their_way(connection) == 1


async def test_an_empty_queue_has_no_rows(database: Database) -> None:
    async with database.read() as connection:
        assert await queue.waiting(connection, NOW) == []
        assert await queue.on_their_way(connection) == 0


async def test_only_the_partial_indexes_are_read(database: Database) -> None:
    asked: list[str] = []
    # As in a real queue most deliveries are sent: of a table of one row any index would do.
    await put(database, (Priority.NEWS, "pending", None, NOW), *[(Priority.NEWS, "sent", None, NOW)] * 300)
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    async with database.read() as connection:
        await queue.waiting(connection, NOW)
        await queue.on_their_way(connection)
    counted, _, sending = [statement for statement in asked if statement.startswith("SELECT")]
    values = {"?": "'2026'", "$1::TIMESTAMP WITH TIME ZONE": "now()", "$2::INTEGER": "1", "$3::INTEGER": "0"}
    async with database.read() as connection:
        if not database.sqlite:
            await connection.execute(text("SET enable_seqscan = off"))  # a table of few pages is read as it is
        for statement, index in ((counted, "ix_deliveries_pending"), (sending, "ix_deliveries_sending")):
            for parameter, value in values.items():
                statement = statement.replace(parameter, value)
            explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
            plan = await connection.exec_driver_sql(f"{explain} {statement}")
            assert index in "\n".join(str(row) for row in plan)
