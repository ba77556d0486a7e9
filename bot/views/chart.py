"""Draws charts of rates as pictures of 1200×675, in a process of its own (see `main`).

Never imported by the bot, which only makes `Picture` values: matplotlib needs much memory. Lengths are in pixels.
"""

from __future__ import annotations

import struct
import sys
from io import BytesIO
from typing import BinaryIO

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from bot.views.chart_axes import set_axes, value_range
from bot.views.chart_sheet import (
    DPI,
    EDGE,
    GAP,
    HEIGHT,
    LAST,
    SMALL,
    TEXT,
    THEMES,
    TITLE,
    WIDTH,
    Sheet,
    day_number,
    formatted,
)
from bot.views.picture import MAX_MESSAGE, Picture, Points, decode

_TITLE_Y, _SUBTITLE_Y, _FOOTER_Y = 622, 574, 28
# Gaps of more days than the longest holidays are drawn as dotted lines.
_LONGEST_HOLIDAYS = 15


def draw(picture: Picture) -> bytes:
    """Return a picture as PNG."""
    # Independent of the machine's settings: a font with all letters, and "$" as a dollar sign, not as mathematics.
    with matplotlib.rc_context({"font.family": "DejaVu Sans", "text.parse_math": False, "text.usetex": False}):
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
    _draw_lines(sheet)
    _draw_frame(sheet, _draw_legend(sheet))
    return figure


def _stretches(points: Points) -> list[Points]:
    """Return the values in stretches without a gap."""
    begins = [0, *(n for n in range(1, len(points)) if (points[n][0] - points[n - 1][0]).days > _LONGEST_HOLIDAYS)]
    return [points[begin:end] for begin, end in zip(begins, [*begins[1:], len(points)], strict=True)]


def _draw_series(sheet: Sheet) -> None:
    """Draw the official line and the ticker's dots."""
    picture, axes, ink = sheet.picture, sheet.axes, sheet.ink
    before: Points = ()
    for points in _stretches(picture.official) if picture.official else ():
        xs, ys = [day_number(day) for day, _ in points], [value for _, value in points]
        axes.plot(xs, ys, color=ink["line"], linewidth=3, solid_capstyle="round", solid_joinstyle="round", zorder=3)
        axes.fill_between(xs, ys, axes.get_ylim()[0], color=ink["line"], alpha=0.08, linewidth=0)
        if before:
            hole = (before[-1], points[0])
            xs, ys = [day_number(day) for day, _ in hole], [value for _, value in hole]
            axes.plot(xs, ys, color=ink["line"], linewidth=2, dashes=(1, 3), alpha=0.6, zorder=2.8)
        before = points
    if picture.ticker:
        xs, ys = [day_number(day) for day, _ in picture.ticker], [value for _, value in picture.ticker]
        axes.plot(xs, ys, "o", color=ink["dot"], markersize=6, alpha=0.9, zorder=2)


def _draw_marks(sheet: Sheet) -> None:
    """Label the last value at the right, the lowest and the highest at their points."""
    picture, axes, ink, main = sheet.picture, sheet.axes, sheet.ink, sheet.main
    last_day, last = main[-1]
    axes.plot([day_number(last_day)], [last], "o", color=sheet.colour, markersize=11, zorder=5, clip_on=False)
    end, y = sheet.at(last_day, last)
    right = axes.bbox.x1
    number = formatted(picture, last)
    sheet.taken.append(sheet.write(right + GAP, y, number, sheet.colour, LAST, "bold", h="left", v="center_baseline"))
    smallest, largest = min(value for _, value in main), max(value for _, value in main)
    for value, below in ((smallest, True), (largest, False)):
        day = next(day for day, at in reversed(main) if at == value)
        if smallest == largest or day == last_day:
            continue  # the last value has its label already
        x, y = sheet.at(day, value)
        if end - x > GAP:  # nearer, the ring would cover the last value's dot
            axes.plot(
                [day_number(day)], [value], "o", color=ink["paper"], markeredgecolor=sheet.colour,
                markeredgewidth=3, markersize=9, zorder=4, clip_on=False,
            )  # fmt: skip
        words = formatted(picture, value)
        half = sheet.width(words, TEXT) / 2
        x = min(max(x, axes.bbox.x0 + half), right - half)
        offset, side = (-GAP, "top") if below else (GAP, "bottom")
        sheet.taken.append(sheet.write(x, y + offset, words, ink["ink"], TEXT, h="center", v=side))


