"""The demo's sites on loopback: the page, feed and articles of the home site, the agency, and the banks.

They have invented host names under localhost, which always lead to this machine (RFC 6761, 6.3).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections.abc import Callable
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from aiohttp import web

from bot.demo.agency import Agency
from bot.demo.article import ArticlePage, article_page
from bot.demo.banks import DemoBanks
from bot.demo.edition import DemoArticle, appears_at, articles_at
from bot.demo.market import Market
from bot.demo.policy import DemoPolicy

# The real page repeats its ticker for a marquee.
_REPEATS = 8
_FEED_ITEMS = 10
# Host names, by the part before ".localhost".
_HOME, _AGENCY, _BANKS = "timesca", "keruen", "banks"


def slug(title: str) -> str:
    """Return a headline's part of the address."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


class EditionSite:
    """The sites, whose articles appear over time since `start()`. `clock` returns seconds since the epoch."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._began = clock()
        self.market = Market(clock)
        self._agency = Agency(clock)
        application = web.Application()
        application.router.add_get("/", self._page)
        application.router.add_get("/feed/", self._feed)
        DemoBanks(clock, self.market).add_to(application)
        DemoPolicy(clock).add_to(application)
        self._agency.add_to(application)
        application.router.add_get("/{path:.+}", self._article)
        self._runner = web.AppRunner(application, access_log=None)
        self._port = 0

    def _url(self, name: str) -> str:
        return f"http://{name}.localhost:{self._port}"

    @property
    def pages(self) -> dict[str, ArticlePage]:
        """The articles of each host (with its port): a path becomes a page, None if there is no such article."""
        return {
            urlsplit(self._url(_HOME)).netloc: self.page_of,
            urlsplit(self._url(_AGENCY)).netloc: self._agency.page_of,
        }

    @property
    def feed_url(self) -> str:
        """The address of the feed."""
        return f"{self._url(_HOME)}/feed/"

    @property
    def banks_url(self) -> str:
        """The base address of all banks."""
        return f"{self._url(_BANKS)}/banks"

    @property
    def agency_url(self) -> str:
        """The address of the agency's feed."""
        return f"{self._url(_AGENCY)}/rss/"

    @property
    def ticker_url(self) -> str:
        """The address of the page with the ticker."""
        return f"{self._url(_HOME)}/"

    async def start(self) -> None:
        """Listen on loopback, on a free port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        self._began = self._clock()

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    def _now(self) -> list[tuple[DemoArticle, dt.datetime]]:
        """Return the articles that have appeared with their dates, newest first."""
        published = articles_at(self._clock() - self._began)
        dated = [(article, self._began + appears_at(index)) for index, article in enumerate(published)]
        return [(article, dt.datetime.fromtimestamp(at, dt.UTC)) for article, at in reversed(dated)]

    async def _page(self, request: web.Request) -> web.Response:
        pairs = self.market.ticker()
        items = "".join(f"<li>• <span>{code}/USD</span> = {value} 0%</li>" for code, value in pairs) * _REPEATS
        today = dt.datetime.fromtimestamp(self._clock(), dt.UTC)
        articles = "".join(
            f'<article><h2><a href="/{slug(article.title)}/">{escape(article.title)}</a></h2>'
            + "".join(f"<p>{escape(text)}</p>" for text in article.paragraphs)
            + "</article>"
            for article, _ in self._now()[:6]
        )
        return _answer(
            request,
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>Demo edition</title>"
            "<script>var ticker = 'KZT/USD = 9.99999 0%';</script></head><body>"
            f"<ul class=ticker>{items}</ul><div>{today:%d %B %Y}</div><main>{articles}</main></body></html>",
            "text/html",
        )

    async def _feed(self, request: web.Request) -> web.Response:
        home = self._url(_HOME)
        items = "".join(
            f"<item><title>{escape(article.title)}</title><link>{home}/{slug(article.title)}/</link>"
            f"<pubDate>{format_datetime(at)}</pubDate>"
            + "".join(f"<category>{escape(name)}</category>" for name in article.categories)
            + f'<guid isPermaLink="false">{home}/?p={slug(article.title)}</guid>'
            f"<description>{escape(article.paragraphs[0])}</description><content:encoded><![CDATA["
            + "".join(f"<p>{escape(text)}</p>" for text in article.paragraphs)
            + "]]></content:encoded></item>"
            for article, at in self._now()[:_FEED_ITEMS]
        )
        return _answer(
            request,
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Demo edition</title>'
            f"<link>{home}</link><description>Written for the demo</description>{items}</channel></rss>",
            "application/rss+xml",
        )

    def page_of(self, path: str) -> str | None:
        """Return the page of a published article by its path, with or without a slash at the end."""
        article = next((article for article, _ in self._now() if slug(article.title) == path.strip("/")), None)
        if article is None:
            return None
        return article_page("en", "An invented article of Jarchi's demo", article.title, article.paragraphs)

    async def _article(self, request: web.Request) -> web.Response:
        page = self.page_of(request.path) or self._agency.page_of(request.path)
        if page is None:
            raise web.HTTPNotFound(text="no such article in the demo")
        return _answer(request, page, "text/html")


def _answer(request: web.Request, text: str, kind: str) -> web.Response:
    """Return a page, or 304 if the client has this version."""
    etag = hashlib.sha256(text.encode()).hexdigest()[:16]
    if request.headers.get("If-None-Match", "").strip('"') == etag:
        return web.Response(status=304, headers={"ETag": f'"{etag}"'})
    response = web.Response(text=text, content_type=kind, headers={"ETag": f'"{etag}"'})
    response.enable_compression()
    return response
