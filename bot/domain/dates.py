"""Publication dates as sites of the region print them: parsed correctly or not at all.

One strict grammar instead of a library that guesses: docs/decisions/0046.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# The longest true form is JavaScript's Date.toString(), about 70 characters.
MAX_LENGTH = 100
# No news site is older. An earlier year is another calendar (1405), PHP's date of nothing (-0001) or .NET's (0001).
EARLIEST_YEAR = 1970
# RFC 5322, section 4.3: two digits from 50 on belong to the last century.
_TWO_DIGIT_PIVOT = 50
# Zones in use lie within these (UTC-12 and UTC+14).
_WESTERNMOST, _EASTERNMOST = dt.timedelta(hours=-12), dt.timedelta(hours=14)

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january янв январь января",
            "feb february фев февр февраль февраля",
            "mar march мар март марта",
            "apr april апр апрель апреля",
            "may май мая",
            "jun june июн июнь июня",
            "jul july июл июль июля",
            "aug august авг август августа",
            "sep sept september сен сент сентябрь сентября",
            "oct october окт октябрь октября",
            "nov november ноя нояб ноябрь ноября",
            "dec december дек декабрь декабря",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = (
    "mon|monday|tue|tues|tuesday|wed|wednesday|thu|thur|thurs|thursday|fri|friday|sat|saturday|sun|sunday|"
    "пн|понедельник|вт|вторник|ср|среда|чт|четверг|пт|пятница|сб|суббота|вс|воскресенье"
)
# Names with one meaning in feeds: RFC 822's, those of the region (whose offsets have changed: by the tz database), and
# of Europe. A name with two meanings (IST, BST, AMT) is missing, as is any other: such a date is not parsed.
_FIXED = {
    name: dt.timezone(dt.timedelta(hours=hours))
    for hours, names in {
        0: "z ut utc gmt wet",
        1: "cet met west",
        2: "cest mest eet",
        3: "eest",
        -4: "edt",
        -5: "est cdt",
        -6: "cst mdt",
        -7: "mst pdt",
        -8: "pst",
    }.items()
    for name in names.split()
}
_PLACES = {
    "aft": "Asia/Kabul",
    "almt": "Asia/Almaty",
    "aqtt": "Asia/Aqtau",
    "azt": "Asia/Baku",
    "get": "Asia/Tbilisi",
    "irst": "Asia/Tehran",
    "kgt": "Asia/Bishkek",
    "msd": "Europe/Moscow",
    "msk": "Europe/Moscow",
    "omst": "Asia/Omsk",
    "orat": "Asia/Oral",
    "pkt": "Asia/Karachi",
    "qyzt": "Asia/Qyzylorda",
    "samt": "Europe/Samara",
    "tjt": "Asia/Dushanbe",
    "tmt": "Asia/Ashgabat",
    "trt": "Europe/Istanbul",
    "uzt": "Asia/Tashkent",
    "yekt": "Asia/Yekaterinburg",
    "мск": "Europe/Moscow",
}


def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern for letters of either case and ASCII digits: other digits are not printed in dates."""
    return re.compile(pattern.replace(r"\d", "[0-9]"), re.IGNORECASE)


