"""One of several processes is elected; here each process is a Database with a pool of its own."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, announce_queue
from storage.election import LOCK, Election
from storage.errors import StorageError


@pytest.fixture
async def rivals(postgres_url: str) -> AsyncIterator[list[Election]]:
    """Three processes that may be elected."""
    databases = [Database(postgres_url) for _ in range(3)]
    elections = [Election(database) for database in databases]
    yield elections
    for election in elections:
        await election.close()
    for database in databases:
        await database.close()


async def kill_holder(database: Database) -> None:
    """End the connection that holds the lock from the server's side, as a fall of its machine does."""
    async with database.read() as connection:
        holder = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :low")
        assert (await connection.execute(holder, {"low": LOCK & 0xFFFFFFFF})).scalar_one()


@pytest.mark.postgres
async def test_one_is_elected_and_stays_it(rivals: list[Election]) -> None:
    for _ in range(3):
        assert [await election.won() for election in rivals] == [True, False, False]


@pytest.mark.postgres
async def test_of_many_that_ask_at_once_one_is_elected(rivals: list[Election]) -> None:
    won = await asyncio.gather(*(election.won() for election in rivals for _ in range(5)))
    by_process = [set(won[start : start + 5]) for start in (0, 5, 10)]
    assert sorted(map(sorted, by_process)) == [[False], [False], [True]]


@pytest.mark.postgres
async def test_another_takes_over_when_the_elected_one_ends(rivals: list[Election]) -> None:
    first, second, third = rivals
    assert await first.won()
    await first.close()
    assert await second.won()
    assert not await third.won()
    assert not await first.won()


@pytest.mark.postgres
async def test_who_lost_its_connection_is_elected_no_more(rivals: list[Election]) -> None:
    first, second, _ = rivals
    assert await first.won()
    await kill_holder(second._database)
    assert await second.won()
    assert not await first.won()
    assert await second.won()


@pytest.mark.postgres
async def test_who_lost_its_connection_is_elected_again_where_nobody_else_is(rivals: list[Election]) -> None:
    first, second, _ = rivals
    assert await first.won()
    await kill_holder(second._database)
    assert await first.won()
    assert not await second.won()


async def queue_something(database: Database) -> None:
    async with database.write() as connection:
        announce_queue(connection)


@pytest.mark.postgres
async def test_what_one_process_queues_is_announced_to_the_others_and_once_to_itself(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(3)]
    heard = [asyncio.Queue[int]() for _ in databases]
    elections = [
        Election(database, partial(queue.put_nowait, 1)) for database, queue in zip(databases, heard, strict=True)
    ]
    for database, queue in zip(databases, heard, strict=True):
        database.on_queued = partial(queue.put_nowait, 2)
    for election, queue in zip(elections, heard, strict=True):
        await election.won()
        assert election.listening
        assert queue.get_nowait() == 1  # what was announced before it listened is lost
    await queue_something(databases[0])
    await queue_something(databases[0])
    for queue in heard[1:]:
        async with asyncio.timeout(10):
            assert [await queue.get() for _ in range(2)] == [1, 1]
    await queue_something(databases[1])
    async with asyncio.timeout(10):
        assert [await heard[0].get() for _ in range(3)] == [2, 2, 1]
    assert heard[0].empty()
    for election, database in zip(elections, databases, strict=True):
        await election.close()
        assert not election.listening
        await database.close()


@pytest.mark.postgres
async def test_a_process_that_lost_its_connection_listens_again_and_looks_at_the_queue(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    heard = asyncio.Queue[int]()
    election = Election(database, partial(heard.put_nowait, 1))
    assert await election.won()
    await heard.get()
    await kill_holder(other)
    assert await election.won()
    assert election.listening
    async with asyncio.timeout(10):
        await heard.get()
        await queue_something(other)
        await heard.get()
    for one in (election, database, other):
        await one.close()


async def test_without_an_answer_nobody_is_elected() -> None:
    database = Database("postgresql+asyncpg://user:hunter2@127.0.0.1:1/none")
    election = Election(database)
    with pytest.raises(StorageError, match="does not answer"):
        await election.won()
    assert not election.listening
    await election.close()
    await database.close()


async def test_on_sqlite_the_one_process_is_elected(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    election = Election(database)
    assert await election.won()
    assert not election.listening
    await election.close()
    assert not (tmp_path / "x.db").exists()
    await database.close()
