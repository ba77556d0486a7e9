"""Helpers of the tests of alerts: banks with rates, published rates, and the messages that follow."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.render import render
from bot.domain.alerts import Alert
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history, store_table
from bot.views.message import View
from storage import alerts, chats, claims
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, half_step, print_rates

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


async def fill_banks(database: Database) -> None:
    """Store real rates of real banks, as of one day, and a history of the tenge."""
    tenge = [
        Table(TODAY - days * DAY, (Quote(Pair("USD", "KZT"), Decimal(480 + days), Decimal("0.005")),))
        for days in range(40, 0, -1)
    ]
    async with database.write() as connection:
        await store_history(connection, "nbk", tenge)
    await print_rates(database, "nbk", TODAY, USDKZT="478.77", KGSKZT="5.47")
    await print_rates(database, "cbu", TODAY, USDUZS="12142.10", RUBUZS="150.53")
    await print_rates(database, "cbr", TODAY, USDRUB="81.1291")
    await print_rates(database, "nbt", TODAY, USDTJS="9.2563")


def presses(view: View) -> dict[str, str]:
    """Return the data of the buttons of a view, by their labels."""
    return {button.label: button.data for row in view.buttons for button in row if button.data}


def labels(view: View) -> list[list[str]]:
    """Return the labels of the buttons of a view, row by row."""
    return [[button.label for button in row] for row in view.buttons]


def without_times(text: str) -> str:
    """Return a text with an ellipsis for each time."""
    return re.sub(r"<tg-time[^>]*>.*?</tg-time>", "…", text)


async def stored(conversation: Conversation) -> list[Alert]:
    """Return the alerts of the chat."""
    async with conversation.database.read() as connection:
        return await alerts.of_chat(connection, conversation.chat.id)


async def reloaded(conversation: Conversation) -> Conversation:
    """Return the conversation with the chat as it is stored now, its open prompt included."""
    async with conversation.database.read() as connection:
        chat = await chats.get(connection, conversation.chat.id)
    assert chat is not None
    return Conversation(conversation.database, chat, conversation.thread_id)


async def publish_rate(
    database: Database, value: str, at: dt.datetime = NOW, source: str = "nbk", pair: str = "USDKZT"
) -> int:
    """Let a bank publish a new rate for tomorrow; returns how many deliveries follow."""
    quote = Quote(Pair(pair[:3], pair[3:]), Decimal(value), half_step(value))
    return (await store_table(database, source, Table(at.date() + DAY, (quote,)), at)).deliveries


async def delivered(conversation: Conversation) -> list[View]:
    """Return all pending messages of the chat, rendered."""
    async with conversation.database.write() as connection:
        waiting = await claims.claim(connection, NOW + DAY, 100)
        chat = await chats.get(connection, conversation.chat.id)
        assert chat is not None
        views = [
            await render(ClaimReader(connection, [one]), one, chat, NOW) for one in waiting if one.chat_id == chat.id
        ]
    return [view for view in views if view]
