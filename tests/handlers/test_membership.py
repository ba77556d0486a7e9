"""Changes of membership that are stored later, and answered then."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden

from bot.domain.errors import StorageError
from bot.updates.held import HeldUpdates
from handlers import membership
from handlers.membership import Memberships


def change(old: str, new: str) -> Any:
    """Return a change of the bot's state in a group."""
    states = SimpleNamespace(status=old), SimpleNamespace(status=new)
    return SimpleNamespace(chat=SimpleNamespace(id=-1), old_chat_member=states[0], new_chat_member=states[1])


async def test_a_failed_greeting_loses_no_newer_change(monkeypatch: pytest.MonkeyPatch) -> None:
    away, stored = [True], list[str]()

    async def store(_ctx: Any, change: Any) -> None:
        if away[0]:
            raise StorageError("the database is away")
        stored.append(change.new_chat_member.status)

    async def on_join(ctx: Any, _change: Any) -> None:
        away[0] = True  # while the greeting is sent
        with pytest.raises(StorageError):
            await memberships.take(2, ctx, change(ChatMemberStatus.MEMBER, ChatMemberStatus.LEFT))
        away[0] = False
        raise Forbidden("bot was kicked from the supergroup chat")

    async def on_return(_ctx: Any) -> None:
        """Do nothing: the chat is new."""

    monkeypatch.setattr(membership, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(membership, "_store", store)
    held, ctx = HeldUpdates(), SimpleNamespace(away_since=None, chat=SimpleNamespace(kind=ChatType.SUPERGROUP))
    memberships = Memberships(held, on_return, on_join)
    with pytest.raises(StorageError):
        await memberships.take(1, ctx, change(ChatMemberStatus.LEFT, ChatMemberStatus.MEMBER))  # type: ignore[arg-type]
    away[0] = False
    try:
        async with asyncio.timeout(5):
            while len(held):
                held.changed.clear()
                await held.changed.wait()
    finally:
        await memberships.close()
    assert stored == [ChatMemberStatus.MEMBER, ChatMemberStatus.LEFT]
