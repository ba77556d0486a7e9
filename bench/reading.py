"""Reading feeds and pages: the project's readers against feedparser and BeautifulSoup on the same bytes.

Both return the same: of a feed the articles with link, identity, date and text in paragraphs; of a page the ticker and
the headlines with their texts. The rivals are written as their documentation shows, with lxml under BeautifulSoup, and
do no more than that: no checks, no limits, no removal of hidden elements.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from email.utils import format_datetime
from html import escape

from bench import report
from bench.clock import best, row
from bot.demo.edition import ARTICLES, DemoArticle
from bot.demo.market import Market
from bot.domain.articles import Article
from bot.domain.keys import published_link
from bot.sources.read import read

ITEMS = 50
# The paragraphs of the demo's articles are short; a real one has some thousand characters.
LENGTH = 8
# Milliseconds each: many runs, for one quiet moment of a busy machine.
RUNS = 20
SITE = "https://example.org/"
_NOW = dt.datetime(2026, 1, 1, 6, tzinfo=dt.UTC)
_TICKER = re.compile(r"([A-Z]{3})/([A-Z]{3}) = ([\d.]+)")

# Title, link, identity, date and text of an article; pair and value of a ticker line.
_Article = tuple[str, str | None, str | None, dt.datetime | None, str]
_Read = tuple[list[_Article], list[tuple[str, str, Decimal]]]


def run() -> None:
    """Read a feed of 50 items and a page of as many headlines; all must return the same."""
    listed = [ARTICLES[n % len(ARTICLES)] for n in range(ITEMS)]
    feed, page = _feed(listed).encode(), _page(listed).encode()
    rows = [
        _compare("feed", feed, "feedparser and BeautifulSoup", _by_feedparser),
        _compare("page", page, "BeautifulSoup", _by_soup),
    ]
    text = f"""\
A feed of {ITEMS} items and a page of {ITEMS} headlines with their texts and a ticker, read to the same articles and
rates. Each is read once a quarter of an hour; it matters that the event loop is not blocked meanwhile."""
    head = ("", "KiB", "rival", "the rival", "Jarchi", "times as fast")
    libraries = ("feedparser", "beautifulsoup4", "lxml", "selectolax")
    report.section("reading", ("## Reading feeds and pages", text, report.table(head, rows)), libraries)


def _compare(what: str, content: bytes, name: str, rival: Callable[[bytes], _Read]) -> tuple[object, ...]:
    if rival(content) != _by_us(content):
        raise SystemExit(f"{name} reads another {what}")
    slow, quick = best(lambda: rival(content), RUNS), best(lambda: read(content, url=SITE), RUNS)
    size = len(content) // 1024
    row(f"{name}, a {what} of {size} KiB", slow, slow)
    row(f"read(), a {what}", quick, slow)
    return (what, size, name, f"{slow * 1000:.1f} ms", f"{quick * 1000:.1f} ms", f"{slow / quick:.0f}")


def _feed(listed: list[DemoArticle]) -> str:
    items = "".join(
        f"<item><title>{escape(each.title)} {n}</title><link>{SITE}{n}/</link>"
        f'<guid isPermaLink="false">{SITE}?p={n}</guid>'
        f"<pubDate>{format_datetime(_NOW - dt.timedelta(hours=n))}</pubDate><description>{n}</description>"
        f"<content:encoded><![CDATA[{_paragraphs(each)}]]></content:encoded></item>"
        for n, each in enumerate(listed)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    return (
        f"{head}<channel><title>News</title><link>{SITE}</link><description>News</description>{items}</channel></rss>"
    )


def _page(listed: list[DemoArticle]) -> str:
    lines = "".join(f"<li>• {code}/USD = {value} 0%</li>" for code, value in Market().ticker())
    boxes = "".join(
        f'<article><h2><a href="/{n}/">{escape(each.title)} {n}</a></h2>{_paragraphs(each)}</article>'
        for n, each in enumerate(listed)
    )
    return f"<html><head><title>News</title></head><body><ul>{lines}</ul>{boxes}</body></html>"


def _paragraphs(each: DemoArticle) -> str:
    return "".join(f"<p>{escape(' '.join([text] * LENGTH))} <b>Bold</b>.</p>" for text in each.paragraphs)


def _by_us(content: bytes) -> _Read:
    snapshot = read(content, url=SITE)

    def fields(article: Article) -> _Article:
        return article.title, article.url, article.guid, article.published_at, article.text

    rates = [(quote.pair.base, quote.pair.quote, quote.value) for quote in snapshot.rates]
    return [fields(article) for article in snapshot.articles], rates


def _by_feedparser(content: bytes) -> _Read:
    import feedparser
    from bs4 import BeautifulSoup

    found: list[_Article] = []
    for entry in feedparser.parse(content).entries:
        soup = BeautifulSoup(entry.content[0].value, "lxml")
        text = "\n\n".join(" ".join(part.get_text().split()) for part in soup.find_all("p"))
        at = dt.datetime.fromtimestamp(calendar.timegm(entry.published_parsed), dt.UTC)
        found.append((entry.title, published_link(entry.link), entry.id, at, text))
    return found, []


def _by_soup(content: bytes) -> _Read:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(content, "lxml")
    found: list[_Article] = []
    for box in soup.find_all("article"):
        anchor = box.h2.a
        text = "\n\n".join(" ".join(part.get_text().split()) for part in box.find_all("p"))
        link = published_link(SITE.rstrip("/") + anchor["href"])
        found.append((" ".join(anchor.get_text().split()), link, None, None, text))
    lines = [_TICKER.search(line.get_text()) for line in soup.find_all("li")]
    return found, [(one[1], one[2], Decimal(one[3])) for one in lines if one]
