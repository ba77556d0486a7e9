"""Articles: what a story is and how it is known again."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.letters import storable

# A title longer than this is no title (the longest true one of 129 seen is 171 characters).
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
# What a publisher writes before a headline that it takes back; without a colon or brackets the word is of the headline.
# Before a headline that was never published it means something else: a denial, a bill that was withdrawn.
_BACK = r"withdrawn|retracted|retraction|отозвано|снято с публикации|опровержение"
_WITHDRAWN = re.compile(rf"\s*(?:[\[(](?:{_BACK})[\])]\s*[:—–-]?|(?:{_BACK})\s*(?::|\s[—–-]\s|$))\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """A story as a source gave it. Text is plain (no markup); times are UTC; what a source lacks is None.

    `guid` is the feed's identity, `url` the link as its publisher has it; both are known again by their keys
    (bot/domain/keys.py). A link that several stories share (`shared_link`: a live page, a podcast's page) is shown and
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
    """An article as the archive knows it; `first_seen_at` (UTC) dates it where the source did not.

    `url` is the publisher's own link.
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
    def listed_at(self) -> dt.datetime:
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
