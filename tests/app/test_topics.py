"""The application and the topics of its archive."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

from structlog.testing import capture_logs

from bot.app import App
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.articles import Article
from bot.ingest.matching import Matcher
from bot.ingest.topic_rebuild import warn_if_outdated
from storage.database import Database
from tests.app.conftest import Site, settings_for
from tests.databases import new_sqlite
from tests.small_lists import write
from tests.stored import store_article
from tests.waiting import eventually

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)


async def stored_archive(tmp_path: Path) -> Database:
    database: Database = await new_sqlite(tmp_path / "jarchi.db")
    async with database.write() as connection:
        await store_article(connection, "feed", Article("Gold mine opens"), NOW)
    return database


async def test_a_start_says_that_the_topics_of_the_archive_are_outdated(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path
) -> None:
    await (await stored_archive(tmp_path)).close()
    settings = settings_for(site, telegram, tmp_path)
    settings["topics_file"] = str(write(tmp_path / "lists.toml", {"energy.sure": "pipeline"}))
    with capture_logs() as logs:
        app = App(load({}, _env_file=None, **settings))
        running = asyncio.create_task(app.run())
        await eventually(lambda: "topics_outdated" in [line["event"] for line in logs])
        app.stop()
        await asyncio.wait_for(running, 20)


async def test_current_topics_need_no_warning(tmp_path: Path) -> None:
    database = await stored_archive(tmp_path)
    with capture_logs() as logs:
        await warn_if_outdated(database, Matcher())
    assert not logs
    await database.close()
