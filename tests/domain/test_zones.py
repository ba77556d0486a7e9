"""Offsets as people type them, and clocks that keep them; never a name with its sign the other way round."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zones import offsets, read_offset, several, steady_zone, written

NOW = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("GMT+5", 5), ("gmt +5", 5), ("UTC+05:00", 5), ("utc+5", 5), ("UTC 5", 5), ("+5", 5), ("5", 5), ("+05", 5),
        ("гмт+5", 5), ("+0530", 5.5), ("+530", 5.5), ("utc +5:30", 5.5), ("+5.5", 5.5), ("5,5", 5.5), ("UTC+5.50", 5.5),
        ("+5:45", 5.75), ("(UTC+05:00)", 5), ("UTC+5 часов", 5), ("+5 h", 5), ("плюс 5", 5), ("GMT-3", -3), ("−3", -3),
        ("UTC–03:30", -3.5), ("минус 3", -3), ("мск+2", 5), ("МСК +2", 5), ("msk-1", 2), ("UTC", 0), ("gmt", 0),
        ("GMT+0", 0), ("+14", 14), ("-12", -12), ("+10", 10),
        ("+2 к Москве", 5), ("плюс 3 от мск", 6), ("минус 1 от Москвы", 2), ("2 hours from Moscow", 5), ("+3 to MSK", 6),
        ("Etc/GMT+5", -5), ("etc/gmt-5", 5), ("Etc/GMT", 0),
    ],
)  # fmt: skip
def test_an_offset_is_read_however_it_is_written(typed: str, hours: float) -> None:
    found = read_offset(typed)
    assert found is not None
    assert (found.minutes, found.words, found.possible) == (hours * 60, "", True)


@pytest.mark.parametrize("typed", ["+15", "+99", "GMT+25", "-13", "UTC+14:30"])
def test_an_offset_that_no_clock_shows_is_known_as_one(typed: str) -> None:
    found = read_offset(typed)
    assert found is not None
    assert not found.possible
    assert steady_zone(found.minutes, NOW) is None


@pytest.mark.parametrize("typed", ["Bishkek", "12345", "", "+", "Asia/Almaty", "five", "Moscow 3", "22-7 x"])
def test_other_words_are_no_offset(typed: str) -> None:
    found = read_offset(typed)
    assert found is None or found.words


@pytest.mark.parametrize("typed", ["(UTC+05:00) Bazaar", "Bazaar +5", "GMT+5 Bazaar", "Bazaar (GMT+5)"])
def test_words_beside_an_offset_are_kept(typed: str) -> None:
    found = read_offset(typed)
    assert found is not None
    assert (found.minutes, found.words) == (300, "Bazaar")


@given(st.integers(-11 * 60, 14 * 60), st.sampled_from(["", "UTC", "GMT", "гмт "]), st.sampled_from(["", " "]))
def test_what_is_written_is_read_again(minutes: int, base: str, blank: str) -> None:
    hours, rest = divmod(abs(minutes), 60)
    found = read_offset(f"{base}{blank}{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}")
    if rest in (0, 15, 30, 45):
        assert found is not None
        assert found.minutes == minutes
        assert read_offset(written(minutes)) is not None


@given(st.integers(-14 * 60, 15 * 60))
def test_a_steady_zone_keeps_its_offset_all_year(minutes: int) -> None:
    zone = steady_zone(minutes, NOW)
    if zone is not None:
        assert set(offsets(ZoneInfo(zone), NOW)) == {minutes}
        assert not zone.startswith("Etc/")


def test_each_whole_hour_that_people_live_by_has_a_steady_zone() -> None:
    assert all(steady_zone(hours * 60, NOW) for hours in range(-11, 15))
    assert steady_zone(300, NOW) == "Asia/Tashkent"
    assert steady_zone(180, NOW) == "Europe/Moscow"


def test_zones_of_one_clock_are_one() -> None:
    assert several(["Asia/Samarkand", "Asia/Tashkent"], NOW) == ("Asia/Samarkand",)
    assert several(["Europe/Moscow", "Europe/Berlin", "Europe/Paris"], NOW) == ("Europe/Moscow", "Europe/Berlin")
