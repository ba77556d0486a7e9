"""Alerts of a chat: no two equal ones, however many are created at once; deleted ones can be restored for a day."""

import asyncio
import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from bot.domain.alerts import Alert, AlertRule, AlertState, Kind, Side, create_alert, identity
from bot.domain.chats import Chat
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.alerts import evaluate
from bot.ingest.rates import store_history
from bot.schedule.jobs import RESTORABLE, prune
from bot.services import alert_list
from bot.services.alerts import Created, Duplicate, IfMet, change_rule
from bot.services.alerts import create_alert as create
from storage import alerts, chat_moves, chats, rates
from storage.alerts import MAX_DELETED
from storage.database import Database
from storage.models import AlertRow
from tests.domain.alerts.strategies import KZT, T0, rate

GROUP, SUPERGROUP = -100, -1_000_000_000_100


async def prepare(database: Database, chat_id: int = 1, kind: str = "private") -> None:
    """Store a chat and a rate of the tenge."""
    quote = Quote(Pair("USD", "KZT"), Decimal("478.77"), Decimal("0.005"))
    async with database.write() as connection:
        await chats.ensure(connection, Chat(chat_id, kind, "en", "Asia/Almaty"), T0)
        await store_history(connection, "nbk", [Table(T0.date(), (quote,))])


def level(number: int | str, pair: Pair = KZT.inverted) -> AlertRule:
    value = Decimal(number)
    return AlertRule(pair, Side.ABOVE if value > 478 else Side.BELOW, level=value)


async def of_chat(database: Database, chat_id: int = 1) -> list[Alert]:
    async with database.read() as connection:
        return await alerts.of_chat(connection, chat_id)


async def add(database: Database, rule: AlertRule, chat_id: int, thread_id: int = 0) -> None:
    async with database.write() as connection:
        await alerts.add(connection, create_alert(rule, chat_id, thread_id, rate("0.0020887")), T0)


async def count_rows(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(AlertRow))).scalar_one())


async def test_alerts_that_are_created_at_once_are_never_equal(database: Database) -> None:
    await prepare(database)
    rules = [level(number) for number in (500, 510, 500, 500, 510, 520)] * 2
    results = await asyncio.gather(*(create(database, 1, 0, rule, T0) for rule in rules))
    assert Counter(type(result) for result in results) == {Created: 3, Duplicate: 9}
    assert sorted(str(one.rule.level) for one in await of_chat(database)) == ["500", "510", "520"]


async def test_an_alert_is_not_created_and_restored_at_once(database: Database) -> None:
    await prepare(database)
    first = await create(database, 1, 0, level(500), T0)
    assert isinstance(first, Created)
    for _ in range(5):
        [alert] = await of_chat(database)
        await alert_list.delete_alert(database, 1, alert.id, T0)
        await asyncio.gather(
            create(database, 1, 0, level(500), T0),
            alert_list.restore_alert(database, 1, alert.id, AlertState.ARMED, T0),
            create(database, 1, 0, level(500), T0),
        )
        assert len(await of_chat(database)) == 1


async def test_alerts_that_are_changed_at_once_are_never_equal(database: Database) -> None:
    await prepare(database)
    for number in (500, 510, 520):
        await create(database, 1, 0, level(number), T0)
    ids = [one.id for one in await of_chat(database)]
    results = await asyncio.gather(*(change_rule(database, 1, number, level(600), T0) for number in ids))
    assert Counter(type(result) for result in results) == {Created: 1, Duplicate: 2}
    levels = [str(one.rule.level) for one in await of_chat(database)]
    assert levels.count("600") == 1


async def test_a_changed_rule_of_any_kind_waits_for_its_next_crossing(database: Database) -> None:
    await prepare(database)
    quote = Quote(Pair("USD", "KZT"), Decimal(470), Decimal("0.005"))
    async with database.write() as connection:
        await store_history(
            connection, "nbk", [Table(T0.date() - dt.timedelta(days=n), (quote,)) for n in range(1, 31)]
        )
    await create(database, 1, 0, level(500), T0)
    [alert] = await of_chat(database)
    for rule in (
        AlertRule(KZT.inverted, Side.BOTH, move=Decimal("0.01"), kind=Kind.DAY),
        AlertRule(KZT.inverted, Side.ABOVE, move=Decimal("0.01"), kind=Kind.WEEK),
        AlertRule(KZT.inverted, Side.ABOVE, kind=Kind.HIGH, days=30),
        level(470),
    ):
        changed = await change_rule(database, 1, alert.id, rule, T0)
        assert isinstance(changed, Created)
        is_met = rule.kind is not Kind.LEVEL
        assert changed.alert.state is (AlertState.FIRED if is_met else AlertState.ARMED), rule
        async with database.write() as connection:
            assert not await evaluate(connection, *[await rates.graph(connection, T0)] * 2, T0)


async def test_an_alert_that_fires_at_once_does_not_judge_those_of_other_chats(database: Database) -> None:
    await prepare(database)
    await prepare(database, 2)
    met = replace(level(470), side=Side.ABOVE)
    await add(database, met, chat_id=2)
    created = await create(database, 1, 0, met, T0, if_met=IfMet.FIRE)
    assert isinstance(created, Created)
    assert [one.state for one in await of_chat(database)] == [AlertState.FIRED]
    assert [one.state for one in await of_chat(database, 2)] == [AlertState.ARMED]


