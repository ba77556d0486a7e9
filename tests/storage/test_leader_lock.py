"""One of several processes is the leader; here each process is a Database with a connection of its own for the lock."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import text

from storage.database import Database, announce_queue
from storage.leader_lock import (
    ANSWER_SECONDS,
    LEASE_SECONDS,
    MARGIN_SECONDS,
    RELEASE_SECONDS,
    RENEW_SECONDS,
    RETRY_SECONDS,
    SILENT_AFTER,
    LeaderLock,
)
from tests.databases import clear


class Process:
    """A process with a clock that the test sets; the database has its own."""

    def __init__(self, url: str) -> None:
        self.now = 1000.0
        self.database = Database(url)
        self.lock = LeaderLock(self.database, clock=lambda: self.now)

    async def close(self) -> None:
        await self.lock.close()
        await self.database.close()


@pytest.fixture
async def processes(postgres_url: str) -> AsyncIterator[list[Process]]:
    """Three processes that may lead."""
    processes = [Process(postgres_url) for _ in range(3)]
    await clear(processes[0].database)
    yield processes
    for process in processes:
        await process.close()


async def run_out(process: Process) -> None:
    """Let the lease in the database be over."""
    async with process.database.write() as connection:
        await connection.execute(text("UPDATE leader SET lease_until = now() - interval '1 second'"))


async def end_connections(process: Process) -> None:
    """End all connections but this one from the server's side."""
    async with process.database.read() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@pytest.mark.postgres
async def test_one_process_leads_and_keeps_leading(processes: list[Process]) -> None:
    for _ in range(3):
        assert [await process.lock.renew() for process in processes] == [True, False, False]


@pytest.mark.postgres
async def test_of_processes_that_try_at_once_one_leads(processes: list[Process]) -> None:
    for _ in range(3):
        is_leader = await asyncio.gather(*(process.lock.renew() for process in processes))
        assert sum(is_leader) == 1
        await run_out(processes[0])
        for process in processes:
            process.now += LEASE_SECONDS
            assert not process.lock.is_leader


@pytest.mark.postgres
async def test_the_next_process_leads_once_the_lease_has_run_out(processes: list[Process]) -> None:
    first, second, third = processes
    assert await first.lock.renew()
    assert not await second.lock.renew()
    await run_out(first)
    assert await second.lock.renew()
    assert not await third.lock.renew()


@pytest.mark.postgres
async def test_a_leader_that_ends_hands_the_lock_over(processes: list[Process]) -> None:
    first, second, _ = processes
    assert await first.lock.renew()
    await first.lock.close()
    assert not await second.lock.renew()
    assert second.lock._wait <= RELEASE_SECONDS
    await asyncio.sleep(second.lock._wait)
    assert await second.lock.renew()
    assert not await first.lock.renew()


@pytest.mark.postgres
async def test_a_lost_connection_is_no_loss_of_the_lock(processes: list[Process]) -> None:
    first, second, _ = processes
    assert await first.lock.renew()
    await end_connections(second)
    assert not await second.lock.renew()
    await first.lock.renew()  # this call finds the connection closed, or opens the next one
    assert await first.lock.renew()
    assert first.lock.listening


@pytest.mark.postgres
async def test_a_process_that_was_suspended_leads_no_more_before_it_asks(processes: list[Process]) -> None:
    first, second, _ = processes
    assert await first.lock.renew()
    first.now += LEASE_SECONDS - MARGIN_SECONDS
    assert not first.lock.is_leader
    await run_out(first)
    assert await second.lock.renew()
    assert not await first.lock.renew()


@pytest.mark.postgres
async def test_a_lock_that_was_lost_is_not_taken_in_the_same_call(processes: list[Process]) -> None:
    first, second, _ = processes
    assert await first.lock.renew()
    await run_out(first)
    assert await second.lock.renew()
    await run_out(first)
    assert not await first.lock.renew()
    assert await first.lock.renew()


