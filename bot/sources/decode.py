"""From bytes to text: the charset a header names, then the one the document names, then a guess.

XML's own declaration comes before the header: servers name one charset for all that they send.
"""

from __future__ import annotations

import codecs
import re

# Where a document names its charset: the first kilobyte by the HTML standard; XML's declaration is its first line.
_HEAD = 1024
# Bytes a guess may look at: enough to tell the Cyrillic charsets apart, little enough to be quick.
_GUESS = 64 * 1024

_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IN_DOCUMENT = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes, content_type: str | None = None) -> str:
    """Return the text of a document; what no charset explains is replaced, never refused."""
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content.decode(name, "replace")
    for name in _named(content, content_type):
        try:
            return content.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # One broken byte in otherwise good UTF-8 (a feed cut in the middle of a letter) is no other charset.
        if error.start > len(content) - 4:
            return content.decode("utf-8", "replace")
    return _guess(content)


def _named(content: bytes, content_type: str | None) -> list[str]:
    names = []
    if content_type and (match := _IN_HEADER.search(content_type)):
        names.append(match[1])
    if found := _IN_DOCUMENT.search(content[:_HEAD]):
        names.append(found[1].decode("ascii", "replace"))
    return names[::-1] if content.lstrip().startswith(b"<?xml") else names


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to import and seldom needed

    best = from_bytes(content[:_GUESS]).best()
    return content.decode(best.encoding if best else "utf-8", "replace")
