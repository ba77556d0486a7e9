"""The visible text of a piece of HTML: paragraphs and headings, nothing from scripts or styles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.articles import clean_text
from bot.sources.addresses import image_address
from bot.sources.tags import unescaped, with_signs

# Elements whose text is not visible.
INVISIBLE = ["script", "style", "template", "noscript", "svg", "iframe", "object", "head > title", "[hidden]"]
# Marks of footnotes and struck text in a table's cells, which are no part of a number or a name.
NOTES = ["sup", "sub", "s", "del", "strike"]
# Elements that begin a new line of text.
_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "  # noqa: SIM905
    "header hr html li main nav ol p pre section table td th tr ul".split()
)
# Typographic spaces are kept.
_SPACES = "\t\r\n\u00a0"
_RUN = re.compile(" {2,}")
# Attributes with the address of a picture: its own, or those of scripts that load it when it scrolls into view.
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")
# Pictures of one pixel are tracking pixels.
_PIXEL = ("0", "1", "1px")
# More pictures than an article shows; the rest is ignored.
MAX_IMAGES = 100
# More than any page that was written by hand or in an editor; the limit stops a nested bomb.
MAX_NODES = 200_000


def parse(html: str) -> LexborHTMLParser:
    """Return the tree without its invisible elements."""
    tree = LexborHTMLParser(with_signs(html))
    tree.strip_tags([tag for tag in INVISIBLE if tag.isalpha()])
    for selector in INVISIBLE:
        if not selector.isalpha():
            for node in tree.css(selector):
                node.decompose()
    for node in tree.css("[style]"):
        if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", node.attributes.get("style") or "", re.IGNORECASE):
            node.decompose()
    return tree


def one_line(text: str) -> str:
    """Return text without line breaks, doubled spaces and deceptive characters."""
    for space in _SPACES:
        text = text.replace(space, " ")
    text = clean_text(text)
    return (_RUN.sub(" ", text) if "  " in text else text).strip()


def lines(root: LexborNode | None) -> Iterator[str]:
    """Yield the visible text line by line, with a new line at each block element."""
    current: list[str] = []
    if root is None:
        return
    for count, node in enumerate(root.traverse(include_text=True)):
        if count > MAX_NODES:
            break
        if node.tag == "-text":
            current.append(node.text(deep=False) or "")
        elif node.tag in _BLOCKS or _ends_block(node):
            if line := one_line("".join(current)):
                yield line
            current = []
    if line := one_line("".join(current)):
        yield line


def _ends_block(node: LexborNode) -> bool:
    """Return whether the element before this one was a block: `</p>text` is two lines."""
    before = node.prev
    return before is not None and before.tag in _BLOCKS


def paragraphs(html: str, base: str | None = None) -> tuple[str, tuple[str, ...], str | None]:
    """Return an article's plain text (paragraphs divided by blank lines), its sub-headings and its first image.

    The image's address is joined to `base`.
    """
    tree = parse(unescaped(html))
    found: list[str] = []
    subheadings: list[str] = []
    blocks = tree.css("p, h2, h3, h4, h5, h6, li, blockquote, pre")
    for block in blocks:
        text = one_line(block.text(separator=""))
        if not text or (block.tag == "blockquote" and block.css_first("p") is not None):
            continue
        found.append(text)
        if block.tag in ("h2", "h3", "h4", "h5", "h6"):
            subheadings.append(text)
    if not found:
        found = list(lines(tree.body))
    return "\n\n".join(found), tuple(subheadings), first_image(tree, base)


def first_image(root: LexborHTMLParser | LexborNode, base: str | None) -> str | None:
    """Return the address of the first picture that has one; for lazily loaded ones it is another attribute."""
    for image in root.css("img")[:MAX_IMAGES]:
        attributes = image.attributes
        if attributes.get("width") in _PIXEL or attributes.get("height") in _PIXEL:
            continue
        for name in _SOURCES:
            if (found := image_address(base, attributes.get(name))) is not None:
                return found
    return None
