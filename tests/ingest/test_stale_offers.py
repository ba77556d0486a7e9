"""People who depend on offers get one message when their table is stale and one when a new one is there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.render import render
from bot.domain.alerts import AlertRule, Side, create_alert
from bot.domain.chats import Chat
from bot.domain.rates import Pair, Rate
from bot.ingest.offer_polls import OFFER_FAILURES
from bot.views.message import plain_text
from storage import alerts, chats, claims, deliveries
from storage.database import Database
from tests.ingest.offer_bank import DAY, T0, TODAY, Bank, Clock, page, poll, poller

TRANSFER = Pair("RUB", "TJS", "transfer:buy")
OFFICIAL = Pair("RUB", "TJS")


# A person with an alert on transfers, one with it in Russian, one on the official rate, one on gold, and one with the
# digest of rubles and somoni; a channel, whose readers can change nothing.
WITH_ALERT, IN_RUSSIAN, ON_RATE, WITH_DIGEST, NO_DIGEST, ON_GOLD, CHANNEL = 1, 2, 3, 4, 5, 6, -1001
NOBODY: list[tuple[int, str]] = []


async def add_chat(database: Database, chat: Chat, *pairs: Pair) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, chat, T0)
        await chats.save(connection, chat)
        for pair in pairs:
            rate = Rate(pair, Decimal("0.11"), Decimal("0.00005"), "nbt", T0, T0, TODAY)
            alert = create_alert(AlertRule(pair, Side.ABOVE, Decimal(20)), chat.id, 0, rate)
            await alerts.add(connection, alert, T0)


def person(chat_id: int, language: str = "en", currencies: tuple[str, ...] = ()) -> Chat:
    return Chat(chat_id, "private", language, "Asia/Dushanbe", currencies=currencies)


@pytest.fixture(autouse=True)
async def people(database: Database) -> None:
    await add_chat(database, person(WITH_ALERT), TRANSFER, replace(TRANSFER, market="cash:sell"))
    await add_chat(database, person(IN_RUSSIAN, "ru"), TRANSFER)
    await add_chat(database, person(ON_RATE), OFFICIAL)
    await add_chat(database, person(ON_GOLD), Pair("XAU", "KGS", "nbkr:sell"))
    digest = replace(person(WITH_DIGEST, currencies=("TJS", "RUB", "USD")), next_digest_at=T0 + 30 * DAY)
    await add_chat(database, digest)
    await add_chat(database, person(NO_DIGEST, currencies=("RUB", "TJS")))
    await add_chat(database, replace(person(CHANNEL), kind="channel"), TRANSFER)


async def messages(database: Database, now: dt.datetime) -> list[tuple[int, str]]:
    """The messages that are claimed now, by chat."""
    found = []
    async with database.write() as connection:
        for delivery in await claims.claim(connection, now, 100):
            chat = await chats.get(connection, delivery.chat_id)
            assert chat is not None
            view = await render(ClaimReader(connection, [delivery]), delivery, chat, now)
            assert view is not None
            found.append((chat.id, plain_text(view.text)))
    return sorted(found)


def table_of(clock: Clock) -> dict[str, str | None]:
    return {code: page(clock.now.date()) for code in ("USD", "EUR", "RUB")}


async def test_a_stale_table_and_its_return_are_sent_once_to_each_who_depends_on_it(database: Database) -> None:
    bank, clock = Bank(), Clock()
    bank.pages = table_of(clock)
    await poll(poller(database, bank, clock))
    clock.now = T0 + 4 * DAY  # a Monday before the office closes: Friday's table is missing, but no two are
    await poll(poller(database, bank, clock))
    assert await messages(database, clock.now) == NOBODY
    clock.now += dt.timedelta(hours=3)
    for number in range(3):  # a new process for each
        await poll(poller(database, bank, clock))
        shown = await messages(database, clock.now)
        if number == 0:
            assert [chat for chat, _ in shown] == [WITH_ALERT, IN_RUSSIAN, WITH_DIGEST]
            assert shown[0][1].startswith(
                "⚠️ National Bank of Tajikistan: offers of banks: no new table since 24 Sep 16:09."
            )
            assert "новой таблицы нет с 24 сент. 16:09" in shown[1][1]
        else:
            assert shown == NOBODY
        clock.now += dt.timedelta(hours=1)
    bank.pages = {}  # an old table that cannot even be fetched is no second message
    for _ in range(OFFER_FAILURES + 1):
        await poll(poller(database, bank, clock))
        clock.now += dt.timedelta(hours=6)
    assert await messages(database, clock.now) == NOBODY
    bank.pages = table_of(clock)
    for place in range(2):
        await poll(poller(database, bank, clock))
        shown = await messages(database, clock.now)
        assert [chat for chat, _ in shown] == ([] if place else [WITH_ALERT, IN_RUSSIAN, WITH_DIGEST])
        assert all(text.startswith("✅ ") and "16:09" in text for _, text in shown)


async def test_a_source_that_fails_often_is_stale_for_them_too(database: Database) -> None:
    bank, clock = Bank(), Clock()
    bank.pages = table_of(clock)
    await poll(poller(database, bank, clock))
    bank.pages = {}
    for failures in range(1, OFFER_FAILURES + 3):
        await poll(poller(database, bank, clock))
        expected = [WITH_ALERT, IN_RUSSIAN, WITH_DIGEST] if failures == OFFER_FAILURES else []
        assert [chat for chat, _ in await messages(database, clock.now)] == expected
        clock.now += dt.timedelta(hours=1)


async def test_a_bank_whose_rates_are_stale_concerns_alerts_on_rates_only(database: Database) -> None:
    async with database.read() as connection:
        assert await deliveries.watchers(connection, "nbt", ["TJS"]) == [(ON_RATE, 0)]