_WORD = r"[a-zа-яё]{2,10}\.?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})(?:\s?г(?:\.|ода)?)?"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?"
)
# After the time comes nothing or a zone, which is validated separately.
_ZONE = r"(?:\s*(?P<zone>\S.*))?"
_BETWEEN = r"(?:t|(?=[\s,|])\s*[,|]?\s*(?:(?:at|в|[-–—])\s+)?)"
_DATES = (
    rf"{_DAY}(?P<sign>[\s-])\s*(?P<name>{_WORD})(?:(?P=sign)|,?\s)\s*(?:{_YEAR}|(?P<short>\d{{2}}))",
    r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})(?:\s?г(?:\.|ода)?)?",
    r"(?P<either>\d{1,2})(?P<sign>[-/])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4})",
    rf"(?P<name>{_WORD})\s+{_DAY},?\s+{_YEAR}",
    rf"{_YEAR}[\s-](?P<name>{_WORD})[\s-]{_DAY}",
)
_FORMS = (
    *(_compiled(f"{date}(?:{_BETWEEN}{_TIME}{_ZONE})?") for date in _DATES),
    *(_compiled(rf"{_TIME}[\s,|]+{date}{_ZONE}") for date in _DATES),
    # ISO 8601 without its signs, and C's asctime with the year at the end.
    _compiled(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)t(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?" + _ZONE),
    _compiled(rf"(?P<name>{_WORD})\s+{_DAY}\s+{_TIME}(?:\s+(?P<zone>[a-z]+|[+-]\d{{4}}))?\s+{_YEAR}"),
)
_WEEKDAY = _compiled(rf"(?:{_WEEKDAYS})\b\.?,?\s*")
# After an offset or a name: "(Uzbekistan Standard Time)", "[Asia/Tashkent]".
_COMMENT = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\Z")
_OFFSET = _compiled(
    r"(?:(?:utc|gmt|ut)\s?)?(?P<sign>[+-])\s?(?:(?P<h>\d{1,2})(?::(?P<m>\d\d))?|(?P<hh>\d\d)(?P<mm>\d\d))"
)
_PLACE = re.compile(r"[A-Z][A-Za-z]{2,}/[A-Z][A-Za-z_]{2,30}", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")


def read_date(text: str, zone: dt.tzinfo | None = None) -> dt.datetime | None:
    """Return the instant (UTC) of a printed date; None for an ambiguous one.

    `zone` is that of the site, for dates that name none; without it such a date is not parsed. A date without a time is
    the start of its day. Of numbers alone the month is unambiguous if the year comes first, if dots separate them (day
    first, as in the whole region) or if the other one is above 12.
    """
    if len(text) > MAX_LENGTH:
        return None
    text = _SPACES.sub(" ", text.replace("\u2212", "-")).strip()
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _instant(found.groupdict(), zone)
    return None


def _instant(parts: dict[str, str | None], zone: dt.tzinfo | None) -> dt.datetime | None:
    named = parts.get("zone")
    tz = zone if not named else _zone(named)
    day = _day(parts)
    seconds = _seconds(parts)
    if tz is None or day is None or seconds is None:
        return None
    try:
        # In local time; 24:00 and a leap second belong to the next day and minute.
        local = dt.datetime.combine(day, dt.time()) + seconds
        return local.replace(tzinfo=tz).astimezone(dt.UTC)
    except OverflowError:
        return None


def _day(parts: dict[str, str | None]) -> dt.date | None:
    day, month = parts.get("day"), parts.get("month")
    if (name := parts.get("name")) is not None:
        known = _MONTHS.get(name.lower().rstrip("."))
        month = str(known) if known else None
    elif (either := parts.get("either")) and (other := parts.get("other")):
        # 05/11/2026: Almaty means November, New York May.
        if int(other) > 12 or either == other:
            day, month = other, either
        elif int(either) > 12:
            day, month = either, other
    year = _year(parts.get("year") or parts.get("short") or "")
    if day is None or month is None or year < EARLIEST_YEAR:
        return None
    try:
        return dt.date(year, int(month), int(day))
    except ValueError:
        return None


def _year(digits: str) -> int:
    if len(digits) == 2:
        return int(digits) + (1900 if int(digits) >= _TWO_DIGIT_PIVOT else 2000)
    return int(digits or 0)


def _seconds(parts: dict[str, str | None]) -> dt.timedelta | None:
    """Return the time of day as a span since midnight; None for an impossible time."""
    hour, minute, second = (int(parts.get(part) or 0) for part in ("hour", "minute", "second"))
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    microsecond = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
    return dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)


def _zone(text: str) -> dt.tzinfo | None:
    """Return the zone that a date names: an offset east of UTC, a name with one meaning, or a place; else None."""
    bare = _COMMENT.sub("", text).strip() or text.strip("()[] ")
    if offset := _OFFSET.fullmatch(bare):
        span = dt.timedelta(hours=int(offset["h"] or offset["hh"]), minutes=int(offset["m"] or offset["mm"] or 0))
        span = -span if offset["sign"] == "-" else span
        minutes_exist = int(offset["m"] or offset["mm"] or 0) < 60
        return dt.timezone(span) if minutes_exist and _WESTERNMOST <= span <= _EASTERNMOST else None
    name = bare.lower()
    place = _PLACES.get(name) or (bare if _PLACE.fullmatch(bare) and not bare.startswith("Etc/") else None)
    if place is None:
        return _FIXED.get(name)
    try:
        return ZoneInfo(place)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
