"""Articles: what a story is and how it is known again."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from bot.domain.letters import storable
from bot.domain.sites import HOME

# A title longer than this is no title (the longest true one of 129 seen is 171 characters).
MAX_TITLE_LENGTH = 300

# Characters that reorder or hide text; a headline has no honest use for them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_NOT_WORD = re.compile(r"[\W_]+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
# What a publisher writes before a headline that it takes back; without a colon or brackets the word is of the headline.
_BACK = r"withdrawn|retracted|retraction|отозвано|снято с публикации|опровержение"
_WITHDRAWN = re.compile(rf"\s*(?:[\[(](?:{_BACK})[\])]\s*[:—–-]?|(?:{_BACK})\s*(?::|\s[—–-]\s|$))\s*", re.IGNORECASE)
# Parameters that tell where a reader came from, not what is read.
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "mc_cid", "mc_eid")


@dataclass(frozen=True, slots=True)
class Article:
    """A story as a source gave it. Text is plain (no markup); times are UTC; what a source lacks is None.

    `guid` is the feed's identity, `url` the canonical link (see `canonical_url`). `text` holds the paragraphs and
    sub-headings, one a line, divided by blank lines. `published_at` is the article's own date, never a page's.
    """

    title: str
    text: str = ""
    subheadings: tuple[str, ...] = ()
    guid: str | None = None
    url: str | None = None
    published_at: dt.datetime | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the archive knows it; `first_seen_at` (UTC) dates it where the source did not.

    `source` is where it is from, `site` what that is called (empty where that is not known).
    """

    id: int
    source: str
    title: str
    text: str
    url: str | None
    published_at: dt.datetime | None
    first_seen_at: dt.datetime
    categories: tuple[str, ...] = field(default=())
    withdrawn: bool = False  # its publisher took it back
    site: str = ""

    @property
    def told_at(self) -> dt.datetime:
        """The time to show and sort by: the article's own, else when it was first seen (UTC)."""
        return self.published_at or self.first_seen_at


def oldest_first(articles: Sequence[Article]) -> list[Article]:
    """Return the stories of a page or feed in the order in which they happened.

    Sites list the newest first; those with dates are in the order of these, after those without.
    """
    told = list(articles)
    told.reverse()
    told.sort(key=lambda article: article.published_at or _LONG_AGO)
    return told


def withdrawal(title: str) -> str | None:
    """Return what a headline says after the word that takes the story back (perhaps nothing); None without one."""
    found = _WITHDRAWN.match(clean_text(title))
    return clean_text(title)[found.end() :] if found else None


def clean_text(text: str) -> str:
    """Drop control, zero-width and bidirectional-override characters; they only serve to deceive.

    Halves of letters, which nobody can store or send, become U+FFFD.
    """
    # None of these characters is printable; most texts hold nothing else, and telling so is ten times as quick.
    return text if text.isprintable() else _INVISIBLE.sub("", storable(text))


def title_key(title: str) -> str:
    """Return the form by which two spellings of one headline are equal: case, quotes, dashes, spaces folded."""
    folded = unicodedata.normalize("NFKC", clean_text(title)).translate(_QUOTES).casefold()
    return _NOT_WORD.sub(" ", folded).strip()


def canonical_url(url: str) -> str | None:
    """Return the one spelling of a link under which an article is known, or None if it is not http(s).

    Scheme https, host lower-case without `www.`, no fragment, no tracking parameters, no trailing slash.
    """
    try:
        parts = urlsplit(clean_text(url).strip())
        host, port = (parts.hostname or "").lower().removeprefix("www."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or parts.username is not None:
        return None
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    query = "&".join(p for p in parts.query.split("&") if p and not p.lower().startswith(_TRACKING))
    return urlunsplit(("https", netloc, parts.path.rstrip("/"), query, ""))


def own_guid(article: Article, source: str) -> Article:
    """Return the article with its source's id before a guid that is no address: 1001 is a story of every site."""
    if article.guid is None or source in HOME or article.guid.startswith(("http://", "https://")):
        return article
    return replace(article, guid=f"{source} {article.guid}")
