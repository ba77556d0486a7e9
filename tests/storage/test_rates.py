import datetime as dt
from decimal import Decimal

from bot.domain.rate_decisions import RateOutcome
from bot.domain.rate_graph import TICKER
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.snapshot import Table
from bot.domain.trust import HoldReason
from bot.ingest.rates import store_history
from storage import rates
from storage.database import Database
from tests.stored import record_rate

KZT = Pair("KZT", "USD")
T0 = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
D6 = Decimal("0.000001")


def quote(value: str, pair: Pair = KZT) -> Quote:
    return Quote(pair, Decimal(value), Decimal("0.000005"), "-0")


async def record(
    database: Database, value: str, at: dt.datetime, pair: Pair = KZT, reason: HoldReason | None = None
) -> tuple[RateOutcome, Rate | None]:
    async with database.write() as connection:
        return await record_rate(connection, "ticker", quote(value, pair), at, at.date(), reason)


async def series(database: Database) -> list[Rate]:
    async with database.read() as connection:
        return await rates.series(connection, KZT, "ticker", dt.date(2025, 1, 1), dt.date(2026, 1, 1))


async def current(database: Database) -> Decimal | None:
    async with database.read() as connection:
        rate = (await rates.graph(connection, T0)).rate(TICKER, KZT)
    return rate.value if rate else None


async def test_a_value_seen_again_on_the_same_day_only_moves_the_time_of_confirmation(database: Database) -> None:
    first = await record(database, "0.00196", T0)
    again = await record(database, "0.00196", T0 + HOUR)
    assert (first[0], again[0]) == (RateOutcome.NEW, RateOutcome.SAME)
    assert [(r.value, r.observed_at, r.confirmed_at) for r in await series(database)] == [
        (Decimal("0.00196"), T0, T0 + HOUR)
    ]


async def test_a_new_day_writes_a_row_even_for_the_same_value(database: Database) -> None:
    await record(database, "0.00196", T0)
    again = await record(database, "0.00196", T0 + 24 * HOUR)
    assert again[0] is RateOutcome.NEW
    assert [r.valid_on for r in await series(database)] == [dt.date(2025, 12, 8), dt.date(2025, 12, 9)]


async def test_values_come_back_exactly(database: Database) -> None:
    await record(database, "0.000082358076", T0)
    async with database.read() as connection:
        rate = (await rates.graph(connection, T0)).rate(TICKER, KZT)
    assert rate is not None
    assert (rate.value, rate.tick) == (Decimal("0.000082358076"), Decimal("0.000005"))


async def test_a_held_rate_is_held_back_until_it_is_seen_without_a_reason_to_hold(database: Database) -> None:
    await record(database, "0.00196", T0)
    held = await record(database, "0.00300", T0 + HOUR, reason=HoldReason.JUMP)
    assert (held[0], held[1] and held[1].confirmed) == (RateOutcome.HELD, False)
    assert await current(database) == Decimal("0.00196")
    again = await record(database, "0.00300", T0 + 2 * HOUR, reason=HoldReason.JUMP)
    assert again[0] is RateOutcome.HELD
    believed = await record(database, "0.00300", T0 + 3 * HOUR)
    assert (believed[0], believed[1] and believed[1].confirmed) == (RateOutcome.NEW, True)
    assert await current(database) == Decimal("0.00300")


async def test_a_held_rate_that_goes_away_leaves_no_trace_in_the_series(database: Database) -> None:
    await record(database, "0.00196", T0)
    await record(database, "0.00300", T0 + HOUR, reason=HoldReason.JUMP)
    assert await current(database) == Decimal("0.00196")
    await record(database, "0.00195", T0 + 2 * HOUR)
    assert [r.value for r in await series(database)] == [Decimal("0.00195")]


