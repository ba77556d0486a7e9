"""RSS and Atom feeds: entries become articles, and their HTML becomes plain text."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.articles import MAX_TITLE_LENGTH, Article, title_key
from bot.domain.boilerplate import without_boilerplate
from bot.domain.dates import read_date
from bot.domain.freshness import believable
from bot.domain.keys import guid_key, link_key, published_link
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.feed_xml import ROOTS, Entry, read_entries
from bot.sources.html_text import one_line, paragraphs
from bot.sources.tags import without_tags
from bot.sources.xml import check_prolog, start_of

# WordPress gives 10 items, the largest feed seen 50; beyond this a feed is an archive or an attack.
MAX_ITEMS = 200
# Guids have an index, and an index entry of PostgreSQL holds 2,704 bytes; real ones have a hundred.
MAX_GUID = 500
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENDS = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)


def read_feed(
    text: str, now: dt.datetime | None = None, url: str | None = None, zone: dt.tzinfo | None = None
) -> Snapshot:
    """Read a feed; NotAPage if it is none. Broken parts of single items are left out with a warning.

    The text may begin with junk, such as PHP notices. Of too many items the newest are kept; dates far beyond `now`
    (UTC) are ignored for that. Relative references are joined to the feed's own base, else to `url`. `zone` applies to
    dates that name none.
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
    if not entries and _ITEM.search(text):
        raise NotAPage("a feed whose items cannot be read")
    if len(entries) > MAX_ITEMS:
        warnings.append(f"the feed has {len(entries)} items; the newest {MAX_ITEMS} are kept")
        entries = _newest(entries, now, zone)
    articles = [article for entry in entries if (article := _article(entry, zone)) is not None]
    if nameless := len(entries) - len(articles):
        warnings.append(f"{nameless} items without a usable title were left out")
    return Snapshot("feed", articles=with_distinct_guids(articles), warnings=tuple(warnings))


def _closed(text: str, name: str) -> bool:
    """Return whether the root has its end tag after the last item."""
    if text.startswith(f"<{name}") and text[: text.find(">") + 1].endswith("/>"):
        return True
    return text.find(f"</{name}", max((found.end() for found in _ENDS.finditer(text)), default=0)) >= 0


def _begun(text: str) -> int | None:
    """Return the position of an item without its end tag, whose headline may be cut; None if all are whole."""
    begun = _ITEM.search(text, max((found.end() for found in _ENDS.finditer(text)), default=0))
    return begun.start() if begun else None


def _newest(entries: Sequence[Entry], now: dt.datetime | None, zone: dt.tzinfo | None) -> list[Entry]:
    """Return the newest entries, in their order; those without a plausible date count as older than any other."""

    def age(place: int) -> float:
        date = _date(entries[place], zone)
        return -date.timestamp() if date is not None and (now is None or believable(date, now)) else 0.0

    return [entries[place] for place in sorted(sorted(range(len(entries)), key=age)[:MAX_ITEMS])]


def with_distinct_guids(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Return each article once. Guids that several headlines share are dropped; such links are only shown."""
    by_guid, by_link = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for article in articles:
        by_guid[guid_key(article.guid or "")].add(title_key(article.title))
        by_link[link_key(article.url or "") or ""].add(title_key(article.title))
    once: dict[tuple[str, str], Article] = {}
    for article in articles:
        guid = article.guid if article.guid and len(by_guid[guid_key(article.guid)]) == 1 else None
        link = link_key(article.url or "") or ""
        shared = guid is None and len(by_link[link]) > 1
        distinct = replace(article, guid=guid, shared_link=shared)
        once.setdefault((guid_key(guid) if guid else "" if shared else link, title_key(article.title)), distinct)
    return tuple(once.values())


def _date(entry: Entry, zone: dt.tzinfo | None) -> dt.datetime | None:
    """Return the date of an entry by its date elements, the first that is readable; never by any other element."""
    return next((date for text in entry.get("dates", ()) if (date := read_date(text, zone))), None)


def _article(entry: Entry, zone: dt.tzinfo | None) -> Article | None:
    title = plain_title(str(entry.get("title") or ""))
    if not title or len(title) > MAX_TITLE_LENGTH:
        return None
    text, subheadings, image = paragraphs(entry.get("content") or "", entry.get("base"))
    if not text:
        text, subheadings, other = paragraphs(entry.get("description") or "", entry.get("base"))
        image = image or other
    guid, link = one_line(str(entry.get("id") or "")), str(entry.get("link") or "")
    return Article(
        title=title,
        text=without_boilerplate(text, title),
        subheadings=subheadings,
        guid=guid if 0 < len(guid) <= MAX_GUID else None,
        url=published_link(link) or published_link(guid),
        published_at=_date(entry, zone),
        author=one_line(str(entry.get("author") or "")) or None,
        categories=tuple(dict.fromkeys(name for tag in entry.get("categories") or () if (name := plain_title(tag)))),
        image_url=image or entry.get("image"),
    )


def plain_title(text: str) -> str:
    """Return a headline without entities and markup: `Kazakhstan&#8217;s <b>rail</b>` becomes one plain line."""
    return one_line(without_tags(text))
