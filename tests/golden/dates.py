"""The dates, units of time, numbers and cities of a language, for its golden file."""

from __future__ import annotations

import datetime as dt

from bot.i18n import dates
from bot.i18n.cities import city
from bot.views.settings import CITIES

NOON = dt.datetime(2025, 12, 8, 12, 5, tzinfo=dt.UTC)
MONTHS = [dt.date(2025, month, 8) for month in range(1, 13)]
WEEK = [NOON + dt.timedelta(days=n) for n in range(7)]
LENGTHS = [
    *(dt.timedelta(seconds=30), dt.timedelta(minutes=5), dt.timedelta(hours=1), dt.timedelta(hours=2)),
    *(dt.timedelta(days=3), dt.timedelta(weeks=2), dt.timedelta(days=60), dt.timedelta(days=800)),
]


def lines(language: str) -> list[str]:
    """Return all of them, a line for each kind."""

    def of(values: list[str]) -> str:
        return ", ".join(values)

    named = (
        ("day", [dates.day(one, language) for one in MONTHS]),
        ("short day", [dates.short_day(one, language) for one in MONTHS]),
        ("month", [dates.month(one, language) for one in MONTHS]),
        ("day of a year", [dates.day_of_year(MONTHS[-1], language), dates.day_of_year(MONTHS[4], language)]),
        ("short day of a year", [dates.short_day_of_year(MONTHS[-1], language)]),
        ("axis", [dates.axis_month(one, language) for one in MONTHS]),
        ("moment", [dates.moment(NOON, language)]),
        ("weekday", [dates.weekday_time(one, language) for one in WEEK]),
        ("ago", [dates.ago(one, language) for one in LENGTHS]),
        ("interval", [dates.interval(one, language) for one in LENGTHS]),
        ("number", [dates.number(1234567.891, 2, language), dates.number(1234, 0, language)]),
        ("list", [f"({dates.listed(list('ABCD')[:n], language)})" for n in (1, 2, 3)]),
        ("cities", [city(zone, language) for zone in CITIES.values()]),
    )
    return [f"{name}: {of(values)}" for name, values in named]
