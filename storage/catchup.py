"""Alerts that waited through a downtime, folded into one delivery for each chat as their turn comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catchup import FOLD_AFTER, foldable
from bot.domain.chats import Quiet
from bot.domain.events import PRIORITY, Delivery, DeliveryState, EventContent, EventKind
from storage.event_codec import decode
from storage.models import ChatRow, DeliveryRow, EventRow

# Kinds that are told at once, and so can be too late.
INSTANT = (EventKind.CROSSING, EventKind.ARTICLE)
# Alerts folded at a time; what is left of more folds when its own turn comes. PostgreSQL takes 32,767 parameters.
MOST = 5000

_FOLD = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("of"))
    .values(
        state="folded",
        folded_into=bindparam("into"),
        burst_id=None,
        lease_until=None,
        not_before=None,
        finished_at=bindparam("at"),
    )
)
_CARRY = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("of"))
    .values(folded_into=DeliveryRow.id, burst_id=None, silent=bindparam("silently"))
)
# Those that were folded into one that is told by another now.
_TELL_AGAIN = (
    update(DeliveryRow)
    .where(DeliveryRow.chat_id == bindparam("chat"), DeliveryRow.folded_into == bindparam("of"))
    .values(folded_into=bindparam("into"))
)


@dataclass(frozen=True, slots=True)
class Missed:
    """An alert that a catch-up message contains: what happened, and when (UTC)."""

    content: EventContent
    created_at: dt.datetime


async def fold(connection: AsyncConnection, claimed: Sequence[Delivery], now: dt.datetime) -> list[Delivery]:
    """Fold the overdue alerts of the chats of claimed deliveries, each chat's into one of the claimed.

    In the transaction of the claim: either all of a chat's are folded or none. Returns what is left to send; costs
    nothing where nothing claimed is old.
    """
    edge = now - FOLD_AFTER
    late = {one.chat_id for one in claimed if one.event.kind in INSTANT and one.event.created_at < edge}
    if not late:
        return list(claimed)
    mine = {one.id for one in claimed}
    statement = _unfinished(late, edge)
    if connection.dialect.name != "sqlite":
        statement = statement.with_for_update(of=DeliveryRow, skip_locked=True)
    carriers: dict[int, bool] = {}  # which tells others: whether silently
    into: dict[int, int] = {}  # which is told by which
    told_again = []
    rows = await connection.execute(statement)
    for _, group in groupby(rows, key=lambda row: (row.chat_id, row.thread_id)):
        # Left out here and not in the question: asked for "waiting or mine", SQLite reads all that waits.
        waiting = {row.id: row for row in group if row.state != DeliveryState.SENDING or row.id in mine}
        first = next(iter(waiting.values()), None)
        if first is None:
            continue
        quiet = None if first.quiet_start is None else Quiet(first.quiet_start, first.quiet_end)
        created = {number: row.created_at for number, row in waiting.items()}
        chosen = foldable(created, quiet, ZoneInfo(first.timezone), now)
        # One that was to tell others before its worker died goes on doing so.
        own = sorted((number for number in chosen if number in mine), key=lambda n: waiting[n].folded_into is None)
        if not own:
            continue
        carriers[own[0]] = all(waiting[number].silent for number in chosen)
        for number in chosen:
            if number != own[0]:
                into[number] = own[0]
                if waiting[number].folded_into is not None:
                    told_again.append({"chat": first.chat_id, "of": number, "into": own[0]})
    if carriers:
        await connection.execute(_FOLD, [{"of": of, "into": to, "at": now} for of, to in into.items()])
        await connection.execute(_CARRY, [{"of": of, "silently": silent} for of, silent in carriers.items()])
    if told_again:
        await connection.execute(_TELL_AGAIN, told_again)
    left = [one for one in claimed if one.id not in into]
    return [replace(one, catch_up=True, silent=carriers[one.id]) if one.id in carriers else one for one in left]


def _unfinished(chats: Collection[int], edge: dt.datetime) -> Select[*tuple[Any, ...]]:
    """Return the question for the unfinished alerts of some chats from before an instant (UTC), chat by chat."""
    return (
        select(
            *(DeliveryRow.id, DeliveryRow.chat_id, DeliveryRow.thread_id, DeliveryRow.silent, DeliveryRow.created_at),
            *(DeliveryRow.state, DeliveryRow.folded_into, ChatRow.quiet_start, ChatRow.quiet_end, ChatRow.timezone),
        )
        .join(ChatRow, ChatRow.id == DeliveryRow.chat_id)
        .where(
            DeliveryRow.chat_id.in_(chats),
            DeliveryRow.state.in_([literal_column(f"'{state}'") for state in ("pending", "gathered", "sending")]),
            DeliveryRow.priority.in_([int(PRIORITY[kind]) for kind in INSTANT]),
            DeliveryRow.created_at < edge,
            ChatRow.state == "active",
        )
        .order_by(DeliveryRow.chat_id, DeliveryRow.thread_id, DeliveryRow.priority, DeliveryRow.id)
        .limit(MOST)
    )


async def missed(connection: AsyncConnection, delivery: Delivery, limit: int) -> tuple[list[Missed], int]:
    """Return the newest of the alerts that a delivery tells, itself among them, and how many they are."""
    ours = (DeliveryRow.chat_id == delivery.chat_id, DeliveryRow.folded_into == delivery.id)
    total = (await connection.execute(select(func.count()).select_from(DeliveryRow).where(*ours))).scalar_one()
    rows = await connection.execute(
        select(EventRow.kind, EventRow.version, EventRow.payload, EventRow.created_at)
        .join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
        .where(*ours)
        .order_by(DeliveryRow.created_at.desc(), DeliveryRow.id.desc())
        .limit(limit)
    )
    return [Missed(decode(row), row.created_at) for row in rows], total
