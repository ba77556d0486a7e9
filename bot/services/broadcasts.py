"""Broadcasts of an operator: drafted, started, paused, resumed and cancelled."""

from __future__ import annotations

import datetime as dt

import structlog

from bot.domain.broadcasts import Audience, BroadcastState
from storage import broadcasts
from storage.broadcasts import Broadcast
from storage.database import Database

log = structlog.get_logger()


async def count_audience(database: Database, audience: Audience) -> int:
    """Return how many active chats an audience has."""
    async with database.read() as connection:
        return await broadcasts.count(connection, audience)


async def draft_broadcast(
    database: Database, chat_id: int, html: str, audience: Audience, expected: int, now: dt.datetime
) -> int:
    """Store a broadcast (Telegram HTML) for its operator to confirm; returns its id."""
    async with database.write() as connection:
        return await broadcasts.draft(connection, chat_id, html, audience, expected, now)


async def start_broadcast(database: Database, broadcast_id: int, message_id: int, *, paid: bool) -> Broadcast | None:
    """Start a drafted broadcast, whose progress is shown in a message; None if there is no such draft."""
    async with database.write() as connection:
        if not await broadcasts.start(connection, broadcast_id, message_id, paid=paid):
            return None
        started = await broadcasts.get(connection, broadcast_id)
    log.info("broadcast_started", broadcast=broadcast_id, expected=started.expected if started else 0, paid=paid)
    return started


async def discard_draft(database: Database, broadcast_id: int) -> bool:
    """Discard a draft; returns whether there was one."""
    return await _change(database, broadcast_id, BroadcastState.CANCELLED, BroadcastState.DRAFT)


async def pause_broadcast(database: Database, broadcast_id: int) -> bool:
    """Pause a running broadcast and hold its waiting deliveries back; returns whether it was running."""
    return await _change(database, broadcast_id, BroadcastState.PAUSED, BroadcastState.RUNNING)


async def resume_broadcast(database: Database, broadcast_id: int) -> bool:
    """Resume a paused broadcast; returns whether it was paused."""
    return await _change(database, broadcast_id, BroadcastState.RUNNING, BroadcastState.PAUSED)


async def cancel_broadcast(database: Database, broadcast_id: int) -> bool:
    """Cancel a running or paused broadcast: its waiting deliveries are dropped. Returns whether it was one."""
    return await _change(
        database, broadcast_id, BroadcastState.CANCELLING, BroadcastState.RUNNING, BroadcastState.PAUSED
    )


async def _change(database: Database, broadcast_id: int, to: BroadcastState, *before: BroadcastState) -> bool:
    async with database.write() as connection:
        changed = await broadcasts.change(connection, broadcast_id, to, *before)
        if changed and to in (BroadcastState.PAUSED, BroadcastState.CANCELLING):
            await broadcasts.hold(connection, broadcast_id)
    if changed:
        log.info("broadcast_changed", broadcast=broadcast_id, state=to)
    return changed
