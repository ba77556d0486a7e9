"""Settings: all of them in one message, each behind a button."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.chats import Chat, ChatState
from bot.domain.times import clock
from bot.domain.zones import offset_at, written
from bot.i18n import LANGUAGES, Translator
from bot.views import actions, zones
from bot.views.message import Button, View, rows

# Cities with their IANA zones, by the currency of their country.
CITIES = {
    "Almaty": "Asia/Almaty",
    "Bishkek": "Asia/Bishkek",
    "Tashkent": "Asia/Tashkent",
    "Dushanbe": "Asia/Dushanbe",
    "Ashgabat": "Asia/Ashgabat",
    "Moscow": "Europe/Moscow",
    "Istanbul": "Europe/Istanbul",
    "Berlin": "Europe/Berlin",
    "London": "Europe/London",
    "Seoul": "Asia/Seoul",
    "Dubai": "Asia/Dubai",
    "New York": "America/New_York",
}


def settings(t: Translator, chat: Chat, topics: int, alerts: int, now: dt.datetime) -> View:
    """Show all settings of a chat; `now` is UTC."""
    off = t.plain("settings.off")
    text = t(
        "settings.all",
        language=LANGUAGES[t.language],
        zone=zones.described(chat.timezone, now),
        digest=off if chat.digest_at is None else clock(chat.digest_at),
        quiet=str(chat.quiet) if chat.quiet else off,
        topics=topics,
        alerts=alerts,
    )
    if chat.state is ChatState.STOPPED:
        text += "\n" + t("settings.stopped")
    buttons = (
        Button(t.plain("settings.button_language"), data=actions.SETTINGS_LANGUAGE()),
        Button(t.plain("settings.button_timezone"), data=actions.SETTINGS_TIMEZONE()),
        Button(t.plain("settings.button_digest"), data=actions.DIGEST_CHOOSE()),
        Button(t.plain("settings.button_quiet"), data=actions.SETTINGS_QUIET()),
        Button(t.plain("settings.button_topics"), data=actions.TOPICS_LIST(0)),
        Button(t.plain("settings.button_alerts"), data=actions.ALERTS_LIST(0)),
    )
    return View(text, rows(buttons, 2))


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t.plain("settings.button_back"), data=actions.SETTINGS_ALL()),)


def language(t: Translator) -> View:
    """Choose a language; each is named in itself."""
    buttons = (
        Button(("✓ " if code == t.language else "") + name, data=actions.SETTINGS_SPEAK(code))
        for code, name in LANGUAGES.items()
    )
    return View(t("settings.language"), (*rows(buttons, 2), _back(t)))


def timezone(t: Translator, zone: str, now: dt.datetime, offset: int | None = None) -> View:
    """Show a chat's time zone, with cities to choose; `offset` (minutes) is set if an offset was typed."""
    time = f"{now.astimezone(ZoneInfo(zone)):%H:%M}"
    text = t("settings.timezone", zone=zones.described(zone, now), time=time)
    cities = list(CITIES.values())
    if offset is not None:
        if zone != "UTC":
            text = t("settings.zone_of_offset", offset=written(offset), city=zones.city(zone, t.language)) + f"\n{text}"
        cities = [name for name in cities if offset_at(ZoneInfo(name), now) == offset]
    buttons = (
        Button(("✓ " if name == zone else "") + zones.city(name, t.language), data=actions.SETTINGS_ZONE(name))
        for name in cities
    )
    return View(text, (*rows(buttons, 3), _back(t)))


def _zones(t: Translator, names: Sequence[str], now: dt.datetime) -> tuple[tuple[Button, ...], ...]:
    labels = {name: f"{zones.city(name, t.language)} · {written(offset_at(ZoneInfo(name), now))}" for name in names}
    return rows((Button(label, data=actions.SETTINGS_ZONE(name)) for name, label in labels.items()), 2)


def unknown_zone(t: Translator, typed: str, near: Sequence[str], now: dt.datetime) -> View:
    """Answer an unknown zone, with the nearest names as buttons."""
    return View(t("settings.unknown_zone", typed=typed), _zones(t, near, now))


def which_city(t: Translator, names: Sequence[str], now: dt.datetime) -> View:
    """Ask for a city of a country with several zones."""
    return View(t("settings.which_city"), _zones(t, names, now))


def no_offset(t: Translator, offset: int) -> View:
    """Answer an offset (minutes) that no zone has."""
    return View(t("settings.no_offset", offset=written(offset)))


def quiet(t: Translator, chat: Chat) -> View:
    """Choose the quiet hours."""
    spans = (Button(span, data=actions.SETTINGS_MUTE(span)) for span in actions.QUIET_SPANS)
    off = Button(t.plain("settings.button_quiet_off"), data=actions.SETTINGS_MUTE("off"))
    state = t("settings.quiet_is", quiet=str(chat.quiet)) if chat.quiet else t("settings.quiet_off")
    return View(f"{state}\n{t('settings.quiet')}", (*rows(spans, 3), (off,), _back(t)))
