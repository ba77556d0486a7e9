"""Pictures have the right size, are the same for the same rates, and can be drawn for any rates."""

from __future__ import annotations

import datetime as dt
import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.views.chart import compose, draw, main
from bot.views.chart_sheet import BOTTOM, DPI, HEIGHT, WIDTH
from bot.views.picture import Level, Points, decode, encode
from tests.views.pictures import DAY, PICTURE, POINTS
from tests.views.readable import assert_readable, words_of


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_picture_has_its_size_and_is_the_same_for_the_same_rates_only() -> None:
    first = draw(PICTURE)
    assert size(first) == (WIDTH, HEIGHT) == (1200, 900)
    assert draw(PICTURE) == first
    assert draw(replace(PICTURE, theme="dark")) != first
    assert draw(replace(PICTURE, levels=())) != first
    assert draw(replace(PICTURE, ticker=())) != first


@pytest.mark.parametrize(
    "letters",
    ["сум, сўм, қғҳ", "теңге әғқңөұүһі", "сом ңөү", "сомонӣ ғӣқӯҳҷ", "so‘m soʻm", "manat äçňöşüýž", "₸ ₽ € ▲▼ ↑↓"],
)
def test_every_letter_of_the_region_has_a_shape(letters: str) -> None:
    # matplotlib warns of a missing glyph, and warnings are errors here
    draw(replace(PICTURE, title=letters, subtitle=letters.upper(), last=letters))


