"""On a full disk nothing is half stored, people and the operator get messages, and work goes on when there is room."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.app import App, leader, root
from bot.config import load
from bot.delivery import worker as worker_module
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.numbers import D
from bot.domain.rates import TICKER_STEP, Pair, Quote
from bot.domain.sites import FEED
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from handlers import dispatch
from storage import chats, topics
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade
from storage.models import ArticleRow, DeliveryRow, EventRow, MatchRow, RateRow, SubscriptionRow
from tests.app.conftest import Site, settings_for
from tests.app.talk import ask, filled, texts

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
FULL = "the disk is full; nothing was lost, free some space"
# SQLite's own limit on pages: no limit.
NO_LIMIT = 2**31 - 2


class SmallDisk(Database):
    """A database whose file can be kept from growing by more than `room` pages (None: it grows as it likes)."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.room: int | None = None

        @event.listens_for(self.writer.sync_engine, "checkout")
        def on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA page_count")
            pages = NO_LIMIT if self.room is None else cursor.fetchone()[0] + self.room
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            cursor.close()


class Lines:
    """A log for the test to read: (level, event, the error in it)."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str | None]] = []

    def __getattr__(self, level: str) -> Any:
        return lambda event, **fields: self.lines.append((level, event, fields.get("error")))

    @property
    def errors(self) -> list[tuple[str, str | None]]:
        """The entries that alert an operator: errors and worse."""
        return [(event, error) for level, event, error in self.lines if level in ("error", "exception")]


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[SmallDisk]:
    """An open database on a disk that can be filled."""
    opened = SmallDisk(f"sqlite+aiosqlite:///{tmp_path / 'small.db'}")
    await upgrade(opened)
    yield opened
    await opened.close()


async def count_all(database: Database) -> list[int]:
    """Count the rows of each table that an ingest writes."""
    async with database.read() as connection:
        return [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (ArticleRow, RateRow, MatchRow, EventRow, DeliveryRow)
        ]


@pytest.mark.parametrize("room", [0, 1, 3, 8, 20])
async def test_a_snapshot_that_does_not_fit_leaves_nothing_and_is_taken_when_there_is_room(
    disk: SmallDisk, room: int
) -> None:
    async with disk.write() as connection:
        gold = await topics.ensure_query(connection, "gold")
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOW)
        await topics.subscribe(connection, 1, 0, gold.id, "instant", NOW)
    snapshot = Snapshot(
        "rss",
        rates=(Quote(Pair("KZT", "USD"), D("0.00196"), TICKER_STEP / 2),),
        articles=tuple(Article(f"Gold is found {n}", "word " * 5000, url=f"https://example.org/{n}") for n in range(4)),
    )
    matcher = Matcher()
    disk.room = room
    with pytest.raises(StorageError, match=FULL):
        await ingest(disk, matcher, FEED, snapshot, NOW, filling=False)
    assert await count_all(disk) == [0, 0, 0, 0, 0]
    disk.room = None
    await ingest(disk, matcher, FEED, snapshot, NOW, filling=False)
    assert await count_all(disk) == [4, 1, 4, 4, 4]


@pytest.fixture
async def cramped(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[SmallDisk, Lines]]:
    """A running application with its disk, and what it logs."""
    disks: list[SmallDisk] = []
    lines = Lines()

    def open_disk(url: str, **_options: object) -> SmallDisk:
        disks.append(SmallDisk(url))
        return disks[-1]

    monkeypatch.setattr(root, "Database", open_disk)
    for module in (root, leader, dispatch, worker_module):
        monkeypatch.setattr(module, "log", lines)
    # It polls once, at the start: later entries of the log come from the conversation alone.
    settings = settings_for(site, telegram, tmp_path) | {"poll_seconds": 900}
    app = App(load({}, _env_file=None, **settings))
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    yield disks[0], lines
    app.stop()
    await asyncio.wait_for(running, 20)


async def test_a_request_that_does_not_fit_gets_an_answer_and_is_stored_when_it_is_repeated(
    cramped: tuple[SmallDisk, Lines], telegram: EmbeddedTelegram
) -> None:
    disk, lines = cramped
    await filled(telegram)
    disk.room = 0
    kept = -1
    answer = ""
    # There is some room left within the pages of the file; one request after another fills it.
    while "database" not in answer and kept < 60:
        kept += 1
        request = f"/subscribe {'y' * 170}{kept}"
        answer = await ask(telegram, 1, request)
    assert answer == "I can't reach my database right now. Your data is safe. Please try again in a minute."
    assert lines.errors == [("storage_failed", FULL)]

    async def subscribed() -> int:
        async with disk.read() as connection:
            return (await connection.execute(select(func.count()).select_from(SubscriptionRow))).scalar_one()

    assert await subscribed() == kept
    assert "KZT" in await ask(telegram, 1, "/rates")  # reading goes on meanwhile
    disk.room = None
    assert "y" * 170 in await ask(telegram, 1, request)
    assert await subscribed() == kept + 1
    assert lines.errors == [("storage_failed", FULL)]


async def test_a_new_chat_gets_the_answer_too_in_its_language(
    cramped: tuple[SmallDisk, Lines], telegram: EmbeddedTelegram
) -> None:
    disk, lines = cramped
    await filled(telegram)
    disk.room = 0
    for person in range(1000, 1400):  # chats are small rows: many fit into the pages that are there
        telegram.add_person(person, "Гость", language_code="ru")
        if "База данных" in await ask(telegram, person, "/help"):
            break
    assert texts(telegram, person) == ["База данных недоступна. Ваши данные целы. Попробуйте через минуту."]
    disk.room = None
    assert "/rates" in await ask(telegram, person, "/help")
    assert lines.errors == [("storage_failed", FULL)]
