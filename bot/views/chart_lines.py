"""The named lines of a chart and their legend. Lengths are in pixels."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform

from bot.views.chart_sheet import EDGE, SMALL, WIDTH, Sheet
from bot.views.picture import Line

_NOTE_Y, _LEGEND_Y = 710, 654
# The sample of a line in the legend, the space to its name, and between two names.
_SAMPLE, _SPACE, _BETWEEN = 64, 14, 36
# Widths of lines: the first is what the chart is about.
_MAIN, _OTHER = 5.0, 3.5
# The dashes of a dashed line, in widths of the line.
_DASHES = (2.2, 1.4)
# A stretch of one day has no length: it is a dot.
_DOT = 9


def draw_line(sheet: Sheet, line: Line, stretches: Sequence[tuple[list[float], list[float]]]) -> None:
    """Draw a line by the coordinates of its stretches, with nothing between them."""
    colour = sheet.ink[line.ink]
    for xs, ys in stretches:
        if len(xs) == 1:
            sheet.axes.plot(xs, ys, "o", color=colour, markersize=_DOT, zorder=3.5, clip_on=False)
        elif line.dashed:
            sheet.axes.plot(xs, ys, color=colour, linewidth=_OTHER, dashes=_DASHES, zorder=3.4)
        else:
            sheet.axes.plot(xs, ys, color=colour, linewidth=_MAIN, solid_joinstyle="round", zorder=3.6)


def draw_legend(sheet: Sheet) -> None:
    """Draw the note and the names of the lines, each with a sample; smaller where they are too wide."""
    picture, ink = sheet.picture, sheet.ink
    note, size = sheet.fit(picture.note, SMALL, WIDTH - 2 * EDGE)
    sheet.write(EDGE, _NOTE_Y, note, ink["faint"], size, h="left", v="center_baseline")
    named = [(line.name, ink[line.ink], line.dashed) for line in picture.lines]
    if picture.official:
        named.append((picture.official_name, ink["line"], False))
    samples = len(named) * (_SAMPLE + _SPACE) + (len(named) - 1) * _BETWEEN
    room = WIDTH - 2 * EDGE - samples
    wide = sum(sheet.width(name, SMALL) for name, _, _ in named)
    size = SMALL * min(1.0, room / wide * 0.99)
    x = float(EDGE)
    for name, colour, dashed in named:
        _draw_sample(sheet, x, colour, dashed=dashed)
        x += _SAMPLE + _SPACE
        sheet.write(x, _LEGEND_Y, name, ink["ink"], size, h="left", v="center_baseline")
        x += sheet.width(name, size) + _BETWEEN


def _draw_sample(sheet: Sheet, x: float, colour: str, *, dashed: bool) -> None:
    """Draw the sample of a line in the legend, at the middle of its name's letters."""
    width = _OTHER if dashed else _MAIN
    line = Line2D((x, x + _SAMPLE), (_LEGEND_Y,) * 2, color=colour, linewidth=width, transform=IdentityTransform())
    if dashed:
        line.set_dashes(_DASHES)
    line.set_clip_on(False)
    sheet.axes.add_artist(line)
