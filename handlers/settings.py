"""/settings, /language, /timezone, /quiet: how a chat wants to be spoken to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.chats import Quiet
from bot.domain.errors import ExpiredButton
from bot.domain.times import NotATime, next_digest, parse_quiet
from bot.i18n import LANGUAGES
from bot.views import actions, zones
from bot.views import settings as views
from bot.views.message import View
from handlers.context import Action, Command, Context
from storage import alerts, topics

_OFF = ("off", "no", "нет", "выкл")


async def show_settings(ctx: Context) -> None:
    """Answer /settings with all of it."""
    async with ctx.database.read() as connection:
        counted = (
            await topics.count_of_chat(connection, ctx.chat.id),
            await alerts.count_of_chat(connection, ctx.chat.id),
        )
    await ctx.edit_or_reply(views.settings(ctx.t, ctx.chat, *counted, ctx.now))


async def show_language(ctx: Context) -> None:
    """Answer /language with the shipped ones, or take the named one."""
    named = ctx.arguments.casefold() if not ctx.callback_query else ""
    wanted = next((code for code, name in LANGUAGES.items() if named in (code, name.casefold())), None)
    if wanted:
        await ctx.save(replace(ctx.chat, language=wanted))
    await ctx.edit_or_reply(views.language(ctx.t))


async def speak(ctx: Context, code: str) -> None:
    """Change the language."""
    if code not in LANGUAGES:
        raise ExpiredButton
    await ctx.save(replace(ctx.chat, language=code))
    await ctx.edit_or_reply(views.language(ctx.t))


async def show_timezone(ctx: Context) -> None:
    """Answer /timezone with cities, or take a city, a country, an offset or an IANA name."""
    typed = ctx.arguments[: zones.LONGEST] if not ctx.callback_query else ""
    if not typed:
        await ctx.edit_or_reply(views.timezone(ctx.t, ctx.chat.timezone, ctx.now))
        return
    found = await asyncio.to_thread(zones.find, typed, ctx.now)  # the first call reads the lists of names
    if found.zone is not None:
        await _move(ctx, found.zone, found.offset)
    elif found.offset is not None:
        await ctx.reply(views.no_offset(ctx.t, found.offset))
    elif found.country:
        await ctx.reply(views.which_city(ctx.t, found.choices, ctx.now))
    else:
        await ctx.reply(views.unknown_zone(ctx.t, typed, found.choices, ctx.now))


async def _move(ctx: Context, name: str, offset: int | None = None) -> None:
    chat = replace(ctx.chat, timezone=name)
    if chat.digest_at is not None:
        due = next_digest(ctx.now, chat.digest_at, ZoneInfo(name), chat.last_digest_on)
        chat = replace(chat, next_digest_at=due)
    await ctx.save(chat)
    await ctx.edit_or_reply(views.timezone(ctx.t, name, ctx.now, offset))


async def set_zone(ctx: Context, name: str) -> None:
    """Change the time zone by button."""
    if not zones.known(name):
        raise ExpiredButton
    await _move(ctx, name)


async def show_quiet(ctx: Context) -> None:
    """Answer /quiet 22-7 and /quiet off; without a word, offer spans."""
    typed = ctx.arguments.casefold() if not ctx.callback_query else ""
    if not typed:
        await ctx.edit_or_reply(views.quiet(ctx.t, ctx.chat))
        return
    try:
        await _hush(ctx, None if typed in _OFF else parse_quiet(typed))
    except NotATime:
        await ctx.reply(View(ctx.t("settings.not_quiet")))


async def _hush(ctx: Context, quiet: Quiet | None) -> None:
    await ctx.save(replace(ctx.chat, quiet=quiet))
    await ctx.edit_or_reply(views.quiet(ctx.t, ctx.chat))


async def hush(ctx: Context, span: str) -> None:
    """Change the hours of silence by button."""
    if span != "off" and span not in actions.QUIET_SPANS:
        raise ExpiredButton
    await _hush(ctx, None if span == "off" else parse_quiet(span))


COMMANDS = (
    Command("settings", show_settings, description_key="settings.command.settings"),
    Command("language", show_language, changes=True, description_key="settings.command.language", reads=("",)),
    Command("timezone", show_timezone, changes=True, description_key="settings.command.timezone", reads=("",)),
    Command("quiet", show_quiet, changes=True, description_key="settings.command.quiet", reads=("",)),
)
BUTTONS = {
    ("settings", "all"): Action(show_settings),
    ("settings", "language"): Action(show_language, changes=True),
    ("settings", "speak"): Action(speak, changes=True),
    ("settings", "timezone"): Action(show_timezone, changes=True),
    ("settings", "zone"): Action(set_zone, changes=True),
    ("settings", "quiet"): Action(show_quiet, changes=True),
    ("settings", "hush"): Action(hush, changes=True),
}
