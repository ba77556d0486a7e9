"""Unpack bodies by the header and by the bytes themselves, within a limit for the result."""

from __future__ import annotations

import zlib
from collections.abc import Callable

# The largest page seen is 300 KiB; a document beyond this, packed or unpacked, is an error or an attack.
MAX_BYTES = 5 * 1024 * 1024
# A plugin and the server pack a body twice; a body with more layers is an attack.
MAX_LAYERS = 3
# Members of one gzip stream: some servers begin a new one every 64 KiB, which makes 80 in the largest document.
MAX_MEMBERS = 128

# An editor's junk at the start of a PHP file precedes the packed data too; this much of it is skipped.
_BLANKS, _MAX_BLANKS = b"\xef\xbb\xbf \t\r\n", 256
_GZIP = b"\x1f\x8b\x08"
# The first two bytes of zlib's format with the usual window; no text begins with them.
_ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "x-deflate": "deflate", "br": "br"}


class PackedTooLarge(ValueError):
    """The result exceeds the limit."""


class Damaged(ValueError):
    """The packed data are truncated, damaged, or packed in an unknown way."""


def unpack(body: bytes, header: str | None = None, limit: int = MAX_BYTES) -> bytes:
    """Return a body without its packing: that of a Content-Encoding header, then that of the bytes themselves.

    A body that is not packed although the header says so is returned as it is. Raises PackedTooLarge above `limit`
    bytes and Damaged where the data are truncated.
    """
    names = [name.strip().lower() for name in (header or "").split(",")]
    for name in reversed(names[:MAX_LAYERS]):
        body = _unpacked(body, _NAMES.get(name, ""), limit)
    for _ in range(MAX_LAYERS):
        if (packed := body[:_MAX_BLANKS].lstrip(_BLANKS)).startswith(_GZIP):
            body = body[min(len(body), _MAX_BLANKS) - len(packed) :]
            body = _inflate(body, 16 + zlib.MAX_WBITS, limit)
        elif body.startswith(_ZLIB):
            body = _inflate(body, zlib.MAX_WBITS, limit)
        else:
            return body
    raise Damaged("packed too many times")


def _unpacked(body: bytes, name: str, limit: int) -> bytes:
    if body.startswith(_GZIP):  # whatever the header says
        return _inflate(body, 16 + zlib.MAX_WBITS, limit) if name else body
    if name == "deflate" and not body.startswith(_ZLIB):  # some servers leave out zlib's two bytes
        return _unless_plain(body, lambda: _inflate(body, -zlib.MAX_WBITS, limit))
    if name == "deflate":
        return _inflate(body, zlib.MAX_WBITS, limit)
    if name == "br":
        return _unless_plain(body, lambda: _brotli(body, limit))
    return body


def _unless_plain(body: bytes, unpacked: Callable[[], bytes]) -> bytes:
    """Return the unpacked data, or the body itself where it plainly is an unpacked document."""
    try:
        return unpacked()
    except Damaged:
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"[", b"{"):
            return body
        raise


def _inflate(body: bytes, window: int, limit: int) -> bytes:
    """Unpack one member after another; the bytes after the last one (often zeroes) are left out."""
    parts: list[bytes] = []
    room = limit
    for _ in range(MAX_MEMBERS):
        stream = zlib.decompressobj(window)
        try:
            part = stream.decompress(body, room + 1)
        except zlib.error as error:
            raise Damaged("damaged packed data") from error
        room -= len(part)
        if room < 0:
            raise PackedTooLarge(f"more than {limit // 1024 // 1024} MiB")
        if not stream.eof:
            raise Damaged("the packed data break off")
        parts.append(part)
        body = stream.unused_data
        if not body.startswith(_GZIP):
            return b"".join(parts)
    raise Damaged("more packed pieces than a document has")


def _brotli(body: bytes, limit: int) -> bytes:
    import brotli

    stream = brotli.Decompressor()
    found = bytearray()
    try:
        found += stream.process(body, output_buffer_limit=limit + 1)
        while len(found) <= limit and not stream.is_finished() and not stream.can_accept_more_data():
            found += stream.process(b"", output_buffer_limit=limit + 1 - len(found))
        whole = stream.is_finished()
    except brotli.error as error:
        if body.endswith(b"\0"):  # the library refuses zeroes after the end
            return _brotli(body.rstrip(b"\0"), limit)
        raise Damaged("damaged packed data") from error
    if len(found) > limit:
        raise PackedTooLarge(f"more than {limit // 1024 // 1024} MiB")
    if not whole:
        raise Damaged("the packed data break off")
    return bytes(found)
