"""What a chart shows, as a value; `bot.views.chart` draws it in a process of its own, to which it travels as JSON."""

from __future__ import annotations

import datetime as dt
import json
import struct
from dataclasses import asdict, dataclass

# The length of a message that asks for a picture: twenty years of days and ticks are 500 KB.
MAX_MESSAGE = 4 * 1024 * 1024

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


def encode(picture: Picture) -> bytes:
    """Return a picture as the message that asks for it: its length in four bytes, and JSON."""
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
