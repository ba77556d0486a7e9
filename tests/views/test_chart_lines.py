"""Charts with named lines: their legend, their gaps, and what is written in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from matplotlib.colors import to_hex

from bot.i18n import LANGUAGES, Translator
from bot.views.chart import compose, draw
from bot.views.offer_charts import picture
from bot.views.picture import THEMES, Level, Line, Points, decode, encode
from tests.golden.offers import CHARTED
from tests.views.pictures import DAY, PICTURE
from tests.views.readable import assert_readable, words_of


def days(first: int, last: int, value: float) -> Points:
    """A value that falls from one day before today to another."""
    return tuple((DAY - dt.timedelta(days=ago), value + ago / 50) for ago in range(first, last - 1, -1))


STRETCHES = (days(90, 60, 510), days(40, 40, 511), days(30, 1, 512))
OFFERS = replace(
    PICTURE,
    ticker=(),
    lines=(Line("Best", "offer", STRETCHES), Line("Median", "offer", STRETCHES[:1], dashed=True)),
    official_name="Official rate",
    note="National Bank, published 23 Nov",
)


def test_between_two_stretches_nothing_is_drawn_and_a_single_day_is_a_dot() -> None:
    figure = compose(OFFERS)
    lines = [line for line in figure.axes[0].lines if to_hex(line.get_color()) == THEMES["light"]["offer"]]
    # The samples of the legend have two points; the marks of the extremes and of the last value are single ones too.
    lengths = sorted(len(line.get_xdata()) for line in lines)  # type: ignore[arg-type]
    assert [length for length in lengths if length > 2] == [30, 31, 31]
    dots = {float(line.get_xdata()[0]) for line in lines if len(line.get_xdata()) == 1}  # type: ignore[arg-type,index]
    assert len(dots) >= 2


@pytest.mark.parametrize("theme", list(THEMES))
def test_the_legend_and_the_note_are_readable(theme: str) -> None:
    shown = replace(OFFERS, theme=theme, levels=(Level(515.0, "515"), Level(900.0, "900")))
    assert_readable(shown)
    words = [text for text, _ in words_of(shown)]
    assert {"Best", "Median", "Official rate", "National Bank, published 23 Nov"} <= set(words)


def test_a_chart_without_an_official_rate_has_no_name_for_it() -> None:
    words = [text for text, _ in words_of(replace(OFFERS, official=()))]
    assert "Official rate" not in words
    assert "Best" in words


def test_a_legend_that_is_too_wide_is_set_smaller() -> None:
    wide = tuple(replace(line, name=line.name * 9) for line in OFFERS.lines)
    assert_readable(replace(OFFERS, lines=wide))


def test_the_request_for_a_picture_keeps_its_lines() -> None:
    assert decode(encode(OFFERS)[4:]) == OFFERS
    assert draw(OFFERS) != draw(replace(OFFERS, lines=()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_chart_of_offers_is_cut(language: str) -> None:
    for span in ("90d", "1y"):
        series = replace(CHARTED, best=replace(CHARTED.best, span=span))
        drawn = picture(Translator(language), series, "light")
        assert_readable(drawn)
        assert not [words for words, _ in words_of(drawn) if "…" in words]
