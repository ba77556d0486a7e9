"""Documents with damage in them: samples of the answers that sources and proxies really send."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from hypothesis import strategies as st

# Pieces that have broken readers: letters no database stores, markup cut or out of place, numbers and addresses of
# impossible size or form.
PIECES = [
    b"\x00",
    b"\xed\xa0\x80",
    b"\\ud83c",
    b"\\u0000",
    b"&#0;",
    b"&#xD83C;",
    b"&#xFFFFFFFF;",
    b"&nbsp;&mdash;&unknown;&",
    b"<![CDATA[",
    b"]]>",
    b"<!-- ",
    b"<?php echo 1 ?>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"</item></channel></rss>",
    b"<item><title>Half",
    b"</html>",
    b"[home_url]",
    b"http://[::1",
    b"javascript:alert(1)",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x98",
    b"9" * 400,
    b"1e99999",
    b"-0",
    b"NaN",
    b"null",
    b"{}",
    b"[]",
    b'"',
    b"31.02.2026",
    b"9999-12-31T23:59:59-14:00",
    "\u202e\u2066\ufeff\u200b".encode(),
    b"<" * 300,
    b"<b>" * 300,
]


def _cut(body: bytes, start: int, length: int) -> bytes:
    return body[:start] + body[start + length :]


def _double(body: bytes, start: int, length: int) -> bytes:
    return body[: start + length] + body[start:]


def _end(body: bytes, start: int, _length: int) -> bytes:
    return body[:start]


def _begin(body: bytes, start: int, _length: int) -> bytes:
    return body[start:]


def _pack(body: bytes, _start: int, _length: int) -> bytes:
    return gzip.compress(body, mtime=0)


def _utf16(body: bytes, _start: int, _length: int) -> bytes:
    return body.decode("utf-8", "replace").encode("utf-16")


CHANGES: list[Callable[[bytes, int, int], bytes]] = [_cut, _double, _end, _begin, _pack, _utf16]


@st.composite
def mangled(draw: st.DrawFn, documents: list[bytes]) -> bytes:
    """One of the documents after one to four kinds of damage, or bytes that never were a document."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    body = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(body) - 1, 0)))
        if draw(st.booleans()):
            body = body[:start] + draw(st.sampled_from(PIECES)) + body[start:]
        else:
            body = draw(st.sampled_from(CHANGES))(body, start, draw(st.integers(1, 40)))
    return body
