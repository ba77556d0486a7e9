"""/settings, /language, /timezone, /quiet: the settings of a chat."""

from __future__ import annotations

import asyncio

from bot.domain.chats import Quiet
from bot.domain.errors import InvalidInput
from bot.domain.times import NotATime, parse_quiet
from bot.domain.vocabulary import is_switch
from bot.i18n import language_of
from bot.services import settings as service
from bot.views import actions, zones
from bot.views import settings as views
from handlers import languages
from handlers.command import Command, on
from handlers.context import Context


async def show_settings(ctx: Context) -> None:
    """Answer /settings with all of them."""
    await ctx.edit_or_reply(views.settings(ctx.t, ctx.chat, ctx.now, managed=ctx.managed is not None))


async def show_language(ctx: Context) -> None:
    """Answer /language with the shipped ones, or take the named one."""
    if wanted := language_of(ctx.arguments):
        await set_language(ctx, wanted)
    else:
        await ctx.edit_or_reply(views.language(ctx.t, ctx.chat.language))


async def set_language(ctx: Context, code: str) -> None:
    """Change the language."""
    await languages.change(ctx, code)
    await ctx.edit_or_reply(views.language(ctx.t, ctx.chat.language))


async def show_timezone(ctx: Context) -> None:
    """Answer /timezone with cities, or take a city, a country, an offset or an IANA name."""
    typed = ctx.arguments[: zones.LONGEST]
    if not typed:
        await ctx.edit_or_reply(views.timezone(ctx.t, ctx.chat.timezone, ctx.now))
        return
    found = await asyncio.to_thread(zones.find, typed, ctx.now)  # the first call reads the lists of names
    if found.zone is not None:
        await _set_zone(ctx, found.zone, found.offset)
    elif found.offset is not None:
        await ctx.reply(views.no_offset(ctx.t, found.offset))
    elif found.country:
        await ctx.reply(views.which_city(ctx.t, found.choices, ctx.now))
    else:
        await ctx.reply(views.unknown_zone(ctx.t, typed, found.choices, ctx.now))


async def _set_zone(ctx: Context, name: str, offset: int | None = None) -> None:
    ctx.apply(await service.set_timezone(ctx.database, ctx.chat, name, ctx.now))
    await ctx.edit_or_reply(views.timezone(ctx.t, name, ctx.now, offset))


async def set_zone(ctx: Context, name: str) -> None:
    """Change the time zone by button."""
    await _set_zone(ctx, name)


async def show_quiet(ctx: Context) -> None:
    """Answer /quiet 22-7 and /quiet off; without a word, offer spans."""
    typed = ctx.arguments.casefold()
    if not typed:
        await ctx.edit_or_reply(views.quiet(ctx.t, ctx.chat))
        return
    try:
        quiet = None if is_switch(typed, on=False, language=ctx.t.language) else parse_quiet(typed)
    except NotATime:
        raise InvalidInput("settings.not_quiet") from None
    await _set_quiet(ctx, quiet)


async def _set_quiet(ctx: Context, quiet: Quiet | None) -> None:
    ctx.apply(await service.set_quiet(ctx.database, ctx.chat, quiet))
    await ctx.edit_or_reply(views.quiet(ctx.t, ctx.chat))


async def set_quiet(ctx: Context, span: str) -> None:
    """Change the hours of silence by button."""
    await _set_quiet(ctx, None if span == "off" else parse_quiet(span))


COMMANDS = (
    Command("settings", show_settings, description_key="settings.command.settings"),
    Command("language", show_language, changes=True, description_key="settings.command.language", reads=("",)),
    Command("timezone", show_timezone, changes=True, description_key="settings.command.timezone", reads=("",)),
    Command("quiet", show_quiet, changes=True, description_key="settings.command.quiet", reads=("",)),
)
BUTTONS = (
    on(actions.SETTINGS_ALL, show_settings),
    on(actions.SETTINGS_LANGUAGE, show_language),
    on(actions.SETTINGS_SPEAK, set_language),
    on(actions.SETTINGS_TIMEZONE, show_timezone),
    on(actions.SETTINGS_ZONE, set_zone),
    on(actions.SETTINGS_QUIET, show_quiet),
    on(actions.SETTINGS_MUTE, set_quiet),
)
