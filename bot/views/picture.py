"""The content of a chart as a value; `bot.views.chart` draws it in a process of its own, which receives it as JSON."""

from __future__ import annotations

import datetime as dt
import json
import struct
from dataclasses import asdict, dataclass

# The longest request for a picture: twenty years of days and ticks are 500 KB.
MAX_MESSAGE = 4 * 1024 * 1024

# The colours of each theme. They are here because views offer the themes and must not import the drawing library.
THEMES = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1c2733",
        "faint": "#5f6f7f",
        "grid": "#e4e9ee",
        "line": "#1769c2",
        "dot": "#d9822b",
        "mark": "#c0392b",
        "offer": "#c05a00",
    },
    "dark": {
        "paper": "#17212b",
        "ink": "#f1f5f8",
        "faint": "#9db0c1",
        "grid": "#2b3a49",
        "line": "#5eb5f7",
        "dot": "#f0a860",
        "mark": "#ff7b72",
        "offer": "#f0a860",
    },
}

Points = tuple[tuple[dt.date, float], ...]


@dataclass(frozen=True, slots=True)
class Level:
    """The level of an alert: its value, the number as shown, and whether the alert is for a rate above it."""

    value: float
    number: str
    above: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A named line beside the official one; between its `stretches` nothing is known. `ink` is a colour of `THEMES`."""

    name: str
    ink: str
    stretches: tuple[Points, ...]
    dashed: bool = False

    @property
    def points(self) -> Points:
        """The points of all stretches."""
        return tuple(point for stretch in self.stretches for point in stretch)


@dataclass(frozen=True, slots=True)
class Picture:
    """The content of a chart; all texts are in the reader's language already.

    `title` is the pair, `last` the last rate, `subtitle` the units, the time and the change. `official` and `ticker`
    are days with rates, oldest first, at least one of them with a point. `levels` are those of alerts; `own_level` and
    `own_levels` are the texts around one and around several of them, with `{}` for the numbers. `digits` is the number
    of significant decimals; `fixed`: the rate cannot have moved between two points; `theme` is light or dark.

    `lines` are drawn over the official one, the first of them is what the chart is about; then a legend has their names
    and `official_name`, and `note` stands under the subtitle.
    """

    title: str
    last: str
    subtitle: str
    official: Points
    ticker: Points
    levels: tuple[Level, ...]
    own_level: str
    own_levels: str
    language: str
    digits: int
    fixed: bool = False
    theme: str = "light"
    lines: tuple[Line, ...] = ()
    official_name: str = ""
    note: str = ""

    @property
    def main(self) -> Points:
        """The points of what the chart is about."""
        return self.lines[0].points if self.lines else self.official or self.ticker

    @property
    def points(self) -> Points:
        """The points of all that is drawn."""
        return (*self.official, *self.ticker, *(point for line in self.lines for point in line.points))


def encode(picture: Picture) -> bytes:
    """Return the request for a picture: its length in four bytes, and JSON."""
    body = json.dumps(asdict(picture), default=dt.date.isoformat).encode()
    return struct.pack(">I", len(body)) + body


def decode(body: bytes) -> Picture:
    """Return the picture of a request's JSON."""
    values = json.loads(body)
    official, ticker = (_points(values.pop(name)) for name in ("official", "ticker"))
    levels = tuple(Level(**level) for level in values.pop("levels"))
    lines = tuple(
        Line(line["name"], line["ink"], tuple(map(_points, line["stretches"])), line["dashed"])
        for line in values.pop("lines")
    )
    return Picture(official=official, ticker=ticker, levels=levels, lines=lines, **values)


def _points(values: list[tuple[str, float]]) -> Points:
    return tuple((dt.date.fromisoformat(day), float(value)) for day, value in values)
