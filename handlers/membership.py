"""Changes of the bot's membership in a chat: blocked or removed, unblocked, or allowed to write again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated
from telegram.constants import ChatMemberStatus, ChatType

from bot.domain.errors import StorageError
from bot.log import where
from bot.services import chats
from bot.updates.held import MAX_HELD, HeldUpdates
from handlers.context import Context

log = structlog.get_logger()

# Seconds between attempts to store changes that could not be stored.
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Change:
    number: int
    ctx: Context
    change: ChatMemberUpdated


class Memberships:
    """Stores changes of membership. While the database fails, the newest of each chat is kept, MAX_HELD at most.

    An update that is not stored stays held, so that Telegram sends it again to the next process. `on_return` is awaited
    with the context when a chat that was gone is back, `on_join` when the bot was added to a group or channel.
    """

    def __init__(
        self,
        held: HeldUpdates,
        on_return: Callable[[Context], Awaitable[None]],
        on_join: Callable[[Context, ChatMemberUpdated], Awaitable[None]],
    ) -> None:
        self._held, self._on_return, self._on_join = held, on_return, on_join
        self._unstored: dict[int, _Change] = {}
        self._retrying: asyncio.Task[None] | None = None

    async def take(self, number: int, ctx: Context, change: ChatMemberUpdated) -> None:
        """Store a change, or raise StorageError and keep it to be stored later."""
        one = _Change(number, ctx, change)
        known = self._unstored.get(change.chat.id)
        if known is not None and known.number != number:  # the older one may be being stored
            self._keep(one)
            return
        try:
            await _store(ctx, change)
        except StorageError:
            self._keep(one)
            raise
        except BaseException:
            self._held.release(number)
            raise
        if known is not None and self._unstored.get(change.chat.id) is known:  # Telegram sent it again
            del self._unstored[change.chat.id]
        self._held.release(number)
        await self._answer(ctx, change)

    async def _answer(self, ctx: Context, change: ChatMemberUpdated) -> None:
        """Answer a change that was stored."""
        if ctx.away_since is not None:
            await self._on_return(ctx)
        joined = _is_gone(change.old_chat_member) and not _is_gone(change.new_chat_member)
        if joined and ctx.chat.kind in (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL):
            await self._on_join(ctx, change)

    async def close(self) -> None:
        """Stop the attempts; changes that are not stored stay held."""
        if self._retrying is not None:
            self._retrying.cancel()
            with suppress(asyncio.CancelledError):
                await self._retrying

    def _keep(self, one: _Change) -> None:
        self._held.hold(one.number)
        replaced = self._unstored.get(one.change.chat.id)
        self._unstored[one.change.chat.id] = one
        if replaced is not None and replaced.number != one.number:
            self._held.release(replaced.number)
        if len(self._unstored) > MAX_HELD:
            self._held.release(self._unstored.pop(next(iter(self._unstored))).number)
        if self._retrying is None or self._retrying.done():
            self._retrying = asyncio.create_task(self._retry())

    async def _retry(self) -> None:
        while self._unstored:
            await asyncio.sleep(RETRY_SECONDS)
            for chat_id, one in list(self._unstored.items()):
                try:
                    if self._unstored.get(chat_id) is not one:
                        continue  # a newer one of this chat arrived meanwhile
                    await _store(one.ctx, one.change)
                    if self._unstored.get(chat_id) is one:
                        del self._unstored[chat_id]
                    self._held.release(one.number)
                    await self._answer(one.ctx, one.change)
                except StorageError:
                    break
                except Exception as error:
                    if self._unstored.get(chat_id) is one:
                        del self._unstored[chat_id]
                    self._held.release(one.number)
                    log.error("membership_not_stored", chat=chat_id, error=type(error).__name__, at=where(error))


def _is_gone(member: ChatMember) -> bool:
    """Return whether a state of the bot in a chat is that of a bot which is blocked, removed, or not added yet."""
    left = isinstance(member, ChatMemberRestricted) and not member.is_member  # restricted earlier, and away
    return left or member.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)


def _may_write(member: ChatMember, kind: str) -> bool:
    """Return whether the bot in this state may write to a chat of a kind; in a channel it is always an admin."""
    if isinstance(member, ChatMemberRestricted):
        return member.can_send_messages
    return kind != ChatType.CHANNEL or (isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages))


async def _store(ctx: Context, change: ChatMemberUpdated) -> None:
    """Store a change. If the chat was gone and is back, `ctx.away_since` is then since when (UTC)."""
    chat, member = change.chat, change.new_chat_member
    gone, may_write = _is_gone(member), _may_write(member, chat.type)
    if chat.title:
        await chats.rename(ctx.database, chat.id, chat.title)
    if gone:
        await chats.mark_gone(ctx.database, chat.id, ctx.now, notify=change.from_user.id != ctx.bot.id)
    elif not may_write:
        await chats.mark_muted(ctx.database, chat.id, ctx.now, ctx.services.settings.admin_ids)
    else:
        ctx.away_since = await chats.mark_unblocked(ctx.database, chat.id, ctx.now)
    log.info("membership_changed", chat=chat.id, gone=gone, may_write=may_write)
