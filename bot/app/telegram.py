"""The connection to Telegram: the library's application, the first contact, the command menus."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.config import Settings
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.request import AiohttpRequest
from bot.domain.errors import StartError
from bot.i18n import FALLBACK, LANGUAGES, Translator
from bot.metrics import Metrics
from bot.views.actions import MENU
from handlers.application import StatelessApplication
from handlers.features import BY_NAME, COMMANDS
from handlers.update_processor import PerChatUpdateProcessor

log = structlog.get_logger()

# Pauses between attempts to reach Telegram at the start, each twice as long as the one before.
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 60.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def make_requests(settings: Settings, limiter: RateLimiter, metrics: Metrics) -> tuple[AiohttpRequest, AiohttpRequest]:
    """Return the transports of calls and of long polls; only calls count against the limits of chats."""
    return (
        AiohttpRequest(limiter, metrics.answered, proxies=settings.proxies),
        AiohttpRequest(on_answer=metrics.answered, proxies=settings.proxies),
    )


def make_application(
    settings: Settings, calls: AiohttpRequest, polls: AiohttpRequest, metrics: Metrics
) -> AnyApplication:
    """Return the library's application without its own updater and scheduler."""
    api = settings.telegram_api_url.rstrip("/")
    return (
        ApplicationBuilder()
        .application_class(StatelessApplication)
        .token(settings.bot_token.get_secret_value())
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .request(calls)
        .get_updates_request(polls)
        .concurrent_updates(PerChatUpdateProcessor(metrics))
        .job_queue(None)
        .updater(None)
        .build()
    )


async def reach(call: Callable[[], Awaitable[object]], stopping: asyncio.Event) -> bool:
    """Repeat a call that the start needs until Telegram answers it; False if stopped meanwhile.

    StartError for a wrong token, or an address that Telegram refuses.
    """
    wait = FIRST_RETRY_SECONDS
    while not stopping.is_set():
        try:
            await call()
            return True
        except InvalidToken:
            raise StartError("BOT_TOKEN: Telegram does not know this token; get one from @BotFather") from None
        except BadRequest as error:
            raise StartError(f"Telegram refuses these settings: {error}") from None
        except TelegramError as error:
            log.warning("telegram_unreachable", retry_seconds=round(wait), reason=type(error).__name__)
        try:
            await asyncio.wait_for(stopping.wait(), wait * (1 + random.random() / 10))
        except TimeoutError:
            wait = min(wait * 2, LONGEST_RETRY_SECONDS)
    return False


async def announce(application: AnyApplication, operators: Collection[int]) -> None:
    """Set the command menus and the descriptions in every language, where they differ from those that Telegram has."""
    for scope in (None, *(BotCommandScopeChat(operator) for operator in sorted(operators))):
        try:
            await _announce_commands(application.bot, scope)
        except TelegramError as error:
            log.warning("command_menu_failed", reason=type(error).__name__, operators=scope is not None)
    try:
        await _announce_descriptions(application.bot)
    except TelegramError as error:
        log.warning("descriptions_failed", reason=type(error).__name__)


async def _announce_commands(bot: Bot, scope: BotCommandScopeChat | None) -> None:
    """Set the menu of everybody, or the longer one of an operator's chat.

    Telegram refuses the latter for a person who never wrote to the bot.
    """
    shown = [BY_NAME[name] for name in MENU]
    if scope is not None:
        shown += [command for command in COMMANDS if command.operators]
    for language in (None, *LANGUAGES):
        t = Translator(language or FALLBACK)
        menu = [BotCommand(command.name, t.plain(command.description_key)) for command in shown]
        if tuple(menu) != await bot.get_my_commands(scope, language_code=language):
            await bot.set_my_commands(menu, scope, language_code=language)


async def _announce_descriptions(bot: Bot) -> None:
    """Set the text of an empty chat, and that of the profile page and of shared links to the bot."""
    for language in (None, *LANGUAGES):
        t = Translator(language or FALLBACK)
        description, short = t.plain("start.description"), t.plain("start.short_description")
        if (await bot.get_my_description(language)).description != description:
            await bot.set_my_description(description, language)
        if (await bot.get_my_short_description(language)).short_description != short:
            await bot.set_my_short_description(short, language)
