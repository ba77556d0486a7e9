"""The card of a currency shows the policy rate of its bank, and nothing where none is known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from handlers.rates import show_rates
from storage import policy_rates
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, print_rates

NBK, CBR = (
    "National Bank of Kazakhstan, policy rate: 18% since 13 Oct",
    "Bank of Russia, policy rate: 16.5% since 27 Oct",
)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("kzt", [NBK]), ("kzt usd", [NBK]), ("rub kzt", [NBK, CBR]), ("tjs", [])],
)
async def test_the_card_shows_the_policy_rates_of_both_currencies(
    database: Database, conversation: Conversation, asked: str, expected: list[str]
) -> None:
    day = NOW.date()
    await print_rates(database, "nbk", day, USDKZT="478.77", RUBKZT="6.2")
    await print_rates(database, "nbt", day, USDTJS="9.2")
    async with database.write() as connection:
        nbk = {dt.date(2025, 8, 25): Decimal("16.5"), dt.date(2025, 10, 13): Decimal(18)}
        await policy_rates.store(connection, "nbk", nbk, NOW)
        await policy_rates.store(connection, "cbr", {dt.date(2025, 10, 27): Decimal("16.5")}, NOW)
    lines = (await conversation.say(show_rates, asked)).text.splitlines()
    assert [line.partition(", next")[0] for line in lines if ", policy rate: " in line] == expected


async def test_a_card_without_a_known_policy_rate_says_nothing(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "nbk", NOW.date(), USDKZT="478.77")
    assert "Policy rate" not in (await conversation.say(show_rates, "kzt")).text


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 1, 22), ", next decision: 23 Jan"),
        (dt.date(2026, 12, 3), ", next decision: 4 Dec"),
        (dt.date(2026, 12, 5), ""),  # the last one that the calendar covers is past
        (dt.date(2027, 1, 20), ""),
    ],
)
async def test_the_card_names_the_next_decision_and_none_after_the_calendar(
    database: Database, conversation: Conversation, day: dt.date, expected: str
) -> None:
    ctx = conversation.ctx("kzt")
    ctx.now = dt.datetime.combine(day, dt.time(9), dt.UTC)
    await print_rates(database, "nbk", day, USDKZT="478.77")
    async with database.write() as connection:
        await policy_rates.store(connection, "nbk", {dt.date(2025, 10, 13): Decimal(18)}, NOW)
    await show_rates(ctx)
    [line] = [line for line in ctx.views[0].text.splitlines() if "policy rate" in line]
    assert line.startswith("National Bank of Kazakhstan, policy rate: 18% since 13 Oct")
    assert line.endswith(expected) if expected else "decision" not in line
