"""The content of a chart as a value; `bot.views.chart` draws it in a process of its own, which receives it as JSON."""

from __future__ import annotations

import datetime as dt
import json
import struct
from dataclasses import asdict, dataclass

# The longest request for a picture: twenty years of days and ticks are 500 KB.
MAX_MESSAGE = 4 * 1024 * 1024

Points = tuple[tuple[dt.date, float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The content of a chart; all texts are in the reader's language already.

    `official` and `ticker` are days with rates, oldest first, at least one of them with a point; `lines` are the levels
    of alerts (level, label); `digits` is the number of significant decimals; `theme` is light or dark.
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
    lines = tuple((float(level), str(label)) for level, label in values.pop("lines"))
    return Picture(official=official, ticker=ticker, lines=lines, **values)
