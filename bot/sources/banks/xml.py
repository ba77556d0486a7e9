"""The XML of central banks: repaired like that of feeds, but a truncated document is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.snapshot import NotAPage
from bot.sources.decode import decode
from bot.sources.xml import check_prolog, parse_strictly, start_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def text_of(item: _Element, name: str) -> str | None:
    """Return the whole text of a child, including that of nested elements; None if there is no such child."""
    child = item.find(name)
    return None if child is None else "".join(child.itertext())


def document(content: bytes, root: str) -> _Element:
    """Return the root element of a document, called `root` (namespaced: `{address}name`); NotAPage for any other.

    Junk before the root and after its end is left out; entities other than those of HTML are refused.
    """
    text = decode(content)
    name = root.rpartition("}")[2]
    start = start_of(text, name)
    if start is None:
        raise NotAPage("not XML, or not a table of this bank")
    check_prolog(text[: start.start()])
    end = text.rfind(f"</{start[0][1:]}")
    found = parse_strictly(text[start.start() : text.find(">", end) + 1] if end > 0 else text[start.start() :])
    if found.tag != root:
        raise NotAPage("XML, but not a table of this bank")
    return found
