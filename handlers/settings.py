"""/settings, /language, /timezone, /quiet: how a chat wants to be spoken to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.chats import Quiet
from bot.domain.times import NotATime, next_digest, parse_quiet
from bot.i18n import LANGUAGES
from bot.views import settings as views
from bot.views import zones
from bot.views.message import View
from handlers.turn import Command, Press, Turn
from storage import thresholds, topics

_OFF = ("off", "no", "нет", "выкл")


async def show_settings(turn: Turn) -> None:
    """Answer /settings with all of it."""
    async with turn.database.read() as connection:
        counted = (
            await topics.count_of_chat(connection, turn.chat.id),
            await thresholds.count_of_chat(connection, turn.chat.id),
        )
    await turn.show(views.settings(turn.t, turn.chat, *counted, turn.now))


async def show_language(turn: Turn) -> None:
    """Answer /language with the shipped ones, or take the named one."""
    named = turn.arguments.casefold() if not turn.pressed else ""
    wanted = next((code for code, name in LANGUAGES.items() if named in (code, name.casefold())), None)
    if wanted:
        await turn.save(replace(turn.chat, language=wanted))
    await turn.show(views.language(turn.t))


async def speak(turn: Turn, code: str) -> None:
    """Change the language."""
    if code not in LANGUAGES:
        await turn.old_button()
        return
    await turn.save(replace(turn.chat, language=code))
    await turn.show(views.language(turn.t))


async def show_timezone(turn: Turn) -> None:
    """Answer /timezone with cities, or take a city, a country, an offset or an IANA name."""
    typed = turn.arguments[: zones.LONGEST] if not turn.pressed else ""
    if not typed:
        await turn.show(views.timezone(turn.t, turn.chat.timezone, turn.now))
        return
    found = await asyncio.to_thread(zones.find, typed, turn.now)  # the first call reads the lists of names
    if found.zone is not None:
        await _move(turn, found.zone, found.offset)
    elif found.offset is not None:
        await turn.say(views.no_offset(turn.t, found.offset))
    elif found.country:
        await turn.say(views.which_city(turn.t, found.choices, turn.now))
    else:
        await turn.say(views.unknown_zone(turn.t, typed, found.choices, turn.now))


async def _move(turn: Turn, name: str, offset: int | None = None) -> None:
    chat = replace(turn.chat, timezone=name)
    if chat.digest_at is not None:
        due = next_digest(turn.now, chat.digest_at, ZoneInfo(name), chat.last_digest_on)
        chat = replace(chat, next_digest_at=due)
    await turn.save(chat)
    await turn.show(views.timezone(turn.t, name, turn.now, offset))


async def set_zone(turn: Turn, name: str) -> None:
    """Change the time zone by button."""
    if not zones.known(name):
        await turn.old_button()
    else:
        await _move(turn, name)


async def show_quiet(turn: Turn) -> None:
    """Answer /quiet 22-7 and /quiet off; without a word, offer spans."""
    typed = turn.arguments.casefold() if not turn.pressed else ""
    if not typed:
        await turn.show(views.quiet(turn.t, turn.chat))
        return
    try:
        await _hush(turn, None if typed in _OFF else parse_quiet(typed))
    except NotATime:
        await turn.say(View(turn.t("settings.not_quiet")))


async def _hush(turn: Turn, quiet: Quiet | None) -> None:
    await turn.save(replace(turn.chat, quiet=quiet))
    await turn.show(views.quiet(turn.t, turn.chat))


async def hush(turn: Turn, span: str) -> None:
    """Change the hours of silence by button."""
    if span != "off" and span not in views.QUIET_SPANS:
        await turn.old_button()
    else:
        await _hush(turn, None if span == "off" else parse_quiet(span))


COMMANDS = (
    Command("settings", show_settings, description_key="settings.command.settings"),
    Command("language", show_language, changes=True, description_key="settings.command.language", reads=("",)),
    Command("timezone", show_timezone, changes=True, description_key="settings.command.timezone", reads=("",)),
    Command("quiet", show_quiet, changes=True, description_key="settings.command.quiet", reads=("",)),
)
BUTTONS = {
    ("settings", "all"): Press(show_settings),
    ("settings", "language"): Press(show_language, changes=True),
    ("settings", "speak"): Press(speak, changes=True),
    ("settings", "timezone"): Press(show_timezone, changes=True),
    ("settings", "zone"): Press(set_zone, changes=True),
    ("settings", "quiet"): Press(show_quiet, changes=True),
    ("settings", "hush"): Press(hush, changes=True),
}
