"""What the database makes of many lines at one look is what the rule makes of each."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.domain.alerts import (
    MAX_ALERTS_A_DAY,
    Alert,
    AlertRule,
    AlertState,
    Kind,
    Observation,
    Side,
    create_alert,
    observe,
    rearmed,
    step,
)
from bot.domain.chats import Chat, ChatState
from bot.domain.rates import Pair, Rate
from storage import alerts, chats, crossings
from storage.database import Database
from storage.models import AlertRow, ChatRow, DeliveryRow, EventRow
from tests.domain.alerts.strategies import KZT, RUB_UZS, T0, observations
from tests.domain.alerts.strategies import alerts as any_threshold

MINUTE = dt.timedelta(minutes=1)


def seen(value: str, pair: Pair = KZT) -> Observation:
    """One look at a pair with an exact figure."""
    return observe(Rate(pair, Decimal(value), Decimal(0), "nbk", T0, T0, T0.date()), Decimal("0.0019"))


async def add_chat(database: Database, chat_id: int = 1, zone: str = "Asia/Almaty") -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(chat_id, "private", "en", zone), T0)


async def add(database: Database, *drawn: Alert) -> list[Alert]:
    async with database.write() as connection:
        return [replace(one, id=await alerts.add(connection, one, T0)) for one in drawn]


async def evaluate(database: Database, now: dt.datetime, *seen: Observation) -> int:
    async with database.write() as connection:
        return await crossings.evaluate(connection, seen, now)


async def rows(database: Database, table: Any) -> Sequence[Any]:
    async with database.read() as connection:
        return (await connection.execute(select(table.__table__).order_by(table.__table__.c.id))).all()


def level(number: str, chat_id: int = 1, thread_id: int = 0, pair: Pair = KZT) -> Alert:
    return create_alert(AlertRule(pair, Side.ABOVE, level=Decimal(number)), chat_id, thread_id, seen("0.0019").rate)


def columns(row: Any) -> dict[str, Any]:
    ours = ("fires_above", "fires_below", "rearms_at", "side", "state", "anchor", "level")
    return {name: getattr(row, name) for name in ours}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(any_threshold(KZT) | any_threshold(RUB_UZS), min_size=1, max_size=12),
    walk=st.lists(st.tuples(observations(KZT), observations(RUB_UZS)), min_size=1, max_size=5),
)
async def test_the_database_and_the_rule_agree(
    database: Database, lines: list[Alert], walk: list[tuple[Observation, Observation]]
) -> None:
    async with database.write() as connection:
        await connection.execute(delete(EventRow))
        await connection.execute(delete(ChatRow))
    await add_chat(database)
    expected = await add(database, *lines)
    for n, look in enumerate(walk):
        now = T0 + (n + 1) * dt.timedelta(hours=1)
        by_pair = {observation.rate.pair: observation for observation in look}
        stepped = [step(one, by_pair[one.pair], now) for one in expected]
        expected = [after for after, _ in stepped]
        await evaluate(database, now, *look)
        async with database.read() as connection:
            stored = await alerts.of_chat(connection, 1)
        assert stored == expected  # a restart reads what was lived through
        for row, one in zip(await rows(database, AlertRow), expected, strict=True):
            assert columns(row) == {name: getattr(one, name) for name in columns(row)}
        cried = {crossing.alert.id for _, crossing in stepped if crossing}
        events = [event for event in await rows(database, EventRow) if event.created_at == now]
        assert {event.payload["alert_id"] for event in events if event.kind == "crossing"} == cried
        await evaluate(database, now, *look)  # the same look again tells nothing
        async with database.read() as connection:
            assert await alerts.of_chat(connection, 1) == expected
        assert [event for event in await rows(database, EventRow) if event.created_at == now] == events


async def test_a_crossing_is_one_event_and_one_delivery_with_all_that_its_message_needs(database: Database) -> None:
    await add_chat(database)
    [rule, _] = await add(database, level("0.00195", thread_id=7), level("0.0021"))
    assert await evaluate(database, T0, seen("0.002")) == 1
    [event] = await rows(database, EventRow)
    [delivery] = await rows(database, DeliveryRow)
    assert (delivery.event_id, delivery.chat_id, delivery.thread_id, delivery.state) == (event.id, 1, 7, "pending")
    assert event.payload == {
        "alert_id": rule.id,
        "base": "KZT",
        "quote": "USD",
        "side": "above",
        "level": "0.00195",
        "move": None,
        "days": None,
        "kind": "level",
        "once": event.payload["once"],
        "seen": {
            "base": "KZT",
            "quote": "USD",
            "before": "0.0019",
            "now": "0.002",
            "low": "0.002",
            "high": "0.002",
            "source": "nbk",
            "valid_on": "2025-12-08",
            "at": "2025-12-08T06:00:00+00:00",
        },
    }


async def test_chats_that_are_not_spoken_to_hear_nothing_but_their_lines_live_on(database: Database) -> None:
    await add_chat(database)
    [rule] = await add(database, level("0.00195"))
    async with database.write() as connection:
        await chats.set_state(connection, 1, ChatState.STOPPED, T0)
    assert await evaluate(database, T0, seen("0.002")) == 0
    async with database.read() as connection:
        after = await alerts.get(connection, rule.id)
    assert after is not None
    assert after.state is AlertState.FIRED


async def test_a_day_brings_so_many_alerts_and_one_summary(database: Database) -> None:
    await add_chat(database)
    await add_chat(database, 2)
    await add(database, *(level(f"0.0019{n:02}") for n in range(1, MAX_ALERTS_A_DAY + 6)), level("0.00192", 2))
    assert await evaluate(database, T0, seen("0.0019155")) == 15
    assert await evaluate(database, T0 + MINUTE, seen("0.00192001")) == 5 + 1
    assert await evaluate(database, T0 + 2 * MINUTE, seen("0.00193")) == 1
    kinds = [event.kind for event in await rows(database, EventRow)]
    assert (kinds.count("crossing"), kinds.count("capped")) == (MAX_ALERTS_A_DAY + 5 + 1, 1)
    mine = [delivery for delivery in await rows(database, DeliveryRow) if delivery.chat_id == 1]
    assert len(mine) == MAX_ALERTS_A_DAY + 1
    async with database.read() as connection:
        assert await chats.alerts_of_day(connection, 1) == (T0, MAX_ALERTS_A_DAY + 5)


async def test_the_day_is_the_24_hours_after_its_first_alert(database: Database) -> None:
    await add_chat(database)
    [rule] = await add(database, level("0.00195"))
    counted = []
    for hours in (0, 23, 24, 47, 48):
        async with database.write() as connection:
            await alerts.save(connection, rearmed(rule))
        await evaluate(database, T0 + 60 * hours * MINUTE, seen("0.002"))
        [chat] = await rows(database, ChatRow)
        counted.append(((chat.alerts_since - T0) / (60 * MINUTE), chat.alerts_today))
    assert counted == [(0, 1), (0, 2), (24, 1), (24, 2), (48, 1)]


async def test_watched_pairs_and_kinds_are_those_of_lines_that_wait_or_rest(database: Database) -> None:
    async with database.read() as connection:
        assert await crossings.watched(connection) == {}
    await add_chat(database)
    rub = AlertRule(RUB_UZS, Side.BOTH, move=Decimal("0.02"), kind=Kind.DAY)
    move = AlertRule(RUB_UZS.inverted, Side.BOTH, move=Decimal("0.02"), kind=Kind.MOVE)
    idle = AlertRule(Pair("EUR", "USD"), Side.ABOVE, level=Decimal(1))
    [*_, sleeper, fired] = await add(
        database,
        level("0.002"),
        level("0.003"),
        create_alert(rub, 1, 0, seen("160", RUB_UZS).rate),
        create_alert(idle, 1, 0, seen("1").rate),
        create_alert(move, 1, 0, seen("160", RUB_UZS).rate),
    )
    async with database.write() as connection:
        await alerts.save(connection, replace(sleeper, state=AlertState.PAUSED))
        await alerts.save(connection, replace(fired, state=AlertState.FIRED))
        assert await crossings.watched(connection) == {KZT: {Kind.LEVEL}, RUB_UZS: {Kind.DAY, Kind.MOVE}}
