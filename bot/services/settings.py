"""The settings of a chat: language, time zone, hours of silence and of the digest; export and deletion of its data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.delivery.digests import read_digest
from bot.domain.chats import Chat, Quiet
from bot.domain.errors import InvalidInput
from bot.domain.times import MAX_DIGESTS, next_digest
from bot.services.chats import save_chat
from bot.views.digest import DigestContent
from storage import personal_data
from storage.database import Database


async def _save(database: Database, chat: Chat) -> Chat:
    await save_chat(database, chat)
    return chat


async def set_language(database: Database, chat: Chat, language: str) -> Chat:
    """Store the language of a chat, which is offered no other one from now on; returns the chat."""
    return await _save(database, replace(chat, language=language, language_offered=True))


async def set_timezone(database: Database, chat: Chat, timezone: str, now: dt.datetime) -> Chat:
    """Store the time zone (IANA name) of a chat; its digests are due at the same local hours. Returns the chat."""
    return await _save(database, _with_digests(replace(chat, timezone=timezone), chat.digest_times, now))


async def set_quiet(database: Database, chat: Chat, quiet: Quiet | None) -> Chat:
    """Store the hours of silence of a chat, None for no silence; returns the chat."""
    return await _save(database, replace(chat, quiet=quiet))


async def set_digests(database: Database, chat: Chat, times: Collection[int], now: dt.datetime) -> Chat:
    """Store the times of the digests (local minutes after midnight; none: no digest); returns the chat.

    InvalidInput for more than MAX_DIGESTS.
    """
    if len({*times}) > MAX_DIGESTS:
        raise InvalidInput("digest.too_many", limit=MAX_DIGESTS)
    return await _save(database, _with_digests(chat, times, now))


def _with_digests(chat: Chat, times: Collection[int], now: dt.datetime) -> Chat:
    due = next_digest(now, times, ZoneInfo(chat.timezone)) if times else None
    return replace(chat, digest_times=tuple(sorted({*times})), next_digest_at=due)


async def digest_now(database: Database, chat: Chat, now: dt.datetime) -> DigestContent:
    """Return the content of a digest on demand; it does not count as the digest of the day."""
    date = now.astimezone(ZoneInfo(chat.timezone)).date()
    async with database.read() as connection:
        return await read_digest(connection, chat, date, now)


async def export_data(database: Database, chat_id: int) -> dict[str, Any]:
    """Return all that is stored about a chat as JSON values."""
    async with database.read() as connection:
        return await personal_data.everything(connection, chat_id)


async def forget_chat(database: Database, chat_id: int) -> None:
    """Delete all that is stored about a chat."""
    async with database.write() as connection:
        await personal_data.forget(connection, chat_id)
