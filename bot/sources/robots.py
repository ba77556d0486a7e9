"""robots.txt (RFC 9309), for pages that are scraped; feeds are made for programs and are exempt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from bot.sources.decode import decode

# RFC 9309 (2.4): a copy is not used for longer than a day. So long is an unreachable robots.txt obeyed too, as if it
# forbade everything (2.3.1.4 leaves the time to us): the page is asked for four times an hour, and a day is enough for
# a site to recover.
KEEP_SECONDS = 24 * 3600.0
# RFC 9309 (2.5): at least 500 KiB are read.
MAX_BYTES = 512 * 1024
# A site may ask for a longer pause between requests than ours, up to this: one that asks for hours forbids, in effect.
MAX_DELAY_SECONDS = 60.0
# The name that rules are looked up by.
PRODUCT = "Jarchi"


class NoRules(Exception):
    """The site has no robots.txt: everything is allowed."""


@dataclass(slots=True)
class _Known:
    """Rules of a site (None: everything is allowed), until when they hold, and since when they are unreachable."""

    rules: Protego | None
    until: float
    failing_since: float | None = None


class Robots:
    """Rules of sites, each fetched once a day. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def allows(self, url: str, fetch: Callable[[str], Awaitable[bytes]]) -> tuple[bool, float]:
        """Return whether an address may be fetched, and the pause in seconds that the site asks for between requests.

        `fetch` gives the bytes of robots.txt, or raises NoRules; its other errors are raised while the rules are
        unreachable and no older copy is known, for `KEEP_SECONDS` at most.
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
