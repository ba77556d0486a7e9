"""Policy rates, and the chats that follow the currency of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.topics.curated import COUNTRY_OF, query_of
from storage.alerts import DELETED
from storage.models import AlertRow, ChatRow, PolicyRateRow, QueryRow, SubscriptionRow
from storage.upsert import insert


async def of_bank(connection: AsyncConnection, bank: str) -> dict[dt.date, Decimal]:
    """Return all policy rates of a bank, by the day from which each is in force."""
    rows = await connection.execute(
        select(PolicyRateRow.in_force_on, PolicyRateRow.percent).where(PolicyRateRow.bank == bank)
    )
    return {row.in_force_on: row.percent for row in rows}


async def store(connection: AsyncConnection, bank: str, changed: Mapping[dt.date, Decimal], now: dt.datetime) -> None:
    """Store new and corrected policy rates of a bank, by the day from which each is in force."""
    if not changed:
        return
    statement = insert(connection, PolicyRateRow)
    updates = {name: statement.excluded[name] for name in ("percent", "observed_at")}
    rows = [
        {"bank": bank, "in_force_on": day, "percent": percent, "observed_at": now} for day, percent in changed.items()
    ]
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["bank", "in_force_on"], set_=updates), rows
    )


def followers(currency: str) -> Select[Any]:
    """Select (chat_id, thread_id, level) of what follows a currency: a chat may have several rows.

    A chat follows it if it is one of its own currencies, if an alert is about it, or by the topic of its country, wide
    or strict and with any exclusions. `level` is that of the subscription, and instant for the rest.
    """
    of_alert = or_(AlertRow.base == currency, AlertRow.quote == currency)
    found = [
        select(ChatRow.id.label("chat_id"), literal(0).label("thread_id"), literal("instant").label("level")).where(
            ChatRow.currencies.contains(currency)
        ),
        select(AlertRow.chat_id, AlertRow.thread_id, literal("instant")).where(of_alert, ~DELETED),
    ]
    if country := COUNTRY_OF.get(currency):
        texts = (query_of(country), f"strict:{country}")
        of_country = or_(
            *(one for text in texts for one in (QueryRow.text == text, QueryRow.text.startswith(f"{text} ")))
        )
        found.append(
            select(SubscriptionRow.chat_id, SubscriptionRow.thread_id, SubscriptionRow.level)
            .join(QueryRow, QueryRow.id == SubscriptionRow.query_id)
            .where(or_(QueryRow.topic == country, of_country))
        )
    following = union_all(*found).subquery("following")
    return select(following.c.chat_id, following.c.thread_id, following.c.level)


def recipients(currency: str) -> Select[Any]:
    """Select (chat_id, thread_id, silent) of the active chats that get a message about a currency, one row a chat.

    A chat whose only reason is a subscription of the digest gets it in the digest. In a forum the first topic that
    has a reason gets it.
    """
    following = followers(currency).subquery("followers")
    return (
        select(
            following.c.chat_id,
            func.min(following.c.thread_id).label("thread_id"),
            (func.min(case((following.c.level == "instant", 0), else_=1)) == 1).label("silent"),
        )
        .join(ChatRow, and_(ChatRow.id == following.c.chat_id, ChatRow.state == "active"))
        .where(following.c.level != "digest")
        .group_by(following.c.chat_id)
    )


async def followed(connection: AsyncConnection, chat_id: int, currencies: Collection[str]) -> set[str]:
    """Return which of some currencies a chat follows, at any level."""
    found = set()
    for currency in currencies:
        following = followers(currency).subquery("followers")
        statement = select(following.c.chat_id).where(following.c.chat_id == chat_id).limit(1)
        if (await connection.execute(statement)).first() is not None:
            found.add(currency)
    return found
