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

# What a news site answers with; a page in place of a feed is a notice, a challenge or another owner's.
_LAYOUTS = ("feed", "rest")
# Statuses by which a site asks for patience: asking it for something else would be none.
_BUSY = (429, 503)
# Of another site's name in an error: true ones have 20 letters.
MAX_HOST = 60


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look gave: a snapshot, or None where nothing changed, and what to ask conditionally with next time.

    `notice` names what stands in place of a feed or a ticker, where it is known (bot/sources/notices.py).
    """

    snapshot: Snapshot | None
    etag: str | None
    last_modified: str | None
    notice: str | None = None


async def look_at_site(
    fetcher: Fetcher,
    url: str,
    now: dt.datetime,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    zone: dt.tzinfo | None = None,
) -> Looked:
    """Look at a news site; FetchError or NotAPage where it cannot be read.

    `now` (UTC): dates beyond are no dates; `zone`: that of dates that name none.
    """
    problem: FetchError | NotAPage
    found: Looked | None = None
    try:
        found = await _stories(fetcher, url, now, etag, last_modified, zone)
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
        second = await _stories(fetcher, second_url, now, zone=zone)
    except (FetchError, NotAPage):
        if found is not None:
            return found
        raise problem from None
    # What the feed said of itself was no news of this answer: the next request for it is as the last one was.
    return Looked(second.snapshot, etag, last_modified)


async def _stories(
    fetcher: Fetcher,
    url: str,
    now: dt.datetime,
    etag: str | None = None,
    last_modified: str | None = None,
    zone: dt.tzinfo | None = None,
) -> Looked:
    """Fetch a feed or a list of posts; NotAPage for a page too."""
    looked = await look(fetcher, url, now, etag=etag, last_modified=last_modified, zone=zone)
    if looked.snapshot is not None and looked.snapshot.layout not in _LAYOUTS:
        raise NotAPage(f"{looked.notice or 'a page'}, not a feed")
    if looked.snapshot is not None and not looked.snapshot.articles and looked.snapshot.warnings:
        raise NotAPage("a feed without one readable story")
    return looked


async def look_at_page(
    fetcher: Fetcher,
    url: str,
    now: dt.datetime,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    zone: dt.tzinfo | None = None,
) -> Looked:
    """Fetch the page with the ticker, which robots.txt must allow; FetchError or NotAPage where it has no ticker.

    A page without a ticker is another page (a notice, a form, a new owner's): its headlines are none of the site's.
    """
    await fetcher.check_robots(url)
    fetched = await fetcher.fetch(url, etag=etag, last_modified=last_modified)
    if not is_same_site(url, fetched.url):
        raise NotAPage(f"redirected to another site ({host_of(fetched.url)[:MAX_HOST]})")
    if fetched.url != url:
        await fetcher.check_robots(fetched.url)
    looked = await _looked(fetched, now, etag, last_modified, zone)
    if looked.snapshot is not None and not looked.snapshot.rates:
        raise NotAPage(f"{looked.notice or 'a page'} without a ticker")
    return looked


async def look(
    fetcher: Fetcher,
    url: str,
    now: dt.datetime,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    zone: dt.tzinfo | None = None,
) -> Looked:
    """Look at an address, whatever stands there; FetchError or NotAPage where it cannot be read."""
    fetched = await fetcher.fetch(url, etag=etag, last_modified=last_modified)
    return await _looked(fetched, now, etag, last_modified, zone)


async def _looked(
    fetched: Fetched, now: dt.datetime, etag: str | None, last_modified: str | None, zone: dt.tzinfo | None
) -> Looked:
    if fetched.unchanged:
        return Looked(None, etag, last_modified)
    # Up to a second for the largest documents: people are answered meanwhile.
    snapshot, notice = await asyncio.to_thread(_read, fetched, now, zone)
    if set(snapshot.warnings) - {LETTERS_REPLACED}:
        # Only a part was read: the whole document may have the same validators, so the next request names none.
        return Looked(snapshot, None, None, notice)
    return Looked(snapshot, fetched.etag, fetched.last_modified, notice)


def _read(fetched: Fetched, now: dt.datetime, zone: dt.tzinfo | None) -> tuple[Snapshot, str | None]:
    """Return what a document says, and what notice it is where it has neither a feed nor a ticker."""
    try:
        snapshot = read(fetched.body, content_type=fetched.content_type, url=fetched.url, now=now, zone=zone)
    except NotAPage as error:
        if (notice := notice_of(fetched.body)) is not None:
            raise NotAPage(f"{notice} in its place") from None
        raise error from None
    except Exception as error:  # a reader's mistake holds up its own source only
        raise ReaderError(f"a document that its reader has an error with ({type(error).__name__})") from error
    if snapshot.layout in _LAYOUTS or snapshot.rates:
        return snapshot, None
    return snapshot, notice_of(fetched.body)