@pytest.mark.postgres
async def test_a_lapsed_lease_that_nobody_took_is_renewed(processes: list[Process]) -> None:
    first = processes[0]
    assert await first.lock.renew()
    first.now += 10 * LEASE_SECONDS
    assert not first.lock.is_leader
    assert await first.lock.renew()


@pytest.mark.postgres
async def test_changes_are_reported_once(processes: list[Process], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.leader_lock.RENEW_SECONDS", 0.02)
    first, second, _ = processes
    assert await second.lock.renew()
    reported = asyncio.Queue[bool]()
    keeping = asyncio.create_task(first.lock.keep(reported.put))
    await run_out(first)
    async with asyncio.timeout(20):
        assert await reported.get()
        await run_out(first)
        second.lock._held = False
        assert await second.lock.renew()
        assert not await reported.get()
    keeping.cancel()
    assert reported.empty()


async def queue_something(database: Database) -> None:
    async with database.write() as connection:
        announce_queue(connection)


@pytest.mark.postgres
async def test_a_queued_delivery_is_announced_to_the_other_processes_and_once_to_its_own(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(3)]
    received = [asyncio.Queue[int]() for _ in databases]
    await clear(databases[0])
    locks = [
        LeaderLock(database, partial(queue.put_nowait, 1)) for database, queue in zip(databases, received, strict=True)
    ]
    for database, queue in zip(databases, received, strict=True):
        database.on_queued = partial(queue.put_nowait, 2)
    for lock, queue in zip(locks, received, strict=True):
        await lock.renew()
        assert lock.listening
        assert queue.get_nowait() == 1  # earlier announcements are lost
    await queue_something(databases[0])
    await queue_something(databases[0])
    async with asyncio.timeout(10):
        for queue in received[1:]:
            assert [await queue.get() for _ in range(2)] == [1, 1]
        await queue_something(databases[1])
        assert [await received[0].get() for _ in range(3)] == [2, 2, 1]
    assert received[0].empty()
    for lock, database in zip(locks, databases, strict=True):
        await lock.close()
        assert not lock.listening
        await database.close()


async def test_a_silent_database_ends_the_lease_and_all_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.leader_lock.ANSWER_SECONDS", 0.05)
    held: set[asyncio.StreamWriter] = set()

    async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.add(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = Process(f"postgresql+asyncpg://user:hunter2@127.0.0.1:{port}/none")
    cut = []
    monkeypatch.setattr(process.database.connections, "cut", lambda: cut.append(process.now))
    assert not await process.lock.renew()
    assert cut == []
    assert not await process.lock.renew()
    assert cut == [process.now]
    await process.close()
    for writer in held:
        writer.close()
    server.close()


async def test_without_a_database_no_process_leads() -> None:
    process = Process("postgresql+asyncpg://user:hunter2@127.0.0.1:1/none")
    assert not await process.lock.renew()
    assert not process.lock.listening
    await process.close()


async def test_on_sqlite_the_one_process_leads(tmp_path: Path) -> None:
    process = Process(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    assert process.lock.is_leader
    assert await process.lock.renew()
    assert not process.lock.listening
    await process.close()
    assert not (tmp_path / "x.db").exists()


async def test_on_sqlite_nothing_is_renewed_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = Process(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    renewals = AsyncMock(return_value=True)
    monkeypatch.setattr(process.lock, "renew", renewals)
    keeping = asyncio.create_task(process.lock.keep(AsyncMock()))
    for _ in range(100):
        await asyncio.sleep(0)
    keeping.cancel()
    assert renewals.await_count <= 1
    await process.close()


def test_the_leader_stops_before_another_may_lead() -> None:
    # The failure of the database is noticed while the lease still holds, and the end of the lease is noticed in time.
    assert RENEW_SECONDS + SILENT_AFTER * ANSWER_SECONDS + RETRY_SECONDS < LEASE_SECONDS - MARGIN_SECONDS
    assert ANSWER_SECONDS < MARGIN_SECONDS