def _draw_lines(sheet: Sheet) -> None:
    """Draw the levels of alerts; those out of range are labelled at the edge with an arrow."""
    axes, ink = sheet.axes, sheet.ink
    low, high, near, far = value_range(sheet.picture)
    # Texts at the edge are placed before those in the field, which can be moved.
    above = [label for level, label in sorted(far) if level > high]
    below = [label for level, label in sorted(far, reverse=True) if level < low]
    for labels, arrow, y, side in ((above, "▲", axes.bbox.y1 - 4, "top"), (below, "▼", axes.bbox.y0 + 8, "bottom")):
        if labels:
            words = f"{arrow} {', '.join(labels[:3])}" + (" …" if len(labels) > 3 else "")
            words, size = sheet.fit(words, SMALL, axes.bbox.width)
            middle = (axes.bbox.x0 + axes.bbox.x1) / 2
            sheet.taken.append(sheet.write(middle, y, words, ink["mark"], size, h="center", v=side))
    for level, _ in near:
        axes.axhline(level, color=ink["mark"], linewidth=2, dashes=(6, 5), zorder=2.5)
    for low, high, words in _bundles(sheet, sorted(near)):
        _name_lines(sheet, low, high, words)


def _bundles(sheet: Sheet, lines: list[tuple[float, str]]) -> list[tuple[float, float, str]]:
    """Return groups of levels that are too close for separate labels, as (lowest y, highest y, text)."""
    bundles: list[list[tuple[float, str]]] = []
    for level, label in lines:
        y = sheet.at(sheet.main[-1][0], level)[1]
        if bundles and y - bundles[-1][-1][0] < SMALL + 12:
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


def _name_lines(sheet: Sheet, low: float, high: float, label: str) -> None:
    """Label levels in a free place; else over the curve, but never over other text."""
    field = sheet.axes.bbox
    wide, tall = sheet.width(label, SMALL), SMALL + 4
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
                sheet.taken.append(sheet.write(left, bottom + 3, label, sheet.ink["mark"], SMALL, h="left", v="bottom"))
                return
    if other is not None:
        left_most, bottom = other
        sheet.taken.append(sheet.write(left_most, bottom + 3, label, sheet.ink["mark"], SMALL, h="left", v="bottom"))


def _draw_legend(sheet: Sheet) -> float:
    """Draw the legend at the top right; returns its left edge."""
    picture, ink = sheet.picture, sheet.ink
    names: list[tuple[str, dict[str, str | float]]] = []
    if picture.official:
        names.append((picture.official_name, {"color": ink["line"], "linewidth": 3}))
    if picture.ticker:
        names.append((picture.ticker_name, {"color": ink["dot"], "marker": "o", "markersize": 7, "linewidth": 0}))
    fitted = [(*sheet.fit(name, SMALL, WIDTH * 0.45), look) for name, look in names]
    begin = WIDTH - EDGE - max(sheet.width(name, size) for name, size, _ in fitted)
    for (name, size, look), y in zip(fitted, (_TITLE_Y, _TITLE_Y - 34), strict=False):
        marker = "marker" in look
        xs = [begin - 26] if marker else [begin - 40, begin - 12]
        line = Line2D([x / WIDTH for x in xs], [y / HEIGHT] * len(xs), **look)  # type: ignore[arg-type]
        sheet.figure.add_artist(line)
        sheet.write(begin, y, name, ink["faint"], size, h="left", v="center_baseline")
    return begin - 40


def _draw_frame(sheet: Sheet, legend: float) -> None:
    """Draw the title, the subtitle and the footer."""
    picture, ink = sheet.picture, sheet.ink
    room = legend - EDGE - 24
    title, size = sheet.fit(picture.title, TITLE, room, "bold")
    sheet.write(EDGE, _TITLE_Y, title, ink["ink"], size, "bold", h="left", v="center_baseline")
    words, size = sheet.fit(picture.subtitle, TEXT, room)
    sheet.write(EDGE, _SUBTITLE_Y, words, ink["faint"], size, h="left", v="center_baseline")
    name = sheet.width("Jarchi", SMALL)
    footer, size = sheet.fit(picture.footer, SMALL, WIDTH - 2 * EDGE - name - 24)
    sheet.write(EDGE, _FOOTER_Y, footer, ink["faint"], size, h="left", v="center_baseline")
    sheet.write(WIDTH - EDGE, _FOOTER_Y, "Jarchi", ink["faint"], SMALL, h="right", v="center_baseline")


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
