"""The whole program as a process of its own: a kill at any moment loses nothing, a stop signal ends it in order."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.demo.telegram import EmbeddedTelegram
from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.sites import FEED
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from storage import chats, deliveries, topics
from storage.database import Database
from storage.migrate import upgrade
from storage.models import DeliveryRow
from tests.app.conftest import TOKEN, Site, settings_for
from tests.waiting import eventually

pytestmark = pytest.mark.slow

# The number of messages that wait; a longer run takes a second more for each 29.
WAITING = int(os.environ.get("JARCHI_WAITING", "60"))
KILLS = 3
HEADLINE = "Kazakhstan Picks a Site for Its Nuclear Plant"
# The limits in seconds on a stop, and on a start with a whole queue.
STOP_SECONDS = 10
TIMEOUT = 30 + WAITING / 10


class Machine:
    """A machine on which `jarchi run` is started, killed and started again, with its database and Telegram's side."""

    def __init__(self, site: Site, telegram: EmbeddedTelegram, folder: Path) -> None:
        self.telegram, self._folder = telegram, folder
        self._settings = settings_for(site, telegram, folder)
        self.people = range(1, WAITING + 1)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The database file, opened beside the process or while there is none."""
        database = Database(str(self._settings["database_url"]))
        try:
            yield database
        finally:
            await database.close()

    async def fill(self) -> None:
        """Ingest an article on the topic that everyone follows."""
        now = dt.datetime.now(dt.UTC)
        async with self.database() as database:
            await upgrade(database)
            async with database.write() as connection:
                query = await topics.ensure_query(connection, "nuclear")
                for person in self.people:
                    self.telegram.add_person(person, f"P{person}")
                    await chats.ensure(connection, Chat(person, "private", "en", "Asia/Almaty"), now)
                    await topics.subscribe(connection, person, 0, query.id, "instant", now)
            snapshot = Snapshot("rss", articles=(Article(HEADLINE, url="https://example.org/plant"),))
            ingested = await ingest(database, Matcher(), FEED, snapshot, now, filling=False)
            assert ingested.deliveries == WAITING

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Process]:
        """`jarchi run`, as an operator starts it."""
        settings = {name.upper(): str(value) for name, value in self._settings.items()}
        with (self._folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.cli", "run"),
                cwd=self._folder,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": os.fspath(Path.cwd()), **settings},
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                yield process
            finally:
                if process.returncode is None:
                    process.kill()
                await process.wait()

    async def sent(self, count: int) -> None:
        """Wait until Telegram has accepted so many messages."""
        await self.telegram.wait_for(lambda: len(self.telegram.calls_of("sendMessage")) >= count, TIMEOUT)

    async def under_way(self) -> list[int]:
        """The chats whose delivery is claimed and has no outcome yet."""
        async with self.database() as database, database.read() as connection:
            rows = await connection.execute(select(DeliveryRow.chat_id).where(DeliveryRow.state == "sending"))
            return [row.chat_id for row in rows]

    async def states(self) -> dict[str, int]:
        """The number of deliveries in each state."""
        async with self.database() as database, database.read() as connection:
            return await deliveries.count_by_state(connection)

    async def until_all_sent(self) -> None:
        """Wait until every delivery is recorded as sent."""
        await eventually(self.states, lambda states: states == {"sent": WAITING}, seconds=TIMEOUT)

    def received(self) -> Counter[int]:
        """The number of messages with the article that each person received."""
        return Counter(
            {
                person: sum(HEADLINE in message.get("text", "") for message in self.telegram.messages(person))
                for person in self.people
            }
        )


@pytest.fixture
async def machine(site: Site, tmp_path: Path) -> AsyncIterator[Machine]:
    """A machine with a queue; Telegram answers as slowly as over a network, so that messages are under way."""
    async with EmbeddedTelegram(TOKEN, latency=0.05) as telegram:
        machine = Machine(site, telegram, tmp_path)
        await machine.fill()
        yield machine


@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_at_any_moment_nothing_is_lost_and_only_what_was_under_way_comes_twice(
    machine: Machine, seed: int
) -> None:
    chance = random.Random(seed)
    allowed: Counter[int] = Counter()
    for _ in range(KILLS):
        async with machine.running() as process:
            before = len(machine.telegram.calls)
            # Any moment from the first request to Telegram on, mostly while the queue drains.
            moment = before + chance.randint(1, max(2, WAITING // KILLS))
            await machine.telegram.wait_for(lambda: len(machine.telegram.calls) >= moment, TIMEOUT)  # noqa: B023
            process.send_signal(signal.SIGKILL)
            assert await process.wait() == -signal.SIGKILL
        allowed.update(await machine.under_way())
    async with machine.running() as process:
        await machine.until_all_sent()
        process.terminate()
        assert await asyncio.wait_for(process.wait(), STOP_SECONDS) == 0
    assert min(machine.received().values()) == 1
    assert machine.received() - Counter(dict.fromkeys(machine.people, 1)) <= allowed


async def test_a_stop_signal_ends_it_in_order_and_the_next_start_goes_on_where_it_was(machine: Machine) -> None:
    async with machine.running() as process:
        await machine.sent(WAITING // 4)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), STOP_SECONDS) == 0
    states = await machine.states()
    assert set(states) == {"sent", "pending"}
    assert (sum(states.values()), machine.received().total()) == (WAITING, states["sent"])
    async with machine.running() as process:
        await machine.until_all_sent()
        process.terminate()
        assert await asyncio.wait_for(process.wait(), STOP_SECONDS) == 0
    assert machine.received() == Counter(dict.fromkeys(machine.people, 1))
