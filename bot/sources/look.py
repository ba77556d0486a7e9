"""One look at a news site: its feed, or WordPress's REST answer where the feed is refused."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

import structlog

from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.fetch import Fetched, Fetcher, FetchError, Refused
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
    try:
        looked = await look(fetcher, url, now, etag=etag, last_modified=last_modified)
    except Refused as refusal:
        if refusal.status in _BUSY:
            raise
        try:
            looked = await look(fetcher, rest_url(url), now)
        except (FetchError, NotAPage):
            raise refusal from None
        looked = Looked(looked.snapshot, etag, last_modified)
    if looked.snapshot is not None and looked.snapshot.layout not in _LAYOUTS:
        raise NotAPage("a page, not a feed")
    return looked


async def look(
    fetcher: Fetcher, url: str, now: dt.datetime, *, etag: str | None = None, last_modified: str | None = None
) -> Looked:
    """Look at an address, whatever stands there; FetchError or NotAPage where it cannot be read."""
    fetched = await fetcher.fetch(url, etag=etag, last_modified=last_modified)
    if fetched.unchanged:
        return Looked(None, etag, last_modified)
    # Up to a second for the largest documents: people are answered meanwhile.
    return Looked(await asyncio.to_thread(_read, fetched, now), fetched.etag, fetched.last_modified)


def _read(fetched: Fetched, now: dt.datetime) -> Snapshot:
    try:
        return read(fetched.body, content_type=fetched.content_type, url=fetched.url, now=now)
    except NotAPage:
        raise
    except Exception as error:  # a reader's mistake holds up its own source only
        log.exception("reading failed", error=type(error).__name__)
        raise NotAPage(f"a document that the reader stumbles over ({type(error).__name__})") from error
