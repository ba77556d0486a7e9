import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.rates import Pair, Quote
from storage import rates
from storage.database import Database
from storage.rates import Outcome

KZT = Pair("KZT", "USD")
T0 = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def quote(value: str, pair: Pair = KZT) -> Quote:
    return Quote(pair, Decimal(value), Decimal("0.000005"), "-0")


async def record(database: Database, value: str, at: dt.datetime, pair: Pair = KZT) -> rates.Recorded:
    async with database.write() as connection:
        return await rates.record(connection, "ticker", quote(value, pair), at, at.date())


async def test_a_value_seen_again_on_the_same_day_only_moves_the_time_of_confirmation(database: Database) -> None:
    first = await record(database, "0.00196", T0)
    again = await record(database, "0.00196", T0 + HOUR)
    assert (first.outcome, again.outcome) == (Outcome.NEW, Outcome.SAME)
    async with database.read() as connection:
        history = await rates.history(connection, KZT, T0 - HOUR, 10)
    assert [(r.value, r.observed_at, r.confirmed_at) for r in history] == [(Decimal("0.00196"), T0, T0 + HOUR)]


async def test_a_new_day_writes_a_row_even_for_the_same_value(database: Database) -> None:
    await record(database, "0.00196", T0)
    await record(database, "0.00196", T0 + 24 * HOUR)
    async with database.read() as connection:
        history = await rates.history(connection, KZT, T0 - HOUR, 10)
    assert [r.valid_on for r in history] == [dt.date(2025, 12, 9), dt.date(2025, 12, 8)]


async def test_values_come_back_exactly(database: Database) -> None:
    await record(database, "0.000082358076", T0)
    async with database.read() as connection:
        rate = await rates.of_pair(connection, KZT)
    assert rate is not None
    assert (rate.value, rate.tick) == (Decimal("0.000082358076"), Decimal("0.000005"))


@pytest.mark.parametrize("wild", ["0.00300", "0.00100"])
async def test_a_jump_is_held_back_until_it_is_seen_again(database: Database, wild: str) -> None:
    await record(database, "0.00196", T0)
    held = await record(database, wild, T0 + HOUR)
    assert (held.outcome, held.rate.confirmed) == (Outcome.HELD, False)
    async with database.read() as connection:
        assert (await rates.latest(connection))[KZT].value == Decimal("0.00196")
    believed = await record(database, wild, T0 + 2 * HOUR)
    assert (believed.outcome, believed.rate.confirmed, believed.moved) == (Outcome.NEW, True, True)
    async with database.read() as connection:
        assert (await rates.latest(connection))[KZT].value == Decimal(wild)


async def test_a_jump_that_is_not_repeated_leaves_no_trace_in_the_history(database: Database) -> None:
    await record(database, "0.00196", T0)
    await record(database, "0.00300", T0 + HOUR)
    back = await record(database, "0.00195", T0 + 2 * HOUR)
    assert back.before is not None
    assert back.before.value == Decimal("0.00196")
    async with database.read() as connection:
        history = await rates.history(connection, KZT, T0 - HOUR, 10)
    assert [r.value for r in history] == [Decimal("0.00195"), Decimal("0.00196")]


async def test_the_board_tells_the_last_different_value_and_the_one_a_week_ago(database: Database) -> None:
    week = dt.timedelta(days=7)
    await record(database, "0.00190", T0 - week - HOUR)
    await record(database, "0.00196", T0 - HOUR)
    await record(database, "0.00194", T0)
    await record(database, "0.01144", T0, Pair("KGS", "USD"))
    async with database.read() as connection:
        board = await rates.board(connection, T0)
    assert [
        (
            line.now.pair.base,
            line.now.value,
            line.previous and line.previous.value,
            line.week_ago and line.week_ago.value,
        )
        for line in board
    ] == [
        ("KGS", Decimal("0.01144"), None, None),
        ("KZT", Decimal("0.00194"), Decimal("0.00196"), Decimal("0.00190")),
    ]


async def test_an_observation_from_before_the_last_one_changes_nothing(database: Database) -> None:
    await record(database, "0.00194", T0)
    late = await record(database, "0.00196", T0 - HOUR)
    assert (late.outcome, late.moved) == (Outcome.SAME, False)
