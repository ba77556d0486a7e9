"""Spans of time as people type them: `30d`, `2 недели`, `год`, and the ranges of charts that hold them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.tokens import QUANTITY, Token

# The days of a unit; `always` is longer than any history.
UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "half_year": 182, "year": 365, "always": 20 * 365}
# The ranges that a chart has, in days, shortest first; `max` is all that is stored.
RANGES = {"30d": 30, "90d": 90, "1y": 365, "max": 20 * 365}
# A quarter has up to 92 days, a leap year 366: the same span nevertheless.
_TOLERANCE = Decimal("1.03")


@dataclass(frozen=True, slots=True)
class Span:
    """The range of a chart that holds what was asked for; `asked` is empty where it is just that.

    Else `asked` is the span as typed ("2 недели", "5y"), for a note that another range is shown.
    """

    range: str
    asked: str = ""


def span_of(tokens: Sequence[Token]) -> Span | None:
    """Return the first span among tokens, or None."""
    days = days_of(tokens)
    if days is None and any(_is_max(token) or token.kind == "all" for token in tokens):
        return Span("max")
    if days is None or days < 1:
        return None
    for name, length in RANGES.items():
        if days <= length * _TOLERANCE:
            exact = days * _TOLERANCE >= length
            return Span(name, "" if exact else _typed(tokens))
    return Span("max", _typed(tokens))


def days_of(tokens: Sequence[Token]) -> int | None:
    """Return the days of the first span among tokens: a number, a unit, or both; None without either."""
    place = next((place for place, token in enumerate(tokens) if token.kind == "unit"), None)
    number = next((token for token in tokens if token.kind == QUANTITY), None)
    if place is None:
        return None if number is None else _whole(number)
    before = tokens[place - 1] if place else None
    length = UNITS[tokens[place].meaning.partition(":")[2]]
    return length if before is None or before.kind != QUANTITY else _whole(before) * length


def is_span(tokens: Sequence[Token], place: int) -> bool:
    """Return whether the quantity at a place counts units of time (`90 days`)."""
    return place + 1 < len(tokens) and tokens[place + 1].kind == "unit" and not tokens[place].percent


def _whole(quantity: Token) -> int:
    """Return a quantity as a whole number of at most five digits; 0 for another one."""
    digits = quantity.digits if quantity.digits is not None else str(quantity.value)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else 0


def _is_max(token: Token) -> bool:
    return token.meaning in ("extreme:high", "unit:always")


def _typed(tokens: Sequence[Token]) -> str:
    place = next(place for place, token in enumerate(tokens) if token.kind in ("unit", QUANTITY))
    first = tokens[place]
    second = tokens[place + 1] if place + 1 < len(tokens) else None
    joined = first.kind == QUANTITY and second is not None and second.kind == "unit"
    space = " " if second is not None and second.start > first.end else ""
    return f"{first.text}{space}{second.text}" if joined and second is not None else first.text
