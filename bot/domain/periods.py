"""Parses months and years as people type them. Pure; today is an argument."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from bot.domain.errors import InvalidInput
from bot.domain.spelling import fold
from bot.domain.vocabulary import meaning_of

# The youngest of the five currencies are of November 1993; no bank has rates from before that year.
FIRST_YEAR = 1993

_MONTH_FIRST = re.compile(r"(\d{1,2})[-./ ](\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-./ ](\d{1,2})(?:[-./ ]\d{1,2})?)?", re.ASCII)
_NAMED = re.compile(r"([^\W\d_]{3,12})\.? (\d{4})|(\d{4}) ([^\W\d_]{3,12})")


class NotAPeriod(ValueError):
    """Input that is neither a month nor a year."""


class HistoryError(InvalidInput):
    """A request for past rates that has no answer; `word` is the part that was not understood."""

    def __init__(self, key: str, word: str = "") -> None:
        super().__init__(key, word=word[:20])
        self.word = word[:20]


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or a whole year (`month` None)."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        """Return `2025-12` or `2025`."""
        return f"{self.year}" if self.month is None else f"{self.year}-{self.month:02}"

    @property
    def first(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, self.month or 1, 1)

    @property
    def last(self) -> dt.date:
        """The last day."""
        month = self.month or 12
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def previous(self) -> Period:
        """The previous period of the same length."""
        if self.month is None or self.month == 1:
            return Period(self.year - 1, None if self.month is None else 12)
        return Period(self.year, self.month - 1)

    @property
    def next(self) -> Period:
        """The next period of the same length."""
        if self.month is None or self.month == 12:
            return Period(self.year + 1, None if self.month is None else 1)
        return Period(self.year, self.month + 1)


def parse_period(text: str) -> Period:
    """Read `2025-12`, `12.2025`, `2025`, `2025-12-08` (its month), `december 2025`, `декабрь 2025`; else NotAPeriod."""
    compact = " ".join(text.casefold().split())
    if match := _YEAR_FIRST.fullmatch(compact):
        year, month = int(match[1]), int(match[2]) if match[2] else None
    elif match := _MONTH_FIRST.fullmatch(compact):
        year, month = int(match[2]), int(match[1])
    elif (match := _NAMED.fullmatch(compact)) and (named := month_of(match[1] or match[4])):
        year, month = int(match[2] or match[3]), named
    else:
        raise NotAPeriod(text[:20])
    if year < FIRST_YEAR or not (month is None or 1 <= month <= 12):
        raise NotAPeriod(text[:20])
    return Period(year, month)


def month_of(word: str) -> int | None:
    """Return the number of the month that a word names (`dec`, `декабре`), or None."""
    kind, _, number = meaning_of(fold(word)).partition(":")
    return int(number) if kind == "month" else None


def is_month_name(word: str) -> bool:
    """Return whether a word is a month's name."""
    return month_of(word) is not None
