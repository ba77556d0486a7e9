"""Local hours: the time of the next digest, and quiet hours. All instants are UTC and arguments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.domain.chats import Quiet
from bot.domain.spelling import fold, plain

MINUTES_A_DAY = 24 * 60
# Digests of a chat in a day: one every four hours. Topics at the level instant send more often than that.
MAX_DIGESTS = 6

# A digest this late (a stopped server, a lost network) is skipped for the day: yesterday's news at noon is useless.
DIGEST_LATEST = dt.timedelta(hours=12)
# A digest this late names the time at which it was due: the delay is noticeable.
DIGEST_LATE = dt.timedelta(minutes=30)

# The parts of a day, with the hours (of twelve) of each that are after noon: `11 дня` is before it, `11 ночи` before
# midnight. Spellings without special letters are made from these.
_MORNING = """am a.m. утра таңғы таңертең таңертеңгі эртең_менен эртең_мененки ertalab эрталаб субҳ субҳи пагоҳӣ пагоҳии
    саҳар irden säher"""
_DAY = "дня түскі түштө түшкү kunduzi кундузи рӯз рӯзи gündiz"
_EVENING = "вечера кешкі кеште кечки кечинде kechki kechqurun кечқурун бегоҳ бегоҳӣ бегоҳии шом agşam"
_NIGHT = "ночи түнгі түнкү tungi тунги шаб шаби gije"
_PARTS = {
    word.replace("_", " "): hours
    for hours, names in (
        (range(0), _MORNING),
        (range(7), _DAY),
        (range(1, 12), _EVENING),
        (range(9, 12), _NIGHT),
        (range(12), "pm p.m."),
    )
    for word in plain(fold(names)).split()
}
# Words before an hour, and endings of a case after it (`8-де`, `22 dan`, `соати 8-и`).
_BEFORE = "at в во на к soat соат соати сағат саат sagat"
_ENDINGS = """да де та те до то ден дан тен тан нен нан дон тон ге ға ке қа го ко не и
    da de ta te dan den ga ka qa a e"""
# Words before both hours of a span, between them, and after them.
_FROM, _UNTIL, _AFTER = "с со from аз between между", "до to till until то", "дейін чейин gacha гача çenli"


def _any_of(words: Iterable[str]) -> str:
    """Return the pattern of one of these words, written without special letters, the longest first."""
    return "|".join(re.escape(word) for word in sorted((plain(fold(word)) for word in words), key=len, reverse=True))


def _hour(name: str, between: str) -> str:
    """Return the pattern of a time of day; its groups are named with `name`, minutes follow a sign of `between`."""
    part, before, endings = _any_of(_PARTS), _any_of(_BEFORE.split()), _any_of(_ENDINGS.split())
    return (
        rf"(?:(?:{before}|(?P<early{name}>{part})) )*"
        rf"(?P<hour{name}>[0-9]{{1,2}})(?:[{between}]?(?P<minute{name}>[0-9]{{2}}))?"
        # A part of the day after an hour that has one before it is that of the next hour.
        rf"(?:[ -]?(?:{endings})(?![^\W\d_]))?(?(early{name})|(?: ?(?P<late{name}>{part}))?)"
    )


# Words between two times of a list.
_AND = "и and va ва және мен жана менен we hem"

_CLOCK = re.compile(_hour("", ":., "))
_LISTED = re.compile(rf" ?[,;&]? ?(?:(?:{_any_of(_AND.split())}) )?{_hour('', ':.')}")
_QUIET = re.compile(
    rf"(?:(?:{_any_of(_FROM.split())}) )?{_hour('1', ':.,')}"
    rf"(?: ?[-–—] ?| (?:{_any_of(_UNTIL.split())}) | ){_hour('2', ':.,')}(?: ?(?:{_any_of(_AFTER.split())}))?"
)
_QUIET_INSIDE = re.compile(rf"(?<![\w.,:-])(?:{_QUIET.pattern})(?![\w:])")


class NotATime(ValueError):
    """The text is not a time of day."""


def parse_clock(text: str) -> int:
    """Read `8`, `08:00`, `8.30`, `0830`, `8pm`, `в 8 вечера`, `soat 8 da`, `кешкі 8-де` as minutes after midnight.

    NotATime for anything else.
    """
    match = _CLOCK.fullmatch(_written(text))
    if not match:
        raise NotATime(text[:20])
    return _minutes(match, "")


def parse_clocks(text: str) -> list[int]:
    """Read one time of day or several: `8`, `8:00 18:30`, `8 и 18`, `8 утра, 6 вечера`. NotATime for anything else."""
    written, end, found = _written(text), 0, []
    if _CLOCK.fullmatch(written):
        return [parse_clock(text)]
    while match := _LISTED.match(written, end):
        found.append(_minutes(match, ""))
        end = match.end()
    if not found or end < len(written):
        raise NotATime(text[:20])
    return found


def joined(between: str) -> bool:
    """Return whether a text is all that separates two times of a list: `, `, ` и `."""
    words = plain(fold(between)).strip(" ,;&")
    return not words or words in _AND.split()


def _written(text: str) -> str:
    typed = " ".join(plain(fold(text)).split()).rstrip("! ")
    return typed if typed.endswith(".m.") else typed.rstrip(".! ")


def _minutes(match: re.Match[str], name: str) -> int:
    hour, minute = int(match[f"hour{name}"]), int(match[f"minute{name}"] or 0)
    if part := match[f"late{name}"] or match[f"early{name}"]:
        if not 1 <= hour <= 12:
            raise NotATime(match[0][:20])
        hour = hour % 12 + (12 if hour % 12 in _PARTS[part] else 0)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise NotATime(match[0][:20])
    return hour * 60 + minute


def parse_quiet(text: str) -> Quiet:
    """Read `22-7`, `22:30 - 07:00`, `с 22 до 7`, `22-ден 7-ге дейін`, `soat 22 dan 7 gacha`.

    NotATime for anything else and for a span of no length.
    """
    match = _QUIET.fullmatch(_written(text))
    if not match:
        raise NotATime(text[:20])
    return _span(match)


def find_quiet(text: str) -> tuple[Quiet, tuple[int, int]] | None:
    """Return the first span of hours in a cleaned sentence with its place; None if there is none."""
    written = plain(fold(text))
    match = _QUIET_INSIDE.search(written) if len(written) == len(text) else None
    if match is None or re.fullmatch("[0-9:., ]+", match[0]):
        return None  # two numbers are no span without a word or a dash
    try:
        return _span(match), match.span()
    except NotATime:
        return None


def _span(match: re.Match[str]) -> Quiet:
    quiet = Quiet(_minutes(match, "1"), _minutes(match, "2"))
    if quiet.start == quiet.end:
        raise NotATime(match[0][:20])
    return quiet


def clock(minutes: int) -> str:
    """Return minutes after midnight as `08:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def at_local(date: dt.date, minutes: int, zone: ZoneInfo) -> dt.datetime:
    """Return the instant (UTC) of a local time of day.

    A time that a spring change skips means the same moment after it (02:30 -> 03:30); one that an autumn change
    repeats means its first occurrence. So every date has exactly one such instant.
    """
    naive = dt.datetime.combine(date, dt.time(minutes // 60, minutes % 60))
    return naive.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def next_digest(now: dt.datetime, times: Iterable[int], zone: ZoneInfo) -> dt.datetime:
    """Return the first instant (UTC) after `now` at which a digest is due."""
    return next(due for due, _, _ in _digests(now, times, zone) if due > now)


def last_digest(now: dt.datetime, times: Iterable[int], zone: ZoneInfo) -> tuple[dt.datetime, dt.date, int]:
    """Return when (UTC) the newest digest was due that is due at `now`, and its local date and time of day."""
    return [one for one in _digests(now, times, zone) if one[0] <= now][-1]


def _digests(now: dt.datetime, times: Iterable[int], zone: ZoneInfo) -> list[tuple[dt.datetime, dt.date, int]]:
    """Return the digests around `now` in the order in which they are due.

    Two days to each side: a zone may leave out a day, and then that day's are due with those of the next.
    """
    today = now.astimezone(zone).date()
    days = [today + dt.timedelta(days=days) for days in range(-2, 3)]
    return sorted((at_local(day, minute, zone), day, minute) for day in days for minute in times)


def is_quiet(now: dt.datetime, quiet: Quiet | None, zone: ZoneInfo) -> bool:
    """Return whether a chat's quiet hours contain this instant."""
    if quiet is None:
        return False
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if quiet.start <= quiet.end:
        return quiet.start <= minute < quiet.end
    return minute >= quiet.start or minute < quiet.end


def quiet_ends(now: dt.datetime, quiet: Quiet, zone: ZoneInfo) -> dt.datetime:
    """Return the instant (UTC) at which the quiet hours that contain `now` end."""
    today = now.astimezone(zone).date()
    end = at_local(today, quiet.end, zone)
    return end if end > now else at_local(today + dt.timedelta(days=1), quiet.end, zone)
