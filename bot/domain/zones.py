"""Offsets from UTC as people type them, and zones that have them. Pure; offsets are minutes east of Greenwich."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

# The offsets of the world are between these (Kiritimati; nobody lives at UTC-12).
EARLIEST, LATEST = -12 * 60, 14 * 60
MOSCOW = 3 * 60

# Zones without summer time, at most one for each offset; of several, one that is known in the region. Whether a zone
# still has its offset is checked in the tz database each time.
STEADY = (
    *("UTC", "Africa/Lagos", "Europe/Kaliningrad", "Europe/Moscow", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul"),
    *("Asia/Tashkent", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Bishkek", "Asia/Yangon", "Asia/Novosibirsk"),
    *("Asia/Shanghai", "Australia/Eucla", "Asia/Seoul", "Australia/Darwin", "Asia/Vladivostok", "Asia/Magadan"),
    *("Asia/Kamchatka", "Pacific/Tongatapu", "Pacific/Kiritimati", "Atlantic/Cape_Verde", "America/Noronha"),
    *("America/Sao_Paulo", "America/Caracas", "America/Bogota", "America/Mexico_City", "America/Phoenix"),
    *("Pacific/Pitcairn", "Pacific/Gambier", "Pacific/Marquesas", "Pacific/Honolulu", "Pacific/Pago_Pago"),
)

_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‒": "-", "‐": "-", "‑": "-", "＋": "+", "：": ":", "（": "(", "）": ")"}
)
# "GMT+5", "(UTC+05:00)", "utc +5:30", "мск+2", "+5", "+0530", "plus 5 hours", "5.5"; the rest may be a city.
_OFFSET = re.compile(
    r"(?P<before>.*?)[(\s,]*(?P<base>utc|gmt|гмт|ютс|утц|мск|msk)?[\s:]*(?P<sign>\+|-|plus\b|minus\b|плюс\b|минус\b)?\s*"
    r"(?P<hours>\d{1,2}?)(?:[:.,]?(?P<minutes>\d{2})|[:.,](?P<tenths>\d))?\s*(?:h|hrs?|hours?|ч|час(?:а|ов)?)?\b[)\s,]*(?P<after>.*)",
    re.IGNORECASE | re.DOTALL,
)
_BASE_ALONE = re.compile(r"\(?(?:utc|gmt|гмт|ютс|утц)\)?", re.IGNORECASE)
# Names of the tz database with POSIX signs, which are the other way round: Etc/GMT+5 is five hours behind Greenwich.
_POSIX = re.compile(r"etc/gmt(?:([+-])(\d{1,2}))?", re.IGNORECASE)
# "+2 к Москве", "3 hours ahead of Moscow": the offset is counted from Moscow time.
_FROM_MOSCOW = re.compile(r"\b(?:к|от|from|to|of)\s+(?:москв\w*|мск|moscow|moskva|msk)\b", re.IGNORECASE)
# Minutes of existing offsets; two other digits are hundredths of an hour ("5.50"), one digit is tenths ("5.5").
_QUARTERS = (0, 15, 30, 45)


@dataclass(frozen=True, slots=True)
class Offset:
    """A typed offset: `minutes` east of Greenwich, and the words beside it, which may name a city.

    `relative` marks an offset from Moscow time ("мск+2"), already counted in; `named` one with UTC or GMT before it.
    """

    minutes: int
    words: str = ""
    relative: bool = False
    named: bool = False

    @property
    def possible(self) -> bool:
        """Whether any zone can have it."""
        return EARLIEST <= self.minutes <= LATEST


def read_offset(typed: str) -> Offset | None:
    """Parse an offset from UTC, or from Moscow; None if the text has none."""
    typed = typed.translate(_SIGNS).strip()
    if posix := _POSIX.fullmatch(typed):
        return Offset((-1 if posix[1] == "+" else 1) * int(posix[2] or 0) * 60, named=True)
    if _BASE_ALONE.fullmatch(typed):
        return Offset(0, named=True)
    found = _OFFSET.fullmatch(typed)
    if found is None:
        return None
    base, sign = (found["base"] or "").casefold(), (found["sign"] or "+").casefold()
    words = f"{found['before']} {found['after']}".strip(" ()")
    from_moscow = not base and _FROM_MOSCOW.search(words) is not None
    if words and not found["sign"] and not base and not from_moscow:
        return None  # a word with a number is not an offset
    rest = int(found["minutes"] or 0) if found["tenths"] is None else int(found["tenths"]) * 6
    minutes = int(found["hours"]) * 60 + (
        rest if rest in _QUARTERS or rest < 25 or found["tenths"] else rest * 60 // 100
    )
    minutes = -minutes if sign in ("-", "minus", "минус") else minutes
    relative = from_moscow or base in ("мск", "msk")
    words = "" if from_moscow else words
    return Offset(minutes + MOSCOW if relative else minutes, words, relative, bool(base) and not relative)


def offset_at(zone: ZoneInfo, at: dt.datetime) -> int:
    """Return a zone's offset at an instant, in whole minutes."""
    offset = at.astimezone(zone).utcoffset() or dt.timedelta()
    return int(offset.total_seconds() // 60)


def offsets(zone: ZoneInfo, now: dt.datetime) -> tuple[int, int, int]:
    """Return a zone's offsets now, and half a year and a year on: if they agree, it has no summer time."""
    return tuple(offset_at(zone, now + dt.timedelta(days=days)) for days in (0, 182, 364))  # type: ignore[return-value]


def steady_zone(minutes: int, now: dt.datetime) -> str | None:
    """Return a zone that has an offset all year round; None if there is none."""
    return next((name for name in STEADY if set(offsets(ZoneInfo(name), now)) == {minutes}), None)


def several(names: Iterable[str], now: dt.datetime) -> tuple[str, ...]:
    """Return the first of each group of zones with the same time."""
    return tuple({offsets(ZoneInfo(name), now): name for name in reversed(tuple(names))}.values())[::-1]


def written(minutes: int) -> str:
    """Return an offset as it is shown: UTC+05:30, UTC−03:00, UTC."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours:02}:{rest:02}" if minutes else "UTC"
