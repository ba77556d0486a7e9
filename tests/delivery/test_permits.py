"""Answers to people behind a webhook: every process asks the rate limiter of the leader."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
from telegram.error import RetryAfter

from bot.delivery import permits as module
from bot.delivery.answers import NotSent
from bot.delivery.permits import ReplyPermits
from storage.database import Database
from storage.leader_lock import LeaderLock
from tests.databases import clear

FAR = 77


class Process:
    """A process with its part of the limiter: answers pass in order, but those to one chat wait too long."""

    passed: ClassVar[list[tuple[int, int]]] = []

    def __init__(self, number: int, url: str, *, polled: bool) -> None:
        self.number, self.database = number, Database(url)
        self.lock = LeaderLock(self.database)
        self.permits = ReplyPermits(self.database, self.lock, self.wait, polled=polled)
        self.open = asyncio.Event()
        self.open.set()
        self.asked = asyncio.Event()

    async def wait(self, chat_id: int) -> None:
        self.asked.set()
        await self.open.wait()
        if chat_id == FAR:
            raise RetryAfter(dt.timedelta(seconds=40))
        self.passed.append((self.number, chat_id))

    async def close(self) -> None:
        await self.lock.close()
        await self.permits.close()
        await self.database.close()


@pytest.fixture(params=[False])
async def processes(request: pytest.FixtureRequest, postgres_url: str) -> AsyncIterator[list[Process]]:
    """Three processes, the first of which leads."""
    Process.passed.clear()
    processes = [Process(number, postgres_url, polled=request.param) for number in range(3)]
    await clear(processes[0].database)
    for process in processes:
        await process.lock.renew()
    yield processes
    for process in processes:
        await process.close()


@pytest.mark.postgres
async def test_the_limiter_of_the_leader_counts_the_answers_of_all(processes: list[Process]) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*(process.permits.acquire(process.number) for process in processes for _ in range(5)))
    assert {number for number, _ in Process.passed} == {0}
    assert sorted(chat for _, chat in Process.passed) == [1] * 5 + [2] * 5  # its own answers pass its limiter anyway


@pytest.mark.postgres
async def test_an_answer_that_would_wait_too_long_is_refused(processes: list[Process]) -> None:
    with pytest.raises(RetryAfter) as refused:
        await processes[1].permits.acquire(FAR)
    assert refused.value.retry_after == dt.timedelta(seconds=40)


@pytest.mark.postgres
async def test_an_answer_outlives_a_change_of_leader(processes: list[Process], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ASK_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr("storage.leader_lock.RELEASE_SECONDS", 0.0)
    leader, second, third = processes
    leader.open.clear()
    waiting = asyncio.create_task(third.permits.acquire(5))
    async with asyncio.timeout(20):
        await leader.lock.close()
        while not await second.lock.renew():
            pass
        await waiting
    assert Process.passed[0] == (1, 5)
    leader.open.set()


@pytest.mark.postgres
async def test_a_permission_under_way_ends_with_the_process(processes: list[Process]) -> None:
    """Otherwise it opens a connection while the database is being closed, and nothing closes that one."""
    leader = processes[0]
    leader.open.clear()
    waiting = asyncio.create_task(processes[1].permits.acquire(5))
    async with asyncio.timeout(20):
        await leader.asked.wait()
    await leader.close()
    leader.open.set()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert Process.passed == []


async def test_without_a_database_a_process_answers_by_its_own_limiter() -> None:
    process = Process(0, "postgresql+asyncpg://user:hunter2@127.0.0.1:1/none", polled=False)
    await process.permits.acquire(1)
    await process.close()


@pytest.mark.postgres
@pytest.mark.parametrize("processes", [True], indirect=True)
async def test_where_updates_are_polled_for_only_the_leader_answers(processes: list[Process]) -> None:
    await processes[0].permits.acquire(1)
    with pytest.raises(NotSent):
        await processes[1].permits.acquire(1)
    assert Process.passed == []
