"""The language of a chat: its change with all that follows, and the offer of the one that a person writes in."""

from __future__ import annotations

from dataclasses import replace

import structlog
from telegram import BotCommandScopeChat
from telegram.error import TelegramError

from bot.domain.languages import written_in
from bot.domain.typed import Typed
from bot.i18n import Translator
from bot.services import settings as service
from bot.views import settings as views
from handlers import keyboard
from handlers.context import Context
from handlers.menus import menu

log = structlog.get_logger()

# A longer text was most likely written by somebody else.
_LONGEST = 200


async def change(ctx: Context, code: str) -> None:
    """Change the language of the chat and, in a private chat, that of its command menu."""
    ctx.apply(await service.set_language(ctx.database, ctx.chat, code))
    if ctx.chat.private:
        shown = menu(ctx.t, ctx.services.commands, operator=ctx.operator)
        try:
            await ctx.bot.set_my_commands(shown, BotCommandScopeChat(ctx.chat.id))
        except TelegramError as error:
            log.warning("chat_menu_failed", reason=type(error).__name__)


async def remove_menu(ctx: Context) -> None:
    """Remove the command menu of a private chat: Telegram shows that of the client's language again."""
    if ctx.chat.private:
        try:
            await ctx.bot.delete_my_commands(BotCommandScopeChat(ctx.chat.id))
        except TelegramError as error:
            log.warning("chat_menu_failed", reason=type(error).__name__)


async def offer(ctx: Context, typed: Typed) -> None:
    """Offer the language of a sentence in a private chat, if its letters are not of the chat's: once in all."""
    if not ctx.chat.private or ctx.chat.language_offered or ctx.message is None or ctx.message.forward_origin:
        return
    if typed.command is not None or len(typed.text) > _LONGEST or typed.text in keyboard.KEYS:
        return
    user = ctx.message.from_user
    # The default zone says nothing about the person.
    zone = ctx.chat.timezone if ctx.chat.timezone != ctx.services.settings.default_timezone else None
    language = written_in(typed.text, user.language_code if user else None, zone)
    if language is None or language == ctx.chat.language:
        return
    await ctx.save(replace(ctx.chat, language_offered=True))
    await ctx.reply(views.offer_language(Translator(language), ctx.chat.language))
