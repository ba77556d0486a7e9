"""Rates and times in a language, without insignificant digits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

from bot.domain.rates import Change, Rate, meaningful_digits, outer_range
from bot.i18n import Html, Translator

# From this coarseness on (a printed step of more than 2 %) a single value would be misleading: the range is shown.
RANGE_FROM = Decimal("0.02")
# From this coarseness on (banks print to a hundredth of a per cent or finer) a value is marked as approximate.
APPROXIMATE_FROM = Decimal("0.001")
# Seconds are not counted below this.
JUST_NOW = dt.timedelta(seconds=5)


def number(t: Translator, value: Decimal) -> str:
    """Return a decimal with the separators of a language, with all its digits."""
    digits = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=t.language).replace("\u202f", "\u00a0")


def rate_text(t: Translator, rate: Rate) -> str:
    """Return a rate with the digits that its tick allows; a very coarse one as a range."""
    if rate.coarseness > RANGE_FROM and rate.value > 10:
        low, high = outer_range(rate)
        return f"{number(t, low)}–{number(t, high)}"
    return number(t, meaningful_digits(rate.value, rate.tick))


def approximate(t: Translator, rate: Rate) -> str:
    """Return a rate as `rate_text` does, marked `≈` where its last digit is coarse enough to mislead."""
    mark = "≈ " if APPROXIMATE_FROM < rate.coarseness <= RANGE_FROM else ""
    return mark + rate_text(t, rate)


def percent(t: Translator, share: Decimal) -> str:
    """Return a signed share as a percentage with an arrow and one decimal, ▲1.0%.

    It has two decimals where one would show zero, and none from 100 on.
    """
    rounded = abs(share * 100).quantize(Decimal("0.1"))
    if not rounded:
        rounded = abs(share * 100).quantize(Decimal("0.01"))
    if rounded >= 100:  # no decimals, so that a row of a table stays within a phone's width
        rounded = rounded.quantize(Decimal(1))
    if not rounded:
        return "="
    return f"{'▲' if share > 0 else '▼'}{number(t, rounded)}%"


def change(t: Translator, before: Rate | None, now: Rate) -> str:
    """Return the change of a rate in its own direction; `=` for none, `·` where there is nothing to compare with."""
    if before is None:
        return "·"
    moved = Change(before, now)
    return percent(t, moved.share) if moved.visible else "="


def moment(at: dt.datetime, t: Translator, zone: ZoneInfo, form: str = "Dt") -> Html:
    """Return a time that the reader's client shows in its own zone, with a local fallback."""
    fallback = format_datetime(at.astimezone(zone), "d MMM HH:mm", locale=t.language)
    return Html(f'<tg-time unix="{int(at.timestamp())}" format="{form}">{fallback}</tg-time>')


def day(date: dt.date, t: Translator) -> str:
    """Return a date with the month's name."""
    return format_date(date, "d MMMM", locale=t.language)


def ago(at: dt.datetime, now: dt.datetime, t: Translator) -> str:
    """Return the time since an instant in words; "just now" for the last few seconds."""
    if now - at < JUST_NOW:
        return t.plain("common.just_now")
    return format_timedelta(at - now, add_direction=True, locale=t.language)
