"""A fetch of a news site: its feed, or WordPress's REST answer where the feed is refused, unreadable or empty."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

import structlog

from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.fetch import BadRedirect, BrokenBody, Fetched, Fetcher, FetchError, Refused, TooLarge
from bot.sources.read import read
from bot.sources.wordpress import rest_url

log = structlog.get_logger()

# What a news site answers with; a page in place of a feed is a notice, a challenge or another owner's.
_LAYOUTS = ("feed", "rest")
# Statuses by which a site asks for patience: asking it for something else would be none.
_BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look gave: a snapshot, or None where nothing changed, and what to ask conditionally with next time."""

    snapshot: Snapshot | None
    etag: str | None
    last_modified: str | None


async def look_at_site(
    fetcher: Fetcher, url: str, now: dt.datetime, *, etag: str | None = None, last_modified: str | None = None
) -> Looked:
    """Look at a news site; FetchError or NotAPage where it cannot be read. `now` (UTC): dates beyond are no dates."""
    problem: FetchError | NotAPage
    found: Looked | None = None
    try:
        found = await _stories(fetcher, url, now, etag, last_modified)
        if found.snapshot is None or found.snapshot.articles:
            return found
        problem = NotAPage("a feed without items")
    except Refused as refusal:
        if refusal.status in _BUSY:
            raise
        problem = refusal
    except (NotAPage, TooLarge, BadRedirect, BrokenBody) as error:
        problem = error
    try:
        second_url = rest_url(url)
        if second_url.partition("?")[0] == url.partition("?")[0]:
            raise problem
        second = await _stories(fetcher, second_url, now)
    except (FetchError, NotAPage):
        if found is not None:
            return found
        raise problem from None
    # What the feed said of itself was no news of this answer: the next request for it is as the last one was.
    return Looked(second.snapshot, etag, last_modified)


async def look_at_page(
    fetcher: Fetcher, url: str, now: dt.datetime, *, etag: str | None = None, last_modified: str | None = None
) -> Looked:
    """Fetch the page with the ticker, which robots.txt must allow; FetchError or NotAPage where it cannot be read."""
    await fetcher.check_robots(url)
    fetched = await fetcher.fetch(url, etag=etag, last_modified=last_modified)
    if fetched.url != url:
        await fetcher.check_robots(fetched.url)
    return await _looked(fetched, now, etag, last_modified)


async def _stories(
    fetcher: Fetcher, url: str, now: dt.datetime, etag: str | None = None, last_modified: str | None = None
) -> Looked:
    """Fetch a feed or a list of posts; NotAPage for a page too."""
    looked = await look(fetcher, url, now, etag=etag, last_modified=last_modified)
    if looked.snapshot is not None and looked.snapshot.layout not in _LAYOUTS:
        raise NotAPage("a page, not a feed")
    return looked


async def look(
    fetcher: Fetcher, url: str, now: dt.datetime, *, etag: str | None = None, last_modified: str | None = None
) -> Looked:
    """Look at an address, whatever stands there; FetchError or NotAPage where it cannot be read."""
    return await _looked(await fetcher.fetch(url, etag=etag, last_modified=last_modified), now, etag, last_modified)


async def _looked(fetched: Fetched, now: dt.datetime, etag: str | None, last_modified: str | None) -> Looked:
    if fetched.unchanged:
        return Looked(None, etag, last_modified)
    # Up to a second for the largest documents: people are answered meanwhile.
    snapshot = await asyncio.to_thread(_read, fetched, now)
    if snapshot.warnings:
        # Only a part was read: the whole document may have the same validators, so the next request names none.
        return Looked(snapshot, None, None)
    return Looked(snapshot, fetched.etag, fetched.last_modified)


def _read(fetched: Fetched, now: dt.datetime) -> Snapshot:
    try:
        return read(fetched.body, content_type=fetched.content_type, url=fetched.url, now=now)
    except NotAPage:
        raise
    except Exception as error:  # a reader's mistake holds up its own source only
        log.exception("reading failed", error=type(error).__name__)
        raise NotAPage(f"a document that the reader stumbles over ({type(error).__name__})") from error
