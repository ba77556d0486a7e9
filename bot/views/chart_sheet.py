"""The sheet of a chart: its sizes and colours, and the measuring and placing of text. Lengths are in pixels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from bot.i18n import dates
from bot.views.picture import Picture, Points

WIDTH, HEIGHT = 1200, 900
DPI = 100
# Sizes of text. On a phone the picture is a third as wide: the smallest has 13 of its pixels there.
SMALL, TEXT, TITLE = 38, 40, 62
# Text that is too long for its place is set smaller, down to this share, and then cut.
_SMALLEST = 0.75
EDGE = 36
TOP, BOTTOM = 724, 96
# The note and the legend of a chart with several lines.
HEAD = 108
# Distance between a point and its text.
GAP = 18


@dataclass(slots=True)
class Sheet:
    """A chart that is being drawn. `taken` are the boxes of the texts in the field so far."""

    picture: Picture
    figure: Figure
    renderer: RendererAgg
    axes: Axes
    ink: dict[str, str]
    taken: list[Bbox] = field(default_factory=list)

    @property
    def main(self) -> Points:
        """The main series of the chart."""
        return self.picture.main

    @property
    def colour(self) -> str:
        """The colour of the main series."""
        if self.picture.lines:
            return self.ink[self.picture.lines[0].ink]
        return self.ink["line" if self.picture.official else "dot"]

    @property
    def top(self) -> float:
        """The upper end of the field; above it are the titles and the legend."""
        return TOP - HEAD if self.picture.lines else TOP

    def width(self, words: str, size: float, weight: str = "normal") -> float:
        """Return the width of a text."""
        font = FontProperties(size=in_points(size), weight=weight)
        return float(self.renderer.get_text_width_height_descent(words, font, False)[0])  # type: ignore[no-untyped-call]

    def fit(self, words: str, size: float, room: float, weight: str = "normal") -> tuple[str, float]:
        """Return text and its size, smaller or cut, so that it fits into a width."""
        wide = self.width(words, size, weight)
        if wide <= room:
            return words, size
        small = max(size * room / wide * 0.99, size * _SMALLEST)
        if self.width(words, small, weight) > room:
            while words and self.width(words + "…", small, weight) > room:
                words = words[:-1]
            words = words.rstrip() + "…"
        return words, small

    def at(self, day: dt.date, value: float) -> tuple[float, float]:
        """Return the position of a value in the picture."""
        x, y = self.axes.transData.transform((day_number(day), value))
        return float(x), float(y)

    def write(
        self, x: float, y: float, words: str, colour: str, size: float, weight: str = "normal", *, h: str, v: str
    ) -> Bbox:
        """Place text, with a rim against lines if it is in the field; returns its box."""
        rim = [withStroke(linewidth=in_points(10), foreground=self.ink["paper"])] if BOTTOM < y < self.top else None
        text = self.figure.text(
            x / WIDTH, y / HEIGHT, words, color=colour, fontsize=in_points(size), weight=weight, ha=h, va=v,
            path_effects=rim, zorder=10,
        )  # fmt: skip
        return text.get_window_extent(self.renderer)


def in_points(pixels: float) -> float:
    """Return a length in typographic points, as matplotlib takes it."""
    return pixels * 72 / DPI


def day_number(day: dt.date) -> float:
    """Return a day as a number on the axis."""
    return float(date2num(day))  # type: ignore[no-untyped-call]


def formatted(picture: Picture, value: float, digits: int | None = None) -> str:
    """Return a value in the picture's language, with its digits or so many."""
    return dates.number(value, picture.digits if digits is None else digits, picture.language)
