"""Draws charts of rates as pictures of 1200×900, in a process of its own (see `main`).

Never imported by the bot, which only makes `Picture` values: matplotlib needs much memory. Lengths are in pixels.
"""

from __future__ import annotations

import datetime as dt
import struct
import sys
from io import BytesIO
from typing import BinaryIO

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from bot.views.chart_axes import set_axes, value_range
from bot.views.chart_lines import draw_legend, draw_line
from bot.views.chart_sheet import (
    DPI,
    EDGE,
    GAP,
    HEIGHT,
    SMALL,
    TEXT,
    TITLE,
    WIDTH,
    Sheet,
    day_number,
    formatted,
)
from bot.views.picture import MAX_MESSAGE, THEMES, Level, Picture, Points, decode

_TITLE_Y, _SUBTITLE_Y = 836, 766
# Gaps of more days than the longest holidays are drawn as dotted lines.
_LONGEST_HOLIDAYS = 15
# Longer series are drawn in so many groups, one for two columns of pixels, of which at most so many points are kept.
_MOST_GROUPS, _EXTREMES = 500, 4
# Of so few values each is marked: a line alone would hide how few there are.
_FEW = 8
# The width of the line by the number of values: a wide line would hide the small moves of a long series.
_LINE_WIDTHS = ((130, 5.0), (400, 4.0), (float("inf"), 2.5))
# So many levels at most are named one by one in a label.
_NAMED = 3
# It has the letters of all languages and, but for bot/views/charts.py: _NOT_DRAWN, the signs of all currencies.
FONT = "DejaVu Sans"
# More levels than this are drawn fainter, so that the curve stays in front.
_MANY = 5


def draw(picture: Picture) -> bytes:
    """Return a picture as PNG."""
    # Independent of the machine's settings: a font with all letters, and "$" as a dollar sign, not as mathematics.
    with matplotlib.rc_context({"font.family": FONT, "text.parse_math": False, "text.usetex": False}):
        content = BytesIO()
        compose(picture).savefig(content, format="png", dpi=DPI, metadata={"Software": None})
    return content.getvalue()


def compose(picture: Picture) -> Figure:
    """Return the drawn chart; no two texts overlap, and none leaves the picture."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=THEMES[picture.theme]["paper"])
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    sheet = Sheet(picture, figure, renderer, figure.add_axes((0, 0, 1, 1)), THEMES[picture.theme])
    set_axes(sheet)
    _draw_series(sheet)
    _draw_marks(sheet)
    _draw_levels(sheet)
    _draw_frame(sheet)
    return figure


def _stretches(picture: Picture) -> list[Points]:
    """Return the official values in stretches without a gap."""
    points = picture.official
    if picture.fixed or not points:
        return [points] if points else []
    begins = [0, *(n for n in range(1, len(points)) if (points[n][0] - points[n - 1][0]).days > _LONGEST_HOLIDAYS)]
    return [points[begin:end] for begin, end in zip(begins, [*begins[1:], len(points)], strict=True)]


def _downsampled(points: Points) -> Points:
    """Return the points that can be seen: of more than the picture's columns, the ends and extremes of each group."""
    size = len(points) // _MOST_GROUPS
    if size < _EXTREMES:
        return points
    kept = []
    for begin in range(0, len(points), size):
        group = points[begin : begin + size]
        kept += sorted({group[0], min(group, key=_height), max(group, key=_height), group[-1]})
    return tuple(kept)


def _height(point: tuple[dt.date, float]) -> float:
    return point[1]


def _coordinates(points: Points) -> tuple[list[float], list[float]]:
    return [day_number(day) for day, _ in points], [value for _, value in points]


