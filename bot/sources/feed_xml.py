"""The elements of RSS 0.9x, 1.0 and 2.0 and of Atom 0.3 and 1.0: XML becomes entries of plain strings.

An element is read in its own namespace only: `media:title` is the title of a picture, not of the item.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

from bot.sources.addresses import image_address, join
from bot.sources.xml import parse

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOTS = "rss|feed|rdf|channel"

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_XHTML = "http://www.w3.org/1999/xhtml"
# Known vocabularies by their usual prefix, which is used where a feed does not declare the prefix.
_VOCABULARIES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    _XHTML: "xhtml",
}
# Namespaces that some feeds use for the elements of RSS itself; most use none.
_RSS = (
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/",
    "http://blogs.law.harvard.edu/tech/rss",
)
_ATOM = ("http://www.w3.org/2005/atom", "http://purl.org/atom/ns#")
_PUBLISHED = (
    *("pubdate", "published", "issued", "created"),
    *("dcterms:issued", "dcterms:created", "dc:date", "date", "atom:published"),
)
_UPDATED = ("updated", "modified", "dcterms:modified", "atom:updated")
# The spellings in Atom of the relation of an article's own address; the second one is from its first drafts.
_ALTERNATE = ("", "alternate", "http://www.iana.org/assignments/relation/alternate")
_BODIES = ("content:encoded", "content", "xhtml:body", "atom:content")
_SUMMARIES = ("description", "summary", "atom:summary", "dc:description", "itunes:summary")


class Entry(TypedDict, total=False):
    """An item as printed in a feed. Bodies are HTML; links and images are absolute where there is a base.

    `dates` are as printed, those of publication before those of changes; references in the bodies are joined to `base`.
    """

    title: str
    link: str
    id: str
    dates: list[str]
    content: str
    description: str
    author: str
    categories: list[str]
    image: str
    base: str


def read_entries(text: str, url: str | None) -> list[Entry]:
    """Return the items of a feed whose root begins the text; NotAPage if it is not XML.

    References are joined to `xml:base`, else to `url`, else to the address that the feed gives as its own.
    """
    root = parse(text)
    base = join(url, root.get(_XML_BASE)) or url or _own_address(root)
    return [_entry(item, base) for item in _items(root)]


def _items(root: _Element) -> Iterator[_Element]:
    own, prefixes = _namespace(root), ("", _undeclared(root))
    for element in root.iter("{*}*"):
        if _name(element) not in ("item", "entry") or _undeclared(element) not in prefixes:
            continue
        namespace = _namespace(element)
        if not namespace or namespace == own or namespace.lower().startswith((*_RSS, *_ATOM)):
            yield element


def _namespace(element: _Element) -> str:
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _name(element: _Element) -> str:
    """Return the name of an element in small letters, without its prefix (declared or not)."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _undeclared(element: _Element) -> str:
    """Return the prefix of an element, with its colon, if it is declared nowhere; else an empty string."""
    return "".join(str(element.tag).rpartition("}")[2].lower().rpartition(":")[:2])


def _own_address(root: _Element) -> str | None:
    """Return the feed's own address of itself or of its site: the first one that is absolute."""
    channel = next((child for child in root if str(child.tag).rpartition("}")[2].lower() == "channel"), root)
    fields = _fields(channel)
    links = [*fields.get("atom:link", ()), *fields.get("link", ())]
    itself = [link.get("href") for link in links if link.get("rel") == "self"]
    alternate = [link.get("href") for link in links if _is_alternate(link)]
    for found in (*itself, *alternate, *(_text(link) for link in links)):
        if found and str(found).strip().lower().startswith(("http://", "https://")):
            return str(found).strip()
    return None


def _fields(element: _Element) -> dict[str, list[_Element]]:
    """Return the children by name: bare in the namespace of the element itself, else with a known prefix."""
    own, around = _namespace(element), _undeclared(element)
    found: dict[str, list[_Element]] = {}
    for child in element:
        namespace, name = _namespace(child), str(child.tag).rpartition("}")[2].lower()
        if around:  # the undeclared prefix of the element itself
            name = name.removeprefix(around)
        if namespace not in ("", own):
            known = _VOCABULARIES.get(namespace.lower())
            if known is None and not namespace.lower().startswith(_RSS):
                continue
            name = f"{known}:{name}" if known else name
        found.setdefault(name, []).append(child)
    return found


def _entry(item: _Element, base: str | None) -> Entry:
    fields = _fields(item)
    base = _base(item, base)
    entry: Entry = {
        "title": _first(fields, "title"),
        "link": _link(fields, base) or join(base, item.get(_RDF_ABOUT)) or "",
        "id": _first(fields, "guid", "id") or (item.get(_RDF_ABOUT) or "").strip(),
        "dates": [text for name in (*_PUBLISHED, *_UPDATED) for one in fields.get(name, ()) if (text := _text(one))],
        "content": _markup(fields, *_BODIES),
        "description": _markup(fields, *_SUMMARIES),
        "author": _author(fields),
        "categories": _categories(fields),
    }
    if (image := _image(fields, base)) is not None:
        entry["image"] = image
    if base is not None:
        body = next((fields[name][0] for name in _BODIES if name in fields), item)
        entry["base"] = base if body is item else _base_of(body, base) or base
    return entry


