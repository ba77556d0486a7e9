"""The axes of a chart: the range of its values, its dates and its levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from matplotlib.ticker import MaxNLocator

from bot.i18n import dates as texts
from bot.views.chart_sheet import BOTTOM, EDGE, GAP, HEIGHT, SMALL, TEXT, WIDTH, Sheet, day_number, formatted
from bot.views.picture import Level, Picture

# Levels of alerts that are farther off than this share of the values' range would flatten the curve.
_BAND = 0.6
# The axis spans at least this share of the value: a change of the last digit must not look like a fall.
_LEAST_SPAN = 0.005
# Up to so many days the axis has dates at the beginnings of weeks, and of half months; beyond, of months and years.
_WEEKS, _HALVES = 45, 125
_WEEK_DAYS, _HALF_DAYS, _FIRST_DAY = (1, 8, 15, 22), (1, 15), (1,)
_MONTHS_APART = (1, 2, 3, 4, 6, 12, 24, 60, 120)
# Space between two dates, and the most of them: more are hard to take in.
_BETWEEN, _MOST_DATES = 24, 7
# The middle of the dates.
_DATES_Y = 50
# The distance of the field from the labels at its left, and of the last point from the picture's edge.
_LEFT, _RIGHT = 16, 14

Dates = list[tuple[dt.date, str]]


def value_range(picture: Picture) -> tuple[float, float, list[Level], list[Level]]:
    """Return the lowest and highest value to be shown, the levels between them, and the levels out of range."""
    values = [value for _, value in picture.points]
    low, high = min(values), max(values)
    least = (abs(high) or 1) * _LEAST_SPAN
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    band = (high - low) * _BAND
    near = [level for level in picture.levels if low - band <= level.value <= high + band]
    far = [level for level in picture.levels if level not in near]
    shown = [level.value for level in near]
    return min([low, *shown]), max([high, *shown]), near, far


def _days(first: dt.date, last: dt.date, days: tuple[int, ...], language: str) -> Dates:
    """Return certain days of each month; a month is named at its first day, and at the first of the dates."""
    all_days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    found = [day for day in all_days if day.day in days]
    return [
        (day, texts.short_day(day, language) if day.day == 1 or not place else str(day.day))
        for place, day in enumerate(found)
    ]


def _months(first: dt.date, last: dt.date, apart: int, language: str) -> Dates:
    """Return the first days of every so many months; those of January are named by their year."""
    months = range(first.year * 12 + first.month - (first.day == 1), last.year * 12 + last.month)
    days = [dt.date(month // 12, month % 12 + 1, 1) for month in months if month % apart == 0]
    return [(day, str(day.year) if day.month == 1 else texts.axis_month(day, language)) for day in days]


def _dates(first: dt.date, last: dt.date, language: str) -> Iterator[Dates]:
    """Yield the dates that the axis could have with their labels, from the most to the fewest."""
    length = (last - first).days
    if length <= _HALVES:
        for days in (_WEEK_DAYS, _HALF_DAYS, _FIRST_DAY) if length <= _WEEKS else (_HALF_DAYS, _FIRST_DAY):
            yield _days(first, last, days, language)
    else:
        for apart in _MONTHS_APART:
            yield _months(first, last, apart, language)
    ends = dict.fromkeys((first, last))
    yield [(day, texts.short_day(day, language)) for day in ends]
    yield [(last, texts.short_day(last, language))]


def _placed(sheet: Sheet, dates: Dates) -> list[tuple[float, float, str]]:
    """Return where the labels of dates begin and end; those at the ends are moved into the picture."""
    places = []
    for day, words in dates:
        wide = sheet.width(words, SMALL)
        left = min(max(sheet.at(day, 0)[0] - wide / 2, EDGE / 2), WIDTH - EDGE / 2 - wide)
        places.append((left, left + wide, words))
    return places


def _draw_dates(sheet: Sheet, first: dt.date, last: dt.date) -> None:
    """Draw the most dates whose labels have room; fewer than two only where all rates are of one day."""
    for dates in _dates(first, last, sheet.picture.language):
        places = _placed(sheet, dates)
        apart = all(one[1] + _BETWEEN <= other[0] for one, other in pairwise(places))
        if apart and min(2, (last - first).days + 1) <= len(dates) <= _MOST_DATES:
            break
    sheet.axes.set_xticks([day_number(day) for day, _ in dates], [""] * len(dates))
    for left, _, words in places:
        sheet.write(left, _DATES_Y, words, sheet.ink["faint"], SMALL, h="left", v="center_baseline")


def _levels(picture: Picture, low: float, high: float) -> list[tuple[float, str]]:
    """Return round values with their labels, with only the decimals that distinguish them."""
    found = [float(level) for level in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    levels = [level for level in found if low + (high - low) * 0.04 < level < high - (high - low) * 0.02]
    digits = next((n for n in range(10) if all(abs(round(x, n) - x) < 1e-9 * max(abs(x), 1e-6) for x in levels)), 10)
    return [(level, formatted(picture, level, digits)) for level in levels]


def set_axes(sheet: Sheet) -> None:
    """Lay out the field, with room for text above the highest and below the lowest value."""
    picture, axes, ink = sheet.picture, sheet.axes, sheet.ink
    low, high, _, far = value_range(picture)
    room = GAP + TEXT + 12
    above = room + (SMALL + 16 if any(level.value > high for level in far) else 0)
    below = room + (SMALL + 16 if any(level.value < low for level in far) else 0)
    scale = (high - low) / (sheet.top - BOTTOM - above - below)
    low, high = low - below * scale, high + above * scale
    levels = _levels(picture, low, high)
    left = EDGE + max((sheet.width(words, SMALL) for _, words in levels), default=0) + _LEFT
    right = WIDTH - EDGE - _RIGHT
    axes.set_position((left / WIDTH, BOTTOM / HEIGHT, (right - left) / WIDTH, (sheet.top - BOTTOM) / HEIGHT))
    axes.set_facecolor(ink["paper"])
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(color=ink["grid"], linewidth=2)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    days = [day for day, _ in picture.points]
    first, end = min(days), max(days)
    # A single value is placed at the right.
    margin = (end - first).days * 0.012
    axes.set_xlim(day_number(first) - (margin or 1), day_number(end) + (margin or 0.012))
    axes.set_ylim(low, high)
    axes.set_yticks([level for level, _ in levels], [""] * len(levels))
    for level, words in levels:
        y = sheet.at(end, level)[1]
        sheet.write(left - _LEFT, y, words, ink["faint"], SMALL, h="right", v="center_baseline")
    _draw_dates(sheet, first, end)
