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

Points = tuple[tuple[dt.date, float], ...]


@dataclass(frozen=True, slots=True)
class Level:
    """The level of an alert: its value, the number as shown, and whether the alert is for a rate above it."""

    value: float
    number: str
    above: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """The content of a chart; all texts are in the reader's language already.

    `title` is the pair, `last` the last rate, `subtitle` the units, the time and the change. `official` and `ticker`
    are days with rates, oldest first, at least one of them with a point. `levels` are those of alerts; `own_level` and
    `own_levels` are the texts around one and around several of them, with `{}` for the numbers. `digits` is the number
    of significant decimals; `fixed`: the rate cannot have moved between two points; `theme` is light or dark.
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


def encode(picture: Picture) -> bytes:
    """Return the request for a picture: its length in four bytes, and JSON."""
    body = json.dumps(asdict(picture), default=dt.date.isoformat).encode()
    return struct.pack(">I", len(body)) + body


def decode(body: bytes) -> Picture:
    """Return the picture of a request's JSON."""
    values = json.loads(body)

    def points(name: str) -> Points:
        return tuple((dt.date.fromisoformat(day), float(value)) for day, value in values.pop(name))

    official, ticker = points("official"), points("ticker")
    levels = tuple(Level(**level) for level in values.pop("levels"))
    return Picture(official=official, ticker=ticker, levels=levels, **values)
