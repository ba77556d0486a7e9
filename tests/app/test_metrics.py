"""The running application counts its events, and reports that it is ready."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import TOKEN, Site, settings_for
from tests.app.talk import ask, filled, texts
from tests.app.webhook import free_port

Get = Callable[[str], Awaitable[tuple[int, str]]]


@pytest.fixture
async def get(site: Site, telegram: EmbeddedTelegram, tmp_path: Path) -> AsyncIterator[Get]:
    """Request pages of a running application that has polled its sources."""
    port = free_port()
    settings = settings_for(site, telegram, tmp_path) | {"http_port": port}
    app = App(load({}, _env_file=None, **settings))
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:

        async def get(path: str) -> tuple[int, str]:
            async with http.get(path) as response:
                return response.status, await response.text()

        yield get
    app.stop()
    await asyncio.wait_for(running, 20)


def sample(page: str, name: str, **labels: str) -> float:
    """One value of a page of metrics; 0 where it was never counted."""
    for family in text_string_to_metric_families(page):
        for one in family.samples:
            if one.name == name and labels.items() <= one.labels.items():
                return one.value
    return 0.0


@pytest.mark.slow
async def test_events_are_counted(get: Get, site: Site, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    assert "nuclear" in await ask(telegram, 1, "/subscribe nuclear")
    await ask(telegram, 1, "/nonsense")
    await ask(telegram, 1, "a word")
    before = len(texts(telegram, 1))
    telegram.fail_next(
        "sendMessage",
        status=429,
        description="Too Many Requests: retry after 1",
        parameters={"retry_after": 1},
    )
    site.articles.append(("A Nuclear Plant", "By the lake."))
    await telegram.wait_for(lambda: len(texts(telegram, 1)) > before, timeout=15)

    async def page() -> str:
        status, page = await get("/metrics")
        assert status == 200
        return page

    for _ in range(200):  # the outcome is counted when the answer has been read, a moment after it was sent
        counted = await page()
        if sample(counted, "jarchi_sends_total", kind="article", outcome="sent"):
            break
    expected: list[tuple[str, dict[str, str], Any]] = [
        ("jarchi_sends_total", {"kind": "article", "outcome": "sent"}, 1),
        ("jarchi_sends_total", {"kind": "article", "outcome": "later"}, 1),
        ("jarchi_telegram_responses_total", {"method": "sendMessage", "status": "429"}, 1),
        ("jarchi_update_duration_seconds_count", {"command": "/subscribe"}, 1),
        ("jarchi_update_duration_seconds_count", {"command": "/unknown"}, 1),
        ("jarchi_update_duration_seconds_count", {"command": "words"}, 1),
        ("jarchi_matches_total", {}, 1),
        ("jarchi_deliveries_total", {}, 1),
        ("jarchi_articles_total", {"outcome": "new"}, 2),
        ("jarchi_rates_total", {"source": "page", "outcome": "new"}, 5),
        ("jarchi_leader", {}, 1),
        ("jarchi_updates_dropped_total", {}, 0),
        ("jarchi_queue_deliveries", {"kind": "news", "state": "later"}, 0),
    ]
    assert [(name, labels, sample(counted, name, **labels)) for name, labels, _ in expected] == expected
    for name, labels in (
        ("jarchi_polls_total", {"source": "timesca", "outcome": "ok"}),
        ("jarchi_polls_total", {"source": "page", "outcome": "ok"}),
        ("jarchi_telegram_request_duration_seconds_count", {"method": "sendMessage"}),
        ("process_resident_memory_bytes", {}),
        ("process_open_fds", {}),
        ("python_gc_collections_total", {}),
    ):
        assert sample(counted, name, **labels) > 0, name
    assert sample(counted, "jarchi_telegram_request_duration_seconds_count", method="getUpdates") == 0
    assert TOKEN not in counted
    assert "nuclear" not in counted
    site.status = 503
    for _ in range(2000):
        if sample(counted := await page(), "jarchi_polls_total", source="timesca", outcome="failed"):
            break
    assert sample(counted, "jarchi_polls_total", source="timesca", outcome="failed") > 0


async def test_a_running_application_is_ready_and_keeps_its_secrets(get: Get) -> None:
    status, body = await get("/readyz")
    assert (status, '"ready": true' in body) == (200, True)
    assert TOKEN not in body
    assert await get("/healthz") == (200, "ok\n")


async def test_every_metric_is_explained(get: Get) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    _, page = await get("/metrics")
    for family in text_string_to_metric_families(page):
        name = family.name + ("_total" if family.type == "counter" else "")
        of_the_library = name.startswith(("process_", "python_")) or name.endswith("_created")
        assert of_the_library or f"`{name}`" in docs, name
