"""Dates, times, intervals, numbers and lists in each language, as its newspapers write them.

The names come from the CLDR (Babel), except where it is wrong or has nothing: Tajik months in small letters and units
of time, the order of year and month, and all of Uzbek in Cyrillic letters, which is made from Uzbek in Latin ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal, get_decimal_symbol

from bot.domain.languages import BY_CODE
from bot.i18n.uzbek_cyrillic import MADE_FROM, cyrillic


@dataclass(frozen=True, slots=True)
class _Forms:
    """Patterns of the CLDR (Unicode TR 35) for the dates of one language; `axis` is a month alone, for a chart."""

    day: str = "d MMMM"
    short_day: str = "d MMM"
    month: str = "LLLL y"
    day_of_year: str = "d MMMM y"
    short_day_of_year: str = "d MMM y"
    axis: str = "MMM"


_EUROPEAN = _Forms(axis="LLL")
_FORMS = {
    "en": _EUROPEAN,
    "ru": _EUROPEAN,
    "kk": _Forms(month="y 'ж'. MMMM", day_of_year="y 'ж'. d MMMM", short_day_of_year="y 'ж'. d MMM"),
    "ky": _Forms("d-MMMM", "d-MMM", "y-'ж'., MMMM", "y-'ж'., d-MMMM", "y-'ж'., d-MMM"),
    "uz": _Forms("d-MMMM", "d-MMM", "y-'yil' MMMM", "y-'yil' d-MMMM", "d-MMM y"),
    "uz_cyrl": _Forms("d-MMMM", "d-MMM", "y-'йил' MMMM", "y-'йил' d-MMMM", "d-MMM y"),
    # The month takes the ending that joins it to its year.
    "tg": _Forms(month="MMMM'и' 'соли' y", day_of_year="d MMMM'и' 'соли' y"),
    "tk": _Forms(month="MMMM y"),
}
# The CLDR writes Uzbek weekdays and Tajik months and weekdays with capital letters; the languages do not.
_LOWER = frozenset(("uz", "tg"))
# The CLDR has no units without a direction in Tajik ("5 min"); those with one end in this word.
_AGO = {"tg": " пеш"}
_AND = {
    "en": "and",
    "ru": "и",
    "kk": "және",
    "ky": "жана",
    "uz": "va",
    "uz_cyrl": "ва",
    "tg": "ва",
    "tk": "we",
}


def day(date: dt.date, language: str) -> str:
    """Return a date with the month's name, `8 December`, `8-dekabr`."""
    return _formatted(date, _FORMS[language].day, language)


def short_day(date: dt.date, language: str) -> str:
    """Return a date with the short name of the month, `8 Dec`."""
    return _formatted(date, _FORMS[language].short_day, language)


def day_of_year(date: dt.date, language: str) -> str:
    """Return a date with its year, `8 December 2025`, `2025 ж. 8 желтоқсан`."""
    return _formatted(date, _FORMS[language].day_of_year, language)


def short_day_of_year(date: dt.date, language: str) -> str:
    """Return a date with its year and the short name of the month, `8 Dec 2025`."""
    return _formatted(date, _FORMS[language].short_day_of_year, language)


def month(date: dt.date, language: str) -> str:
    """Return the month of a date with its year, `December 2025`, `2025-ж., декабрь`."""
    return _formatted(date, _FORMS[language].month, language)


def axis_month(date: dt.date, language: str) -> str:
    """Return the short name of a month alone, for the axis of a chart."""
    return _formatted(date, _FORMS[language].axis, language)


def moment(at: dt.datetime, language: str) -> str:
    """Return a date and time in the zone that `at` has, `8 Dec 19:30`."""
    return f"{short_day(at, language)} {at:%H:%M}"


def weekday_time(at: dt.datetime, language: str) -> str:
    """Return a weekday and time in the zone that `at` has, `Mon 09:00`."""
    return f"{_formatted(at, 'EEE', language)} {at:%H:%M}"


def ago(passed: dt.timedelta, language: str) -> str:
    """Return the time that has passed since something in words, `5 minutes ago`."""
    if language in MADE_FROM:
        return cyrillic(ago(passed, MADE_FROM[language]))
    return format_timedelta(-passed, add_direction=True, locale=BY_CODE[language].locale)


def interval(length: dt.timedelta, language: str) -> str:
    """Return a length of time in words, `5 minutes`."""
    if language in MADE_FROM:
        return cyrillic(interval(length, MADE_FROM[language]))
    if language in _AGO:
        return ago(length, language).removesuffix(_AGO[language])
    return format_timedelta(length, locale=BY_CODE[language].locale)


def number(value: object, digits: int, language: str) -> str:
    """Return a number with so many decimals and the separators of a language; a space in it does not break the line."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=BY_CODE[language].locale).replace("\u202f", "\u00a0")  # type: ignore[arg-type]


def decimal_sign(language: str) -> str:
    """Return the sign between the whole and the decimals of a number."""
    return get_decimal_symbol(BY_CODE[language].locale)


def listed(items: Sequence[str], language: str) -> str:
    """Return items as one phrase, `A, B and C`."""
    *first, last = items
    if not first:
        return last
    comma = "," if language == "en" and len(first) > 1 else ""
    return f"{', '.join(first)}{comma} {_AND[language]} {last}"


def _formatted(date: dt.date, pattern: str, language: str) -> str:
    at = date if isinstance(date, dt.datetime) else dt.datetime.combine(date, dt.time())
    if "MMMM" in pattern and language in MADE_FROM:
        latin = format_datetime(at, "MMMM", locale=BY_CODE[MADE_FROM[language]].locale)
        return format_datetime(at, pattern.replace("MMMM", f"'{cyrillic(latin)}'"), locale=BY_CODE[language].locale)
    text = format_datetime(at, pattern, locale=BY_CODE[language].locale)
    return text.lower() if language in _LOWER else text
