"""Documents for other programs: feeds (Atom, JSON Feed), the current rates (JSON, CSV) and the list of sources (OPML).

Texts of sources are cleaned of characters that XML forbids or that only hide text, and their length is limited. No
document names its own address: a feed's is a secret, and readers pass documents on.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Iterable
from io import StringIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.domain.articles import MAX_TITLE_LENGTH, StoredArticle, clean_text
from bot.domain.feeds import Feed
from bot.domain.rate_graph import PEG
from bot.domain.rates import Rate
from bot.domain.sites import Site
from bot.i18n import Translator
from bot.views.message import safe_url, shorten
from bot.views.news import lead

NAME = "Jarchi"
_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Characters outside of https://www.w3.org/TR/xml/#charsets, control characters that clean_text leaves, and all spaces.
_NOT_XML = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
# The year in which the names of entries were first given out; a tag URI needs one (RFC 4151).
_TAG_YEAR = 2026
# The unit of every rate, in the document itself.
UNIT = "units of the quote currency for 1 unit of the base currency, true to ± tick"
_RATE_FIELDS = ("base", "quote", "value", "tick", "source", "source_name", "valid_on", "read_at", "stale")


def atom(feed: Feed, host: str) -> bytes:
    """Return a feed as Atom (RFC 4287); `host` is the host of the bot's public address, which makes its ids unique."""
    root = Element("feed", xmlns=_ATOM)
    _add(root, "id", _feed_id(feed, host))
    _add(root, "title", _feed_title(feed))
    _add(root, "updated", _instant(feed.updated_at))
    _add(SubElement(root, "author"), "name", NAME)
    for item in feed.items:
        article, entry = item.article, SubElement(root, "entry")
        if article.language:
            entry.set(_LANG, article.language)
        _add(entry, "id", _article_id(article, host))
        _add(entry, "title", _title(article))
        _add(entry, "published", _instant(article.listed_at))
        _add(entry, "updated", _instant(item.updated_at))
        _add(SubElement(entry, "author"), "name", _line(article.source_name))
        if link := _link(article):
            SubElement(entry, "link", rel="alternate", href=link)
        # An entry without a link needs a content.
        if text := _lead(article) or ("" if link else _title(article)):
            _add(entry, "summary" if link else "content", text)
    return _xml(root)


def json_feed(feed: Feed, host: str) -> bytes:
    """Return a feed as JSON Feed 1.1; `host` as for Atom."""
    items = []
    for item in feed.items:
        article, link = item.article, _link(item.article)
        items.append(
            {
                "id": _article_id(article, host),
                **({"url": link} if link else {}),
                "title": _title(article),
                "content_text": _lead(article) or _title(article),
                "date_published": _instant(article.listed_at),
                "date_modified": _instant(item.updated_at),
                "authors": [{"name": _line(article.source_name)}],
                **({"language": article.language} if article.language else {}),
            }
        )
    return _json({"version": _JSON_FEED, "title": _feed_title(feed), "items": items})


def rates_json(rates: Iterable[tuple[Rate, bool]]) -> bytes:
    """Return rates, each with whether its source is stale, as JSON. Values are texts, because they are exact."""
    return _json({"unit": UNIT, "rates": [_rate(rate, stale) for rate, stale in rates]})


def rates_csv(rates: Iterable[tuple[Rate, bool]]) -> bytes:
    """Return rates as CSV with a line of names, in the fields of the JSON document."""
    text = StringIO()
    writer = csv.DictWriter(text, _RATE_FIELDS)
    writer.writeheader()
    for rate, stale in rates:
        fields = _rate(rate, stale)
        writer.writerow({**fields, "stale": str(stale).lower(), "read_at": fields["read_at"] or ""})
    return text.getvalue().encode()


def opml(sites: Iterable[Site]) -> bytes:
    """Return news sites as OPML 2.0, the list of feeds that feed readers import."""
    root = Element("opml", version="2.0")
    _add(SubElement(root, "head"), "title", f"{NAME}: sources")
    body = SubElement(root, "body")
    for site in sites:
        name = _line(site.name)
        SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=_line(site.url), language=site.language)
    return _xml(root)


def _rate(rate: Rate, stale: bool) -> dict[str, Any]:
    return {
        "base": rate.pair.base,
        "quote": rate.pair.quote,
        "value": format(rate.value, "f"),
        "tick": format(rate.tick, "f"),
        "source": rate.source,
        "source_name": Translator("en").plain(f"sources.name.{rate.source}"),
        "valid_on": rate.valid_on.isoformat(),
        "read_at": None if rate.source == PEG else _instant(rate.confirmed_at),  # the fixed rate is read nowhere
        "stale": stale,
    }


def _feed_id(feed: Feed, host: str) -> str:
    return f"tag:{host},{_TAG_YEAR}:feed/{feed.key}"


def _article_id(article: StoredArticle, host: str) -> str:
    return f"tag:{host},{_TAG_YEAR}:article/{article.id}"


def _feed_title(feed: Feed) -> str:
    return f"{NAME}: {_line(feed.title)}" if feed.title else NAME


def _title(article: StoredArticle) -> str:
    return shorten(_line(article.title), MAX_TITLE_LENGTH)


def _lead(article: StoredArticle) -> str:
    return _line(lead(article.text))


def _link(article: StoredArticle) -> str | None:
    return safe_url(_line(article.url or ""))


def _line(text: str) -> str:
    """Return a text of a source as one line without forbidden characters."""
    return _SPACES.sub(" ", _NOT_XML.sub("", clean_text(text))).strip()


def _instant(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _xml(root: Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
