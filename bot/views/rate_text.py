"""Rates and times in a language, without insignificant digits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.rates import Change, Rate, meaningful_digits, outer_range
from bot.i18n import Html, Translator, dates

# From this coarseness on (a printed step of more than 2 %) a single value would be misleading: the range is shown.
RANGE_FROM = Decimal("0.02")
# From this coarseness on (banks print to a hundredth of a per cent or finer) a value is marked as approximate.
APPROXIMATE_FROM = Decimal("0.001")
# Seconds are not counted below this.
JUST_NOW = dt.timedelta(seconds=5)
MILLION, BILLION, CENT = Decimal(10) ** 6, Decimal(10) ** 9, Decimal("0.01")


def number(t: Translator, value: Decimal) -> str:
    """Return a decimal with the separators of a language, with all its digits."""
    digits = max(0, -int(value.as_tuple().exponent))
    return dates.number(value, digits, t.language)


def rate_text(t: Translator, rate: Rate) -> str:
    """Return a rate with the digits that its tick allows; a very coarse one as a range."""
    if rate.coarseness > RANGE_FROM and rate.value > 10:
        low, high = outer_range(rate)
        return f"{number(t, low)}–{number(t, high)}"
    return number(t, meaningful_digits(rate.value, rate.tick))


def is_marked(rate: Rate) -> bool:
    """Return whether a rate is marked as approximate: its last digit may mislead. A range speaks for itself."""
    return APPROXIMATE_FROM < rate.coarseness <= RANGE_FROM


def approximate(t: Translator, rate: Rate) -> str:
    """Return a rate as `rate_text` does, marked `≈` where its last digit is coarse enough to mislead."""
    return ("≈ " if is_marked(rate) else "") + rate_text(t, rate)


def equals(rate: Rate) -> str:
    """Return the sign between an amount and its value: exact to a bank's own digits, or about."""
    return "≈" if rate.coarseness > APPROXIMATE_FROM else "="


def short(t: Translator, rate: Rate) -> str:
    """Return a rate as people say it: no false digits, at most two decimals from ten on and four below."""
    value = readable(rate)
    return between(t, *outer_range(rate)) if value is None else number(t, value)


def readable(rate: Rate) -> Decimal | None:
    """Return the value of a rate with the digits that `short` shows; None for one that is shown as a range."""
    if rate.coarseness > RANGE_FROM and rate.value > 10:
        return None
    return _readable(rate.value, meaningful_digits(rate.value, rate.tick))


def _readable(value: Decimal, shown: Decimal) -> Decimal:
    places = 2 if value >= 10 else max(4, 3 - value.adjusted())
    return shown.quantize(Decimal(1).scaleb(-places)) if -int(shown.as_tuple().exponent) > places else shown


def between(t: Translator, low: Decimal, high: Decimal) -> str:
    """Return a range without more digits than people read: `11,765–13,333`, `1.18–1.33 mln`."""
    for key, size in (("rates.billions", BILLION), ("rates.millions", MILLION)):
        if low >= size:
            return t.plain(key, range="–".join(number(t, (edge / size).quantize(CENT)) for edge in (low, high)))
    return "–".join(number(t, edge) for edge in (low, high))


def interval(t: Translator, rate: Rate) -> str:
    """Return the interval of an approximate rate in brackets, `(508.9 to 511.5)`; nothing for other rates."""
    if not is_marked(rate):
        return ""
    finer = rate.tick / 5  # the bounds with one digit more than the rate itself
    low, high = (number(t, _readable(edge, meaningful_digits(edge, finer))) for edge in (rate.low, rate.high))
    return " " + t.plain("rates.interval", low=low, high=high)


def copied(t: Translator, value: Decimal) -> str:
    """Return a number as it is copied: all its digits, the decimal sign of the language, and nothing between them."""
    return format(value, "f").replace(".", dates.decimal_sign(t.language))


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
    fallback = dates.moment(at.astimezone(zone), t.language)
    return Html(f'<tg-time unix="{int(at.timestamp())}" format="{form}">{fallback}</tg-time>')


def checked(t: Translator, at: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> Html:
    """Return the instant at which a rate was last seen; the date too if it is of another day than `now` in the zone.

    It stays true in a message that is read much later; words like "2 minutes ago" would not.
    """
    local = at.astimezone(zone)
    if local.date() != now.astimezone(zone).date():
        return moment(at, t, zone)
    return Html(f'<tg-time unix="{int(at.timestamp())}" format="t">{local:%H:%M}</tg-time>')


def day(date: dt.date, t: Translator) -> str:
    """Return a date with the month's name."""
    return dates.day(date, t.language)


def short_day(date: dt.date, t: Translator) -> str:
    """Return a date with the short name of the month, `14 Oct`."""
    return dates.short_day(date, t.language)


def ago(at: dt.datetime, now: dt.datetime, t: Translator) -> str:
    """Return the time since an instant in words; "just now" for the last few seconds."""
    if now - at < JUST_NOW:
        return t.plain("common.just_now")
    return dates.ago(now - at, t.language)
