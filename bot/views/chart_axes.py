"""The axes of a chart: the range of its values, its dates and its levels."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date
from matplotlib.ticker import MaxNLocator

from bot.views.chart_sheet import (
    BOTTOM,
    EDGE,
    GAP,
    HEIGHT,
    LAST,
    SMALL,
    TEXT,
    TOP,
    WIDTH,
    Sheet,
    day_number,
    formatted,
    in_points,
)
from bot.views.picture import Picture

# Levels of alerts that are farther off than this share of the values' range would flatten the curve.
_BAND = 0.6
# The axis spans at least this share of the value: a change of the last digit must not look like a fall.
_LEAST_SPAN = 0.005
# A longer span has dates at the starts of months only, and at most this many months or years of them.
_LONG = 200
_MOST_MONTHS, _MOST_YEARS = 6, 9
_MONTHS_APART = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120)


def value_range(picture: Picture) -> tuple[float, float, list[tuple[float, str]], list[tuple[float, str]]]:
    """Return the lowest and highest value to be shown, the levels between them, and the levels out of range."""
    values = [value for _, value in (*picture.official, *picture.ticker)]
    low, high = min(values), max(values)
    least = (abs(high) or 1) * _LEAST_SPAN
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    band = (high - low) * _BAND
    near = [line for line in picture.lines if low - band <= line[0] <= high + band]
    far = [line for line in picture.lines if line not in near]
    levels = [level for level, _ in near]
    return min([low, *levels]), max([high, *levels]), near, far


def _dates(first: dt.date, last: dt.date, language: str) -> list[tuple[dt.date, str]]:
    """Return dates along the axis with their labels: evenly spaced, over long spans the starts of months."""
    days = (last - first).days
    named: dict[str, dt.date] = {}
    if days <= _LONG:
        count = min(5, days + 1)
        for n in range(count):
            date = first + dt.timedelta(days=round(days * n / max(count - 1, 1)))
            named.setdefault(format_date(date, "d MMM", locale=language), date)
    else:
        months = range(first.year * 12 + first.month, last.year * 12 + last.month)  # the starts after `first`
        most = {apart: _MOST_MONTHS if apart < 12 else _MOST_YEARS for apart in _MONTHS_APART}
        apart = next((apart for apart in _MONTHS_APART if len(months) / apart <= most[apart]), _MONTHS_APART[-1])
        form = "LLL yyyy" if apart < 12 else "yyyy"
        for month in months:
            if month % apart == 0:
                date = dt.date(month // 12, month % 12 + 1, 1)
                named.setdefault(format_date(date, form, locale=language), date)
    return [(date, name) for name, date in named.items()]


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
    above = GAP + TEXT + 8 + (SMALL + 14 if any(level > high for level, _ in far) else 0)
    below = GAP + TEXT + 8 + (SMALL + 14 if any(level < low for level, _ in far) else 0)
    scale = (high - low) / (TOP - BOTTOM - above - below)
    low, high = low - below * scale, high + above * scale
    levels = _levels(picture, low, high)
    left = EDGE + max((sheet.width(words, SMALL) for _, words in levels), default=0) + 10
    last = formatted(picture, sheet.main[-1][1])
    right = WIDTH - EDGE - sheet.width(last, LAST, "bold") - GAP
    axes.set_position((left / WIDTH, BOTTOM / HEIGHT, (right - left) / WIDTH, (TOP - BOTTOM) / HEIGHT))
    axes.set_facecolor(ink["paper"])
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(axis="y", color=ink["grid"], linewidth=1.2)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=in_points(SMALL), labelcolor=ink["faint"], pad=7)
    days = [day for day, _ in (*picture.official, *picture.ticker)]
    first, end = min(days), max(days)
    # A single value is placed at the right, beside its number.
    margin = (end - first).days * 0.012
    axes.set_xlim(day_number(first) - (margin or 1), day_number(end) + (margin or 0.012))
    axes.set_ylim(low, high)
    dates = _dates(first, end, picture.language)
    axes.set_xticks([day_number(day) for day, _ in dates], [name for _, name in dates])
    axes.set_yticks([level for level, _ in levels], [words for _, words in levels])
