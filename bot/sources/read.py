"""Bytes in, snapshot out: which form a document has is seen from the document itself."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from bot.domain.letters import without_bad_references
from bot.domain.snapshot import LETTERS_REPLACED, NotAPage, Snapshot
from bot.sources.decode import decode
from bot.sources.feed import read_feed
from bot.sources.page_html import read_page_html
from bot.sources.page_text import read_page_text
from bot.sources.wordpress import read_posts

_FEED = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE[^>]*>\s*)?<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|article|main|section|h[1-6]|p|ul|table)\b", re.IGNORECASE)
# Where the form of a document shows.
_HEAD = 4096
# A text may hold a few NULs where a plugin has slipped; every fourth byte of a picture or an archive is one.
_MAX_NULS = _HEAD // 100


def read(
    content: bytes, *, content_type: str | None = None, url: str | None = None, now: dt.datetime | None = None
) -> Snapshot:
    """Read a page, feed or REST answer; NotAPage (with a short reason) for anything else, never another error.

    `now` (UTC): of a feed with too many items those dated beyond it are not taken for the newest.
    """
    if not content.strip():
        raise NotAPage("an empty document")
    nuls = content.count(b"\x00", 0, _HEAD)
    if nuls > min(_MAX_NULS, len(content) // 10) and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAPage("binary data, not a page")
    decoded = decode(content, content_type)
    text = without_bad_references(decoded)
    snapshot = _read(text, url, now)
    if text != decoded and LETTERS_REPLACED not in snapshot.warnings:
        return replace(snapshot, warnings=(*snapshot.warnings, LETTERS_REPLACED))
    return snapshot


def _read(text: str, url: str | None, now: dt.datetime | None) -> Snapshot:
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if "<!ENTITY" in head:
        raise NotAPage("a document that defines entities; no honest feed does")
    if _FEED.match(head):
        return read_feed(text.lstrip("\ufeff \t\r\n"), now)
    if head.startswith(("[", "{")):
        return read_posts(text)
    if _HTML.search(head):
        return read_page_html(text, url)
    return read_page_text(text)
