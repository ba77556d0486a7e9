"""Charts: a picture of 1200×675 of what a rate did. Drawn by matplotlib in a process of its own (see `main`).

Nothing here is imported by matplotlib's weight until `draw` is called: the bot itself only makes `Picture` values.
"""

from __future__ import annotations

import datetime as dt
import json
import struct
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, BinaryIO

from babel.dates import format_date
from babel.numbers import format_decimal

WIDTH, HEIGHT = 1200, 675
_DPI = 100
# On a phone the picture is a third as wide: 21 pixels here are 7 there, the least that can be read.
_SMALL, _TEXT, _TITLE = 20, 22, 32
# A longer title is set smaller, so that it does not run into the legend.
LONGEST_TITLE = 36
# Lines of thresholds farther off than this share of the figures' own range would squeeze them flat.
_BAND = 0.6
# A figure that did not move is drawn in the middle of this much on either side.
_FLAT = 0.01
# The length of a message that asks for a picture: a year and a half of days and ticks are 60 KB.
MAX_MESSAGE = 4 * 1024 * 1024

_THEMES = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1c2733",
        "faint": "#6b7a89",
        "grid": "#e4e9ee",
        "line": "#1769c2",
        "dot": "#d9822b",
        "mark": "#c0392b",
    },
    "dark": {
        "paper": "#17212b",
        "ink": "#f1f5f8",
        "faint": "#93a4b4",
        "grid": "#2b3a49",
        "line": "#5eb5f7",
        "dot": "#f0a860",
        "mark": "#ff7b72",
    },
}

