"""Draws charts: a picture of 1200×675 of what a rate did, in a process of its own (see `main`).

Never imported by the bot, which only makes `Picture` values: matplotlib would weigh on it. Lengths are in pixels.
"""

from __future__ import annotations

import datetime as dt
import struct
import sys
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

import matplotlib
from babel.dates import format_date
from babel.numbers import format_decimal
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from bot.views.picture import MAX_MESSAGE, Picture, Points, decode

WIDTH, HEIGHT = 1200, 675
_DPI = 100
# On a phone the picture is a third as wide: less than 22 pixels can hardly be read there.
_SMALL, _TEXT, _LAST, _TITLE = 22, 24, 30, 38
# Words too long for their place are set smaller, down to this share, and then cut.
_SMALLEST = 0.75
_EDGE = 28
_TITLE_Y, _SUBTITLE_Y, _FOOTER_Y = 622, 574, 28
_TOP, _BOTTOM = 540, 112
# Between a point and the words about it.
_GAP = 14
# Lines of thresholds farther off than this share of the figures' own range would squeeze them flat.
_BAND = 0.6
# The axis spans at least this share of the figures: a change in the last digit shall not look like a fall.
_LEAST_SPAN = 0.005
# Over longer holidays than this nothing is known: the line is dotted there.
_LONGEST_HOLIDAYS = 15
# A span of more days has its dates at the beginnings of months, as far apart as so many months or years fit.
_LONG = 200
_MOST_MONTHS, _MOST_YEARS = 6, 9
_MONTHS_APART = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120)

_THEMES = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1c2733",
        "faint": "#5f6f7f",
        "grid": "#e4e9ee",
        "line": "#1769c2",
        "dot": "#d9822b",
        "mark": "#c0392b",
    },
    "dark": {
        "paper": "#17212b",
        "ink": "#f1f5f8",
        "faint": "#9db0c1",
        "grid": "#2b3a49",
        "line": "#5eb5f7",
        "dot": "#f0a860",
        "mark": "#ff7b72",
    },
}


def draw(picture: Picture) -> bytes:
    """Return the PNG."""
    # Whatever the machine's own settings are: the font that has all letters, and "$" is a dollar, not mathematics.
    with matplotlib.rc_context({"font.family": "DejaVu Sans", "text.parse_math": False, "text.usetex": False}):
        content = BytesIO()
        compose(picture).savefig(content, format="png", dpi=_DPI, metadata={"Software": None})
    return content.getvalue()


def compose(picture: Picture) -> Figure:
    """Return the figure with all its words set; no two of them touch, and none leaves the picture."""
    figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=_THEMES[picture.theme]["paper"])
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    sheet = _Sheet(picture, figure, renderer, figure.add_axes((0, 0, 1, 1)), _THEMES[picture.theme])
    _set_axes(sheet)
    _draw_figures(sheet)
    _draw_marks(sheet)
    _draw_lines(sheet)
    _draw_frame(sheet, _draw_legend(sheet))
    return figure


@dataclass(slots=True)
class _Sheet:
    """A chart in the making. `taken` are the boxes of the words that stand in the field already."""

    picture: Picture
    figure: Figure
    renderer: RendererAgg
    axes: Axes
    ink: dict[str, str]
    taken: list[Bbox] = field(default_factory=list)

    @property
    def main(self) -> Points:
        """The figures that the chart is about."""
        return self.picture.official or self.picture.ticker

    @property
    def colour(self) -> str:
        """The colour of the figures that the chart is about."""
        return self.ink["line" if self.picture.official else "dot"]

    def width(self, words: str, size: float, weight: str = "normal") -> float:
        """Return how wide words are."""
        font = FontProperties(size=_points(size), weight=weight)
        return float(self.renderer.get_text_width_height_descent(words, font, False)[0])  # type: ignore[no-untyped-call]

    def fit(self, words: str, size: float, room: float, weight: str = "normal") -> tuple[str, float]:
        """Return words and their size, smaller or cut, as they fit into so much room."""
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
        """Return where a figure stands in the picture."""
        x, y = self.axes.transData.transform((_number_of(day), value))
        return float(x), float(y)

    def write(
        self, x: float, y: float, words: str, colour: str, size: float, weight: str = "normal", *, h: str, v: str
    ) -> Bbox:
        """Set words, those in the field with a rim that keeps lines off them; returns their box."""
        rim = [withStroke(linewidth=_points(6), foreground=self.ink["paper"])] if _BOTTOM < y < _TOP else None
        text = self.figure.text(
            x / WIDTH, y / HEIGHT, words, color=colour, fontsize=_points(size), weight=weight, ha=h, va=v,
            path_effects=rim, zorder=10,
        )  # fmt: skip
        return text.get_window_extent(self.renderer)


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI


