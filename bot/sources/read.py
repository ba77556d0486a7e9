"""Convert bytes to a snapshot; the form of a document is detected from the document itself."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from bot.domain.letters import without_bad_references
from bot.domain.snapshot import LETTERS_REPLACED, NotAPage, Snapshot
from bot.sources.decode import decode
from bot.sources.feed import read_feed
from bot.sources.feed_xml import ROOTS
from bot.sources.page_html import read_page_html
from bot.sources.page_text import read_page_text
from bot.sources.unpack import Damaged, PackedTooLarge, unpack
from bot.sources.wordpress import read_posts
from bot.sources.xml import start_of

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|article|main|section|h[1-6]|p|ul|table)\b", re.IGNORECASE)
_LIST = re.compile(r"(?:^|>)\s*\[\s*\{\s*\"", re.MULTILINE)
_JSON = re.compile(r"\s*(?:\[\s*\{|\{\s*\")")
_PAGE = re.compile(
    r"<!--.*?(?:-->|\Z)|<script\b.*?(?:</script\s*>|\Z)|(<!doctype\s+html|<html[\s>])", re.IGNORECASE | re.DOTALL
)
# A page without any content, which a theme or a proxy puts before a feed or around it.
_NO_CONTENT = re.compile(
    r"(?:\s|<!doctype\s[^>]*>|<!--(?:(?!-->).)*-->|</?(?:html|body)\b[^>]*>|<head\b[^>]*>(?:(?!<body|</head).)*</head\s*>)*",
    re.IGNORECASE | re.DOTALL,
)
# Where a page, a list of posts or binary data is detected; a feed may begin later, after notices.
_HEAD = 4096
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read(
    content: bytes,
    *,
    content_type: str | None = None,
    url: str | None = None,
    now: dt.datetime | None = None,
    zone: dt.tzinfo | None = None,
) -> Snapshot:
    """Read a page, feed or REST answer; NotAPage (with a short reason) for anything else, never another error.

    `now` (UTC): in a feed with too many items, those dated beyond it do not count as the newest. `zone` is that of
    the site, for dates of a feed that name none.
    """
    try:
        content = unpack(content)
    except (PackedTooLarge, Damaged) as error:
        raise NotAPage(str(error)) from None
    if not content.strip():
        raise NotAPage("an empty document")
    decoded = decode(content, content_type).rstrip("\0")  # some caches pad a block
    head = decoded[:_HEAD]
    if len(_CONTROLS.findall(head)) > len(head) / 50:
        raise NotAPage("binary data, not a page")
    text = without_bad_references(decoded)
    snapshot = _read(text, url, now, zone)
    if text != decoded and LETTERS_REPLACED not in snapshot.warnings:
        return replace(snapshot, warnings=(*snapshot.warnings, LETTERS_REPLACED))
    return snapshot


def _read(text: str, url: str | None, now: dt.datetime | None, zone: dt.tzinfo | None) -> Snapshot:
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if _is_feed(text):
        return read_feed(text, now, url, zone)
    if head.startswith(("[", "{")) or _is_list_after_notices(text):
        return read_posts(text, url)
    if _HTML.search(head):
        return read_page_html(text, url)
    return read_page_text(text)


def _is_feed(text: str) -> bool:
    """Return whether a document is a feed: its root comes before any page, or after an XML declaration of its own."""
    root, page = start_of(text, ROOTS), _page(text)
    if root is None or page is None or root.start() < page.start():
        return root is not None and _JSON.match(text) is None
    between = text[page.start() : root.start()]
    return "<?xml" in between or _NO_CONTENT.fullmatch(between) is not None


def _page(text: str) -> re.Match[str] | None:
    """Return the position where a page of HTML begins, outside of comments and scripts."""
    return next((found for found in _PAGE.finditer(text) if found[1]), None)


def _is_list_after_notices(text: str) -> bool:
    """Return whether a list of posts follows PHP notices; a page may hold one too, in a script."""
    if _page(text) is not None or (begin := _LIST.search(text)) is None:
        return False
    return '"title"' in text[begin.end() :]
