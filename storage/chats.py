"""Chats and their settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chats import Chat, ChatState, Quiet
from bot.domain.posts import DEFAULT_FORM, PostForm
from storage import reviews
from storage.database import announce_queue
from storage.models import ChatRow, DeliveryRow
from storage.upsert import insert

# For the daily changing order of chats with the same digest hour: see due_for_digest.
_PLACES, _MIXER = 100_003, 7_919

_COLUMNS = (
    ChatRow.id,
    ChatRow.kind,
    ChatRow.language,
    ChatRow.timezone,
    ChatRow.state,
    ChatRow.digest_times,
    ChatRow.next_digest_at,
    ChatRow.last_digest_at,
    ChatRow.quiet_start,
    ChatRow.quiet_end,
    ChatRow.per_dollar,
    ChatRow.theme,
    ChatRow.currencies,
    ChatRow.news_languages,
    ChatRow.keyboard,
    ChatRow.language_offered,
    ChatRow.title,
    ChatRow.post_form,
    ChatRow.awaiting,
    ChatRow.awaiting_until,
    ChatRow.awaiting_from,
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
        digest_times=tuple(map(int, row.digest_times.split())),
        next_digest_at=row.next_digest_at,
        last_digest_at=row.last_digest_at,
        quiet=quiet,
        per_dollar=row.per_dollar,
        theme=row.theme,
        currencies=tuple(row.currencies.split()),
        news_languages=tuple(row.news_languages.split()),
        keyboard=row.keyboard,
        language_offered=row.language_offered,
        title=row.title,
        post_form=PostForm.of(row.post_form) if row.post_form else DEFAULT_FORM,
        awaiting=row.awaiting,
        awaiting_until=row.awaiting_until,
        awaiting_from=row.awaiting_from,
        active_on=row.active_on,
    )


# Executed for each update, so built once: building a statement takes longer than executing it.
_GET = select(*_COLUMNS).where(ChatRow.id == bindparam("chat"))
_GET_MANY = select(*_COLUMNS).where(ChatRow.id.in_(bindparam("chats", expanding=True)))


async def get(connection: AsyncConnection, chat_id: int) -> Chat | None:
    """Return a chat, or None if it is unknown."""
    row = (await connection.execute(_GET, {"chat": chat_id})).one_or_none()
    return _chat(row) if row else None


async def get_many(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Chat]:
    """Return the known ones of the given chats, by id."""
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
            "currencies": " ".join(chat.currencies),
            "news_languages": " ".join(chat.news_languages),
            "keyboard": chat.keyboard,
            "language_offered": chat.language_offered,
            "title": chat.title,
            "post_form": chat.post_form.stored(),
            "not_found_days": 0,
            "created_at": now,
            "active_on": now.date(),
        }
        for chat in given
    ]
    await connection.execute(insert(connection, ChatRow).on_conflict_do_nothing(), values)
    return {chat.id: chat for chat in given} | await get_many(connection, {chat.id for chat in given})


async def save(connection: AsyncConnection, chat: Chat) -> None:
    """Store all settings of a chat."""
    values = {
        "kind": chat.kind,
        "language": chat.language,
        "timezone": chat.timezone,
        "digest_times": " ".join(map(str, chat.digest_times)),
        "next_digest_at": chat.next_digest_at,
        "last_digest_at": chat.last_digest_at,
        "quiet_start": chat.quiet.start if chat.quiet else None,
        "quiet_end": chat.quiet.end if chat.quiet else None,
        "per_dollar": chat.per_dollar,
        "theme": chat.theme,
        "currencies": " ".join(chat.currencies),
        "news_languages": " ".join(chat.news_languages),
        "keyboard": chat.keyboard,
        "language_offered": chat.language_offered,
        "title": chat.title,
        "post_form": chat.post_form.stored(),
        "awaiting": chat.awaiting,
        "awaiting_until": chat.awaiting_until,
        "awaiting_from": chat.awaiting_from,
    }
    await connection.execute(update(ChatRow).where(ChatRow.id == chat.id).values(values))


async def mark_active(connection: AsyncConnection, ids: Collection[int], day: dt.date) -> None:
    """Store the day (UTC) of the last request of chats, unless a later one is stored."""
    earlier = ChatRow.active_on.is_(None) | (ChatRow.active_on < day)
    await connection.execute(update(ChatRow).where(ChatRow.id.in_(ids), earlier).values(active_on=day))


async def remove_prompts(connection: AsyncConnection, before: dt.datetime) -> None:
    """Remove the prompts that expired before an instant (UTC), with the ids of the people who were asked."""
    expired = update(ChatRow).where(ChatRow.awaiting_until < before)
    await connection.execute(expired.values(awaiting=None, awaiting_until=None, awaiting_from=None))


async def set_state(connection: AsyncConnection, chat_id: int, state: ChatState, now: dt.datetime) -> None:
    """Set the state of a chat. Pending deliveries become due if it is active, dropped if it is gone or stopped."""
    gone_at = now if state is ChatState.GONE else None
    values: dict[str, Any] = {"state": state, "gone_at": gone_at}
    if state is ChatState.ACTIVE:
        values |= {"not_found_days": 0, "not_found_on": None, "unblocked_at": now}
    await connection.execute(update(ChatRow).where(ChatRow.id == chat_id).values(values))
    if state in (ChatState.GONE, ChatState.STOPPED):
        await connection.execute(
            update(DeliveryRow)
            .where(DeliveryRow.chat_id == chat_id, DeliveryRow.state.in_(("pending", "held", "review")))
            .values(state="dropped", finished_at=now, last_error=f"chat {state}")
        )
        await reviews.drop(connection, chat_id, now)
    elif state is ChatState.ACTIVE:
        await release(connection, chat_id)


async def reactivate(connection: AsyncConnection, chat_id: int, now: dt.datetime) -> dt.datetime | None:
    """Reactivate a chat. The first call after it had blocked the bot returns since when (UTC) it was away."""
    known = select(ChatRow.gone_at).where(ChatRow.id == chat_id, ChatRow.state == ChatState.GONE).with_for_update()
    gone_at = (await connection.execute(known)).scalar_one_or_none()
    await set_state(connection, chat_id, ChatState.ACTIVE, now)
    return gone_at


async def mark_unblocked(connection: AsyncConnection, chat_id: int, now: dt.datetime) -> None:
    """Mark a chat as unblocked, even if it is not stored as blocked.

    To be called before its state is read: a refusal that is being stored is then waited for, and a later one is
    outdated.
    """
    await connection.execute(update(ChatRow).where(ChatRow.id == chat_id).values(unblocked_at=now))


async def mark_blocked(connection: AsyncConnection, chat_id: int, asked_at: dt.datetime, now: dt.datetime) -> bool:
    """Mark a chat that refused a request of `asked_at` (UTC) as gone, unless that is outdated.

    Returns whether it was reachable until now.
    """
    if await is_outdated(connection, chat_id, asked_at):
        return False
    chat = await get(connection, chat_id)
    await set_state(connection, chat_id, ChatState.GONE, now)
    return chat is not None and chat.state is not ChatState.GONE


async def is_outdated(connection: AsyncConnection, chat_id: int, asked_at: dt.datetime) -> bool:
    """Return whether a chat that refused a request of `asked_at` (UTC) has allowed messages since.

    Refusals are stored later than they arrive (bot/delivery/outcome_writer.py), and an unblocking may be stored
    before them.
    """
    # Locked, so that `mark_unblocked` runs before this read or after the change that the caller makes.
    known = select(ChatRow.unblocked_at).where(ChatRow.id == chat_id).with_for_update()
    unblocked_at = (await connection.execute(known)).scalar_one_or_none()
    return unblocked_at is not None and unblocked_at > asked_at


async def rename(connection: AsyncConnection, chat_id: int, title: str) -> None:
    """Store the name of a chat."""
    named = update(ChatRow).where(ChatRow.id == chat_id, ChatRow.title != title)
    await connection.execute(named.values(title=title))


async def pause(connection: AsyncConnection, chat_id: int) -> bool:
    """Pause an active chat that the bot may not write to; returns False if it was not active."""
    paused = await connection.execute(
        update(ChatRow).where(ChatRow.id == chat_id, ChatRow.state == "active").values(state=ChatState.PAUSED)
    )
    return paused.rowcount > 0


async def resume(connection: AsyncConnection, chat_id: int) -> None:
    """Reactivate a paused chat that has accepted a message; its pending deliveries become due."""
    resumed = await connection.execute(
        update(ChatRow).where(ChatRow.id == chat_id, ChatRow.state == "paused").values(state=ChatState.ACTIVE)
    )
    if resumed.rowcount > 0:
        await release(connection, chat_id)


async def release(connection: AsyncConnection, chat_id: int) -> None:
    """Make the pending deliveries of a chat due now."""
    released = await connection.execute(
        update(DeliveryRow)
        .where(DeliveryRow.chat_id == chat_id, DeliveryRow.state == "pending")
        .values(not_before=None)
    )
    if released.rowcount:
        announce_queue(connection)


async def not_found(connection: AsyncConnection, chat_id: int, today: dt.date) -> int:
    """Count a day on which Telegram did not find the chat; returns the number of such days."""
    await connection.execute(
        update(ChatRow)
        .where(ChatRow.id == chat_id, (ChatRow.not_found_on.is_(None)) | (ChatRow.not_found_on != today))
        .values(not_found_days=ChatRow.not_found_days + 1, not_found_on=today)
    )
    found = await connection.execute(select(ChatRow.not_found_days).where(ChatRow.id == chat_id))
    return found.scalar_one_or_none() or 0


async def due_for_digest(connection: AsyncConnection, now: dt.datetime, limit: int) -> list[Chat]:
    """Return active chats whose digest is due (UTC), longest waiting first.

    The order within one hour is another each day, so that no chat is always the last of a hundred thousand.
    """
    # Small numbers, because a product of large ones would not fit. The prime number separates consecutive ids.
    place = (ChatRow.id % _PLACES + _PLACES + now.date().toordinal()) * _MIXER % _PLACES
    statement = (
        select(*_COLUMNS)
        .where(ChatRow.next_digest_at.is_not(None), ChatRow.next_digest_at <= now, ChatRow.state == "active")
        .order_by(ChatRow.next_digest_at, place, ChatRow.id)
        .limit(limit)
    )
    return [_chat(row) for row in await connection.execute(statement)]


async def count_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Return the number of chats in each state."""
    rows = await connection.execute(select(ChatRow.state, func.count()).group_by(ChatRow.state))
    return {row[0]: row[1] for row in rows}


async def digests_served(connection: AsyncConnection, served: Sequence[tuple[int, dt.datetime]]) -> None:
    """Store when (UTC) the digests are due that follow those of some chats."""
    if served:
        await connection.execute(
            update(ChatRow).where(ChatRow.id == bindparam("its_id")).values(next_digest_at=bindparam("following")),
            [{"its_id": chat, "following": following} for chat, following in served],
        )


async def digest_sent(connection: AsyncConnection, chat_id: int, at: dt.datetime) -> None:
    """Store when (UTC) a digest was delivered: the next one covers the time since."""
    await connection.execute(update(ChatRow).where(ChatRow.id == chat_id).values(last_digest_at=at))
