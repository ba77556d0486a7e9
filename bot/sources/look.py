"""One look at a news site (its feed, or WordPress's REST answer where the feed is refused) or at the ticker's page."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

from bot.domain.snapshot import NotAPage, ReaderError, Snapshot
from bot.sources.fetch import Fetched, Fetcher, FetchError, Refused
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
        raise NotAPage(f"{looked.notice or 'a page'}, not a feed")
    if looked.snapshot is not None and not looked.snapshot.articles and looked.snapshot.warnings:
        raise NotAPage("a feed without one readable story")
    return looked


async def look_at_page(
    fetcher: Fetcher, url: str, now: dt.datetime, *, etag: str | None = None, last_modified: str | None = None
) -> Looked:
    """Look at the page with the ticker; FetchError or NotAPage where it cannot be read or has no ticker.

    A page without a ticker is another page (a notice, a form, a new owner's): its headlines are none of the site's.
    """
    looked = await look(fetcher, url, now, etag=etag, last_modified=last_modified, same_site=True)
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
    same_site: bool = False,
) -> Looked:
    """Look at an address, whatever stands there; FetchError or NotAPage where it cannot be read.

    With `same_site` an answer of another site, to which the address redirects, is refused.
    """
    fetched = await fetcher.fetch(url, etag=etag, last_modified=last_modified)
    if same_site and not is_same_site(url, fetched.url):
        raise NotAPage(f"redirected to another site ({host_of(fetched.url)[:MAX_HOST]})")
    if fetched.unchanged:
        return Looked(None, etag, last_modified)
    # Up to a second for the largest documents: people are answered meanwhile.
    snapshot, notice = await asyncio.to_thread(_read, fetched, now)
    return Looked(snapshot, fetched.etag, fetched.last_modified, notice)


def _read(fetched: Fetched, now: dt.datetime) -> tuple[Snapshot, str | None]:
    """Return what a document says, and what notice it is where it has neither a feed nor a ticker."""
    try:
        snapshot = read(fetched.body, content_type=fetched.content_type, url=fetched.url, now=now)
    except NotAPage as error:
        if (notice := notice_of(fetched.body)) is not None:
            raise NotAPage(f"{notice} in its place") from None
        raise error from None
    except Exception as error:  # a reader's mistake holds up its own source only
        raise ReaderError(f"a document that its reader has an error with ({type(error).__name__})") from error
    if snapshot.layout in _LAYOUTS or snapshot.rates:
        return snapshot, None
    return snapshot, notice_of(fetched.body)
