"""Packed bodies: by the header, by the bytes, never beyond the limit."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.unpack import MAX_BYTES, Damaged, PackedTooLarge, unpack


def packed(content: bytes) -> bytes:
    """Compress without the time, so that the names of tests are the same in each process."""
    return gzip.compress(content, mtime=0)


UNPACKED = b"<rss><channel><item><title>Cotton</title></item></channel></rss>" * 20
GZIP, ZLIB, BROTLI = packed(UNPACKED), zlib.compress(UNPACKED), brotli.compress(UNPACKED)
RAW = zlib.compress(UNPACKED)[2:-4]

PACKED = [
    (UNPACKED, None), (UNPACKED, "identity"), (UNPACKED, ""), (UNPACKED, "utf-8"),
    (GZIP, "gzip"), (GZIP, "GZip"), (GZIP, "x-gzip"), (GZIP, None), (GZIP, "identity"), (GZIP, "deflate"), (GZIP, "br"),
    (packed(GZIP), "gzip"), (packed(GZIP), "gzip, gzip"), (packed(GZIP), None),
    (ZLIB, "deflate"), (ZLIB, None), (RAW, "deflate"), (packed(ZLIB), "deflate, gzip"),
    (BROTLI, "br"), (packed(BROTLI), "br, gzip"), (brotli.compress(GZIP), "br"),
    (UNPACKED, "gzip"), (UNPACKED, "deflate"), (UNPACKED, "br"),
    (GZIP + bytes(512), "gzip"), (GZIP + b"\r\n", None), (GZIP + b"<!-- x -->", "gzip"), (ZLIB + bytes(3), "deflate"),
    (BROTLI + bytes(3), "br"),
    (packed(UNPACKED[:100]) + packed(UNPACKED[100:]), "gzip"),
    (packed(UNPACKED[:100]) + packed(UNPACKED[100:]) + bytes(7), None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "header"), PACKED)
def test_what_was_packed_comes_out_whole(body: bytes, header: str | None) -> None:
    assert unpack(body, header) == UNPACKED


BOMB = packed(bytes(50_000_000))


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (BOMB, "gzip"), (BOMB, None), (packed(BOMB), "gzip"), (packed(packed(BOMB)), None),
        (zlib.compress(bytes(50_000_000)), "deflate"), (brotli.compress(bytes(50_000_000)), "br"),
        (packed(bytes(3_000_000)) * 2, "gzip"), (packed(bytes(MAX_BYTES + 1)), "gzip"),
    ],
)  # fmt: skip
def test_what_would_be_too_large_is_refused(body: bytes, header: str | None) -> None:
    with pytest.raises(PackedTooLarge):
        unpack(body, header)


def test_the_limit_itself_is_allowed() -> None:
    assert len(unpack(packed(bytes(MAX_BYTES)), "gzip")) == MAX_BYTES
    assert len(unpack(brotli.compress(bytes(MAX_BYTES)), "br")) == MAX_BYTES


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (GZIP[:-9], "gzip"), (GZIP[:-1], None), (GZIP[:12], "gzip"), (BROTLI[:-3], "br"), (ZLIB[:-5], "deflate"),
        (GZIP[:-8] + bytes(8), "gzip"), (b"\x01\x02\x03", "br"), (GZIP + GZIP[:20], "gzip"),
        (packed(b"a") * 5_000, "gzip"), (packed(packed(packed(packed(GZIP)))), None),
    ],
)  # fmt: skip
def test_what_breaks_off_or_is_damaged_is_said_to_be(body: bytes, header: str | None) -> None:
    with pytest.raises(Damaged):
        unpack(body, header)


@given(st.binary(max_size=300), st.sampled_from([None, "gzip", "x-gzip", "deflate", "br", "br, gzip", "gzip, , br"]))
def test_nothing_but_the_two_errors_comes_of_arbitrary_bytes(body: bytes, header: str | None) -> None:
    for content in (body, GZIP[:10] + body, ZLIB[:2] + body):
        try:
            unpack(content, header)
        except (Damaged, PackedTooLarge):
            pass
