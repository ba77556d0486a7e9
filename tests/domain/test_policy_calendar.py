"""The reviewed dates of decisions: in order, on workdays, with their source; after the last one nothing is guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.policy_calendar import FILE, BankCalendar, calendars, read
from bot.domain.rate_graph import AUTHORITY
from bot.sources.policy import POLICY

NBK, CBR = calendars()["nbk"], calendars()["cbr"]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+00:00")


def problems(calendar: BankCalendar) -> list[str]:
    """The mistakes in a calendar."""
    found = []
    if list(calendar.dates) != sorted(set(calendar.dates)):
        found.append("the order")
    if any(day.weekday() > 4 for day in calendar.dates):
        found.append("a weekend")
    if not all(dt.date(2026, 1, 1) <= day <= calendar.valid_through for day in calendar.dates):
        found.append("a day that the page does not cover")
    if not calendar.source or not calendar.url.startswith("https://"):
        found.append("the source")
    return found


@pytest.mark.parametrize("bank", calendars())
def test_the_dates_have_been_checked(bank: str) -> None:
    assert problems(calendars()[bank]) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("2026-03-06, 2026-01-23", "the order"),
        ("2026-01-23, 2026-01-23", "the order"),
        ("2026-01-24", "a weekend"),
        ("2027-01-22", "a day that the page does not cover"),
    ],
)
def test_a_wrong_date_is_found(wrong: str, problem: str) -> None:
    text = FILE.read_text(encoding="utf-8").replace("2026-01-23, 2026-03-06, 2026-04-24", wrong, 1)
    assert problem in problems(read(text)["nbk"])


def test_every_bank_with_a_calendar_is_polled_and_has_a_currency() -> None:
    assert calendars().keys() == POLICY.keys()
    assert calendars().keys() <= set(AUTHORITY.values())


@pytest.mark.parametrize(
    ("calendar", "now", "decision"),
    [
        (NBK, "2026-11-29T00:00", "2026-12-04T12:00+05:00"),
        (NBK, "2026-12-04T06:59", "2026-12-04T12:00+05:00"),
        (NBK, "2026-12-04T07:00", None),
        (NBK, "2027-06-01T00:00", None),
        (CBR, "2026-12-04T07:00", "2026-12-18T13:30+03:00"),
        (CBR, "2026-12-18T10:30", None),
    ],
)
def test_the_next_decision_is_that_of_the_calendar_or_none(
    calendar: BankCalendar, now: str, decision: str | None
) -> None:
    found = calendar.next_decision(at(now))
    assert (found and found.at) == (decision and dt.datetime.fromisoformat(decision))


def test_a_date_after_the_last_covered_day_is_no_decision() -> None:
    text = FILE.read_text(encoding="utf-8").replace("valid_through = 2026-12-31", "valid_through = 2026-11-30", 1)
    assert read(text)["nbk"].next_decision(at("2026-11-29T00:00")) is None


@pytest.mark.parametrize(
    ("day", "decided"),
    [("2026-07-24", "2026-07-24"), ("2026-07-27", "2026-07-24"), ("2026-07-31", "2026-07-24"), ("2026-08-01", None)],
)
def test_a_rate_comes_from_the_decision_of_the_days_before_it(day: str, decided: str | None) -> None:
    assert NBK.decided_on(dt.date.fromisoformat(day)) == (decided and dt.date.fromisoformat(decided))