async def test_equal_rules_in_two_threads_are_two_alerts(database: Database) -> None:
    await prepare(database)
    for thread in (0, 7, 7):
        await create(database, 1, thread, level(500), T0)
    assert [one.thread_id for one in await of_chat(database)] == [0, 7]


operations = st.lists(
    st.tuples(st.sampled_from(["create", "delete", "restore", "change", "resume"]), st.integers(1, 6)), max_size=25
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations)
async def test_no_history_of_changes_leads_to_equal_alerts(database: Database, history: list[tuple[str, int]]) -> None:
    await prepare(database)
    async with database.write() as connection:
        await connection.execute(delete(AlertRow))
    seen = [0]
    for n, (what, number) in enumerate(history):
        now, rule = T0 + dt.timedelta(minutes=n), level(490 + number)
        known = seen[number % len(seen)]
        match what:
            case "create":
                made = await create(database, 1, 0, rule, now, if_met=IfMet.WAIT)
                seen += [made.alert.id] if isinstance(made, Created) else []
            case "delete":
                await alert_list.delete_alert(database, 1, known, now)
            case "restore":
                await alert_list.restore_alert(database, 1, known, AlertState.ARMED, now)
            case "change":
                await change_rule(database, 1, known, rule, now)
            case _:
                await alert_list.resume_alert(database, 1, known, now)
        found = [identity(one.rule) for one in await of_chat(database)]
        assert len(found) == len(set(found))


async def test_all_alerts_are_paused_and_resumed_and_wait_for_their_next_crossing(database: Database) -> None:
    await prepare(database)
    met = replace(level(470), side=Side.ABOVE)
    ends = AlertRule(KZT.inverted, Side.ABOVE, move=Decimal("0.02"), kind=Kind.WEEK)
    for rule in (level(500), met, ends):
        await add(database, rule, 1)
    await alert_list.pause_all(database, 1)
    assert {one.state for one in await of_chat(database)} == {AlertState.PAUSED}
    await alert_list.resume_all(database, 1, T0)
    assert [one.state for one in await of_chat(database)] == [AlertState.ARMED, AlertState.FIRED, AlertState.ARMED]


async def test_a_deleted_alert_is_found_by_nothing_and_restored_for_a_day(database: Database) -> None:
    await prepare(database)
    await create(database, 1, 0, level(500), T0)
    [alert] = await of_chat(database)
    await alert_list.delete_alert(database, 1, alert.id, T0)
    async with database.write() as connection:
        assert await alerts.get(connection, alert.id) is None
        assert await alerts.get_own(connection, 1, alert.id) is None
        assert await alerts.count_of_chat(connection, 1) == 0
    restored = await alert_list.restore_alert(database, 1, alert.id, AlertState.PAUSED, T0)
    assert restored is not None
    assert restored.alert.state is AlertState.PAUSED
    await alert_list.delete_alert(database, 1, alert.id, T0)
    await prune(database, T0 + RESTORABLE, dt.timedelta(days=90))
    assert await count_rows(database) == 1
    await prune(database, T0 + RESTORABLE + dt.timedelta(seconds=1), dt.timedelta(days=90))
    assert await count_rows(database) == 0
    assert await alert_list.restore_alert(database, 1, alert.id, AlertState.ARMED, T0) is None


async def test_an_expired_prompt_and_the_person_who_was_asked_are_removed(database: Database) -> None:
    asked = Chat(GROUP, "group", "en", "UTC", awaiting="convert", awaiting_until=T0, awaiting_from=7)
    async with database.write() as connection:
        await chats.ensure(connection, asked, T0)
        await chats.save(connection, asked)
    for passed, kept in ((RESTORABLE, True), (RESTORABLE + dt.timedelta(seconds=1), False)):
        await prune(database, T0 + passed, dt.timedelta(days=90))
        async with database.read() as connection:
            chat = await chats.get(connection, GROUP)
        assert chat is not None
        assert (chat.awaiting, chat.awaiting_from) == (("convert", 7) if kept else (None, None))


async def test_a_chat_keeps_only_its_last_deleted_alerts(database: Database) -> None:
    await prepare(database)
    for n in range(MAX_DELETED + 5):
        await create(database, 1, 0, level(500 + n), T0)
        [alert] = await of_chat(database)
        await alert_list.delete_alert(database, 1, alert.id, T0 + dt.timedelta(seconds=n))
    assert await count_rows(database) == MAX_DELETED
    async with database.write() as connection:
        assert await alerts.get_own(connection, 1, alert.id, deleted=True) is not None


async def test_alerts_that_a_supergroup_has_already_are_not_moved_there(database: Database) -> None:
    for chat in (GROUP, SUPERGROUP):
        await prepare(database, chat, "group")
    await add(database, level(500), SUPERGROUP)
    for number in (500, 510):
        await add(database, level(number), GROUP)
    async with database.write() as connection:
        await chat_moves.migrate(connection, GROUP, SUPERGROUP)
    assert [str(one.rule.level) for one in await of_chat(database, SUPERGROUP)] == ["500", "510"]


async def test_alerts_that_general_has_already_are_not_moved_there(database: Database) -> None:
    await prepare(database, GROUP, "group")
    await add(database, level(500), GROUP)
    for number in (500, 510):
        await add(database, level(number), GROUP, thread_id=7)
    async with database.write() as connection:
        await chat_moves.leave_thread(connection, GROUP, 7)
    found = await of_chat(database, GROUP)
    assert [(one.thread_id, str(one.rule.level)) for one in found] == [(0, "500"), (0, "510")]
