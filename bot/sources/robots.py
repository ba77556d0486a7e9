"""robots.txt (RFC 9309), for pages that are scraped; feeds are made for programs and are exempt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from bot.sources.decode import decode

# RFC 9309 (2.4): a copy is not used for longer than a day. An unreachable robots.txt is obeyed for a day too, as if it
# forbade everything (2.3.1.4 leaves the time to the client): the page is polled four times an hour, and a day is enough
# for a site to recover.
KEEP_SECONDS = 24 * 3600.0
# RFC 9309 (2.5): at least 500 KiB are read.
MAX_BYTES = 512 * 1024
# The longest crawl delay that is obeyed; a site that asks for hours in effect forbids the page.
MAX_DELAY_SECONDS = 60.0
# The product name under which rules are found.
PRODUCT = "Jarchi"


class NoRules(Exception):
    """The site has no robots.txt: everything is allowed."""


@dataclass(slots=True)
class _Known:
    """Rules of a site (None: everything is allowed), their expiry, and the time since they are unreachable."""

    rules: Protego | None
    until: float
    failing_since: float | None = None


class Robots:
    """Rules of sites, each fetched once a day. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def allows(self, url: str, fetch: Callable[[str], Awaitable[bytes]]) -> tuple[bool, float]:
        """Return whether an address may be fetched, and the crawl delay in seconds that the site asks for.

        `fetch` returns the bytes of robots.txt, or raises NoRules; its other errors are passed on while the rules are
        unreachable and no older copy is stored, for `KEEP_SECONDS` at most.
        """
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        known = self._known.get(site)
        if known is None or self._clock() >= known.until or known.failing_since is not None:
            known = self._known[site] = await self._refreshed(site, known, fetch)
        if known.rules is None:
            return True, 0.0
        delay = known.rules.crawl_delay(PRODUCT) or 0.0
        return known.rules.can_fetch(url, PRODUCT), min(max(delay, 0.0), MAX_DELAY_SECONDS)

    async def _refreshed(self, site: str, known: _Known | None, fetch: Callable[[str], Awaitable[bytes]]) -> _Known:
        now = self._clock()
        try:
            body = await fetch(site)
        except NoRules:
            return _Known(None, now + KEEP_SECONDS)
        except Exception:
            since = now if known is None or known.failing_since is None else known.failing_since
            failing = _Known(known.rules if known is not None else None, now, since)
            if now - since >= KEEP_SECONDS:
                return _Known(None, now, since)
            self._known[site] = failing
            if failing.rules is None:
                raise
            return failing
        rules = await asyncio.to_thread(Protego.parse, decode(body[:MAX_BYTES]))
        return _Known(rules, now + KEEP_SECONDS)