def _number_of(day: dt.date) -> float:
    return float(date2num(day))  # type: ignore[no-untyped-call]


def _number(picture: Picture, value: float, digits: int | None = None) -> str:
    digits = picture.digits if digits is None else digits
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=picture.language).replace("\u202f", "\u00a0")


def _near(picture: Picture) -> tuple[float, float, list[tuple[float, str]], list[tuple[float, str]]]:
    """Return the lowest and highest value to be shown, the lines between them, and the lines too far off."""
    values = [value for _, value in (*picture.official, *picture.ticker)]
    low, high = min(values), max(values)
    least = (abs(high) or 1) * _LEAST_SPAN
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    band = (high - low) * _BAND
    near = [line for line in picture.lines if low - band <= line[0] <= high + band]
    far = [line for line in picture.lines if line not in near]
    levels = [level for level, _ in near]
    return min([low, *levels]), max([high, *levels]), near, far


def _dates(first: dt.date, last: dt.date, language: str) -> list[tuple[dt.date, str]]:
    """Return dates along the axis with their words: evenly apart, over long spans the beginnings of months."""
    days = (last - first).days
    named: dict[str, dt.date] = {}
    if days <= _LONG:
        count = min(5, days + 1)
        for n in range(count):
            date = first + dt.timedelta(days=round(days * n / max(count - 1, 1)))
            named.setdefault(format_date(date, "d MMM", locale=language), date)
    else:
        months = range(first.year * 12 + first.month, last.year * 12 + last.month)  # the beginnings after `first`
        most = {apart: _MOST_MONTHS if apart < 12 else _MOST_YEARS for apart in _MONTHS_APART}
        apart = next((apart for apart in _MONTHS_APART if len(months) / apart <= most[apart]), _MONTHS_APART[-1])
        form = "LLL yyyy" if apart < 12 else "yyyy"
        for month in months:
            if month % apart == 0:
                date = dt.date(month // 12, month % 12 + 1, 1)
                named.setdefault(format_date(date, form, locale=language), date)
    return [(date, name) for name, date in named.items()]


def _levels(picture: Picture, low: float, high: float) -> list[tuple[float, str]]:
    """Return round levels with their words, with only the decimals that tell them apart."""
    found = [float(level) for level in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    levels = [level for level in found if low + (high - low) * 0.04 < level < high - (high - low) * 0.02]
    digits = next((n for n in range(10) if all(abs(round(x, n) - x) < 1e-9 * max(abs(x), 1e-6) for x in levels)), 10)
    return [(level, _number(picture, level, digits)) for level in levels]


def _set_axes(sheet: _Sheet) -> None:
    """Lay out the field: its limits leave room for words over the highest and under the lowest figure."""
    picture, axes, ink = sheet.picture, sheet.axes, sheet.ink
    low, high, _, far = _near(picture)
    above = _GAP + _TEXT + 8 + (_SMALL + 14 if any(level > high for level, _ in far) else 0)
    below = _GAP + _TEXT + 8 + (_SMALL + 14 if any(level < low for level, _ in far) else 0)
    scale = (high - low) / (_TOP - _BOTTOM - above - below)
    low, high = low - below * scale, high + above * scale
    levels = _levels(picture, low, high)
    left = _EDGE + max((sheet.width(words, _SMALL) for _, words in levels), default=0) + 10
    last = _number(picture, sheet.main[-1][1])
    right = WIDTH - _EDGE - sheet.width(last, _LAST, "bold") - _GAP
    axes.set_position((left / WIDTH, _BOTTOM / HEIGHT, (right - left) / WIDTH, (_TOP - _BOTTOM) / HEIGHT))
    axes.set_facecolor(ink["paper"])
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(axis="y", color=ink["grid"], linewidth=1.2)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=_points(_SMALL), labelcolor=ink["faint"], pad=7)
    days = [day for day, _ in (*picture.official, *picture.ticker)]
    first, end = min(days), max(days)
    # One figure alone stands at the right, beside its number.
    margin = (end - first).days * 0.012
    axes.set_xlim(_number_of(first) - (margin or 1), _number_of(end) + (margin or 0.012))
    axes.set_ylim(low, high)
    dates = _dates(first, end, picture.language)
    axes.set_xticks([_number_of(day) for day, _ in dates], [name for _, name in dates])
    axes.set_yticks([level for level, _ in levels], [words for _, words in levels])


def _stretches(points: Points) -> list[Points]:
    """Return the figures in stretches without a hole."""
    begins = [0, *(n for n in range(1, len(points)) if (points[n][0] - points[n - 1][0]).days > _LONGEST_HOLIDAYS)]
    return [points[begin:end] for begin, end in zip(begins, [*begins[1:], len(points)], strict=True)]


def _draw_figures(sheet: _Sheet) -> None:
    """Draw the official line and the ticker's dots."""
    picture, axes, ink = sheet.picture, sheet.axes, sheet.ink
    before: Points = ()
    for points in _stretches(picture.official) if picture.official else ():
        xs, ys = [_number_of(day) for day, _ in points], [value for _, value in points]
        axes.plot(xs, ys, color=ink["line"], linewidth=3, solid_capstyle="round", solid_joinstyle="round", zorder=3)
        axes.fill_between(xs, ys, axes.get_ylim()[0], color=ink["line"], alpha=0.08, linewidth=0)
        if before:
            hole = (before[-1], points[0])
            xs, ys = [_number_of(day) for day, _ in hole], [value for _, value in hole]
            axes.plot(xs, ys, color=ink["line"], linewidth=2, dashes=(1, 3), alpha=0.6, zorder=2.8)
        before = points
    if picture.ticker:
        xs, ys = [_number_of(day) for day, _ in picture.ticker], [value for _, value in picture.ticker]
        axes.plot(xs, ys, "o", color=ink["dot"], markersize=6, alpha=0.9, zorder=2)


def _draw_marks(sheet: _Sheet) -> None:
    """Name the last value at the right, the lowest and the highest where they stand."""
    picture, axes, ink, main = sheet.picture, sheet.axes, sheet.ink, sheet.main
    last_day, last = main[-1]
    axes.plot([_number_of(last_day)], [last], "o", color=sheet.colour, markersize=11, zorder=5, clip_on=False)
    end, y = sheet.at(last_day, last)
    right = axes.bbox.x1
    number = _number(picture, last)
    sheet.taken.append(sheet.write(right + _GAP, y, number, sheet.colour, _LAST, "bold", h="left", v="center_baseline"))
    smallest, largest = min(value for _, value in main), max(value for _, value in main)
    for value, below in ((smallest, True), (largest, False)):
        day = next(day for day, at in reversed(main) if at == value)
        if smallest == largest or day == last_day:
            continue  # the last value says it already
        x, y = sheet.at(day, value)
        if end - x > _GAP:  # nearer, the ring would lie on the last value's dot
            axes.plot(
                [_number_of(day)], [value], "o", color=ink["paper"], markeredgecolor=sheet.colour,
                markeredgewidth=3, markersize=9, zorder=4, clip_on=False,
            )  # fmt: skip
        words = _number(picture, value)
        half = sheet.width(words, _TEXT) / 2
        x = min(max(x, axes.bbox.x0 + half), right - half)
        offset, side = (-_GAP, "top") if below else (_GAP, "bottom")
        sheet.taken.append(sheet.write(x, y + offset, words, ink["ink"], _TEXT, h="center", v=side))


def _draw_lines(sheet: _Sheet) -> None:
    """Draw the thresholds; those far off are named at the edge with an arrow."""
    axes, ink = sheet.axes, sheet.ink
    low, high, near, far = _near(sheet.picture)
    # Words at the edge stand before those in the field, which can give way.
    above = [label for level, label in sorted(far) if level > high]
    below = [label for level, label in sorted(far, reverse=True) if level < low]
    for labels, arrow, y, side in ((above, "▲", axes.bbox.y1 - 4, "top"), (below, "▼", axes.bbox.y0 + 8, "bottom")):
        if labels:
            words = f"{arrow} {', '.join(labels[:3])}" + (" …" if len(labels) > 3 else "")
            words, size = sheet.fit(words, _SMALL, axes.bbox.width)
            middle = (axes.bbox.x0 + axes.bbox.x1) / 2
            sheet.taken.append(sheet.write(middle, y, words, ink["mark"], size, h="center", v=side))
    for level, _ in near:
        axes.axhline(level, color=ink["mark"], linewidth=2, dashes=(6, 5), zorder=2.5)
    for low, high, words in _bundles(sheet, sorted(near)):
        _name_lines(sheet, low, high, words)


def _bundles(sheet: _Sheet, lines: list[tuple[float, str]]) -> list[tuple[float, float, str]]:
    """Return lines that lie too close together to be named each, as (lowest y, highest y, words)."""
    bundles: list[list[tuple[float, str]]] = []
    for level, label in lines:
        y = sheet.at(sheet.main[-1][0], level)[1]
        if bundles and y - bundles[-1][-1][0] < _SMALL + 12:
            bundles[-1].append((y, label))
        else:
            bundles.append([(y, label)])
    return [
        (
            bundle[0][0],
            bundle[-1][0],
            ", ".join(label for _, label in bundle) if len(bundle) < 4 else f"{bundle[0][1]} … {bundle[-1][1]}",
        )
        for bundle in bundles
    ]


def _name_lines(sheet: _Sheet, low: float, high: float, label: str) -> None:
    """Name lines where nothing is in the way; rather over the curve than not at all, but never over other words."""
    field = sheet.axes.bbox
    wide, tall = sheet.width(label, _SMALL), _SMALL + 4
    curve = Path([sheet.at(day, value) for day, value in sheet.main])
    dots = [sheet.at(day, value) for day, value in sheet.picture.ticker]
    other: tuple[float, float] | None = None
    for bottom in (high + 4, low - 4 - tall):
        for left in range(int(field.x0) + 8, int(field.x1 - wide), 20):
            box = Bbox.from_extents(left - 6, bottom, left + wide + 6, bottom + tall)
            if any(box.overlaps(words) for words in sheet.taken) or bottom < field.y0 or bottom + tall > field.y1:
                continue
            other = other or (left, bottom)
            if not curve.intersects_bbox(box, filled=False) and not (dots and box.count_contains(dots)):
                sheet.taken.append(
                    sheet.write(left, bottom + 3, label, sheet.ink["mark"], _SMALL, h="left", v="bottom")
                )
                return
    if other is not None:
        left_most, bottom = other
        sheet.taken.append(sheet.write(left_most, bottom + 3, label, sheet.ink["mark"], _SMALL, h="left", v="bottom"))


def _draw_legend(sheet: _Sheet) -> float:
    """Say at the top right what the line and the dots are; returns where that begins."""
    picture, ink = sheet.picture, sheet.ink
    names: list[tuple[str, dict[str, str | float]]] = []
    if picture.official:
        names.append((picture.official_name, {"color": ink["line"], "linewidth": 3}))
    if picture.ticker:
        names.append((picture.ticker_name, {"color": ink["dot"], "marker": "o", "markersize": 7, "linewidth": 0}))
    fitted = [(*sheet.fit(name, _SMALL, WIDTH * 0.45), look) for name, look in names]
    begin = WIDTH - _EDGE - max(sheet.width(name, size) for name, size, _ in fitted)
    for (name, size, look), y in zip(fitted, (_TITLE_Y, _TITLE_Y - 34), strict=False):
        marker = "marker" in look
        xs = [begin - 26] if marker else [begin - 40, begin - 12]
        line = Line2D([x / WIDTH for x in xs], [y / HEIGHT] * len(xs), **look)  # type: ignore[arg-type]
        sheet.figure.add_artist(line)
        sheet.write(begin, y, name, ink["faint"], size, h="left", v="center_baseline")
    return begin - 40


def _draw_frame(sheet: _Sheet, legend: float) -> None:
    """Write the title, what is under it, and the foot."""
    picture, ink = sheet.picture, sheet.ink
    room = legend - _EDGE - 24
    title, size = sheet.fit(picture.title, _TITLE, room, "bold")
    sheet.write(_EDGE, _TITLE_Y, title, ink["ink"], size, "bold", h="left", v="center_baseline")
    words, size = sheet.fit(picture.subtitle, _TEXT, room)
    sheet.write(_EDGE, _SUBTITLE_Y, words, ink["faint"], size, h="left", v="center_baseline")
    name = sheet.width("Jarchi", _SMALL)
    footer, size = sheet.fit(picture.footer, _SMALL, WIDTH - 2 * _EDGE - name - 24)
    sheet.write(_EDGE, _FOOTER_Y, footer, ink["faint"], size, h="left", v="center_baseline")
    sheet.write(WIDTH - _EDGE, _FOOTER_Y, "Jarchi", ink["faint"], _SMALL, h="right", v="center_baseline")


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Draw what is asked for until nobody asks any more: messages in, pictures out, an empty one for a failure."""
    while len(head := source.read(4)) == 4:
        (length,) = struct.unpack(">I", head)
        if length > MAX_MESSAGE:
            return
        try:
            drawn = draw(decode(source.read(length)))
        except Exception as error:  # whatever it is, the next picture is another one
            print(f"chart not drawn: {type(error).__name__}: {error}", file=sys.stderr)
            drawn = b""
        target.write(struct.pack(">I", len(drawn)) + drawn)
        target.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
