"""Contexts of updates, and the stored chats that they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import structlog
from telegram import Message, Update
from telegram.constants import ChatType

from bot.domain.chats import Chat
from bot.domain.languages import zone_of
from bot.i18n import Translator, closest
from bot.log import where
from bot.services import Database, chats
from handlers.batch_loader import BatchLoader
from handlers.context import Context
from handlers.incoming import message_of
from handlers.services import Services

log = structlog.get_logger()


class ChatLookup:
    """Makes the context of an update, and loads or creates its chat. `clock` gives UTC.

    Chats that are requested at the same time are loaded, created and marked active in one statement.
    """

    def __init__(self, database: Database, services: Services, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._services, self._clock = database, services, clock
        self._stored, self._new_chats = BatchLoader(self._load_chats), BatchLoader(self._create_chats)
        self._active = BatchLoader(self._mark_active)

    def new_context(self, update: Update, bot: Any) -> Context:
        """Return the context of an update, before its chat is loaded, in the language of the client."""
        user, chat = update.effective_user, update.effective_chat
        if chat is not None and not update.guest_message:
            id_, kind, title = chat.id, chat.type, chat.title or ""
        elif user is not None:
            # An inline query does not name its chat, and that of a guest query is not one of the bot's.
            id_, kind, title = user.id, ChatType.PRIVATE.value, ""
        else:
            raise TypeError("an update from nowhere cannot be answered")
        settings = self._services.settings
        language = closest(user.language_code if user else None, settings.default_language)
        message = update.effective_message
        in_topic = isinstance(message, Message) and message.is_topic_message
        return Context(
            chat=Chat(id_, kind, language, zone_of(language, settings.default_timezone), title=title),
            t=Translator(language),
            database=self._database,
            now=self._clock(),
            bot=bot,
            services=self._services,
            user_id=user.id if user else None,
            user_name=user.first_name if user else "",
            thread_id=(message.message_thread_id or 0) if in_topic and isinstance(message, Message) else 0,
            operator=user is not None and user.id in settings.admin_ids,
            anonymous_admin=(sent := message_of(update)) is not None and sent.sender_chat == chat,
            callback_query=update.callback_query,
            inline_query=update.inline_query,
        )

    async def load_chat(self, ctx: Context) -> None:
        """Set the stored chat of a context and its language; a new chat, or a new name of it, is stored now."""
        title = ctx.chat.title
        ctx.chat = await self._stored.get(ctx.chat.id) or await self._new_chats.get(ctx.chat) or ctx.chat
        if title != ctx.chat.title:
            await chats.rename(self._database, ctx.chat.id, title)
            ctx.chat = replace(ctx.chat, title=title)
        ctx.t = Translator(ctx.chat.language)

    async def load_known_chat(self, ctx: Context) -> None:
        """Set the stored chat of a person who sends a query from another chat; nothing is stored about others."""
        ctx.chat = await self._stored.get(ctx.chat.id) or ctx.chat
        ctx.t = Translator(ctx.chat.language)

    async def mark_active(self, ctx: Context) -> None:
        """Store the day of a chat's last request: one write a day for each chat, many at a time."""
        today = ctx.now.date()
        if ctx.here.active_on is not None and ctx.here.active_on >= today:
            return
        try:
            await self._active.get((ctx.here.id, today))
        except Exception as error:  # the answer is sent; the next request stores the day
            log.warning("activity_not_stored", error=type(error).__name__, at=where(error))

    async def _load_chats(self, ids: Collection[int]) -> dict[int, Chat]:
        return await chats.load_chats(self._database, ids)

    async def _create_chats(self, new_chats: Collection[Chat]) -> dict[Chat, Chat]:
        stored = await chats.create_chats(self._database, new_chats, self._clock())
        return {new_chat: stored[new_chat.id] for new_chat in new_chats}

    async def _mark_active(self, active: Collection[tuple[int, dt.date]]) -> dict[tuple[int, dt.date], None]:
        await chats.mark_active(self._database, active)
        return {}
