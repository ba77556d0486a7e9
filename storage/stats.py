"""Numbers for operators: people, alerts, topics and the queue, counted by indexes alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.chats import ChatState
from bot.domain.stats import Span, Stats
from storage import failures, queue
from storage.alerts import DELETED
from storage.models import AlertRow, ChatRow, QueryRow, SubscriptionRow

WEEK, MONTH = 7, 30
# By the index of queries: counting distinct ids of subscriptions sorts all of them first.
_FOLLOWED = select(func.count()).select_from(QueryRow).where(exists().where(SubscriptionRow.query_id == QueryRow.id))


async def read(connection: AsyncConnection, now: dt.datetime) -> Stats:
    """Count everything; `now` is UTC."""
    chats = select(ChatRow.kind, ChatRow.state, ChatRow.language, func.count().label("number"))
    rows = (await connection.execute(chats.group_by(ChatRow.kind, ChatRow.state, ChatRow.language))).all()
    people = [row for row in rows if row.kind == "private"]
    states = {state: sum(row.number for row in people if row.state == state) for state in ChatState}
    reachable = sorted((row for row in people if row.state == ChatState.ACTIVE), key=lambda row: -row.number)
    today = now.date()
    midnight = dt.datetime.combine(today, dt.time(), dt.UTC)
    waiting = await queue.waiting(connection, now)
    return Stats(
        active=await _span(connection, ChatRow.active_on, today),
        new=await _span(connection, ChatRow.created_at, midnight),
        reachable=states[ChatState.ACTIVE],
        stopped=states[ChatState.STOPPED],
        blocked=states[ChatState.GONE],
        languages={row.language: row.number for row in reachable},
        groups=sum(row.number for row in rows if row.kind != "private" and row.state != ChatState.GONE),
        alerts=await _one(connection, select(func.count()).select_from(AlertRow))
        - await _one(connection, select(func.count()).select_from(AlertRow).where(DELETED)),
        subscriptions=await _one(connection, select(func.count()).select_from(SubscriptionRow)),
        topics=await _one(connection, _FOLLOWED),
        due=sum(one.due for one in waiting),
        later=sum(one.later for one in waiting),
        sending=await queue.on_their_way(connection),
        failed=await failures.count(connection),
    )


async def _span(connection: AsyncConnection, column: InstrumentedAttribute[Any], today: Any) -> Span:
    """Count people by a day or an instant in the days up to today (its first instant)."""
    week = today - dt.timedelta(days=WEEK - 1)
    counted = select(
        func.coalesce(func.sum(case((column >= today, 1), else_=0)), 0).label("day"),
        func.coalesce(func.sum(case((column >= week, 1), else_=0)), 0).label("week"),
        func.count().label("month"),
    ).where(column >= today - dt.timedelta(days=MONTH - 1), ChatRow.kind == "private")
    row = (await connection.execute(counted)).one()
    return Span(row.day, row.week, row.month)


async def _one(connection: AsyncConnection, statement: Any) -> int:
    return int((await connection.execute(statement)).scalar_one())
