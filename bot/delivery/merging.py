"""Merge what was claimed with what else waits for the same chats, in the transaction of the claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.deliveries import Delivery
from bot.domain.events import EventKind
from bot.domain.merging import INSTANT, LATE_AFTER, merge
from storage import merging
from storage.database import Connection


async def merge_claimed(connection: Connection, claimed: Sequence[Delivery], now: dt.datetime) -> list[Delivery]:
    """Merge claimed deliveries into each other, or into the next digest; returns those that are left to send.

    Unclaimed deliveries that wait for the same chats are merged with them: either all of a chat or none.
    """
    before = now - LATE_AFTER
    instant = [one for one in claimed if one.event.kind in INSTANT]
    polls = {one.event.created_at for one in instant if one.event.kind is EventKind.ARTICLE}
    chats = {one.chat_id for one in instant if one.event.kind is EventKind.ARTICLE or one.event.created_at < before}
    if not chats:
        return list(claimed)
    merged: dict[int, int | None] = {}
    for chat in await merging.waiting(connection, chats, {one.id for one in instant}, before, polls):
        merged |= merge(chat.waiting, chat.quiet, chat.zone, now, digest=chat.has_digest)
    carriers = await merging.merge(connection, merged, now)
    left = [one for one in claimed if merged.get(one.id, one.id) == one.id]
    return [replace(one, carries=True, silent=carriers[one.id]) if one.id in carriers else one for one in left]
