"""Pictures: of the right size, the same for the same, and drawn for whatever figures there are."""

from __future__ import annotations

import datetime as dt
import io
import struct
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.views.chart import HEIGHT, WIDTH, Picture, decode, draw, encode, main

DAY = dt.date(2026, 11, 24)
POINTS = tuple((DAY - dt.timedelta(days=90 - n), 512 + n % 7 * 0.83) for n in range(91))
PICTURE = Picture(
    title="USD/KZT",
    subtitle="₸ за один доллар · 90 дней",
    official=POINTS,
    ticker=POINTS[::5],
    lines=((515.0, "> 515"), (900.0, "> 900"), (3.0, "< 3")),
    official_name="Национальный банк Казахстана",
    ticker_name="The Times of Central Asia",
    footer="24 ноября 2026",
    language="ru",
    digits=2,
)


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_picture_has_its_size_and_is_the_same_for_the_same_figures_only() -> None:
    first = draw(PICTURE)
    assert size(first) == (WIDTH, HEIGHT) == (1200, 675)
    assert draw(PICTURE) == first
    assert draw(replace(PICTURE, theme="dark")) != first
    assert draw(replace(PICTURE, lines=())) != first
    assert draw(replace(PICTURE, ticker=())) != first


@pytest.mark.parametrize(
    "letters",
    ["сум, сўм, қғҳ", "теңге әғқңөұүһі", "сом ңөү", "сомонӣ ғӣқӯҳҷ", "so‘m soʻm", "manat äçňöşüýž", "₸ ₽ € ▲▼"],
)
def test_every_letter_of_the_region_has_a_shape(letters: str) -> None:
    # matplotlib warns of a missing glyph, and warnings are errors here
    draw(replace(PICTURE, title=letters, subtitle=letters.upper(), footer=letters))


value = st.floats(0.000001, 1e7)
points = st.lists(st.tuples(st.integers(0, 4000), value), max_size=6, unique_by=lambda point: point[0]).map(
    lambda rows: tuple((DAY - dt.timedelta(days=days), at) for days, at in sorted(rows, reverse=True))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(points, points, st.lists(value, max_size=3), st.integers(0, 8), st.text(max_size=60))
def test_any_figures_make_a_picture(
    official: tuple[tuple[dt.date, float], ...],
    ticker: tuple[tuple[dt.date, float], ...],
    levels: list[float],
    digits: int,
    words: str,
) -> None:
    if not official and not ticker:
        return
    lines = tuple((level, "> x") for level in levels)
    picture = replace(PICTURE, official=official, ticker=ticker, lines=lines, digits=digits)
    assert size(draw(picture)) == (WIDTH, HEIGHT)
    assert decode(encode(replace(picture, title=words))[4:]) == replace(picture, title=words)


def test_the_drawing_loop_answers_each_message_and_outlives_a_bad_one(capsys: pytest.CaptureFixture[str]) -> None:
    bad = struct.pack(">I", 2) + b"{}"
    target = io.BytesIO()
    main(io.BytesIO(bad + encode(PICTURE)), target)
    target.seek(0)
    assert target.read(4) == b"\0\0\0\0"
    (length,) = struct.unpack(">I", target.read(4))
    assert target.read() == draw(PICTURE)
    assert length == len(draw(PICTURE))
    assert "chart not drawn: KeyError" in capsys.readouterr().err


def test_a_message_beyond_the_limit_ends_the_loop() -> None:
    target = io.BytesIO()
    main(io.BytesIO(b"\xff\xff\xff\xff" + b"x" * 100), target)
    assert target.getvalue() == b""
