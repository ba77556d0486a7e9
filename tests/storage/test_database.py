import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import READ_CACHE_KIB, WRITE_CACHE_KIB, Database, ping
from storage.errors import StorageError


async def test_a_file_that_is_not_a_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"this is a shopping list, not a database\n" * 100)
    opened = Database(f"sqlite+aiosqlite:///{path}")
    with pytest.raises(StorageError, match="not a database"):
        await ping(opened)
    await opened.close()


@pytest.mark.parametrize("url", ["nonsense", "postgresql+asyncpg://user:hunter2@127.0.0.1:1/none"])
async def test_errors_and_reprs_never_hold_the_address(url: str) -> None:
    with pytest.raises(StorageError) as caught:
        opened = Database(url)
        assert "hunter2" not in repr(opened)
        await ping(opened)
    assert "hunter2" not in str(caught.value)


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO queries (text) VALUES ('half')"))
            raise ZeroDivisionError
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM queries"))).scalar_one() == 0


async def test_an_autocommit_leaves_the_next_write_a_transaction(database: Database) -> None:
    asked = text("SELECT count(*) FROM queries")
    for ask in (True, False):
        async with database.autocommit() as connection:
            if ask:
                assert (await connection.execute(asked)).scalar_one() == 0
        with pytest.raises(ZeroDivisionError):
            async with database.write() as connection:
                await connection.execute(text("INSERT INTO queries (text) VALUES ('half')"))
                raise ZeroDivisionError
    async with database.read() as connection:
        assert (await connection.execute(asked)).scalar_one() == 0


async def test_writers_at_the_same_time_wait_for_each_other(database: Database) -> None:
    async def write(n: int) -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO queries (text) VALUES (:text)"), {"text": str(n)})

    await asyncio.gather(*(write(n) for n in range(20)))
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM queries"))).scalar_one() == 20


async def test_a_write_cut_off_at_any_moment_is_undone_and_holds_nobody_up(database: Database) -> None:
    async def write() -> None:
        async with database.write() as connection:
            for text_ in ("a", "b"):
                await connection.execute(
                    text("INSERT INTO queries (text) VALUES (:text) RETURNING id"), {"text": text_}
                )

    kept = []  # the frames of a cancelled task may live on, with all that they refer to
    for moment in range(60):
        task = asyncio.create_task(write())
        for _ in range(moment % 30):
            await asyncio.sleep(0)
        task.cancel()
        kept += await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5), database.write() as connection:
            written = (await connection.execute(text("SELECT count(*) FROM queries"))).scalar_one()
            assert written in (0, 2)
            await connection.execute(text("DELETE FROM queries"))
    assert any(isinstance(end, asyncio.CancelledError) for end in kept)


@pytest.mark.postgres
async def test_a_server_that_ends_a_connection_is_waited_for_not_blamed_on_the_work(postgres_url: str) -> None:
    opened = Database(postgres_url)
    with pytest.raises(StorageError, match="away"):
        async with opened.write() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await ping(opened)
    await opened.close()


@pytest.mark.parametrize("state", ["57P01", "57P02", "57P03", "08003", "08006"])
async def test_a_server_that_is_away_is_named_as_such(database: Database, state: str) -> None:
    away = Exception("said in whatever language")
    away.sqlstate = state  # type: ignore[attr-defined]
    with pytest.raises(StorageError, match="away"):
        async with database.read():
            raise DBAPIError("SELECT 1", {}, away)


async def test_all_questions_of_a_reader_are_answered_as_of_one_instant(database: Database) -> None:
    statement = text("SELECT count(*) FROM queries")
    async with database.read() as reading:
        assert (await reading.execute(statement)).scalar() == 0
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO queries (text) VALUES ('new')"))
        assert (await reading.execute(statement)).scalar() == 0
    async with database.read() as reading:
        assert (await reading.execute(statement)).scalar() == 1


async def test_on_sqlite_only_the_connection_that_writes_has_a_large_page_cache(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    database.create_file()
    asked = text("PRAGMA cache_size")

    async def reads() -> int:
        async with database.read() as connection:
            found = int((await connection.execute(asked)).scalar_one())
            await together.wait()
            return found

    together = asyncio.Barrier(10)
    assert await asyncio.gather(*(reads() for _ in range(10))) == [-READ_CACHE_KIB] * 10
    for _ in range(10):
        async with database.write() as connection:
            assert (await connection.execute(asked)).scalar_one() == -WRITE_CACHE_KIB
    async with database.autocommit() as connection:
        assert (await connection.execute(asked)).scalar_one() == -READ_CACHE_KIB
    await database.close()
