"""Chats and their settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chats import Chat, ChatState, Quiet
from storage import mutes
from storage.database import announce_queue
from storage.models import ArticleRow, ChatRow, DeliveryRow, EventRow, QueryRow, SavedRow, SubscriptionRow, ThresholdRow
from storage.upsert import insert

# How chats of one digest hour are mixed: see due_for_digest.
_PLACES, _MIXER = 100_003, 7_919

_COLUMNS = (
    ChatRow.id,
    ChatRow.kind,
    ChatRow.language,
    ChatRow.timezone,
    ChatRow.state,
    ChatRow.digest_at,
    ChatRow.next_digest_at,
    ChatRow.last_digest_at,
    ChatRow.last_digest_on,
    ChatRow.quiet_start,
    ChatRow.quiet_end,
    ChatRow.per_dollar,
    ChatRow.theme,
    ChatRow.awaiting,
    ChatRow.awaiting_until,
    ChatRow.active_on,
)


def _chat(row: Any) -> Chat:
    quiet = None if row.quiet_start is None else Quiet(row.quiet_start, row.quiet_end)
    return Chat(
        id=row.id,
        kind=row.kind,
        language=row.language,
        timezone=row.timezone,
        state=ChatState(row.state),
        digest_at=row.digest_at,
        next_digest_at=row.next_digest_at,
        last_digest_at=row.last_digest_at,
        last_digest_on=row.last_digest_on,
        quiet=quiet,
        per_dollar=row.per_dollar,
        theme=row.theme,
        awaiting=row.awaiting,
        awaiting_until=row.awaiting_until,
        active_on=row.active_on,
    )


# Asked at each update: written once, for putting it together takes longer than answering it.
_GET = select(*_COLUMNS).where(ChatRow.id == bindparam("chat"))
_GET_MANY = select(*_COLUMNS).where(ChatRow.id.in_(bindparam("chats", expanding=True)))


async def get(connection: AsyncConnection, chat_id: int) -> Chat | None:
    """Return a chat, or None if it never spoke."""
    row = (await connection.execute(_GET, {"chat": chat_id})).one_or_none()
    return _chat(row) if row else None


async def get_many(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Chat]:
    """Return those of some chats that ever spoke, by id."""
    rows = await connection.execute(_GET_MANY, {"chats": list(ids)})
    return {row.id: _chat(row) for row in rows}


async def ensure(connection: AsyncConnection, chat: Chat, now: dt.datetime) -> Chat:
    """Return the stored chat of this id; store the given one if there is none. Never changes settings."""
    return (await ensure_many(connection, [chat], now))[chat.id]


async def ensure_many(connection: AsyncConnection, given: Collection[Chat], now: dt.datetime) -> dict[int, Chat]:
    """Return the stored chats of these ids; store the given one where there is none. Never changes settings."""
    values = [
        {
            "id": chat.id,
            "kind": chat.kind,
            "language": chat.language,
            "timezone": chat.timezone,
            "state": chat.state,
            "per_dollar": chat.per_dollar,
            "not_found_days": 0,
            "created_at": now,
            "active_on": now.date(),
        }
        for chat in given
    ]
    await connection.execute(insert(connection, ChatRow).on_conflict_do_nothing(), values)
    return {chat.id: chat for chat in given} | await get_many(connection, {chat.id for chat in given})


async def save(connection: AsyncConnection, chat: Chat) -> None:
    """Keep all settings of a chat."""
    values = {
        "kind": chat.kind,
        "language": chat.language,
        "timezone": chat.timezone,
        "digest_at": chat.digest_at,
        "next_digest_at": chat.next_digest_at,
        "last_digest_at": chat.last_digest_at,
        "last_digest_on": chat.last_digest_on,
        "quiet_start": chat.quiet.start if chat.quiet else None,
        "quiet_end": chat.quiet.end if chat.quiet else None,
        "per_dollar": chat.per_dollar,
        "theme": chat.theme,
        "awaiting": chat.awaiting,
        "awaiting_until": chat.awaiting_until,
    }
    await connection.execute(update(ChatRow).where(ChatRow.id == chat.id).values(values))


async def mark_active(connection: AsyncConnection, ids: Collection[int], day: dt.date) -> None:
    """Note the day (UTC) on which chats asked for something, where no such or later one is noted."""
    earlier = ChatRow.active_on.is_(None) | (ChatRow.active_on < day)
    await connection.execute(update(ChatRow).where(ChatRow.id.in_(ids), earlier).values(active_on=day))


async def set_state(connection: AsyncConnection, chat_id: int, state: ChatState, now: dt.datetime) -> None:
    """Change whether a chat is spoken to: what waits for it is due when it listens again, dropped when it does not."""
    gone_at = now if state is ChatState.GONE else None
    values: dict[str, Any] = {"state": state, "gone_at": gone_at}
    if state is ChatState.ACTIVE:
        values |= {"not_found_days": 0, "not_found_on": None, "back_at": now}
    await connection.execute(update(ChatRow).where(ChatRow.id == chat_id).values(values))
    if state in (ChatState.GONE, ChatState.STOPPED):
        await connection.execute(
            update(DeliveryRow)
            .where(DeliveryRow.chat_id == chat_id, DeliveryRow.state.in_(("pending", "held", "gathered")))
            .values(state="dropped", finished_at=now, last_error=f"chat {state}")
        )
    elif state is ChatState.ACTIVE:
        await _release(connection, chat_id)


async def come_back(connection: AsyncConnection, chat_id: int, now: dt.datetime) -> dt.datetime | None:
    """Speak again to a chat; returns since when (UTC) it was away if it had blocked us: once, to who asks first."""
    known = select(ChatRow.gone_at).where(ChatRow.id == chat_id, ChatRow.state == ChatState.GONE).with_for_update()
    gone_at = (await connection.execute(known)).scalar_one_or_none()
    await set_state(connection, chat_id, ChatState.ACTIVE, now)
    return gone_at


async def let_in(connection: AsyncConnection, chat_id: int, now: dt.datetime) -> None:
    """Note that a chat lets us in, whether or not it is known here that it had not.

    Before its state is read: a refusal that is being written down is then waited for, and one that follows is outdated.
    """
    await connection.execute(update(ChatRow).where(ChatRow.id == chat_id).values(back_at=now))


async def refused(connection: AsyncConnection, chat_id: int, asked_at: dt.datetime, now: dt.datetime) -> None:
    """Believe a chat gone that refused what was sent at `asked_at` (UTC), unless it has let us in since.

    Refusals are written down later than they come (bot/delivery/books.py), and an unblocking may overtake them.
    """
    # Locked, so that `let_in` comes before the look or after the change.
    known = select(ChatRow.back_at).where(ChatRow.id == chat_id).with_for_update()
    back_at = (await connection.execute(known)).scalar_one_or_none()
    if back_at is None or back_at <= asked_at:
        await set_state(connection, chat_id, ChatState.GONE, now)


async def pause(connection: AsyncConnection, chat_id: int) -> bool:
    """Fall silent in an active chat that may not be written to; False if it was silent before."""
    paused = await connection.execute(
        update(ChatRow).where(ChatRow.id == chat_id, ChatRow.state == "active").values(state=ChatState.PAUSED)
    )
    return paused.rowcount > 0


async def resume(connection: AsyncConnection, chat_id: int) -> None:
    """Speak again in a chat that was paused and has let a message through; what waits for it is tried now."""
    resumed = await connection.execute(
        update(ChatRow).where(ChatRow.id == chat_id, ChatRow.state == "paused").values(state=ChatState.ACTIVE)
    )
    if resumed.rowcount > 0:
        await _release(connection, chat_id)


async def _release(connection: AsyncConnection, chat_id: int) -> None:
    released = await connection.execute(
        update(DeliveryRow)
        .where(DeliveryRow.chat_id == chat_id, DeliveryRow.state == "pending")
        .values(not_before=None)
    )
    if released.rowcount:
        announce_queue(connection)


async def not_found(connection: AsyncConnection, chat_id: int, today: dt.date) -> int:
    """Count a day on which Telegram did not know the chat; returns how many different days that makes."""
    await connection.execute(
        update(ChatRow)
        .where(ChatRow.id == chat_id, (ChatRow.not_found_on.is_(None)) | (ChatRow.not_found_on != today))
        .values(not_found_days=ChatRow.not_found_days + 1, not_found_on=today)
    )
    found = await connection.execute(select(ChatRow.not_found_days).where(ChatRow.id == chat_id))
    return found.scalar_one_or_none() or 0


async def due_for_digest(connection: AsyncConnection, now: dt.datetime, limit: int) -> list[Chat]:
    """Return active chats whose digest hour has come (UTC), longest waiting first.

    Those of one hour stand in an order that is another each day: nobody is last of a hundred thousand every morning.
    """
    # Small numbers: a product of large ones would not fit. The prime mixes ids that follow each other.
    place = (ChatRow.id % _PLACES + _PLACES + now.date().toordinal()) * _MIXER % _PLACES
    question = (
        select(*_COLUMNS)
        .where(ChatRow.next_digest_at.is_not(None), ChatRow.next_digest_at <= now, ChatRow.state == "active")
        .order_by(ChatRow.next_digest_at, place, ChatRow.id)
        .limit(limit)
    )
    return [_chat(row) for row in await connection.execute(question)]


async def migrate(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Move everything of a group to the supergroup it became; what the new one already has wins.

    What was put off because the old one is gone is due again.
    """
    # Locked: what is written for the old chat meanwhile would go with it. So it waits, fails, and is tried again.
    old = select(ChatRow.id).where(ChatRow.id == old_id).with_for_update()
    if old_id == new_id or (await connection.execute(old)).first() is None:
        return
    if await get(connection, new_id) is None:
        # The foreign keys cascade the new id into every row of the chat.
        move = update(ChatRow).where(ChatRow.id == old_id).values(id=new_id, kind="supergroup")
        with suppress(IntegrityError):  # on PostgreSQL the new one may come about just now: it speaks already
            async with connection.begin_nested():
                await connection.execute(move)
            await _release(connection, new_id)
            return
    for table, clash in (
        (SubscriptionRow, ("thread_id", "query_id")),
        (DeliveryRow, ("event_id", "thread_id")),
    ):
        there = table.__table__.alias()
        same = [getattr(table, name) == there.c[name] for name in clash]
        kept = select(there.c.id).where(there.c.chat_id == new_id, *same).exists()
        await connection.execute(update(table).where(table.chat_id == old_id, ~kept).values(chat_id=new_id))
    there = SavedRow.__table__.alias()
    kept = select(there.c.chat_id).where(there.c.chat_id == new_id, there.c.article_id == SavedRow.article_id).exists()
    await connection.execute(update(SavedRow).where(SavedRow.chat_id == old_id, ~kept).values(chat_id=new_id))
    await connection.execute(update(ThresholdRow).where(ThresholdRow.chat_id == old_id).values(chat_id=new_id))
    if muted := await mutes.of_chat(connection, old_id):
        await mutes.mute(connection, new_id, muted)
    await connection.execute(delete(ChatRow).where(ChatRow.id == old_id))
    await _release(connection, new_id)


