"""RSS 2.0 and Atom feeds, read by fastfeedparser; their HTML becomes plain text here."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

from bot.domain.articles import MAX_TITLE_LENGTH, Article, canonical_url
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.html_text import one_line, paragraphs

# WordPress gives 10 items, the largest feed seen 50; beyond this a feed is an archive or an attack.
MAX_ITEMS = 200
# The first news site is younger than this; a date before it is a default value, not a date.
EARLIEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)
_TAIL = re.compile(r"\s*The post\b.{0,400}?\bappeared first on\b.{0,200}$", re.DOTALL)
_TAGS = re.compile(r"<[^>]{0,500}>")


def read_feed(content: bytes) -> Snapshot:
    """Read a feed; NotAPage if it is none. What is broken in single items is left out with a warning."""
    import fastfeedparser  # imported late: lxml is behind it

    if b"<!ENTITY" in content[:65536]:
        raise NotAPage("a feed that defines entities; no honest one does")
    try:
        feed = fastfeedparser.parse(content)
    except Exception as error:  # the parser's own errors are of many kinds
        raise NotAPage(f"a feed that cannot be read ({type(error).__name__})") from error
    entries = list(feed.entries)
    warnings = []
    if len(entries) > MAX_ITEMS:
        warnings.append(f"the feed has {len(entries)} items; the first {MAX_ITEMS} are kept")
    articles: dict[str, Article] = {}
    nameless = 0
    for entry in entries[:MAX_ITEMS]:
        article = _article(entry)
        if article is None:
            nameless += 1
            continue
        articles.setdefault(article.guid or article.url or article.title, article)
    if nameless:
        warnings.append(f"{nameless} items without a usable title were left out")
    return Snapshot("feed", articles=tuple(articles.values()), warnings=tuple(warnings))


def _article(entry: Any) -> Article | None:
    title = plain_title(str(entry.get("title") or ""))
    if not title or len(title) > MAX_TITLE_LENGTH:
        return None
    body = next((part.get("value") for part in entry.get("content") or () if part.get("value")), None)
    text, subheadings, image = paragraphs(_without_tail(str(body or entry.get("description") or "")))
    link = str(entry.get("link") or "")
    return Article(
        title=title,
        text=_TAIL.sub("", text),
        subheadings=subheadings,
        guid=one_line(str(entry.get("id") or "")) or None,
        url=canonical_url(link) if link else None,
        published_at=instant(entry.get("published") or entry.get("updated")),
        author=one_line(str(entry.get("author") or "")) or None,
        categories=tuple(
            dict.fromkeys(name for tag in entry.get("tags") or () if (name := plain_title(str(tag.get("term") or ""))))
        ),
        image_url=image,
    )


def plain_title(text: str) -> str:
    """Return a headline without entities and markup: `Kazakhstan&#8217;s <b>rail</b>` is one plain line."""
    return one_line(html.unescape(_TAGS.sub("", html.unescape(text))))


def _without_tail(markup: str) -> str:
    """Drop the plugin's last paragraph, "The post X appeared first on Y"."""
    start = markup.rfind("<p>The post ")
    return markup[:start] if start >= 0 and "appeared first on" in markup[start:] else markup


def instant(text: Any) -> dt.datetime | None:
    """Return a feed's date in UTC; None for what is no date or lies before there were feeds."""
    try:
        found = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    utc = found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return utc if utc >= EARLIEST else None
