"""The XML of central banks, read by lxml: no network, no entities, no patience for what is cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.snapshot import NotAPage

if TYPE_CHECKING:
    from lxml.etree import _Element

# No bank's table declares a document type; what does is an HTML page or an attack.
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def document(content: bytes, root: str) -> _Element:
    """Return the root element of a document, called `root` (namespaced: `{address}name`); NotAPage for any other.

    The document's own encoding counts; one that it does not keep to is refused.
    """
    from lxml import etree  # imported late: the command line starts without it

    if _DECLARED.search(content):
        raise NotAPage("HTML, or a document type or entities that no table has")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        found = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotAPage("not XML, cut off, or not in the encoding that it names") from None
    # In UTF-16 the declaration is not seen above; the parser has neither resolved nor fetched anything.
    if found.getroottree().docinfo.doctype:
        raise NotAPage("a document type or entities that no table has")
    if found.tag != root:
        raise NotAPage("XML, but not a table of this bank")
    return found