async def leave_thread(connection: AsyncConnection, chat_id: int, thread_id: int) -> None:
    """Move all that was meant for a thread of a chat to its General; what General has already wins."""
    for table, clash in ((SubscriptionRow, ("query_id",)), (DeliveryRow, ("event_id",))):
        there = table.__table__.alias()
        same = [getattr(table, name) == there.c[name] for name in clash]
        kept = select(there.c.id).where(there.c.chat_id == chat_id, there.c.thread_id == 0, *same).exists()
        here = (table.chat_id == chat_id, table.thread_id == thread_id)
        await connection.execute(update(table).where(*here, ~kept).values(thread_id=0))
        await connection.execute(delete(table).where(*here))
    moved = update(ThresholdRow).where(ThresholdRow.chat_id == chat_id, ThresholdRow.thread_id == thread_id)
    await connection.execute(moved.values(thread_id=0))
    await _release(connection, chat_id)


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Delete a chat and everything kept about it (rows go with it by cascade)."""
    await connection.execute(delete(ChatRow).where(ChatRow.id == chat_id))


async def everything(connection: AsyncConnection, chat_id: int) -> dict[str, Any]:
    """Return all that is kept about a chat, as JSON values: what /mydata hands out."""
    chat = (await connection.execute(select(ChatRow.__table__).where(ChatRow.id == chat_id))).one_or_none()
    if chat is None:
        return {}
    subscriptions = await connection.execute(
        select(QueryRow.text, SubscriptionRow.level, SubscriptionRow.thread_id, SubscriptionRow.created_at)
        .join(QueryRow, QueryRow.id == SubscriptionRow.query_id)
        .where(SubscriptionRow.chat_id == chat_id)
        .order_by(SubscriptionRow.id)
    )
    thresholds = await connection.execute(
        select(ThresholdRow.__table__).where(ThresholdRow.chat_id == chat_id).order_by(ThresholdRow.id)
    )
    saved = await connection.execute(
        select(ArticleRow.title, ArticleRow.url, SavedRow.saved_at)
        .join(SavedRow, SavedRow.article_id == ArticleRow.id)
        .where(SavedRow.chat_id == chat_id)
        .order_by(SavedRow.saved_at, ArticleRow.id)
    )
    deliveries = await connection.execute(
        select(EventRow.key, DeliveryRow.state, DeliveryRow.created_at, DeliveryRow.finished_at)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(DeliveryRow.chat_id == chat_id)
        .order_by(DeliveryRow.id)
    )
    return {
        "chat": _json(chat),
        "subscriptions": [_json(row) for row in subscriptions],
        "thresholds": [_json(row) for row in thresholds],
        "saved": [_json(row) for row in saved],
        "muted": sorted(await mutes.of_chat(connection, chat_id)),
        "deliveries": [_json(row) for row in deliveries],
    }


def _json(row: Any) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, bool | int) else str(value)
        for name, value in row._mapping.items()
    }


async def count_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Return how many chats are in each state."""
    rows = await connection.execute(select(ChatRow.state, func.count()).group_by(ChatRow.state))
    return {row[0]: row[1] for row in rows}


async def digests_served(connection: AsyncConnection, served: Sequence[tuple[int, dt.date, dt.datetime]]) -> None:
    """Note that chats' digests of a local date are on their way, and when (UTC) the following ones are due."""
    if served:
        await connection.execute(
            update(ChatRow)
            .where(ChatRow.id == bindparam("its_id"))
            .values(last_digest_on=bindparam("on"), next_digest_at=bindparam("following")),
            [{"its_id": chat, "on": on, "following": following} for chat, on, following in served],
        )


async def digest_told(connection: AsyncConnection, chat_id: int, at: dt.datetime) -> None:
    """Note when (UTC) a digest reached the chat: the next one tells what changed since."""
    await connection.execute(update(ChatRow).where(ChatRow.id == chat_id).values(last_digest_at=at))


async def cries_of_day(connection: AsyncConnection, chat_id: int) -> tuple[dt.datetime, int] | None:
    """Return when a chat's last day with crossings began (UTC) and how many it brought, those over the cap too."""
    found = await connection.execute(select(ChatRow.cries_from, ChatRow.cries).where(ChatRow.id == chat_id))
    row = found.one_or_none()
    return None if row is None or row.cries_from is None else (row.cries_from, row.cries)
