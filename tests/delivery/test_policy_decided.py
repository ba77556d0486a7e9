"""A decision on a policy rate is sent to those who follow the currency, after quiet hours, and plain in a channel."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.digests import read_digest
from bot.delivery.policy import decide
from bot.delivery.render import render
from bot.domain.articles import Article
from bot.domain.chats import Chat, Quiet
from bot.domain.deliveries import Delivery
from bot.domain.events import Event, PolicyDecided
from storage import chats, policy_rates
from storage.database import Database
from tests.stored import store_article

NOW = dt.datetime(2026, 7, 24, 8, tzinfo=dt.UTC)
CHAT = Chat(1, "private", "en", "Asia/Almaty", currencies=("RUB", "KZT"))
CHANNEL = replace(CHAT, id=-100, kind="channel")
DECIDED = PolicyDecided("nbk", Decimal("16.75"), Decimal(17), dt.date(2026, 7, 27))


def delivery(event: PolicyDecided = DECIDED, chat: int = 1) -> Delivery:
    return Delivery(1, Event(1, "policy:nbk:2026-07-24", event, NOW), chat, 0, silent=False, attempts=0)


@pytest.fixture
async def stored(database: Database) -> Database:
    async with database.write() as connection:
        for chat in (CHAT, CHANNEL):
            await chats.ensure(connection, chat, NOW)
            await chats.save(connection, chat)
        await policy_rates.store(connection, "nbk", {dt.date(2026, 6, 8): Decimal(17)}, NOW)
        await policy_rates.store(connection, "cbr", {dt.date(2026, 6, 22): Decimal("14.5")}, NOW)
    return database


async def message(connection: AsyncConnection, chat: Chat, event: PolicyDecided = DECIDED) -> str | None:
    view = await render(ClaimReader(connection, []), delivery(event, chat.id), chat, NOW)
    return view and view.text


async def test_the_message_names_the_bank_the_rate_and_the_day(stored: Database) -> None:
    async with stored.read() as connection:
        assert await message(connection, CHAT) == (
            "🏦 <b>National Bank of Kazakhstan: policy rate lowered to 16.75%</b>\nBefore: 17%\nIn force from 27 July."
        )
        kept = replace(DECIDED, percent=Decimal(17))
        assert await message(connection, CHAT, kept) == (
            "🏦 <b>National Bank of Kazakhstan: policy rate kept at 17%</b>"
        )
        view = await render(ClaimReader(connection, []), delivery(chat=CHANNEL.id), CHANNEL, NOW)
    assert view is not None
    assert view.buttons == ()


async def test_at_most_three_related_articles_follow(stored: Database) -> None:
    async with stored.write() as connection:
        for number in range(4):
            article = Article(f"Rate {number}", url=f"https://example.org/{number}")
            await store_article(connection, "feed", article, NOW, topics={"kazakhstan": 5, "economy": 5})
    async with stored.read() as connection:
        text = await message(connection, CHAT)
    assert text is not None
    assert text.count("https://example.org/") == 3


async def test_a_chat_that_no_longer_follows_the_currency_gets_none(stored: Database) -> None:
    async with stored.write() as connection:
        await chats.save(connection, replace(CHAT, currencies=("RUB", "TJS")))
    async with stored.read() as connection:
        assert await message(connection, CHAT) is None


def test_it_waits_for_the_end_of_quiet_hours() -> None:
    quiet = replace(CHAT, quiet=Quiet(12 * 60, 15 * 60))
    assert decide(delivery(), quiet, NOW, 0.0, None) is not None
    assert decide(delivery(), CHAT, NOW, 0.0, None) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-07-22T06:00", []),
        ("2026-07-23T06:00", [("nbk", 17), ("cbr", Decimal("14.5"))]),
        ("2026-07-24T06:59", [("nbk", 17), ("cbr", Decimal("14.5"))]),
        ("2026-07-24T07:00", [("cbr", Decimal("14.5"))]),
        ("2026-07-24T10:30", []),
        ("2027-01-21T06:00", []),
    ],
)
async def test_the_digest_has_the_decisions_of_the_day_and_the_next(
    stored: Database, at: str, expected: list[tuple[str, Decimal]]
) -> None:
    now = dt.datetime.fromisoformat(f"{at}+00:00")
    async with stored.read() as connection:
        content = await read_digest(connection, CHAT, now.date(), now)
        assert [(one.bank, one.percent) for one in content.decisions] == expected
        other = replace(CHAT, id=5, currencies=())
        assert (await read_digest(connection, other, now.date(), now)).decisions == []