def _draw_series(sheet: Sheet) -> None:
    """Draw the official line, the ticker's dots and the named lines."""
    picture, axes, ink = sheet.picture, sheet.axes, sheet.ink
    width = next(width for most, width in _LINE_WIDTHS if len(picture.official) <= most)
    before: Points = ()
    for points in _stretches(picture):
        xs, ys = _coordinates(_downsampled(points))
        axes.plot(xs, ys, color=ink["line"], linewidth=width, solid_capstyle="round", solid_joinstyle="round", zorder=3)
        if not picture.lines:
            axes.fill_between(xs, ys, axes.get_ylim()[0], color=ink["line"], alpha=0.1, linewidth=0)
        if before:
            xs, ys = _coordinates((before[-1], points[0]))
            axes.plot(xs, ys, color=ink["line"], linewidth=4, dashes=(1, 2.5), alpha=0.6, zorder=2.8)
        before = points
    if picture.ticker:
        axes.plot(*_coordinates(picture.ticker), "o", color=ink["dot"], markersize=9, alpha=0.9, zorder=2)
    for line in reversed(picture.lines):
        draw_line(sheet, line, [_coordinates(_downsampled(points)) for points in line.stretches])


def _draw_marks(sheet: Sheet) -> None:
    """Mark the last value, and label the lowest and the highest at their points."""
    picture, axes, ink, main = sheet.picture, sheet.axes, sheet.ink, sheet.main
    if len(main) <= _FEW:
        axes.plot(*_coordinates(main), "o", color=sheet.colour, markersize=11, zorder=4, clip_on=False)
    last_day, last = main[-1]
    axes.plot([day_number(last_day)], [last], "o", color=sheet.colour, markersize=18, zorder=5, clip_on=False)
    end, y = sheet.at(last_day, last)
    # Its number is in the title; other texts keep off the dot.
    sheet.taken.append(Bbox.from_extents(end - GAP, y - GAP, end + GAP, y + GAP))
    smallest, largest = min(value for _, value in main), max(value for _, value in main)
    for value, below in ((smallest, True), (largest, False)):
        day = next(day for day, at in reversed(main) if at == value)
        if smallest == largest or day == last_day:
            continue  # the title has the last value
        x, y = sheet.at(day, value)
        if end - x > GAP:  # nearer, the ring would cover the last value's dot
            axes.plot(
                [day_number(day)], [value], "o", color=ink["paper"], markeredgecolor=sheet.colour,
                markeredgewidth=4, markersize=13, zorder=4, clip_on=False,
            )  # fmt: skip
        words = formatted(picture, value)
        half = sheet.width(words, TEXT) / 2
        x = min(max(x, axes.bbox.x0 + half), axes.bbox.x1 - half)
        offset, side = (-GAP, "top") if below else (GAP, "bottom")
        sheet.taken.append(sheet.write(x, y + offset, words, ink["ink"], TEXT, h="center", v=side))


def _draw_levels(sheet: Sheet) -> None:
    """Draw the levels of alerts; those out of range are named at the edge."""
    axes, ink = sheet.axes, sheet.ink
    low, high, near, far = value_range(sheet.picture)
    # Texts at the edge are placed before those in the field, which can be moved.
    above = [level for level in sorted(far, key=_value) if level.value > high]
    below = [level for level in sorted(far, key=_value, reverse=True) if level.value < low]
    for levels, arrow, y, side in ((above, "↑", axes.bbox.y1 - 4, "top"), (below, "↓", axes.bbox.y0 + 8, "bottom")):
        if levels:
            numbers = ", ".join(level.number for level in levels[:_NAMED]) + (" …" if len(levels) > _NAMED else "")
            words = _own(sheet.picture, levels, f"{numbers} {arrow}")
            words, size = sheet.fit(words, SMALL, axes.bbox.width)
            middle = (axes.bbox.x0 + axes.bbox.x1) / 2
            sheet.taken.append(sheet.write(middle, y, words, ink["mark"], size, h="center", v=side))
    alpha = 1 if len(near) <= _MANY else 0.45
    for level in near:
        axes.axhline(level.value, color=ink["mark"], linewidth=3, dashes=(5, 4), zorder=2.5, alpha=alpha)
    for lowest, highest, levels in _bundles(sheet, sorted(near, key=_value)):
        _name_levels(sheet, lowest, highest, _label(sheet.picture, levels))


def _value(level: Level) -> float:
    return level.value


