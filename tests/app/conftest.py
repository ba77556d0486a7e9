"""The real application against the embedded Telegram and a small stand-in for the site."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest
import structlog
from aiohttp import web

from bot import log
from bot.app import App
from bot.config import load
from bot.delivery import quotas
from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.schema import problems
from bot.domain.throttle import Throttle
from handlers import dispatch
from tests.app.webhook import SECRET, Hooked, free_port
from tests.databases import new_sqlite

TOKEN = "123456789:AAtesttesttesttesttesttesttest"


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch throttling off, so that tests send requests at any rate; the test of throttling switches it on again."""
    monkeypatch.setattr(dispatch, "Throttle", lambda *_: Throttle(10**9))
    # Answers would wait for the rate limiter, too.
    monkeypatch.setattr(quotas, "REPLY_LIMITS", (quotas.Limit(1000, 1.0),))
    monkeypatch.setattr(quotas, "GROUP", (quotas.Limit(1000, 1.0),))


class Site:
    """A site with a ticker page and a feed that the test writes."""

    def __init__(self) -> None:
        self.rates = {"KGS": "0.01144", "KZT": "0.00196", "TJS": "0.10904", "UZS": "0.00008", "TMT": "0.28571"}
        self.articles: list[tuple[str, str]] = []
        self.status = 200
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        application = web.Application()
        application.router.add_get("/", self._page)
        application.router.add_get("/feed/", self._feed)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _page(self, _request: web.Request) -> web.Response:
        if self.status != 200:
            return web.Response(status=self.status)
        lines = "".join(f"<li>{code}/USD = {value} 0%</li>" for code, value in self.rates.items())
        return web.Response(text=f"<html><body><ul>{lines}</ul></body></html>", content_type="text/html")

    async def _feed(self, _request: web.Request) -> web.Response:
        if self.status != 200:
            return web.Response(status=self.status)
        now = format_datetime(dt.datetime.now(dt.UTC))
        items = "".join(
            f"<item><title>{title}</title><link>https://example.org/{n}</link><guid>https://example.org/?p={n}</guid>"
            f"<pubDate>{now}</pubDate><description>{text}</description></item>"
            for n, (title, text) in enumerate(self.articles)
        )
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
        return web.Response(text=feed, content_type="application/rss+xml")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A running stand-in for the site, with one old article."""
    site = Site()
    site.articles.append(("Uzbek Cotton Harvest Ends Early", "The harvest ended two weeks before its usual time."))
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def telegram() -> AsyncIterator[EmbeddedTelegram]:
    """A running embedded Telegram with an English and a Russian speaker."""
    async with EmbeddedTelegram(TOKEN) as telegram:
        telegram.add_person(1, "Ann", language_code="en")
        telegram.add_person(2, "Иван", language_code="ru")
        yield telegram


def settings_for(site: Site, telegram: EmbeddedTelegram, folder: Path) -> dict[str, object]:
    """The settings that point the application at the stand-ins."""
    return {
        "bot_token": TOKEN,
        "telegram_api_url": telegram.url,
        "database_url": f"sqlite+aiosqlite:///{folder / 'jarchi.db'}",
        "news_feed_url": f"{site.url}/feed/",
        "ticker_url": f"{site.url}/",
        "banks": "",
        "offers": "",
        "gold": "",
        "policy": "",
        "poll_seconds": 0.2,
        "allow_private_sources": True,
        "http_port": 0,
    }


@pytest.fixture
def options() -> dict[str, object]:
    """Settings that differ in a test module, which overrides this fixture."""
    return {}


@pytest.fixture
async def app(
    site: Site,
    telegram: EmbeddedTelegram,
    tmp_path: Path,
    options: dict[str, object],
) -> AsyncIterator[App]:
    """The running application; the first poll has filled the store when a test begins."""
    database = await new_sqlite(tmp_path / "jarchi.db")
    await database.close()
    app = App(load({}, _env_file=None, **settings_for(site, telegram, tmp_path) | options))
    running = asyncio.create_task(app.run())
    ready = asyncio.create_task(app.ready.wait())
    await asyncio.wait({running, ready}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        ready.cancel()
        await running
    yield app
    app.stop()
    await asyncio.wait_for(running, 20)
    # Every call the application made is one that the published schema knows, with the parameters it allows.
    if shared := os.environ.get("JARCHI_SHARED"):
        published = json.loads((Path(shared) / "botapi" / "api.json").read_text(encoding="utf-8"))
        found = [problem for call in telegram.calls for problem in problems(call.method, call.params, published)]
        assert found == []


@pytest.fixture
async def hooked(site: Site, telegram: EmbeddedTelegram, tmp_path: Path) -> AsyncIterator[Hooked]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook/from-telegram"
    settings = settings_for(site, telegram, tmp_path)
    settings |= {"http_port": port, "webhook_url": url, "webhook_secret": SECRET, "poll_seconds": 900}
    running: list[tuple[App, asyncio.Task[None]]] = []

    async def start() -> None:
        app = App(load({}, _env_file=None, **settings))
        running.append((app, asyncio.create_task(app.run())))
        await asyncio.wait_for(app.ready.wait(), 20)

    async def stop() -> None:
        app, task = running.pop()
        app.stop()
        await asyncio.wait_for(task, 20)

    await start()
    yield Hooked(telegram, url, start, stop)
    if running:
        await stop()


@pytest.fixture(params=["console", "json"])
def logged(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """The log at the level DEBUG."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    log.set_up("DEBUG", request.param, TOKEN)
    written: list[str] = []

    def logged() -> str:
        written.append(capsys.readouterr().err)
        return "".join(written)

    yield logged
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    structlog.reset_defaults()
