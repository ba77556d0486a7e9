import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chats import Quiet
from bot.domain.times import (
    MAX_DIGESTS,
    MINUTES_A_DAY,
    NotATime,
    at_local,
    clock,
    find_quiet,
    is_quiet,
    last_digest,
    next_digest,
    parse_clock,
    parse_clocks,
    parse_quiet,
    quiet_ends,
)

MINUTES = st.integers(0, MINUTES_A_DAY - 1)
# Zones with and without summer time, half hours, changes at midnight (Beirut), and one that left out a day (Apia).
ZONES = st.sampled_from(
    ["UTC", "Asia/Almaty", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe",
     "Pacific/Apia", "Africa/Casablanca", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
).map(ZoneInfo)  # fmt: skip
FIRST = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
INSTANTS = st.integers(0, 25 * 365 * 24 * 3600).map(lambda seconds: FIRST + dt.timedelta(seconds=seconds))
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
TIMES = st.lists(MINUTES, min_size=1, max_size=MAX_DIGESTS, unique=True)


@given(MINUTES)
def test_a_time_of_day_is_read_as_it_is_shown_and_as_people_shorten_it(minutes: int) -> None:
    hour, minute = divmod(minutes, 60)
    half = "am" if hour < 12 else "pm"
    for typed in (clock(minutes), f"{hour}.{minute:02}", f"{hour:02}{minute:02}", f" {hour}:{minute:02} ",
                  f"{(hour - 1) % 12 + 1}:{minute:02}{half}", f"{(hour - 1) % 12 + 1}:{minute:02} {half.upper()}"):  # fmt: skip
        assert parse_clock(typed) == minutes, typed
    if minute == 0:
        assert parse_clock(str(hour)) == minutes


@pytest.mark.parametrize(
    ("text", "shown"),
    [("в 7.30", "07:30"), ("at 7:30", "07:30"), ("730", "07:30"), ("7 утра", "07:00"), ("в 8 вечера", "20:00"),
     ("12 дня", "12:00"), ("12 ночи", "00:00"), ("11 ночи", "23:00"), ("3 ночи", "03:00"), ("11 дня", "11:00"),
     ("soat 8", "08:00"), ("soat 8 da", "08:00"), ("kechqurun soat 9 da", "21:00"), ("сағат 8-де", "08:00"),
     ("кешкі 9", "21:00"), ("таңғы 8", "08:00"), ("саат 8де", "08:00"), ("эртең мененки 8", "08:00"),
     ("соати 8-и пагоҳӣ", "08:00"), ("соати 8 бегоҳ", "20:00"), ("sagat 8-de", "08:00"), ("agşam 9", "21:00"),
     ("соат 20:30 да", "20:30"), ("ertalab 8", "08:00"), ("шаб соати 11", "23:00"), ("к 8 утра", "08:00"),
     ("4 дня", "16:00"), ("12 вечера", "00:00"), ("на 7,30", "07:30"), ("7 p.m.", "19:00"), ("7:30.", "07:30")],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(text: str, shown: str) -> None:
    assert clock(parse_clock(text)) == shown


@given(st.one_of(st.text(), st.text(alphabet="0123456789:. apmAPM-٣", max_size=8)))
def test_whatever_is_typed_is_a_time_of_day_or_refused(text: str) -> None:
    try:
        minutes = parse_clock(text)
    except NotATime:
        return
    assert 0 <= minutes < MINUTES_A_DAY
    assert parse_clock(clock(minutes)) == minutes


@pytest.mark.parametrize(
    "text", ["", "25", "24:01", "8:60", "0am", "13pm", "8:5", "-1", "eight", "8::00", "٣", "13 вечера", "в"]
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        parse_clock(text)


@pytest.mark.parametrize(
    "text",
    ["8:00 18:30", "8, 18:30", "8 и 18:30", "в 8 и в 18:30", "08:00; 18:30", "8 утра, 6:30 вечера", "at 8 and 18:30",
     "8:00, 18:30", "8 & 18:30", "8am 6:30pm", "сағат 8-де және 18:30-да", "soat 8 va 18:30", "8 ва 18:30", "8.00 18.30",
     "8 жана 18:30", "8 we 18:30"],
)  # fmt: skip
def test_several_times_are_read_as_people_list_them(text: str) -> None:
    assert parse_clocks(text) == [8 * 60, 18 * 60 + 30]


@given(TIMES)
def test_listed_times_are_read_as_they_are_shown(times: list[int]) -> None:
    assert parse_clocks(" ".join(map(clock, times))) == times
    assert parse_clocks(", ".join(map(clock, times))) == times


@pytest.mark.parametrize("text", ["", "8:00 25:00", "8 и обед", "8:00 kzt", "и", "8:00-18:30"])
def test_a_list_with_anything_else_is_no_list_of_times(text: str) -> None:
    with pytest.raises(NotATime):
        parse_clocks(text)


@given(MINUTES, MINUTES, st.sampled_from(["-", " - ", "–", " — ", " "]))
def test_hours_of_silence_are_read_as_typed(start: int, end: int, dash: str) -> None:
    if start == end:
        with pytest.raises(NotATime):
            parse_quiet(clock(start) + dash + clock(end))
    else:
        assert parse_quiet(clock(start) + dash + clock(end)) == Quiet(start, end)


@given(st.dates(dt.date(2010, 1, 1), dt.date(2035, 1, 1)), MINUTES, ZONES)
def test_a_local_time_is_one_instant_of_its_date_or_the_moment_after_what_was_skipped(
    date: dt.date, minutes: int, zone: ZoneInfo
) -> None:
    at = at_local(date, minutes, zone)
    local = at.astimezone(zone)
    wanted = dt.datetime.combine(date, dt.time(minutes // 60, minutes % 60))
    assert at.utcoffset() == dt.timedelta(0)
    assert dt.timedelta(0) <= local.replace(tzinfo=None) - wanted <= DAY
    skipped = wanted.replace(tzinfo=zone, fold=0).utcoffset() != local.utcoffset()
    assert skipped or (local.replace(tzinfo=None) == wanted and local.fold == 0)


@given(INSTANTS, TIMES, ZONES)
def test_a_digest_is_due_within_a_day_or_two_at_one_of_the_local_times(
    now: dt.datetime, times: list[int], zone: ZoneInfo
) -> None:
    due = next_digest(now, times, zone)
    assert now < due <= now + 2 * DAY
    dates = [now.astimezone(zone).date() + days * DAY for days in (-1, 0, 1, 2)]
    assert due in {at_local(date, minute, zone) for date in dates for minute in times}
    assert last_digest(due, times, zone)[0] == due
    assert last_digest(due - SECOND, times, zone)[0] <= now


@given(INSTANTS, TIMES, ZONES, st.integers(1, 40))
def test_the_digests_that_are_served_are_of_later_and_later_times(
    now: dt.datetime, times: list[int], zone: ZoneInfo, number: int
) -> None:
    served: list[tuple[dt.date, int]] = []
    for _ in range(number):
        following = next_digest(now, times, zone)
        due, date, minute = last_digest(following, times, zone)
        assert due == following == at_local(date, minute, zone)
        # Changes of the hour, and the day that Apia left out, are all that may come between two days.
        assert following - now <= 3 * DAY
        assert (date, minute) not in served
        served.append((date, minute))
        now = following


@given(INSTANTS, MINUTES, MINUTES, ZONES)
def test_silence_ends_at_the_first_minute_that_is_not_quiet(
    now: dt.datetime, start: int, end: int, zone: ZoneInfo
) -> None:
    quiet = Quiet(start, end)
    if not is_quiet(now, quiet, zone):
        return
    ends = quiet_ends(now, quiet, zone)
    assert now < ends <= now + 2 * DAY
    assert not is_quiet(ends, quiet, zone)


@given(INSTANTS, MINUTES, MINUTES)
def test_the_hours_of_silence_and_the_others_make_a_day(now: dt.datetime, start: int, end: int) -> None:
    if start != end:
        zone = ZoneInfo("Asia/Almaty")
        assert is_quiet(now, Quiet(start, end), zone) != is_quiet(now, Quiet(end, start), zone)
    assert not is_quiet(now, None, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    "text",
    ["22-7", "22:00 - 07:00", "22 7", "с 22 до 7", "с 22:00 до 7 утра", "с 10 вечера до 7 утра", "from 22 to 7",
     "from 10pm to 7am", "22-ден 7-ге дейін", "сағат 22-ден 7-ге дейін", "кешкі 10-нан таңғы 7-ге дейін",
     "22ден 7ге чейин", "кечки 10дон эртең мененки 7ге чейин", "soat 22 dan 7 gacha", "22dan 7gacha",
     "соат 22 дан 7 гача", "аз 22 то 7", "аз соати 22 то соати 7", "22-den 7-ä çenli", "sagat 22-den sagat 7-ä çenli"],
)  # fmt: skip
def test_quiet_hours_are_read_as_people_write_them(text: str) -> None:
    assert parse_quiet(text) == Quiet(22 * 60, 7 * 60)


@pytest.mark.parametrize("text", ["", "22", "7-7", "22-7-8", "25-7", "с 22", "22 до", "22-7 kzt", "2 2 7"])
def test_other_texts_are_no_quiet_hours(text: str) -> None:
    with pytest.raises(NotATime):
        parse_quiet(text)


def test_quiet_hours_are_found_in_a_sentence() -> None:
    assert find_quiet("тихо с 22 до 7 утра") == (Quiet(22 * 60, 7 * 60), (5, 19))
    assert find_quiet("сокин соатлар 22 дан 7 гача") == (Quiet(22 * 60, 7 * 60), (7 + 7, 27))
    for text in ("тихо", "тихо 22 7", "7-7", "10.12.2025-11.12.2025"):
        assert find_quiet(text) is None