Points = tuple[tuple[dt.date, float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a chart shows; all words are in the reader's language already.

    `official` and `ticker` are days with figures, oldest first, at least one of them with a point; `lines` are
    thresholds (level, label); `digits` how many decimals mean something; `theme` light or dark.
    """

    title: str
    subtitle: str
    official: Points
    ticker: Points
    lines: tuple[tuple[float, str], ...]
    official_name: str
    ticker_name: str
    footer: str
    language: str
    digits: int
    theme: str = "light"


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI


def _number(picture: Picture, value: float, digits: int | None = None) -> str:
    digits = picture.digits if digits is None else digits
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=picture.language).replace("\u202f", "\u00a0")


def _limits(picture: Picture) -> tuple[float, float]:
    """Return the lowest and highest value shown: the figures, and the thresholds that are not far off."""
    values = [value for _, value in (*picture.official, *picture.ticker)]
    low, high = min(values), max(values)
    span = (high - low) or high * _FLAT * 2
    near = [level for level, _ in picture.lines if low - span * _BAND <= level <= high + span * _BAND]
    if low == high:
        low, high = low - span / 2, high + span / 2
    low, high = min([low, *near]), max([high, *near])
    return low - (high - low) * 0.14, high + (high - low) * 0.16


def _ticks(first: dt.date, last: dt.date, language: str) -> list[tuple[dt.date, str]]:
    """Return up to five dates along the axis with their words, evenly apart."""
    days = (last - first).days
    count = min(5, days + 1)
    form = "d MMM" if days <= 200 else "LLL yyyy"
    dates = [first + dt.timedelta(days=round(days * n / max(count - 1, 1))) for n in range(count)]
    named: dict[str, dt.date] = {}
    for date in dates:
        named.setdefault(format_date(date, form, locale=language), date)
    return [(date, name) for name, date in named.items()]


def _axis_labels(picture: Picture, levels: list[float]) -> list[str]:
    """Return round levels in words, with only the decimals that tell them apart."""
    digits = next((n for n in range(10) if all(abs(round(x, n) - x) < 1e-9 * max(abs(x), 1e-6) for x in levels)), 10)
    return [_number(picture, level, digits) for level in levels]


def draw(picture: Picture) -> bytes:
    """Return the PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import date2num
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    def x_of(day: dt.date) -> float:
        return float(date2num(day))  # type: ignore[no-untyped-call]

    ink = _THEMES[picture.theme]
    low, high = _limits(picture)
    figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=ink["paper"])
    FigureCanvasAgg(figure)
    longest = max(len(_number(picture, value)) for value in (low, high))
    left = (24 + longest * 12.5) / WIDTH
    main = picture.official or picture.ticker
    last_text = _number(picture, main[-1][1])
    right = 1 - (30 + len(last_text) * 16) / WIDTH
    axes = figure.add_axes((left, 0.16, right - left, 0.62), facecolor=ink["paper"])
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(axis="y", color=ink["grid"], linewidth=1.2)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=_points(_SMALL), labelcolor=ink["faint"], pad=8)
    days = [day for day, _ in (*picture.official, *picture.ticker)]
    first, last = min(days), max(days)
    margin = max((last - first).days * 0.015, 0.5)
    axes.set_xlim(x_of(first) - margin, x_of(last) + margin)
    axes.set_ylim(low, high)
    ticks = _ticks(first, last, picture.language)
    axes.set_xticks([x_of(day) for day, _ in ticks], [name for _, name in ticks])
    levels = [float(level) for level in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    levels = [level for level in levels if low + (high - low) * 0.04 < level < high]
    axes.set_yticks(levels, _axis_labels(picture, levels))

    if picture.official:
        xs, ys = [x_of(day) for day, _ in picture.official], [value for _, value in picture.official]
        axes.plot(xs, ys, color=ink["line"], linewidth=3, solid_capstyle="round", solid_joinstyle="round", zorder=3)
        axes.fill_between(xs, ys, low, color=ink["line"], alpha=0.08, linewidth=0)
    if picture.ticker:
        xs, ys = [x_of(day) for day, _ in picture.ticker], [value for _, value in picture.ticker]
        axes.plot(xs, ys, "o", color=ink["dot"], markersize=6, alpha=0.9, zorder=2)
    _draw_thresholds(axes, picture, ink, low, high)
    _draw_marks(axes, picture, ink, main, x_of)

    title = min(_TITLE, _TITLE * LONGEST_TITLE / max(len(picture.title), 1))
    figure.text(24 / WIDTH, 0.925, picture.title, color=ink["ink"], fontsize=_points(title), weight="bold", va="center")
    figure.text(24 / WIDTH, 0.853, picture.subtitle, color=ink["faint"], fontsize=_points(_TEXT), va="center")
    _draw_legend(figure, picture, ink)
    figure.text(24 / WIDTH, 0.035, picture.footer, color=ink["faint"], fontsize=_points(_SMALL), va="center")
    figure.text(1 - 24 / WIDTH, 0.035, "Jarchi", color=ink["faint"], fontsize=_points(_SMALL), va="center", ha="right")
    content = BytesIO()
    figure.savefig(content, format="png", dpi=_DPI, facecolor=ink["paper"], metadata={"Software": None})
    return content.getvalue()


def _draw_thresholds(axes: Any, picture: Picture, ink: dict[str, str], low: float, high: float) -> None:
    """Draw the lines a person drew; those far off are named at the edge with an arrow."""
    above: list[str] = []
    below: list[str] = []
    for level, label in picture.lines:
        if low <= level <= high:
            axes.axhline(level, color=ink["mark"], linewidth=2, dashes=(6, 5), zorder=2.5)
            axes.annotate(
                label, (0.008, level), xycoords=("axes fraction", "data"), xytext=(0, 5), textcoords="offset pixels",
                color=ink["mark"], fontsize=_points(_SMALL), va="bottom", ha="left",
            )  # fmt: skip
        else:
            (above if level > high else below).append(label)
    for labels, sign, y, va in ((above, "▲", 0.985, "top"), (below, "▼", 0.015, "bottom")):
        if labels:
            words = f"{sign} {', '.join(labels[:3])}" + (" …" if len(labels) > 3 else "")
            axes.text(
                0.5, y, words, transform=axes.transAxes, color=ink["mark"], fontsize=_points(_SMALL), va=va, ha="center"
            )


def _draw_marks(axes: Any, picture: Picture, ink: dict[str, str], main: Points, x_of: Any) -> None:
    """Name the last value at the right, the lowest and the highest where they stand."""
    colour = ink["line"] if picture.official else ink["dot"]
    last_day, last = main[-1]
    axes.plot([x_of(last_day)], [last], "o", color=colour, markersize=11, zorder=5)
    axes.annotate(
        _number(picture, last), (1, last), xycoords=("axes fraction", "data"),
        xytext=(8, 0), textcoords="offset pixels",
        color=colour, fontsize=_points(28), weight="bold", va="center", ha="left", annotation_clip=False,
    )  # fmt: skip
    smallest, largest = min(value for _, value in main), max(value for _, value in main)
    if smallest == largest:
        return
    start, end = axes.get_xlim()
    for value, below in ((smallest, True), (largest, False)):
        day = next(day for day, at in reversed(main) if at == value)
        if day == last_day:
            continue  # the last value says it already
        share = (x_of(day) - start) / (end - start)
        side = "left" if share < 0.08 else "right" if share > 0.9 else "center"
        axes.plot(
            [x_of(day)],
            [value],
            "o",
            color=ink["paper"],
            markeredgecolor=colour,
            markeredgewidth=3,
            markersize=9,
            zorder=4,
        )
        axes.annotate(
            _number(picture, value), (x_of(day), value), xytext=(0, -14 if below else 14), textcoords="offset pixels",
            color=ink["ink"], fontsize=_points(_TEXT), va="top" if below else "bottom", ha=side, zorder=6,
        )  # fmt: skip


def _draw_legend(figure: Any, picture: Picture, ink: dict[str, str]) -> None:
    """Say at the top right what the line and the dots are."""
    from matplotlib.lines import Line2D

    handles: list[Any] = []
    if picture.official:
        handles.append(Line2D([], [], color=ink["line"], linewidth=3, label=picture.official_name))
    if picture.ticker:
        handles.append(
            Line2D([], [], color=ink["dot"], marker="o", linestyle="", markersize=7, label=picture.ticker_name)
        )
    figure.legend(
        handles=handles, loc="center right", bbox_to_anchor=(1 - 12 / WIDTH, 0.905), frameon=False,
        fontsize=_points(_SMALL), labelcolor=ink["faint"], handlelength=1.4, labelspacing=0.35,
    )  # fmt: skip


def encode(picture: Picture) -> bytes:
    """Return a picture as the message that `main` reads: its length in four bytes, and JSON."""
    body = json.dumps(asdict(picture), default=dt.date.isoformat).encode()
    return struct.pack(">I", len(body)) + body


def decode(body: bytes) -> Picture:
    """Return the picture of a message's JSON."""
    values = json.loads(body)

    def points(name: str) -> Points:
        return tuple((dt.date.fromisoformat(day), float(value)) for day, value in values.pop(name))

    official, ticker = points("official"), points("ticker")
    lines = tuple((float(level), str(label)) for level, label in values.pop("lines"))
    return Picture(official=official, ticker=ticker, lines=lines, **values)


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
