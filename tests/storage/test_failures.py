import datetime as dt

from sqlalchemy import text

from bot.domain.chats import Chat
from bot.domain.deliveries import DeliveryState
from bot.domain.events import DigestDue, EventKind
from storage import chats, claims, deliveries, failures, outcomes
from storage.database import Database
from storage.outcomes import DeliveryUpdate

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


async def fail(database: Database, *at: dt.datetime) -> list[int]:
    """Let deliveries fail at some instants after another that was sent; returns their ids."""
    numbers = []
    async with database.write() as connection:
        await chats.ensure(connection, Chat(7, "private", "en", "Asia/Almaty"), NOW)
        for n, instant in enumerate((NOW, *at)):
            event = await deliveries.insert_event(connection, DigestDue(NOW.date() + n * DAY), f"digest:{n}", NOW)
            assert event is not None
            await deliveries.insert_deliveries(connection, event, EventKind.DIGEST, [(7, 0)], NOW)
            [claimed] = await claims.claim(connection, NOW, 1)
            state = DeliveryState.DEAD if n else DeliveryState.SENT
            await outcomes.record(
                connection, [DeliveryUpdate(claimed.id, state, error=f"reason {n}" if n else None)], instant
            )
            numbers.append(claimed.id)
    return numbers[1:]


async def test_failures_are_kept_newest_first_with_what_when_and_why(database: Database) -> None:
    first, second, third = await fail(database, NOW + HOUR, NOW + 3 * HOUR, NOW + 2 * HOUR)
    async with database.read() as connection:
        assert await failures.count(connection) == 3
        listed = await failures.newest(connection, 10)
        assert [one.delivery.id for one in listed] == [second, third, first]
        assert [one.delivery.id for one in await failures.newest(connection, 1, 1)] == [third]
        found = await failures.get(connection, third)
    assert found is not None
    assert (found.reason, found.failed_at, found.delivery.chat_id) == ("reason 3", NOW + 2 * HOUR, 7)
    assert (found.delivery.event.content, found.delivery.attempts) == (DigestDue(NOW.date() + 3 * DAY), 1)


async def test_one_is_tried_once_more_or_dropped_and_only_once(database: Database) -> None:
    first, second = await fail(database, NOW, NOW)
    async with database.write() as connection:
        assert [await failures.retry(connection, first) for _ in range(2)] == [1, 0]
        assert [await failures.drop(connection, second) for _ in range(2)] == [1, 0]
        assert await failures.retry(connection, second) == 0
        [again] = await claims.claim(connection, NOW, 10)
        assert (again.id, again.attempts) == (first, 1)
        assert await failures.get(connection, first) is None


async def test_all_that_were_seen_are_tried_or_dropped_and_none_that_failed_since(database: Database) -> None:
    await fail(database, NOW, NOW + HOUR, NOW + 2 * HOUR)
    async with database.write() as connection:
        assert await failures.drop(connection, until=NOW) == 1
        assert await failures.retry(connection, until=NOW + HOUR) == 1
        assert await failures.count(connection) == 1
        assert await deliveries.count_by_state(connection) == {"sent": 1, "dropped": 1, "pending": 1, "dead": 1}


async def test_they_are_found_by_an_index_of_their_own(database: Database) -> None:
    async with database.read() as connection:
        if not database.sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
        words = f"SELECT count(*) FROM deliveries WHERE {failures._DEAD}"
        assert "ix_deliveries_dead" in str((await connection.execute(text(f"{explain} {words}"))).all())
