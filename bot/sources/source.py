"""A fetch of a news site (its feed, or WordPress's REST answer in its stead) or of the page with the ticker."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

from bot.domain.snapshot import LETTERS_REPLACED, NotAPage, ReaderError, Snapshot
from bot.sources.fetch import BadRedirect, BrokenBody, Fetched, Fetcher, FetchError, Refused, TooLarge
from bot.sources.notices import host_of, is_same_site, notice_of
from bot.sources.read import read
from bot.sources.wordpress import rest_url

# The layouts of a news site's answers; a page instead is a notice, a challenge or another owner's.
_LAYOUTS = ("feed", "rest")
# Statuses of an overloaded site, whose other form is not requested then.
_BUSY = (429, 503)
# The length of another site's name in an error message; real names have about 20 characters.
MAX_HOST = 60


@dataclass(frozen=True, slots=True)
class Request:
    """An address to fetch and read: `etag` and `last_modified` of the last answer make the request conditional.

    Dates after `now` (UTC) are ignored; `zone` is that of dates that name none.
    """

    url: str
    now: dt.datetime
    etag: str | None = None
    last_modified: str | None = None
    zone: dt.tzinfo | None = None


@dataclass(frozen=True, slots=True)
class SourceRead:
    """The result of a fetch: a snapshot, or None if nothing changed, and the validators for the next request.

    `notice` names the page that was found in place of a feed or a ticker, if it is known (bot/sources/notices.py).
    """

    snapshot: Snapshot | None
    etag: str | None
    last_modified: str | None
    notice: str | None = None


async def fetch_site(fetcher: Fetcher, request: Request) -> SourceRead:
    """Fetch and read a news site; raises FetchError or NotAPage."""
    problem: FetchError | NotAPage
    found: SourceRead | None = None
    try:
        found = await _articles(fetcher, request)
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
        second_url = rest_url(request.url)
        if second_url.partition("?")[0] == request.url.partition("?")[0]:
            raise problem
        second = await _articles(fetcher, Request(second_url, request.now, zone=request.zone))
    except (FetchError, NotAPage):
        if found is not None:
            return found
        raise problem from None
    # The feed's validators do not belong to this answer, so the next request repeats those of this one.
    return SourceRead(second.snapshot, request.etag, request.last_modified)


async def _articles(fetcher: Fetcher, request: Request) -> SourceRead:
    """Fetch a feed or a list of posts; raises NotAPage for a page too."""
    read = await fetch_document(fetcher, request)
    if read.snapshot is not None and read.snapshot.layout not in _LAYOUTS:
        raise NotAPage(f"{read.notice or 'a page'}, not a feed")
    if read.snapshot is not None and not read.snapshot.articles and read.snapshot.warnings:
        raise NotAPage("a feed without one readable article")
    return read


async def fetch_page(fetcher: Fetcher, request: Request) -> SourceRead:
    """Fetch the page with the ticker, which robots.txt must allow; raises FetchError or NotAPage.

    A page without a ticker is another page (a notice, a form, a new owner's), so its headlines are not the site's.
    """
    await fetcher.check_robots(request.url)
    fetched = await fetcher.fetch(request.url, etag=request.etag, last_modified=request.last_modified)
    if not is_same_site(request.url, fetched.url):
        raise NotAPage(f"redirected to another site ({host_of(fetched.url)[:MAX_HOST]})")
    if fetched.url != request.url:
        await fetcher.check_robots(fetched.url)
    read = await _parsed(fetched, request)
    if read.snapshot is not None and not read.snapshot.rates:
        raise NotAPage(f"{read.notice or 'a page'} without a ticker")
    return read


async def fetch_document(fetcher: Fetcher, request: Request) -> SourceRead:
    """Fetch and read an address of any layout; raises FetchError or NotAPage."""
    fetched = await fetcher.fetch(request.url, etag=request.etag, last_modified=request.last_modified)
    return await _parsed(fetched, request)


async def _parsed(fetched: Fetched, request: Request) -> SourceRead:
    if fetched.unchanged:
        return SourceRead(None, request.etag, request.last_modified)
    # The largest documents take up to a second, so they are read outside the event loop.
    snapshot, notice = await asyncio.to_thread(_read, fetched, request.now, request.zone)
    if set(snapshot.warnings) - {LETTERS_REPLACED}:
        # Only a part was read: the corrected document may have the same validators, so the next request has none.
        return SourceRead(snapshot, None, None, notice)
    return SourceRead(snapshot, fetched.etag, fetched.last_modified, notice)


def _read(fetched: Fetched, now: dt.datetime, zone: dt.tzinfo | None) -> tuple[Snapshot, str | None]:
    """Return the snapshot of a document, and the kind of notice if it has neither a feed nor a ticker."""
    try:
        snapshot = read(fetched.body, content_type=fetched.content_type, url=fetched.url, now=now, zone=zone)
    except NotAPage as error:
        if (notice := notice_of(fetched.body)) is not None:
            raise NotAPage(f"{notice} in its place") from None
        raise error from None
    except Exception as error:  # a reader's error affects its own source only
        raise ReaderError(f"a document that its reader has an error with ({type(error).__name__})") from error
    if snapshot.layout in _LAYOUTS or snapshot.rates:
        return snapshot, None
    return snapshot, notice_of(fetched.body)