def _base(element: _Element, base: str | None) -> str | None:
    """Return the base of an element: each enclosing `xml:base` is joined to the one around it, from `base` on."""
    around = [*reversed(list(element.iterancestors())), element]
    for one in around[1:]:  # the root's own is already in `base`
        base = join(base, one.get(_XML_BASE)) or base
    return base


def _text(element: _Element) -> str:
    """Return the whole text of an element, including that of its child elements."""
    return "".join(element.itertext()).strip()


def _first(fields: dict[str, list[_Element]], *names: str) -> str:
    """Return the first non-empty text among the elements of these names, in the order of the names."""
    return next((text for name in names for element in fields.get(name, ()) if (text := _text(element))), "")


def _link(fields: dict[str, list[_Element]], base: str | None) -> str | None:
    """Return the address of the article: the text of `link`, or the `href` of an alternate link.

    FeedBurner puts an address of its own there, and the publisher's beside it.
    """
    if (found := join(base, _first(fields, "feedburner:origlink"))) is not None:
        return found
    links = [*fields.get("link", ()), *fields.get("atom:link", ())]
    for link in links:
        if link.get("href") is None and (found := join(_base_of(link, base), _text(link))) is not None:
            return found
    articles = [link for link in links if link.get("href") and _is_alternate(link)]
    articles.sort(key=lambda link: link.get("type", "text/html") not in ("text/html", "application/xhtml+xml"))
    return next(
        (found for link in articles if (found := join(_base_of(link, base), link.get("href"))) is not None), None
    )


def _is_alternate(link: _Element) -> bool:
    return (link.get("rel") or "").strip().lower() in _ALTERNATE


def _base_of(link: _Element, base: str | None) -> str | None:
    return join(base, link.get(_XML_BASE)) or base


def _author(fields: dict[str, list[_Element]]) -> str:
    for author in (*fields.get("author", ()), *fields.get("atom:author", ())):
        names = [_text(child) for child in author if str(child.tag).rpartition("}")[2].lower() == "name"]
        if found := (names or [_text(author)])[0]:
            return found
    return _first(fields, "dc:creator", "itunes:author")


def _categories(fields: dict[str, list[_Element]]) -> list[str]:
    elements = [*fields.get("category", ()), *fields.get("atom:category", ()), *fields.get("dc:subject", ())]
    return [element.get("label") or element.get("term") or _text(element) for element in elements]


def _markup(fields: dict[str, list[_Element]], *names: str) -> str:
    """Return the HTML of the first of these elements that has any."""
    return next((markup for name in names for element in fields.get(name, ()) if (markup := _html(element))), "")


def _html(element: _Element) -> str:
    """Return the content of an element as HTML, whether it is given as elements, as escaped HTML or as plain text."""
    from lxml import etree

    text = element.text or ""
    if len(element) == 0:
        return html.escape(text) if element.get("type") in ("text", "text/plain") else text.strip()
    for child in element.iter():
        if child is not element and _namespace(child) == _XHTML:
            child.tag = etree.QName(child).localname
    etree.cleanup_namespaces(element)
    is_xhtml = element.get("type") in ("xhtml", "application/xhtml+xml")
    inside = "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
    return (html.escape(text) if is_xhtml else text) + inside


def _image(fields: dict[str, list[_Element]], base: str | None) -> str | None:
    """Return the picture that an item names outside its text."""
    pictures = [element.get("url") for element in fields.get("media:thumbnail", ())]
    media = [*fields.get("media:content", ())]
    for group in fields.get("media:group", ()):
        inner = _fields(group)
        media += [*inner.get("content", ()), *inner.get("media:content", ())]
        pictures += [one.get("url") for one in (*inner.get("thumbnail", ()), *inner.get("media:thumbnail", ()))]
    for element in media:
        pictures += [one.get("url") for one in _fields(element).get("thumbnail", ())]
    pictures += [
        element.get("url")
        for element in (*media, *fields.get("enclosure", ()))
        if element.get("medium") == "image" or (element.get("type") or "").lower().startswith("image/")
    ]
    for link in (*fields.get("link", ()), *fields.get("atom:link", ())):
        if link.get("rel") == "enclosure" and (link.get("type") or "").lower().startswith("image/"):
            pictures.append(link.get("href"))
    for image in fields.get("image", ()):
        pictures.append(_first(_fields(image), "url") or _text(image))
    pictures += [element.get("href") for element in fields.get("itunes:image", ())]
    return next((found for one in pictures if (found := image_address(base, one)) is not None), None)
