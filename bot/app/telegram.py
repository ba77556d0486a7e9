"""The connection to Telegram: the library's application, the first contact, the command menus."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.config import Settings
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.request import AiohttpRequest
from bot.domain.errors import StartError
from bot.domain.languages import BY_CODE, FALLBACK, TABLE
from bot.i18n import Translator
from bot.metrics import Metrics
from handlers.application import StatelessApplication
from handlers.features import COMMANDS
from handlers.menus import menu
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


async def announce(bot: Bot, operators: Mapping[int, str]) -> None:
    """Set the command menus, the names and the descriptions, where they differ from those that Telegram has.

    `operators` are the operators' chats with their languages. A language that Telegram refuses stops no other one.
    """
    await _in_each_language("command_menu", lambda language: _set_menu(bot, language))
    await _in_each_language("name", lambda language: _set_name(bot, language))
    await _in_each_language("description", lambda language: _set_description(bot, language))
    await _in_each_language("short_description", lambda language: _set_short_description(bot, language))
    for chat, language in sorted(operators.items()):
        try:
            await _set_operators_menu(bot, chat, language)
        except TelegramError as error:  # a person who never wrote to the bot
            log.warning("operators_menu_failed", reason=type(error).__name__)


async def _in_each_language(what: str, set_it: Callable[[str | None], Awaitable[None]]) -> None:
    """Call a function with each language of Telegram's menus, and None for all others; refusals are logged once."""
    refused = list[str]()
    reason = ""
    for language in (None, *(one.code for one in TABLE if one.menu)):
        try:
            await set_it(language)
        except BadRequest as error:
            refused.append(language or "default")
            reason = str(error)[:200]
        except TelegramError as error:
            refused.append(language or "default")
            reason = type(error).__name__
            break  # not about the language: the next call would fail too
    if refused:
        log.warning("profile_not_set", what=what, languages=refused, reason=reason)


def _texts(language: str | None) -> tuple[Translator, str | None]:
    """Return the translator of a language, and Telegram's code for it."""
    return (Translator(language), BY_CODE[language].menu) if language else (Translator(FALLBACK), None)


async def _set_menu(bot: Bot, language: str | None) -> None:
    t, code = _texts(language)
    shown = menu(t, COMMANDS)
    if tuple(shown) != await bot.get_my_commands(language_code=code):
        await bot.set_my_commands(shown, language_code=code)


async def _set_operators_menu(bot: Bot, chat: int, language: str) -> None:
    """Set the longer menu of an operator's chat. It has no language: it is in that of the chat, not of the client."""
    shown, scope = menu(Translator(language), COMMANDS, operator=True), BotCommandScopeChat(chat)
    if tuple(shown) != await bot.get_my_commands(scope):
        await bot.set_my_commands(shown, scope)


async def _set_name(bot: Bot, language: str | None) -> None:
    """Set the name above the chat; where Telegram knows none of our languages, it is the one that the owner gave."""
    t, code = _texts(language)
    name = t.plain("start.name")
    if code and (await bot.get_my_name(code)).name != name:
        await bot.set_my_name(name, code)


async def _set_description(bot: Bot, language: str | None) -> None:
    """Set the text of an empty chat."""
    t, code = _texts(language)
    description = t.plain("start.description")
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, code)


async def _set_short_description(bot: Bot, language: str | None) -> None:
    """Set the text of the profile page, which links to the bot show too."""
    t, code = _texts(language)
    short = t.plain("start.short_description")
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
