"""RSS and Atom feeds: entries become articles; their HTML becomes plain text here."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain.articles import MAX_TITLE_LENGTH, Article, canonical_url, title_key
from bot.domain.freshness import believable
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.addresses import MAX_LINK
from bot.sources.feed_xml import ROOTS, Entry, read_entries
from bot.sources.html_text import one_line, paragraphs
from bot.sources.xml import check_prolog, start_of

# WordPress gives 10 items, the largest feed seen 50; beyond this a feed is an archive or an attack.
MAX_ITEMS = 200
# Identities and links are found by an index, and an entry of PostgreSQL's holds 2,704 bytes; true ones have a hundred.
MAX_GUID = 500
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]")
_ENDS = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>")
_TAIL = re.compile(r"\s*The post\b.{0,400}?\bappeared first on\b.{0,200}$", re.DOTALL)
# A tag begins with a letter: "growth < 5 % and prices > 3 %" has none.
_TAGS = re.compile(r"</?[A-Za-z!][^<>]{0,500}>")


def read_feed(text: str, now: dt.datetime | None = None, url: str | None = None) -> Snapshot:
    """Read a feed; NotAPage if it is none. What is broken in single items is left out with a warning.

    The text may begin with junk, as PHP's notices. Of too many items the newest are kept; dates far beyond `now` (UTC)
    do not count for that. Relative references are joined to the feed's own base, else to `url`.
    """
    start = start_of(text, ROOTS)
    if start is None:
        raise NotAPage("no feed")
    check_prolog(text[: start.start()])
    text = text[start.start() :]
    warnings = []
    if not _closed(text, start[0][1:]):
        warnings.append("the feed breaks off")
        if (begun := _begun(text)) is not None:
            warnings = ["the feed breaks off; its last item was left out"]
            text = text[:begun]
    entries = read_entries(text, url)
    if len(entries) > MAX_ITEMS:
        warnings.append(f"the feed has {len(entries)} items; the newest {MAX_ITEMS} are kept")
        entries = _newest(entries, now)
    articles = [article for entry in entries if (article := _article(entry)) is not None]
    if nameless := len(entries) - len(articles):
        warnings.append(f"{nameless} items without a usable title were left out")
    return Snapshot("feed", articles=_told_apart(articles), warnings=tuple(warnings))


def _closed(text: str, name: str) -> bool:
    """Tell whether the root has its end tag after the last item."""
    if text.startswith(f"<{name}") and text[: text.find(">") + 1].endswith("/>"):
        return True
    return text.find(f"</{name}", max((found.end() for found in _ENDS.finditer(text)), default=0)) >= 0


def _begun(text: str) -> int | None:
    """Return where an item begins that has no end: half a headline is none. None where all items are whole."""
    begun = _ITEM.search(text, max((found.end() for found in _ENDS.finditer(text)), default=0))
    return begun.start() if begun else None


def _newest(entries: Sequence[Entry], now: dt.datetime | None) -> list[Entry]:
    """Return the newest entries, in their order; those without a date that can be count as older than any other."""

    def age(place: int) -> float:
        date = _date(entries[place])
        return -date.timestamp() if date is not None and (now is None or believable(date, now)) else 0.0

    return [entries[place] for place in sorted(sorted(range(len(entries)), key=age)[:MAX_ITEMS])]


def _told_apart(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Return each story once, without identities that say nothing: guids and links that several headlines share."""
    by_guid, by_url = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for article in articles:
        by_guid[article.guid or ""].add(title_key(article.title))
    articles = [replace(a, guid=None) if len(by_guid[a.guid or ""]) > 1 else a for a in articles]
    for article in articles:
        by_url[article.url or ""].add(title_key(article.title))
    articles = [replace(a, url=None) if not a.guid and len(by_url[a.url or ""]) > 1 else a for a in articles]
    once: dict[tuple[str, str], Article] = {}
    for article in articles:
        once.setdefault((article.guid or article.url or "", title_key(article.title)), article)
    return tuple(once.values())


def _date(entry: Entry) -> dt.datetime | None:
    return instant(entry.get("published") or entry.get("updated"))


def _article(entry: Entry) -> Article | None:
    title = plain_title(str(entry.get("title") or ""))
    if not title or len(title) > MAX_TITLE_LENGTH:
        return None
    body = entry.get("content") or entry.get("description") or ""
    text, subheadings, image = paragraphs(_without_tail(body), entry.get("base"))
    guid, link = one_line(str(entry.get("id") or "")), str(entry.get("link") or "")
    return Article(
        title=title,
        text=_TAIL.sub("", text),
        subheadings=subheadings,
        guid=guid if 0 < len(guid) <= MAX_GUID else None,
        url=_link(link) or _link(guid),
        published_at=_date(entry),
        author=one_line(str(entry.get("author") or "")) or None,
        categories=tuple(dict.fromkeys(name for tag in entry.get("categories") or () if (name := plain_title(tag)))),
        image_url=image or entry.get("image"),
    )


def _link(text: str) -> str | None:
    return canonical_url(text) if len(text) <= MAX_LINK else None


def plain_title(text: str) -> str:
    """Return a headline without entities and markup: `Kazakhstan&#8217;s <b>rail</b>` is one plain line."""
    return one_line(html.unescape(_TAGS.sub("", html.unescape(text))))


def _without_tail(markup: str) -> str:
    """Drop the plugin's last paragraph, "The post X appeared first on Y"."""
    start = markup.rfind("<p>The post ")
    return markup[:start] if start >= 0 and "appeared first on" in markup[start:] else markup


def instant(text: Any) -> dt.datetime | None:
    """Return a source's date in UTC; None for what is no date."""
    try:
        found = _printed(str(text).strip())
        return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _printed(text: str) -> dt.datetime:
    """Read a date as Atom (ISO 8601) or as RSS (RFC 822) prints it; ValueError for any other."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
