"""The page as HTML: visible text only, so rates in scripts are ignored; titles are links in headings.

The site's class names are not used, only the meaning of the elements.
"""

from __future__ import annotations

import datetime as dt
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.articles import MAX_TITLE_LENGTH, Article
from bot.domain.boilerplate import without_boilerplate
from bot.domain.dates import read_date
from bot.domain.keys import link_key, published_link
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.addresses import MAX_LINK, image_address, join
from bot.sources.html_text import first_image, lines, one_line, parse
from bot.sources.page_text import page_date_of
from bot.sources.ticker import is_ticker_line, read_ticker

# More headlines than any front page shows; a longer page is a directory or an attack.
MAX_ARTICLES = 100
# Paragraphs of a listing that may belong to one headline; an excerpt has one or two.
_LONGEST_EXCERPT = 40
_OPENED, _CLOSED = re.compile(r"<html[\s>]", re.IGNORECASE), re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_ASIDE = ("nav", "footer", "aside", "form")


def read_page_html(html: str, url: str | None = None) -> Snapshot:
    """Read a page of HTML; NotAPage if it has no content that Jarchi uses.

    Relative links are joined to the page's own `<base>`, which is joined to `url`.
    """
    tree = parse(html)
    own_base = tree.css_first("base[href]")
    base = (join(url, own_base.attributes.get("href")) if own_base is not None else None) or url
    visible = list(lines(tree.body))
    quotes, warnings = read_ticker([line for line in visible if is_ticker_line(line)])
    articles = _listed(tree, base) or _single(tree, url, base)
    page_date = next((date for line in visible if (date := page_date_of(line))), None)
    if not quotes and not articles:
        raise NotAPage("an HTML page without a ticker and without headlines")
    if not quotes:
        warnings.append("the page has no ticker")
    if _OPENED.search(html) and not _CLOSED.search(html):
        warnings.append("the page breaks off")
    return Snapshot("html", tuple(quotes), tuple(articles), page_date, tuple(warnings))


def _listed(tree: LexborHTMLParser, base: str | None) -> list[Article]:
    """Return the headlines that are links, each with the text that follows it up to the next heading."""
    found: dict[str, Article] = {}
    own = _own_keys(base)
    for heading in tree.css("h1, h2, h3, h4"):
        anchor = heading.css_first("a[href]") or _around(heading, "a")
        if anchor is None or any(_around(heading, tag) is not None for tag in _ASIDE):
            continue
        title = one_line(heading.text(separator=""))
        address = join(base, anchor.attributes.get("href"))
        if not title or len(title) > MAX_TITLE_LENGTH or address is None or len(address) > MAX_LINK:
            continue
        link = published_link(address)
        key = (link_key(address) if link else None) or title
        if (link is None and base is not None) or key in found:
            continue
        if key in own and _around(heading, "article") is None:
            continue
        text, subheadings, published = _following(heading if _around(heading, "a") is None else anchor)
        found[key] = Article(
            title=title,
            text=without_boilerplate(text, title),
            subheadings=subheadings,
            url=link,
            published_at=published,
            image_url=first_image(box, base) if (box := _around(heading, "article")) is not None else None,
        )
        if len(found) >= MAX_ARTICLES:
            break
    return list(found.values())


def _own_keys(base: str | None) -> tuple[str | None, ...]:
    """Return the keys of the page itself and of its site: a heading that links there is the site's name."""
    if base is None:
        return ()
    return link_key(base), link_key(join(base, "/") or "")


def _following(heading: LexborNode) -> tuple[str, tuple[str, ...], dt.datetime | None]:
    """Return the paragraphs, sub-headings and date that stand beside a headline in its own container."""
    box = _around(heading, "article")
    texts: list[str] = []
    subheadings: list[str] = []
    published: dt.datetime | None = None
    nodes = box.css("p, h2, h3, h4, h5, time") if box is not None else _siblings(heading)
    for node in nodes[: _LONGEST_EXCERPT * 2]:
        text = one_line(node.text(separator=""))
        if node.tag == "time":
            published = published or read_date(node.attributes.get("datetime") or "")
        elif node.mem_id == heading.mem_id or (node.css_first("a[href]") is not None and node.tag != "p") or not text:
            continue
        else:
            texts.append(text)
            if node.tag != "p":
                subheadings.append(text)
    return "\n\n".join(texts), tuple(subheadings), published


def _siblings(heading: LexborNode) -> list[LexborNode]:
    """Return the elements after a headline that has no `article` around it, up to the next headline."""
    found: list[LexborNode] = []
    node = heading.next
    while node is not None and len(found) < _LONGEST_EXCERPT:
        if node.tag in ("h1", "h2", "h3", "h4") and node.css_first("a[href]") is not None:
            break
        if node.tag in ("p", "time", "h2", "h3", "h4", "h5"):
            found.append(node)
        elif node.tag == "div":
            if node.css_first("h1 a[href], h2 a[href], h3 a[href]") is not None:
                break
            found += node.css("p, time, h3, h4, h5")
        node = node.next
    return found


def _single(tree: LexborHTMLParser, url: str | None, base: str | None) -> list[Article]:
    """Return the only article of a page whose headline is not a link."""
    heading = tree.css_first("article h1, main h1, h1")
    box = tree.css_first("article, main") or tree.body
    if heading is None or box is None:
        return []
    title = one_line(heading.text(separator=""))
    texts = [one_line(node.text(separator="")) for node in box.css("p, h2, h3, h4")]
    paragraphs = [text for text in texts if text]
    kind = tree.css_first('meta[property="og:type"]')
    is_article = kind is not None and kind.attributes.get("content") == "article"
    if not title or len(title) > MAX_TITLE_LENGTH or not paragraphs or not (is_article or tree.css_first("article")):
        return []
    named = tree.css_first('link[rel="canonical"]')
    address = (join(base, named.attributes.get("href")) if named is not None else None) or url or ""
    picture = tree.css_first('meta[property="og:image"]')
    time = box.css_first("time[datetime]")
    subheadings = tuple(one_line(node.text(separator="")) for node in box.css("h2, h3, h4"))
    return [
        Article(
            title=title,
            text=without_boilerplate("\n\n".join(paragraphs), title),
            subheadings=tuple(text for text in subheadings if text),
            url=published_link(address),
            published_at=read_date(time.attributes.get("datetime") or "") if time is not None else None,
            image_url=image_address(base, picture.attributes.get("content") if picture is not None else None)
            or first_image(box, base),
        )
    ]


def _around(node: LexborNode, tag: str) -> LexborNode | None:
    parent = node.parent
    while parent is not None:
        if parent.tag == tag:
            return parent
        parent = parent.parent
    return None
