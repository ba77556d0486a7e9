"""RSS 2.0 and Atom feeds, read by fastfeedparser; their HTML becomes plain text here."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.articles import MAX_TITLE_LENGTH, Article, canonical_url, title_key
from bot.domain.freshness import believable
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.html_text import one_line, paragraphs

# WordPress gives 10 items, the largest feed seen 50; beyond this a feed is an archive or an attack.
MAX_ITEMS = 200
# Identities and links are found by an index, and an entry of PostgreSQL's holds 2,704 bytes; true ones have a hundred.
MAX_GUID, MAX_LINK = 500, 2000
_ITEM = re.compile(r"<(?:item|entry)[\s>]")
_TAIL = re.compile(r"\s*The post\b.{0,400}?\bappeared first on\b.{0,200}$", re.DOTALL)
# A tag begins with a letter: "growth < 5 % and prices > 3 %" has none.
_TAGS = re.compile(r"</?[A-Za-z!][^<>]{0,500}>")


def read_feed(text: str, now: dt.datetime | None = None) -> Snapshot:
    """Read a feed; NotAPage if it is none. What is broken in single items is left out with a warning.

    Of too many items the newest are kept; dates far beyond `now` (UTC) do not count for that.
    """
    import fastfeedparser  # imported late: lxml is behind it

    warnings = []
    if (begun := _begun(text)) is not None:
        warnings.append("the feed breaks off; its last item was left out")
        text = text[:begun]
    try:
        feed = fastfeedparser.parse(text)
    except Exception as error:  # the parser's own errors are of many kinds
        raise NotAPage(f"a feed that cannot be read ({type(error).__name__})") from error
    entries = list(feed.entries)
    if len(entries) > MAX_ITEMS:
        warnings.append(f"the feed has {len(entries)} items; the newest {MAX_ITEMS} are kept")
        entries = _newest(entries, now)
    articles = [article for entry in entries if (article := _article(entry)) is not None]
    if nameless := len(entries) - len(articles):
        warnings.append(f"{nameless} items without a usable title were left out")
    return Snapshot("feed", articles=_told_apart(articles), warnings=tuple(warnings))


def _begun(text: str) -> int | None:
    """Return where an item begins that has no end: half a headline is none. None in a whole feed."""
    begun = _ITEM.search(text, max(text.rfind("</item>"), text.rfind("</entry>"), 0))
    return begun.start() if begun else None


def _newest(entries: Sequence[Any], now: dt.datetime | None) -> list[Any]:
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


def _date(entry: Any) -> dt.datetime | None:
    return instant(entry.get("published") or entry.get("updated"))


def _article(entry: Any) -> Article | None:
    title = plain_title(str(entry.get("title") or ""))
    if not title or len(title) > MAX_TITLE_LENGTH:
        return None
    body = next((part.get("value") for part in entry.get("content") or () if part.get("value")), None)
    text, subheadings, image = paragraphs(_without_tail(str(body or entry.get("description") or "")))
    guid, link = one_line(str(entry.get("id") or "")), str(entry.get("link") or "")
    return Article(
        title=title,
        text=_TAIL.sub("", text),
        subheadings=subheadings,
        guid=guid if 0 < len(guid) <= MAX_GUID else None,
        url=_link(link) or _link(guid),
        published_at=_date(entry),
        author=one_line(str(entry.get("author") or "")) or None,
        categories=tuple(
            dict.fromkeys(name for tag in entry.get("tags") or () if (name := plain_title(str(tag.get("term") or ""))))
        ),
        image_url=image,
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
        found = dt.datetime.fromisoformat(str(text))
        return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None
