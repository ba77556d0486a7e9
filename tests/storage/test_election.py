"""One of several processes is elected; here each process is a Database with a pool of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, StorageError
from storage.election import LOCK, Election


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


async def test_without_an_answer_nobody_is_elected() -> None:
    database = Database("postgresql+asyncpg://user:hunter2@127.0.0.1:1/none")
    election = Election(database)
    with pytest.raises(StorageError, match="does not answer"):
        await election.won()
    await election.close()
    await database.close()


async def test_on_sqlite_the_one_process_is_elected(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    election = Election(database)
    assert await election.won()
    await election.close()
    assert not (tmp_path / "x.db").exists()
    await database.close()
