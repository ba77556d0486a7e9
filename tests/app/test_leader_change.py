"""Two processes on one PostgreSQL: one polls and receives, both send, the other takes over."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from storage.database import Database
from tests.app.conftest import Site, settings_for
from tests.app.talk import filled
from tests.databases import empty

pytestmark = pytest.mark.postgres


@pytest.fixture
async def pair(site: Site, telegram: EmbeddedTelegram, postgres_url: str, tmp_path: Path) -> AsyncIterator[list[App]]:
    """Two applications on one database and one token; the first is the leader."""
    database = Database(postgres_url)
    await empty(database)
    await database.close()
    settings = settings_for(site, telegram, tmp_path) | {"database_url": postgres_url}
    apps = [App(load({}, _env_file=None, **settings)) for _ in range(2)]
    running = []
    for app in apps:
        running.append(asyncio.create_task(app.run()))
        await asyncio.wait_for(app.ready.wait(), 20)
    yield apps
    for app in apps:
        app.stop()
    await asyncio.wait_for(asyncio.gather(*running), 30)


async def test_the_leader_polls_and_answers_until_the_other_process_takes_over(
    pair: list[App], site: Site, telegram: EmbeddedTelegram
) -> None:
    first, second = pair

    async def receives(what: str, times: int) -> None:
        await telegram.wait_for(
            lambda: sum(what in m.get("text", "") for m in telegram.messages(1) if m["from"]["is_bot"]) == times,
            timeout=15,
        )

    await filled(telegram)  # the first poll of a site makes no deliveries
    telegram.say(1, "/subscribe nuclear")
    await receives("nuclear", 1)
    site.articles.append(("A First Nuclear Plant", "By the lake."))
    await receives("A First Nuclear Plant", 1)
    first.stop()
    telegram.say(1, "/unsubscribe gold")
    await receives("gold", 1)
    assert not second._stopping.is_set()
    site.articles.append(("A Second Nuclear Plant", "By the river."))
    await receives("A Second Nuclear Plant", 1)
    await receives("A First Nuclear Plant", 1)
