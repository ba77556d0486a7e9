"""Notices about chats that take no messages any more: to the people who manage them, else to the operators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog

from bot.delivery.policy import DAY, Outcome
from bot.domain.chats import GENERAL_THREAD
from bot.domain.events import ChatPaused, EventContent, TopicClosed
from storage import chats, deliveries, destinations, outcomes
from storage.database import Connection

log = structlog.get_logger()

# Telegram's false "chat not found" was seen for hours; three different days are believed.
DAYS_NOT_FOUND = 3


async def pause(connection: Connection, chat_id: int, now: dt.datetime, operators: Collection[int]) -> None:
    """Pause a chat that the bot may not write to any more, with one notice for each pause."""
    if await chats.pause(connection, chat_id):
        to = await destinations.managers(connection, chat_id) or operators
        key = f"paused:{chat_id}:{now.isoformat()}"
        await notify(connection, key, ChatPaused(chat_id), now, [(one, 0) for one in to])
        log.warning("chat_paused", chat=chat_id)


async def removed(connection: Connection, chat_id: int, now: dt.datetime) -> None:
    """Notify the managers of a chat that the bot was removed from it, or that it was deleted."""
    to = await destinations.managers(connection, chat_id)
    key, content = f"removed:{chat_id}:{now.isoformat()}", ChatPaused(chat_id, removed=True)
    await notify(connection, key, content, now, [(one, 0) for one in to])


async def topic_closed(
    connection: Connection, chat_id: int, thread_id: int, now: dt.datetime, operators: Collection[int]
) -> None:
    """Notify once of a closed, hidden or deleted topic of a forum: its managers, and its General topic if that is open.

    The operators are notified where nobody else can be.
    """
    to = [*await destinations.managers(connection, chat_id)]
    if thread_id > GENERAL_THREAD:
        to.append(chat_id)
    key, content = f"topic:{chat_id}:{thread_id}", TopicClosed(chat_id, thread_id)
    await notify(connection, key, content, now, [(one, 0) for one in to or operators])


async def notify(
    connection: Connection, key: str, content: EventContent, now: dt.datetime, to: Sequence[tuple[int, int]]
) -> None:
    """Send a notice to some chats and threads, once for each key."""
    event = await deliveries.insert_event(connection, content, f"notice:{key}", now) if to else None
    if event is not None:
        await deliveries.insert_deliveries(connection, event, content.kind, to, now)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request about a thread of a chat that Telegram refused; `at` is when it was made (UTC)."""

    chat_id: int
    thread_id: int
    outcome: Outcome
    at: dt.datetime


async def record_refusal(
    connection: Connection, refusal: Refusal, now: dt.datetime, operators: Collection[int]
) -> None:
    """Record what a refusal means for its chat."""
    chat_id = refusal.chat_id
    match refusal.outcome:
        case Outcome.GONE:
            await _mark_blocked(connection, refusal, now)
        case Outcome.PAUSED:
            if await chats.is_outdated(connection, chat_id, refusal.at):
                await chats.release(connection, chat_id)
            else:
                await pause(connection, chat_id, now, operators)
                await outcomes.postpone(connection, chat_id, now + DAY)
        case Outcome.NO_TOPIC:
            await outcomes.postpone(connection, chat_id, now + DAY, refusal.thread_id)
            await topic_closed(connection, chat_id, refusal.thread_id, now, operators)
        case Outcome.NOT_FOUND:
            if await chats.not_found(connection, chat_id, now.date()) >= DAYS_NOT_FOUND:
                await _mark_blocked(connection, refusal, now)


async def _mark_blocked(connection: Connection, refusal: Refusal, now: dt.datetime) -> None:
    if await chats.mark_blocked(connection, refusal.chat_id, refusal.at, now):
        await removed(connection, refusal.chat_id, now)
