"""A stand-in for a news site on loopback, the real fetcher and poller, and a clock that a test sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from html import escape

import pytest
from aiohttp import web
from sqlalchemy import select

from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.sites import FEED, Site
from bot.ingest.matching import Matcher, learn
from bot.ingest.poll import Polled, Poller
from bot.sources.fetch import Fetcher
from storage import article_lists, chats, sources, topics
from storage.database import Database
from storage.event_codec import decode
from storage.models import ArticleRow, DeliveryRow, EventRow
from storage.sources import SourceState

T0 = dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC)
PERIOD = dt.timedelta(minutes=15)


def item(title: str, **parts: object) -> str:
    """An item of RSS; `guid`, `link`, `date` (as printed, or a datetime) and `text` where given."""
    made = f"<title>{title}</title>"
    for name, tag in (("guid", "guid"), ("link", "link"), ("date", "pubDate"), ("text", "description")):
        if (value := parts.get(name)) is not None:
            made += f"<{tag}>{escape(value.isoformat() if isinstance(value, dt.datetime) else str(value))}</{tag}>"
    return f"<item>{made}</item>"


def rss(*items: str, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """A feed of items."""
    return f'{declaration}<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'


class Stand:
    """A site with one answer for each path; `asked` are the requested paths, in their order."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.kind = "application/rss+xml"
        self.asked: list[str] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1") -> None:
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, 0).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def serve(self, path: str, feed: str | bytes) -> None:
        self.bodies[path] = feed.encode() if isinstance(feed, str) else feed

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        body = self.bodies.get(request.path)
        if body is None:
            return web.Response(status=404)
        return web.Response(body=body, headers={"Content-Type": self.kind})


class Reader:
    """Polls sites of a stand. Person 1 follows a word that all headlines of a test have in common."""

    def __init__(self, database: Database, stand: Stand, fetcher: Fetcher, sites: Sequence[Site]) -> None:
        self.database, self.stand, self.sites = database, stand, tuple(sites)
        self.now, self._fetcher = T0, fetcher

    async def listen(self, words: str = "story", person: int = 1) -> None:
        async with self.database.write() as connection:
            await chats.ensure(connection, Chat(person, "private", "en", "Asia/Almaty"), self.now)
        query = await learn(self.database, words, None, self.now)
        async with self.database.write() as connection:
            await topics.subscribe(connection, person, 0, query.id, "instant", self.now)

    async def poll(self, *, force: bool = True) -> dict[str, Polled]:
        """Make a pass as a start of the program does; returns what each source gave, by name."""
        page, period = f"{self.stand.url}/", PERIOD.total_seconds()
        poller = Poller(self.database, Matcher(), self._fetcher, self.sites, page, period, lambda: self.now)
        return {one.source: one for one in await poller.run_pass(force=force)}

    async def state(self, name: str) -> SourceState:
        async with self.database.read() as connection:
            return next(state for state in await sources.all_states(connection) if state.name == name)

    async def articles(self) -> list[StoredArticle]:
        """Return the articles in the order of /news."""
        async with self.database.read() as connection:
            return await article_lists.latest(connection, 1000)

    async def delivered(self, person: int = 1) -> list[str]:
        """Return the headlines that are queued for a person, in the order of their articles."""
        statement = (
            select(EventRow.kind, EventRow.version, EventRow.payload)
            .join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
            .where(EventRow.kind == "article", DeliveryRow.chat_id == person)
        )
        async with self.database.read() as connection:
            sent = [decode(row).article_id for row in await connection.execute(statement)]  # type: ignore[union-attr]
            rows = await connection.execute(
                select(ArticleRow.title).where(ArticleRow.id.in_(sent)).order_by(ArticleRow.id)
            )
            return [row.title for row in rows]


@pytest.fixture
async def reader(database: Database) -> AsyncIterator[Reader]:
    """A reader of one site, the home site at /feed/, which has been polled once and had nothing; person 1 follows it."""
    stand, fetcher = Stand(), Fetcher("test", allow_private=True)
    await stand.start()
    stand.serve("/", b"<html><body><ul><li>KZT/USD = 0.00196 0%</li></ul></body></html>")
    stand.serve("/feed/", rss())
    reader = Reader(database, stand, fetcher, [Site(FEED, "Home", f"{stand.url}/feed/")])
    await reader.listen()
    await reader.poll()
    stand.asked.clear()
    yield reader
    await fetcher.close()
    await stand.stop()