def _label(picture: Picture, levels: list[Level]) -> str:
    """Return `your 544 ↑`, `your 544, 545 ↑`, `your 512 ↓, 544 ↑`; of many levels the first and the last one."""
    arrows = ["↑" if level.above else "↓" for level in levels]
    named = [level.number for level in levels]
    if len(levels) > _NAMED:
        named, arrows, between = [named[0], named[-1]], [arrows[0], arrows[-1]], " … "
    else:
        between = ", "
    follows = [*arrows[1:], ""]
    words = between.join(
        name if arrow == following else f"{name} {arrow}"
        for name, arrow, following in zip(named, arrows, follows, strict=True)
    )
    return _own(picture, levels, words)


def _own(picture: Picture, levels: list[Level], words: str) -> str:
    return (picture.own_level if len(levels) == 1 else picture.own_levels).replace("{}", words)


def _bundles(sheet: Sheet, levels: list[Level]) -> list[tuple[float, float, list[Level]]]:
    """Return groups of levels that are too close for separate labels, with the lowest and the highest y of each."""
    bundles: list[tuple[float, float, list[Level]]] = []
    for level in levels:
        y = sheet.at(sheet.main[-1][0], level.value)[1]
        if bundles and y - bundles[-1][0] < SMALL + 16:
            bundles[-1] = (bundles[-1][0], y, [*bundles[-1][2], level])
        else:
            bundles.append((y, y, [level]))
    return bundles


def _name_levels(sheet: Sheet, low: float, high: float, label: str) -> None:
    """Label levels in a free place; else over the curve, but never over other text."""
    field = sheet.axes.bbox
    wide, tall = sheet.width(label, SMALL), SMALL + 8
    curve = Path([sheet.at(day, value) for day, value in _downsampled(sheet.main)])
    dots = [sheet.at(day, value) for day, value in sheet.picture.ticker]
    other: tuple[float, float] | None = None
    for bottom in (high + 4, low - 4 - tall):
        for left in range(int(field.x0) + 8, int(field.x1 - wide), 20):
            box = Bbox.from_extents(left - 8, bottom, left + wide + 8, bottom + tall)
            if any(box.overlaps(words) for words in sheet.taken) or bottom < field.y0 or bottom + tall > field.y1:
                continue
            other = other or (left, bottom)
            if not curve.intersects_bbox(box, filled=False) and not (dots and box.count_contains(dots)):
                sheet.taken.append(sheet.write(left, bottom + 5, label, sheet.ink["mark"], SMALL, h="left", v="bottom"))
                return
    if other is not None:
        left_most, bottom = other
        sheet.taken.append(sheet.write(left_most, bottom + 5, label, sheet.ink["mark"], SMALL, h="left", v="bottom"))


def _draw_frame(sheet: Sheet) -> None:
    """Draw the pair, the last value and the subtitle."""
    picture, ink = sheet.picture, sheet.ink
    last, size = sheet.fit(picture.last, TITLE, WIDTH * 0.6, "bold")
    sheet.write(WIDTH - EDGE, _TITLE_Y, last, sheet.colour, size, "bold", h="right", v="center_baseline")
    room = WIDTH - 2 * EDGE - sheet.width(last, size, "bold") - 32
    title, size = sheet.fit(picture.title, TITLE, room, "bold")
    sheet.write(EDGE, _TITLE_Y, title, ink["ink"], size, "bold", h="left", v="center_baseline")
    words, size = sheet.fit(picture.subtitle, TEXT, WIDTH - 2 * EDGE)
    sheet.write(EDGE, _SUBTITLE_Y, words, ink["faint"], size, h="left", v="center_baseline")
    if picture.lines:
        draw_legend(sheet)


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Draw until the input ends: pictures in as messages, PNGs out, an empty one for a failure."""
    while len(head := source.read(4)) == 4:
        (length,) = struct.unpack(">I", head)
        if length > MAX_MESSAGE:
            return
        try:
            drawn = draw(decode(source.read(length)))
        except Exception as error:  # a picture that fails must not end the process
            print(f"chart not drawn: {type(error).__name__}: {error}", file=sys.stderr)
            drawn = b""
        target.write(struct.pack(">I", len(drawn)) + drawn)
        target.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
