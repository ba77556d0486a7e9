"""/settings, /language, /timezone, /quiet: how a chat wants to be spoken to."""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.chats import Quiet
from bot.domain.times import NotATime, next_digest, parse_quiet
from bot.i18n import LANGUAGES
from bot.views import settings as views
from bot.views.message import View
from handlers.turn import Command, Press, Turn
from storage import thresholds, topics

_OFF = ("off", "no", "нет", "выкл")
# Names offered for a mistyped zone.
NEAR = 3


async def show_settings(turn: Turn) -> None:
    """Answer /settings with all of it."""
    async with turn.database.read() as connection:
        counted = (
            await topics.count_of_chat(connection, turn.chat.id),
            await thresholds.count_of_chat(connection, turn.chat.id),
        )
    await turn.show(views.settings(turn.t, turn.chat, *counted))


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


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    cities = {city.casefold(): zone for city, zone in views.CITIES.items()}
    zones = {zone.casefold(): zone for zone in available_timezones()}
    return {**{name.rpartition("/")[2].replace("_", " "): zone for name, zone in zones.items()}, **zones, **cities}


async def show_timezone(turn: Turn) -> None:
    """Answer /timezone with cities, or take a city or an IANA name."""
    typed = turn.arguments[:60] if not turn.pressed else ""
    if not typed:
        await turn.show(views.timezone(turn.t, turn.chat.timezone))
        return
    zone = _zones().get(typed.casefold())
    if zone is None:
        near = dict.fromkeys(_zones()[name] for name in difflib.get_close_matches(typed.casefold(), _zones(), n=NEAR))
        await turn.say(views.unknown_zone(turn.t, typed, list(near)))
        return
    await _move(turn, zone)


async def _move(turn: Turn, name: str) -> None:
    chat = replace(turn.chat, timezone=name)
    if chat.digest_at is not None:
        due = next_digest(turn.now, chat.digest_at, ZoneInfo(name), chat.last_digest_on)
        chat = replace(chat, next_digest_at=due)
    await turn.save(chat)
    await turn.show(views.timezone(turn.t, name))


async def set_zone(turn: Turn, name: str) -> None:
    """Change the time zone by button."""
    if name not in available_timezones():
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
