"""Articles: their parts, and the forms by which one is recognised."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.letters import storable
from bot.domain.topics.matched import TopicMatch

# A longer text is no title (the longest of 129 real ones has 171 characters).
MAX_TITLE_LENGTH = 300
# The limit of articles that one chat saves: forty pages; a longer list is searched sooner than paged through.
MAX_SAVED = 200

# Characters that reorder or hide text; a headline has no honest use for them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_NOT_WORD = re.compile(r"[\W_]+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
# Words that a publisher writes before a headline that it withdraws; without a colon or brackets the word is part of the
# headline. Before a headline that was never published it means something else: a denial, a bill that was withdrawn.
_BACK = r"withdrawn|retracted|retraction|отозвано|снято с публикации|опровержение"
_WITHDRAWN = re.compile(rf"\s*(?:[\[(](?:{_BACK})[\])]\s*[:—–-]?|(?:{_BACK})\s*(?::|\s[—–-]\s|$))\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a source gave it. Text is plain (no markup); times are UTC; fields that a source lacks are None.

    `guid` is the feed's identity, `url` the link as its publisher has it; both are recognised by their keys
    (bot/domain/keys.py). A link that several articles share (`shared_link`: a live page, a podcast's page) is shown and
    is no identity. `text` holds the paragraphs and sub-headings, one a line, divided by blank lines. `published_at` is
    the article's own date, never a page's.
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
    shared_link: bool = False


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article of the archive; `first_seen_at` (UTC) dates it where the source did not.

    `url` is the publisher's own link, `source` the id of its source, `site` the name of that (empty if unknown).
    """

    id: int
    source: str
    title: str
    text: str
    url: str | None
    published_at: dt.datetime | None
    first_seen_at: dt.datetime
    categories: tuple[str, ...] = field(default=())
    withdrawn: bool = False  # its publisher withdrew it
    site: str = ""
    topics: tuple[TopicMatch, ...] = ()  # the curated topics that it is about
    language: str = ""  # that of its source; empty if unknown

    @property
    def source_name(self) -> str:
        """The name of its source; the id of one that has none."""
        return self.site or self.source

    @property
    def listed_at(self) -> dt.datetime:
        """The time to show and sort by: the article's own, else when it was first seen (UTC)."""
        return self.published_at or self.first_seen_at


def oldest_first(articles: Sequence[Article]) -> list[Article]:
    """Return the articles of a page or feed, oldest first.

    Sites list the newest first; those with dates are sorted by them, after those without.
    """
    ordered = list(articles)
    ordered.reverse()
    ordered.sort(key=lambda article: article.published_at or _LONG_AGO)
    return ordered


def withdrawal(title: str) -> str | None:
    """Return the rest of a headline after a word of withdrawal (perhaps nothing); None without such a word."""
    found = _WITHDRAWN.match(clean_text(title))
    return clean_text(title)[found.end() :] if found else None


def clean_text(text: str) -> str:
    """Remove control, zero-width and bidirectional-override characters, which only serve to deceive.

    Lone surrogates, which can be neither stored nor sent, become U+FFFD.
    """
    # None of these characters is printable; most texts have none, and this check is ten times as fast.
    return text if text.isprintable() else _INVISIBLE.sub("", storable(text))


def title_key(title: str) -> str:
    """Return the form in which two spellings of one headline are equal: case, quotes, dashes and spaces normalised."""
    normal = unicodedata.normalize("NFKC", clean_text(title)).translate(_QUOTES).casefold()
    return _NOT_WORD.sub(" ", normal).strip()
