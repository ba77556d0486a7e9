"""A printed date is read rightly or not at all."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import read_date

BISHKEK = ZoneInfo("Asia/Bishkek")  # UTC+6
# 9 March 2027, 14:20 in Bishkek.
MEANT = dt.datetime(2027, 3, 9, 8, 20, tzinfo=dt.UTC)

WITH_ZONE = [
    "Tue, 09 Mar 2027 14:20:00 +06",
    "Tue, 09 Mar 2027 14:20:00 +6",
    "Tue, 9 Mar 2027 14:20 +06:00",
    "Tue, 09 Mar 2027 14:20:00 +0600",
    "Tue, 09 Mar 27 14:20:00 +0600",
    "Tue, 09 Mar 2027 14:20:00 GMT+6",
    "Tue, 09 Mar 2027 14:20:00 GMT+0600",
    "Tue, 09 Mar 2027 14:20:00 UTC+06:00",
    "Tue, 09 Mar 2027 14:20:00 UTC +6",
    "Tue, 09 Mar 2027 14:20:00 KGT",
    "Tue, 09 Mar 2027 14:20:00 (KGT)",
    "Tue, 09 Mar 2027 14:20:00 +0600 (KGT)",
    "Tue, 09 Mar 2027 13:20:00 UZT",
    "Tue, 09 Mar 2027 13:20:00 TJT",
    "Tue, 09 Mar 2027 13:20:00 TMT",
    "Tue, 09 Mar 2027 13:20:00 ALMT",
    "Tue, 09 Mar 2027 11:20:00 MSK",
    "Tue, 09 Mar 2027 11:20:00 мск",
    "Tue, 09 Mar 2027 03:20:00 EST",
    "Tue, 09 Mar 2027 00:20:00 PST",
    "Tue, 09 Mar 2027 09:20:00 CET",
    "Tue, 09 Mar 2027 08:20:00 GMT",
    "Tue, 09 Mar 2027 08:20:00 -0000",
    "Tue, 09 Mar 2027 08:20:00 Z",
    "Вт, 09 мар 2027 14:20:00 +0600",
    "ВТОРНИК, 9 МАРТА 2027 14:20 GMT+6",
    "Tue Mar 09 2027 14:20:00 GMT+0600 (Kyrgyzstan Time)",
    "Tue Mar  9 14:20:00 +0600 2027",
    "Tue Mar  9 08:20:00 UTC 2027",
    "2027-03-09T14:20:00+06:00",
    "2027-03-09T14:20:00.000+0600",
    "2027-03-09T14:20+06",
    "2027-03-09 14:20:00 +06:00",
    "2027-03-09T14:20:00+06:00[Asia/Bishkek]",
    "2027-03-09 14:20 Asia/Bishkek",
    "2027-03-09T08:20:00Z",
    "20270309T082000Z",
    "09.03.2027 14:20 UTC+6",
    "2027-03-09T02:20:00\u221206:00",
]
WITHOUT_ZONE = [
    "09.03.2027 14:20",
    "9.03.2027 14:20:00",
    "09.03.27 14:20",
    "09.03.2027, 14:20",
    "09.03.2027 в 14:20",
    "09.03.2027 | 14:20",
    "14:20 09.03.2027",
    "14:20, 9 марта 2027",
    "9 марта 2027 14:20",
    "9 марта 2027 г., 14:20",
    "9 марта 2027 года в 14:20",
    "9 мар. 2027 14:20",
    "Вторник, 9 Марта 2027, 14:20",
    "Tue, 9 Mar 2027 14:20:00",
    "9 March 2027 14:20",
    "09-Mar-2027 14:20",
    "March 9, 2027 2:20 PM",
    "Mar 9th, 2027 at 2:20 p.m.",
    "Tuesday, March 9, 2027 - 14:20",
    "Tue Mar  9 14:20:00 2027",
    "2027-03-09T14:20:00",
    "2027-03-09 14:20",
    "2027/03/09 14:20",
    "2027.03.09 14:20",
    "\u00a009.03.2027\u00a014:20\n",
]


@pytest.mark.parametrize("text", WITH_ZONE)
def test_a_date_with_a_zone_means_one_instant_wherever_its_site_is(text: str) -> None:
    assert read_date(text) == read_date(text, ZoneInfo("Asia/Tokyo")) == MEANT


@pytest.mark.parametrize("text", WITHOUT_ZONE)
def test_a_date_without_a_zone_is_by_the_site_s_clock_or_not_read(text: str) -> None:
    assert read_date(text, BISHKEK) == MEANT
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23/03/2027 00:00", (3, 23)),
        ("03/23/2027 00:00", (3, 23)),
        ("23-03-2027 00:00", (3, 23)),
        ("03/03/2027 00:00", (3, 3)),
        ("2027-03-23", (3, 23)),
        ("23.03.2027", (3, 23)),
        ("23 марта 2027", (3, 23)),
        ("Mon, 22 Mar 2027 24:00:00", (3, 23)),
    ],
)
def test_the_day_is_known_where_it_can_be_no_month(text: str, day: tuple[int, int]) -> None:
    assert read_date(text, BISHKEK) == dt.datetime(2027, *day, tzinfo=BISHKEK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "03/09/2027 14:20",  # March or September
        "09-03-2027 14:20",
        "03/09/27",
        "2019",
        "1001",
        "20270309",
        "1804580400",
        "2027-03",
        "abc-55",
        "yesterday",
        "вчера, 14:20",
        "5 минут назад",
        "31.02.2027 14:20",
        "29 Feb 2027 14:20:00 +0600",
        "2027-13-01T00:00:00Z",
        "13.13.2027",
        "Tue, 09 Mar 2027 25:00:00 +0600",
        "Tue, 09 Mar 2027 14:60:00 +0600",
        "9 March 2027 13:20 PM",
        "Tue, 09 Mar 2027 14:20:00 IST",  # India's, Israel's or Ireland's
        "Tue, 09 Mar 2027 14:20:00 BST",
        "Tue, 09 Mar 2027 14:20:00 XYZ",
        "Tue, 09 Mar 2027 14:20:00 +600",
        "Tue, 09 Mar 2027 14:20:00 +0660",
        "Tue, 09 Mar 2027 14:20:00 +1500",
        "Tue, 09 Mar 2027 14:20:00 Etc/GMT-6",
        "2027-03-09 14:20 Asia/Nowhere",
        "9 Smarch 2027 14:20",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "1405-12-18 14:20",
        "9999-12-31T23:59:59-05:00",
        "2027-03-09T14:20:00+06:00 and more",
        "\u0660\u0669.\u0660\u0663.2027",
        "9 March 2027 " * 20,
    ],
)
def test_an_unsure_date_is_none(text: str) -> None:
    assert read_date(text, BISHKEK) is None


def test_a_name_of_the_region_is_read_by_the_clocks_of_that_day() -> None:
    # Almaty went from UTC+6 to UTC+5 on 1 March 2024.
    assert read_date("Thu, 01 Feb 2024 12:00:00 ALMT") == dt.datetime(2024, 2, 1, 6, tzinfo=dt.UTC)
    assert read_date("Fri, 01 Mar 2024 12:00:00 ALMT") == dt.datetime(2024, 3, 1, 7, tzinfo=dt.UTC)


OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: dt.timezone(dt.timedelta(minutes=15 * quarters)))
INSTANTS = st.datetimes(
    dt.datetime(1971, 1, 1),  # noqa: DTZ001 - the bounds are of the clock on the wall
    dt.datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=OFFSETS,
)


@given(INSTANTS)
def test_what_is_printed_with_its_offset_is_read_as_it_was_meant(instant: dt.datetime) -> None:
    whole = instant.replace(microsecond=0)
    assert read_date(format_datetime(whole)) == whole
    assert read_date(instant.isoformat()) == instant
    assert read_date(f"{whole:%d.%m.%Y %H:%M:%S %z}") == whole
    assert read_date(f"{whole:%B %d, %Y %I:%M:%S %p UTC%z}") == whole


@given(st.text(max_size=120) | st.text("0123456789./:-+, TZUGMCdecноя", max_size=40), st.sampled_from([None, BISHKEK]))
def test_anything_else_is_an_instant_in_utc_or_nothing(text: str, zone: ZoneInfo | None) -> None:
    found = read_date(text, zone)
    assert found is None or found.utcoffset() == dt.timedelta()


@given(st.text("0123456789", max_size=20))
def test_a_bare_number_is_no_date(digits: str) -> None:
    assert read_date(digits, BISHKEK) is None
