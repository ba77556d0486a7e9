"""Deliveries that are merged into others: those that wait, and the changes of a merge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chats import Quiet
from bot.domain.deliveries import PRIORITY
from bot.domain.events import EventContent, EventKind
from bot.domain.merging import INSTANT, Waiting
from bot.domain.posts import PostForm
from storage.event_codec import decode
from storage.models import ChatRow, DeliveryRow, EventRow, ReviewRow

# Deliveries read at a time; what is left of more is merged when it is claimed. PostgreSQL takes 32,767 parameters.
MOST = 5000

_KIND = {int(PRIORITY[kind]): kind for kind in INSTANT}
_MERGE = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("of"))
    .values(
        state="merged", merged_into=bindparam("into"), lease_until=None, not_before=None, finished_at=bindparam("at")
    )
)
_CARRY = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("of"))
    .values(merged_into=DeliveryRow.id, silent=bindparam("silently"))
)
# Deliveries merged into one that is itself merged into another now follow it.
_MOVE = update(DeliveryRow).where(DeliveryRow.merged_into == bindparam("of")).values(merged_into=bindparam("into"))


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chat and thread with what waits for it, in the order of sending, and the settings that decide on merging."""

    quiet: Quiet | None
    zone: ZoneInfo
    has_digest: bool
    waiting: Sequence[Waiting]


@dataclass(frozen=True, slots=True)
class Carried:
    """An event that the message of another delivery contains: what happened, and when (UTC)."""

    content: EventContent
    created_at: dt.datetime


async def waiting(
    connection: AsyncConnection,
    chats: Collection[int],
    claimed: Collection[int],
    before: dt.datetime,
    polls: Collection[dt.datetime],
) -> list[Recipient]:
    """Return the articles and alerts that wait for some chats, from before an instant or of some polls.

    A poll is known by the instant of its events. Instants are UTC. `claimed` are the ids of the caller's claims; the
    claims of others are left out.
    """
    statement = _unfinished(connection.dialect.name == "sqlite")
    found: dict[tuple[int, int], Recipient] = {}
    lists: dict[tuple[int, int], list[Waiting]] = {}
    given = {"chats": list(chats), "before": before, "polls": list(polls)}
    for row in await connection.execute(statement, given):
        # Left out here and not in the statement: asked for "pending or claimed", SQLite reads all that is pending.
        if row.state == "sending" and row.id not in claimed:
            continue
        key = row.chat_id, row.thread_id
        if key not in found:
            quiet = None if row.quiet_start is None else Quiet(row.quiet_start, row.quiet_end)
            lists[key] = []
            found[key] = Recipient(quiet, ZoneInfo(row.timezone), row.digest_times != "", lists[key])
        carries = row.merged_into is not None
        kind = _KIND[row.priority]
        reviewed = row.reviewed is not None or (row.post_form and PostForm.of(row.post_form).review_hours is not None)
        alone = kind is EventKind.ARTICLE and bool(reviewed)
        lists[key].append(Waiting(row.id, kind, row.created_at, row.id in claimed, carries, alone))
    return list(found.values())


@lru_cache(maxsize=2)
def _unfinished(sqlite: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement for the unfinished articles and alerts of some chats; built once, executed at each claim."""
    at = DeliveryRow.created_at.type
    statement = (
        select(
            *(DeliveryRow.id, DeliveryRow.chat_id, DeliveryRow.thread_id, DeliveryRow.priority, DeliveryRow.created_at),
            *(DeliveryRow.state, DeliveryRow.merged_into),
            *(ChatRow.quiet_start, ChatRow.quiet_end, ChatRow.timezone, ChatRow.digest_times, ChatRow.post_form),
            ReviewRow.delivery_id.label("reviewed"),
        )
        .join(ChatRow, ChatRow.id == DeliveryRow.chat_id)
        .outerjoin(ReviewRow, ReviewRow.delivery_id == DeliveryRow.id)
        .where(
            DeliveryRow.chat_id.in_(bindparam("chats", expanding=True)),
            DeliveryRow.state.in_([literal_column(f"'{state}'") for state in ("pending", "sending")]),
            DeliveryRow.priority.in_(_KIND),
            (DeliveryRow.created_at < bindparam("before", type_=at))
            | DeliveryRow.created_at.in_(bindparam("polls", expanding=True, type_=at)),
            ChatRow.state.in_(("active", "paused")),
        )
        .order_by(DeliveryRow.chat_id, DeliveryRow.thread_id, DeliveryRow.priority, DeliveryRow.id)
        .limit(MOST)
    )
    return statement if sqlite else statement.with_for_update(of=DeliveryRow, skip_locked=True)


async def merge(connection: AsyncConnection, merged: Mapping[int, int | None], now: dt.datetime) -> dict[int, bool]:
    """Merge deliveries into others, by id; None: into no message but the next digest.

    Returns the carriers, each with whether its message is silent: where all that it carries are.
    """
    if not merged:
        return {}
    rows = await connection.execute(select(DeliveryRow.id, DeliveryRow.silent).where(DeliveryRow.id.in_(merged)))
    silent = {row.id: row.silent for row in rows}
    carriers = {into: True for into in merged.values() if into is not None}
    for of, into in merged.items():
        if into is not None:
            carriers[into] &= silent[of]
    gone = [{"of": of, "into": into, "at": now} for of, into in merged.items() if of != into]
    if gone:
        await connection.execute(_MERGE, gone)
        carried = select(DeliveryRow.merged_into).where(DeliveryRow.merged_into.in_([one["of"] for one in gone]))
        moved = {row.merged_into for row in await connection.execute(carried.distinct())}
        if moved:
            await connection.execute(_MOVE, [{"of": of, "into": merged[of]} for of in moved])
    if carriers:
        await connection.execute(_CARRY, [{"of": of, "silently": silently} for of, silently in carriers.items()])
    return carriers


async def carried(connection: AsyncConnection, delivery_id: int, limit: int) -> tuple[list[Carried], int]:
    """Return the newest events that the message of a delivery contains, its own among them, and how many there are."""
    ours = DeliveryRow.merged_into == delivery_id
    total = (await connection.execute(select(func.count()).select_from(DeliveryRow).where(ours))).scalar_one()
    rows = await connection.execute(
        select(EventRow.kind, EventRow.version, EventRow.payload, EventRow.created_at)
        .join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
        .where(ours)
        .order_by(DeliveryRow.created_at.desc(), DeliveryRow.id.desc())
        .limit(limit)
    )
    return [Carried(decode(row), row.created_at) for row in rows], total