async def test_the_table_has_the_rates_of_the_day_before_and_of_a_week_ago(database: Database) -> None:
    week = dt.timedelta(days=7)
    await record(database, "0.00190", T0 - week - HOUR)
    await record(database, "0.00196", T0 - dt.timedelta(days=1))
    await record(database, "0.00195", T0 - HOUR)
    await record(database, "0.00194", T0)
    await record(database, "0.01144", T0, Pair("KGS", "USD"))
    async with database.read() as connection:
        board = await rates.rate_table(connection, T0)
    assert [
        (line.code, line.resolved.legs[0].value, line.previous and line.previous.inverted.value.quantize(D6))
        for line in board[:2]
    ] == [("KZT", Decimal("0.00194"), Decimal("0.001960")), ("KGS", Decimal("0.01144"), None)]
    assert board[0].week_ago is not None
    assert board[0].week_ago.inverted.value.quantize(D6) == Decimal("0.001900")


async def test_an_observation_from_before_the_last_one_changes_nothing(database: Database) -> None:
    await record(database, "0.00194", T0)
    late = await record(database, "0.00196", T0 - HOUR)
    assert late == (RateOutcome.SAME, None)
    assert await current(database) == Decimal("0.00194")


async def test_an_older_day_becomes_history_and_never_the_current_rate(database: Database) -> None:
    await record(database, "0.00194", T0)
    async with database.write() as connection:
        older = await record_rate(connection, "ticker", quote("0.00200"), T0 + HOUR, dt.date(2025, 12, 1))
    assert older == (RateOutcome.OLDER, None)
    assert await current(database) == Decimal("0.00194")
    assert [r.value for r in await series(database)] == [Decimal("0.00200"), Decimal("0.00194")]


def table(day: int, *pairs: tuple[str, str]) -> Table:
    quotes = tuple(Quote(Pair(code, "UZS"), Decimal(value), Decimal("0.005")) for code, value in pairs)
    return Table(dt.date(2026, 4, day), quotes)


# The Central Bank of Uzbekistan's manat, as printed on 31 March, 1 and 2 April 2026.
MANAT = (
    Table(dt.date(2026, 3, 31), table(1, ("USD", "12210.71"), ("TMT", "3929.43")).quotes),
    table(1, ("USD", "12194.21"), ("TMT", "4037.68")),
    table(2, ("USD", "12142.10"), ("TMT", "3469.17")),
)


async def test_history_off_the_fixed_rate_is_kept_aside_and_known_days_are_left(database: Database) -> None:
    for expected in (6, 0):
        async with database.write() as connection:
            assert await store_history(connection, "cbu", MANAT) == expected
    async with database.read() as connection:
        graph = await rates.graph(connection, dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC))
        manat = await rates.series(connection, Pair("TMT", "UZS"), "cbu", dt.date(2026, 3, 1), dt.date(2026, 4, 30))
    assert [rate.value for rate in manat] == [Decimal("3469.17")]
    resolved = graph.resolve(Pair("USD", "UZS"))
    assert resolved is not None
    assert (resolved.rate.value, resolved.rate.valid_on) == (Decimal("12142.10"), dt.date(2026, 4, 2))


async def test_a_cross_is_sent_of_a_day_by_the_same_path(database: Database) -> None:
    kyrgyz = Table(dt.date(2026, 4, 1), (Quote(Pair("USD", "KGS"), Decimal("87.4500"), Decimal("0.00005")),))
    async with database.write() as connection:
        await store_history(connection, "cbu", MANAT)
        await store_history(connection, "nbkr", [kyrgyz])
        graph = await rates.graph(connection, dt.datetime(2026, 4, 2, tzinfo=dt.UTC))
        resolved = graph.resolve(Pair("KGS", "UZS"))
        assert resolved is not None
        assert resolved.path == ("KGS", "USD", "UZS")
        [on_first] = await rates.rates_on(connection, [resolved], dt.date(2026, 4, 1))
        [before_all] = await rates.rates_on(connection, [resolved], dt.date(2026, 3, 1))
    assert on_first is not None
    assert on_first.value.quantize(Decimal("0.0001")) == (Decimal("12194.21") / Decimal("87.45")).quantize(
        Decimal("0.0001")
    )
    assert before_all is None