value = st.floats(0.000001, 1e7)
points = st.lists(st.tuples(st.integers(0, 4000), value), max_size=6, unique_by=lambda point: point[0]).map(
    lambda rows: tuple((DAY - dt.timedelta(days=days), at) for days, at in sorted(rows, reverse=True))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(points, points, st.lists(value, max_size=3), st.integers(0, 8), st.text(max_size=60))
@pytest.mark.slow
def test_any_rates_make_a_picture(
    official: tuple[tuple[dt.date, float], ...],
    ticker: tuple[tuple[dt.date, float], ...],
    levels: list[float],
    digits: int,
    words: str,
) -> None:
    if not official and not ticker:
        return
    own = tuple(Level(level, "x", above=level > 9) for level in levels)
    picture = replace(PICTURE, official=official, ticker=ticker, levels=own, digits=digits)
    assert size(draw(picture)) == (WIDTH, HEIGHT)
    assert decode(encode(replace(picture, title=words))[4:]) == replace(picture, title=words)


shares = st.floats(0.7, 1.4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(shares, min_size=1, max_size=40),
    st.lists(shares, max_size=5),
    st.lists(shares, max_size=8),
    st.sampled_from([(1, 5), (3.5, 2), (87, 4), (478, 2), (12000, 2)]),
    st.sampled_from([1, 2, 30, 300]),
)
@pytest.mark.slow
def test_no_labels_touch_and_none_leaves_the_picture(
    official: list[float], ticker: list[float], levels: list[float], currency: tuple[float, int], apart: int
) -> None:
    level, digits = currency

    def days(values: list[float]) -> Points:
        return tuple((DAY - dt.timedelta(days=apart * n), level * at) for n, at in enumerate(values))[::-1]

    own = tuple(Level(level * at**6, f"{level * at**6:.{digits}f}", above=at > 1) for at in levels)
    assert_readable(
        replace(PICTURE, official=days(official), ticker=days(ticker), levels=own, digits=digits, theme="dark")
    )


@pytest.mark.parametrize("values", [[3.5] * 90, [3.5], [87.45] * 30 + [87.4502], [512, 514, 513], [530, 512, 512.1]])
def test_flat_short_and_steep_charts_stay_readable(values: list[float]) -> None:
    points = tuple((DAY - dt.timedelta(days=len(values) - 1 - n), value) for n, value in enumerate(values))
    assert_readable(replace(PICTURE, official=points, ticker=(), levels=(Level(values[0] * 1.001, "x"),), digits=4))


def test_the_label_of_an_alert_gives_way_to_those_of_the_rates() -> None:
    falling = tuple((DAY - dt.timedelta(days=90 - n), 520 - n / 9) for n in range(91))
    for level in (520.0, 520.3, 520.6):
        picture = replace(PICTURE, official=falling, ticker=(), levels=(Level(level, "520"),))
        assert_readable(picture)
        assert "ваш 520 ↑" in dict(words_of(picture))


def test_texts_too_long_for_their_place_are_cut() -> None:
    long = replace(PICTURE, title="USD/KZT " * 20, subtitle="тенге за доллар " * 20, last="1 234,56 " * 9)
    assert_readable(long)
    assert sum(words.endswith("…") for words, _ in words_of(long)) == 3


def test_no_text_is_too_small_for_a_phone() -> None:
    figure = compose(PICTURE)
    assert min(text.get_fontsize() * DPI / 72 for text in figure.texts) * 380 / WIDTH >= 12


def test_a_change_in_the_last_digit_does_not_look_like_a_fall() -> None:
    points = ((DAY - dt.timedelta(days=1), 87.4500), (DAY, 87.4502))
    low, high = compose(replace(PICTURE, official=points, ticker=(), levels=(), digits=4)).axes[0].get_ylim()
    assert high - low > 87.45 * 0.005


def test_a_level_within_the_band_is_drawn_and_those_beyond_are_named_at_the_edge_nearest_first() -> None:
    far = (Level(900.0, "900"), Level(600.0, "600"), Level(3.0, "3"), Level(400.0, "400"))
    words = dict(words_of(replace(PICTURE, levels=(*far, Level(515.0, "515")))))
    assert {"ваш 515 ↑", "ваши 600, 900 ↑", "ваши 400, 3 ↓"} <= set(words)
    assert compose(replace(PICTURE, levels=far)).axes[0].get_ylim()[1] < 530


def test_a_gap_longer_than_any_holidays_is_dotted() -> None:
    holidays = tuple(point for point in POINTS if not 20 < (DAY - point[0]).days < 32)
    hole = tuple(point for point in POINTS if not 20 < (DAY - point[0]).days < 60)

    def styles(points: Points) -> list[tuple[int, bool]]:
        axes = compose(replace(PICTURE, official=points, ticker=(), levels=())).axes[0]
        lines = [line for line in axes.lines if line.get_marker() == "None"]
        return [(len(np.asarray(line.get_xdata())), line.is_dashed()) for line in lines]

    assert styles(holidays) == [(80, False)]
    assert sorted(styles(hole)) == [(2, True), (21, False), (31, False)]


def test_a_long_series_is_downsampled_to_what_can_be_seen_and_keeps_its_extremes() -> None:
    long = tuple((DAY - dt.timedelta(days=7000 - n), 512 + n % 97 + (300 if n == 3333 else 0)) for n in range(7001))
    axes = compose(replace(PICTURE, official=long, ticker=(), levels=())).axes[0]
    [line] = [line for line in axes.lines if line.get_marker() == "None"]
    heights = np.asarray(line.get_ydata())
    assert len(heights) < 2500
    assert (heights.max(), heights.min(), heights[-1]) == (max(y for _, y in long), 512, long[-1][1])


def test_levels_that_lie_close_share_a_label() -> None:
    levels = tuple(
        Level(level, str(level), above) for level, above in ((514, True), (514.1, True), (514.2, False), (514.3, True))
    )

    def words(*levels: Level) -> list[str]:
        return [words for words, _ in words_of(replace(PICTURE, levels=levels))]

    assert "ваши 514 … 514.3 ↑" in words(*levels)
    assert "ваши 514, 514.1 ↑" in words(*levels[:2])
    assert "ваши 514.1 ↑, 514.2 ↓" in words(*levels[1:3])


def test_a_fixed_rate_has_no_gap_and_few_values_are_marked_each() -> None:
    two = replace(PICTURE, official=(POINTS[0], POINTS[-1]), ticker=(), levels=())
    assert any(line.is_dashed() for line in compose(two).axes[0].lines)
    assert not any(line.is_dashed() for line in compose(replace(two, fixed=True)).axes[0].lines)
    markers = [line for line in compose(two).axes[0].lines if line.get_marker() == "o"]
    assert max(len(np.asarray(line.get_xdata())) for line in markers) == 2


def test_a_dollar_sign_is_a_dollar() -> None:
    # read as mathematics, this would raise
    draw(replace(PICTURE, title="$ \\frac{ $", subtitle="A$ _ $"))


@pytest.mark.parametrize(
    ("days", "names"),
    [
        (0, ["24 нояб."]),
        (1, ["23 нояб.", "24 нояб."]),
        (5, ["19 нояб.", "24 нояб."]),
        (30, ["1 нояб.", "8", "15", "22"]),
        (90, ["1 сент.", "15", "1 окт.", "15", "1 нояб.", "15"]),
        (80, ["15 сент.", "1 окт.", "15", "1 нояб.", "15"]),
        (365, ["2026", "март", "май", "июль", "сент.", "нояб."]),
        (2500, ["2021", "2022", "2023", "2024", "2025", "2026"]),
        (7000, ["2010", "2015", "2020", "2025"]),
    ],
)
def test_dates_stand_at_the_1st_and_the_15th_over_long_times_at_the_1st_of_months(days: int, names: list[str]) -> None:
    points = ((DAY - dt.timedelta(days=days), 512.0), (DAY, 514.0)) if days else ((DAY, 512.0),)
    placed = words_of(replace(PICTURE, official=points, ticker=()))
    assert [words for words, box in placed if box.y1 < BOTTOM] == names


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
