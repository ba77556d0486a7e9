"""Feeds, rates and sources for other programs, below PUBLIC_URL (docs/outputs.md)."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.domain.feeds import Feed
from bot.domain.rate_graph import PEG
from bot.domain.rates import Rate
from bot.domain.sites import Site
from bot.domain.throttle import Throttle
from bot.services import feeds as service
from bot.services.rates import rates_version
from bot.services.sources import polled_sites
from bot.views import documents
from bot.web.conditional import Document, answer
from storage.database import Database
from storage.errors import DATABASE_ERRORS, one_line

log = structlog.get_logger()

# Sources are polled every quarter of an hour: a document of five minutes ago is current enough.
MAX_AGE_SECONDS = 300
# A feed's address is a secret of its chat, so that no shared cache may keep the feed.
_PRIVATE, _PUBLIC = f"private, max-age={MAX_AGE_SECONDS}", f"public, max-age={MAX_AGE_SECONDS}"
# Requests of one address at once, and the seconds in which one is refilled. A reader polls a few feeds an hour; a
# secret of 256 bits is not guessed at any rate, and the limit keeps the attempts cheap.
BURST, REFILL_SECONDS = 60, 1.0
# Documents kept ready, the last used ones: some 30 KiB each.
MAX_DOCUMENTS = 200
# A database that does not answer is asked again after this time.
RETRY_SECONDS = 60
_ATOM, _JSON_FEED = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"
_JSON, _CSV = "application/json; charset=utf-8", "text/csv; charset=utf-8; header=present"
_OPML = "text/x-opml; charset=utf-8"
RatesRenderer: TypeAlias = Callable[[Iterable[tuple[Rate, bool]]], bytes]
_FEEDS: dict[str, tuple[Callable[[Feed, str], bytes], str]] = {
    "atom": (documents.atom, _ATOM),
    "json": (documents.json_feed, _JSON_FEED),
}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A document and the version of the content that it was made of."""

    version: Hashable
    document: Document


class Feeds:
    """Serves the documents; each is made once for a version of its content. `clock` returns UTC.

    An unknown secret is answered as a page that does not exist. No secret is kept, logged or counted: documents are
    kept by the hash.
    """

    def __init__(
        self,
        public_url: str,
        sites: Sequence[Site],
        database: Database,
        clock: Callable[[], dt.datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(public_url)
        self._path, self._host = parts.path.rstrip("/"), parts.hostname or ""
        self._sites, self._database, self._clock, self._monotonic = sites, database, clock, monotonic
        self._throttle, self._making = Throttle(BURST, REFILL_SECONDS), asyncio.Lock()
        self._kept: dict[Hashable, _Kept] = {}  # in the order of their last use

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes of the documents; each answers HEAD too."""
        return [
            web.get(self._path + path, self._guarded(handler))
            for path, handler in (
                (r"/feeds/{secret}.{form:atom|json}", self._feed),
                ("/rates.json", self._rates_json),
                ("/rates.csv", self._rates_csv),
                ("/sources.opml", self._sources),
            )
        ]

    def _guarded(self, handler: Handler) -> Handler:
        """Limit the requests of an address, and answer 503 if the database does not answer."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if (refusal := self._throttle.check(sender_of(request), self._monotonic())) is not None:
                raise web.HTTPTooManyRequests(headers={"Retry-After": str(refusal.seconds)})
            try:
                return await handler(request)
            except DATABASE_ERRORS as error:
                log.error("feed_not_read", reason=one_line(error))
                raise web.HTTPServiceUnavailable(headers={"Retry-After": str(RETRY_SECONDS)}) from None

        return guarded

    async def _feed(self, request: web.Request) -> web.Response:
        secret_hash, form = service.hash_of(request.match_info["secret"]), request.match_info["form"]
        version = await service.feed_version(self._database, secret_hash)
        if version is None:
            raise web.HTTPNotFound

        async def make() -> Document:
            feed = await service.read_feed(self._database, secret_hash)
            if feed is None:  # it ended a moment ago
                raise web.HTTPNotFound
            render, media_type = _FEEDS[form]
            return Document(render(feed, self._host), media_type, feed.updated_at)

        return answer(request, await self._current((secret_hash, form), version, make), _PRIVATE)

    async def _rates_json(self, request: web.Request) -> web.Response:
        return await self._rates(request, documents.rates_json, _JSON)

    async def _rates_csv(self, request: web.Request) -> web.Response:
        return await self._rates(request, documents.rates_csv, _CSV)

    async def _rates(self, request: web.Request, render: RatesRenderer, media_type: str) -> web.Response:
        now = self._clock()

        async def make() -> Document:
            found = await service.current_rates(self._database, now)
            read = [rate.confirmed_at for rate, _ in found if rate.source != PEG]
            return Document(render(found), media_type, max(read, default=None))

        # A rate becomes stale with the days (UTC) as well.
        version = (now.date(), *await rates_version(self._database))
        return answer(request, await self._current(media_type, version, make), _PUBLIC)

    async def _sources(self, request: web.Request) -> web.Response:
        sites = await polled_sites(self._database, self._sites)
        return answer(request, Document(documents.opml(sites), _OPML, None), _PUBLIC)

    async def _current(self, key: Hashable, version: Hashable, make: Callable[[], Awaitable[Document]]) -> Document:
        """Return the kept document of a version, or make it: requests that come together make it once."""
        async with self._making:
            kept = self._kept.pop(key, None)
            if kept is None or kept.version != version:
                kept = _Kept(version, await make())
            self._kept[key] = kept
            if len(self._kept) > MAX_DOCUMENTS:
                del self._kept[next(iter(self._kept))]
        return kept.document


def sender_of(request: web.Request) -> str:
    """Return the address that a request is counted for; of IPv6 its network of 64 bits, which one household has.

    A proxy appends its client's address to X-Forwarded-For. That is believed of a proxy on this machine or in a private
    network, and only the last address: those before it are the client's own words.
    """
    address = _address(request.remote or "")
    if address is not None and address.is_private and (forwarded := request.headers.getall("X-Forwarded-For", ())):
        address = _address(forwarded[-1].rpartition(",")[2].strip()) or address
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
