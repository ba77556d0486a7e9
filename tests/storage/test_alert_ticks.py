"""A tick over stored alerts: the result of each rule is stored, sent and counted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
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
from bot.domain.events import AlertFired
from bot.domain.rates import Pair, Rate
from bot.ingest import alerts as module
from storage import alert_ticks, alerts, chats
from storage.database import Database
from storage.event_codec import decode
from storage.models import AlertRow, ChatRow, DeliveryRow, EventRow
from tests.domain.alerts.strategies import KZT, RUB_UZS, T0, observations
from tests.domain.alerts.strategies import alerts as any_alert

MINUTE = dt.timedelta(minutes=1)


def seen(value: str, pair: Pair = KZT) -> Observation:
    """An observation of a pair with an exact rate."""
    return observe(Rate(pair, Decimal(value), Decimal(0), "nbk", T0, T0, T0.date()), Decimal("0.0019"))


async def add_chat(database: Database, chat_id: int = 1, zone: str = "Asia/Almaty") -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(chat_id, "private", "en", zone), T0)


async def add(database: Database, *new: Alert) -> list[Alert]:
    async with database.write() as connection:
        return [replace(one, id=await alerts.add(connection, one, T0)) for one in new]


async def evaluate(database: Database, now: dt.datetime, *seen: Observation) -> int:
    async with database.write() as connection:
        return await module.judge(connection, seen, now)


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
    rules=st.lists(any_alert(KZT) | any_alert(RUB_UZS), min_size=1, max_size=12),
    walk=st.lists(st.tuples(observations(KZT), observations(RUB_UZS)), min_size=1, max_size=5),
)
async def test_stored_alerts_go_through_the_states_of_the_rule(
    database: Database, rules: list[Alert], walk: list[tuple[Observation, Observation]]
) -> None:
    async with database.write() as connection:
        await connection.execute(delete(EventRow))
        await connection.execute(delete(ChatRow))
    await add_chat(database)
    expected = await add(database, *rules)
    for n, tick in enumerate(walk):
        now = T0 + (n + 1) * dt.timedelta(hours=1)
        by_pair = {observation.rate.pair: observation for observation in tick}
        stepped = [step(one, by_pair[one.pair], now) for one in expected]
        expected = [after for after, _ in stepped]
        await evaluate(database, now, *tick)
        async with database.read() as connection:
            stored = await alerts.of_chat(connection, 1)
        assert stored == expected
        for row, one in zip(await rows(database, AlertRow), expected, strict=True):
            assert columns(row) == {name: getattr(one, name) for name in columns(row)}
        fired = {crossing.alert.id for _, crossing in stepped if crossing}
        events = [event for event in await rows(database, EventRow) if event.created_at == now]
        assert {content.alert_id for event in events if isinstance(content := decode(event), AlertFired)} == fired
        await evaluate(database, now, *tick)  # a repeated tick changes nothing
        async with database.read() as connection:
            assert await alerts.of_chat(connection, 1) == expected
        assert [event for event in await rows(database, EventRow) if event.created_at == now] == events


async def test_an_alert_that_fires_is_one_event_and_one_delivery_with_all_that_its_message_needs(
    database: Database,
) -> None:
    await add_chat(database)
    [rule, _] = await add(database, level("0.00195", thread_id=7), level("0.0021"))
    assert await evaluate(database, T0, seen("0.002")) == 1
    [event] = await rows(database, EventRow)
    [delivery] = await rows(database, DeliveryRow)
    assert (delivery.event_id, delivery.chat_id, delivery.thread_id, delivery.state) == (event.id, 1, 7, "pending")
    assert decode(event) == AlertFired(
        rule.id,
        rule.rule,
        False,
        seen("0.002").rate,
        T0,
        before=Decimal("0.0019"),
        rearms_at=Decimal("0.00194415"),
    )


async def test_alerts_of_inactive_chats_change_state_and_send_nothing(database: Database) -> None:
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
        assert await alerts.of_day(connection, 1) == (T0, MAX_ALERTS_A_DAY + 5)


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


async def test_watched_pairs_and_kinds_are_those_of_armed_and_fired_alerts(database: Database) -> None:
    async with database.read() as connection:
        assert await alert_ticks.watched(connection) == {}
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
        assert await alert_ticks.watched(connection) == {KZT: {Kind.LEVEL}, RUB_UZS: {Kind.DAY, Kind.MOVE}}


async def test_more_alerts_than_a_page_fire_once_each_in_bounded_pieces(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    chat_ids = range(1, 2 * alert_ticks.PAGE // MAX_ALERTS_A_DAY + 2)
    for chat_id in chat_ids:
        await add_chat(database, chat_id)
    rules = [level("0.00195", chat_id) for chat_id in chat_ids for _ in range(MAX_ALERTS_A_DAY)]
    sleeper = replace(level("0.00195"), snoozed_until=T0 + MINUTE)
    await add(database, *rules, sleeper)
    assert await evaluate(database, T0, seen("0.002")) == len(rules)
    assert await evaluate(database, T0, seen("0.002")) == 0
    assert [delivery.event_id for delivery in await rows(database, DeliveryRow)] == [
        event.id for event in await rows(database, EventRow)
    ]
    states = [row.state for row in await rows(database, AlertRow)]
    assert states == [AlertState.FIRED] * len(rules) + [AlertState.ARMED]


async def test_an_older_observation_changes_nothing(database: Database) -> None:
    await add_chat(database)
    await add(database, level("0.00195"))
    await evaluate(database, T0 + MINUTE, seen("0.002"))
    assert await evaluate(database, T0, seen("0.0019")) == 0
    [row] = await rows(database, AlertRow)
    assert (row.state, row.changed_at) == (AlertState.FIRED, T0 + MINUTE)


async def test_nothing_of_a_tick_that_fails_is_stored(database: Database) -> None:
    await add_chat(database)
    await add(database, level("0.00195"))
    with pytest.raises(ZeroDivisionError):
        async with database.write() as connection:
            await module.judge(connection, [seen("0.002")], T0)
            raise ZeroDivisionError
    assert await rows(database, EventRow) == []
    assert await evaluate(database, T0, seen("0.002")) == 1
