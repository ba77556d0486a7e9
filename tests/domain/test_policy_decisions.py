"""A printed policy rate is stored or held, it is news once, and the same table again causes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import PolicyDecided
from bot.domain.policy_decisions import PolicyRates, compare
from bot.domain.policy_rates import PolicyStanding, PrintedPolicyRate, standing

# The evening of a decision, a Friday.
NOW = dt.datetime(2026, 7, 24, 12, tzinfo=dt.UTC)
FRIDAY, MONDAY = dt.date(2026, 7, 24), dt.date(2026, 7, 27)
KNOWN = {dt.date(2025, 10, 13): Decimal(18), dt.date(2026, 1, 26): Decimal(18), dt.date(2026, 6, 8): Decimal(17)}
DAY = dt.timedelta(days=1)


def row(day: dt.date, percent: str, *, announced: bool = False) -> PrintedPolicyRate:
    return PrintedPolicyRate(day, Decimal(percent), announced)


def read(*rows: PrintedPolicyRate, known: dict[dt.date, Decimal] = KNOWN, now: dt.datetime = NOW) -> PolicyRates:
    return compare("nbk", known, rows, now)


def decided(percent: str, in_force_on: dt.date | None = MONDAY) -> PolicyDecided:
    return PolicyDecided("nbk", Decimal(percent), Decimal(17), in_force_on)


@pytest.mark.parametrize("percent", ["16.75", "17", "17.5"])
def test_a_new_rate_is_stored_and_announced_as_of_its_decision(percent: str) -> None:
    found = read(row(MONDAY, percent))
    assert found == PolicyRates({MONDAY: Decimal(percent)}, (), {FRIDAY: decided(percent)})


def test_an_announced_rate_is_news_of_the_same_decision_and_is_not_stored() -> None:
    found = read(row(FRIDAY, "16.75", announced=True))
    assert found == PolicyRates({}, (), {FRIDAY: decided("16.75", None)})
    assert read(row(MONDAY, "16.75")).decided.keys() == found.decided.keys()


def test_an_unscheduled_decision_is_news_too() -> None:
    day = dt.date(2026, 8, 19)
    assert read(row(day, "20"), now=NOW + 26 * DAY).decided == {day: decided("20", day)}


def test_the_first_reading_is_no_news() -> None:
    found = read(row(MONDAY, "16.75"), row(dt.date(2026, 6, 8), "17"), known={})
    assert (len(found.changed), found.decided) == (2, {})


def test_a_decision_that_is_read_late_is_stored_and_no_news() -> None:
    found = read(row(MONDAY, "16.75"), now=NOW + 20 * DAY)
    assert (found.changed, found.decided) == ({MONDAY: Decimal("16.75")}, {})


def test_a_corrected_rate_of_the_past_is_stored_and_no_news() -> None:
    found = read(row(dt.date(2026, 6, 8), "17.25"))
    assert (found.changed, found.decided) == ({dt.date(2026, 6, 8): Decimal("17.25")}, {})


@pytest.mark.parametrize(("percent", "held"), [("27", False), ("27.01", True), ("7", False), ("6.99", True)])
def test_a_large_change_is_held_until_it_has_been_in_force_for_days(percent: str, held: bool) -> None:
    found = read(row(MONDAY, percent))
    assert (found.held, found.changed, bool(found.decided)) == (
        ((row(MONDAY, percent),), {}, False) if held else ((), {MONDAY: Decimal(percent)}, True)
    )
    later = read(row(MONDAY, percent), now=NOW + 6 * DAY)
    assert (later.held, later.changed, len(later.decided)) == ((), {MONDAY: Decimal(percent)}, 1)


def test_a_rate_of_a_day_far_ahead_is_held() -> None:
    found = read(row(dt.date(2027, 7, 27), "16.75"))
    assert (len(found.held), found.changed, found.decided) == (1, {}, {})


def test_a_rate_that_returns_after_a_misprint_is_no_news() -> None:
    found = read(row(FRIDAY, "1.7"), row(MONDAY, "17"))
    assert (found.held, found.decided) == ((row(FRIDAY, "1.7"),), {})


days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 8, 10))
rows = st.lists(
    st.builds(PrintedPolicyRate, days, st.decimals(0.25, 40, places=2), st.booleans()),
    unique_by=lambda one: (one.day, one.announced),
)


@given(rows, st.booleans())
def test_the_same_table_again_changes_nothing(table: list[PrintedPolicyRate], empty: bool) -> None:
    known = {} if empty else KNOWN
    first = compare("nbk", known, table, NOW)
    again = compare("nbk", {**known, **first.changed}, table, NOW)
    assert again.changed == {}
    assert all(event.in_force_on is None for event in again.decided.values())
    assert not (empty and first.decided)


@given(rows)
def test_nothing_is_lost_and_news_is_recent(table: list[PrintedPolicyRate]) -> None:
    found = compare("nbk", KNOWN, table, NOW)
    stored = {**KNOWN, **found.changed}
    for one in table:
        assert one in found.held or one.announced or stored[one.day] == one.percent
    assert all(FRIDAY - 14 * DAY <= day <= FRIDAY + 17 * DAY for day in found.decided)


def test_a_rate_that_was_kept_stands_since_it_was_set() -> None:
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    found = standing("nbk", KNOWN, at)
    assert found is not None
    assert (found.percent, found.since, found.following) == (18, dt.date(2025, 10, 13), (dt.date(2026, 6, 8), 17))
    assert found.decision is not None
    assert found.decision.at == dt.datetime(2026, 3, 6, 7, tzinfo=dt.UTC)


def test_a_rate_is_in_force_from_the_banks_own_midnight() -> None:
    known = {**KNOWN, MONDAY: Decimal("16.75")}
    before, after = (dt.datetime(2026, 7, 26, hour, tzinfo=dt.UTC) for hour in (18, 19))
    first, second = standing("nbk", known, before), standing("nbk", known, after)
    assert isinstance(first, PolicyStanding)
    assert isinstance(second, PolicyStanding)
    assert (first.percent, first.following) == (17, (MONDAY, Decimal("16.75")))
    assert (second.percent, second.since, second.following) == (Decimal("16.75"), MONDAY, None)


def test_without_a_rate_nothing_stands() -> None:
    assert standing("nbk", {}, NOW) is None
    assert standing("nbk", {MONDAY: Decimal(1)}, NOW) is None
