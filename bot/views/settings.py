"""Settings: all of them on one screen, each a button with its value that opens a screen of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.chats import Chat, ChatState
from bot.domain.languages import TABLE
from bot.domain.news_languages import chosen
from bot.domain.times import clock, parse_quiet
from bot.domain.zones import offset_at, written
from bot.i18n import LANGUAGES, Translator
from bot.views import actions, places, zones
from bot.views.chat_actions import CHATS_LIST
from bot.views.message import Button, View, rows, shorten
from bot.views.own import arrow

# Beside a language whose texts no reader of it has reviewed yet; the same in every language.
BETA = " (beta)"
# A button in a row of its own shows this many letters on a narrow phone.
_ROW_LENGTH = 36
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


# A row of the settings: the key of its label, its value as text, and its button's data.
Row = tuple[str, str, str]


def settings(t: Translator, chat: Chat, now: dt.datetime, *, managed: bool = False) -> View:
    """Show all settings of a chat, a row each with its value; `now` is UTC.

    `managed`: the chat is set up from a person's private chat, whose language is that of the texts.
    """
    off = t.plain("settings.off")
    found: list[Row] = [
        ("settings.button_language", LANGUAGES[chat.language], actions.SETTINGS_LANGUAGE()),
        ("settings.button_news", _news_languages(t, chat), actions.NEWS_LANGUAGES()),
        ("settings.button_currencies", arrow(chat.currencies) or t.plain("settings.none"), actions.OWN_ASK()),
        ("settings.button_timezone", _zone(t, chat.timezone, now), actions.SETTINGS_TIMEZONE()),
        ("settings.button_quiet", str(chat.quiet) if chat.quiet else off, actions.SETTINGS_QUIET()),
        ("settings.button_digest", ", ".join(map(clock, chat.digest_times)) or off, actions.DIGEST_CHOOSE()),
        ("settings.button_theme", t.plain(f"settings.theme_{chat.theme}"), actions.CHARTS_THEME(_other_theme(chat))),
    ]
    if chat.private:
        state = t.plain("settings.keyboard_shown" if chat.keyboard else "settings.keyboard_hidden")
        found.append(("settings.button_keyboard", state, actions.KEYBOARD_SET(not chat.keyboard)))
        found.append(("settings.button_chats", "", CHATS_LIST(0)))
    if not managed:
        found.append(("share.button_setup", "", actions.SHARES_SETUP()))
        found.append(("settings.button_privacy", "", actions.PRIVACY_SHOW()))
    buttons = rows((_row(t, *row) for row in found), 1)
    if chat.state is not ChatState.STOPPED:
        return View(t("settings.title"), buttons)
    resume = (Button(t.plain("start.button_resume"), data=actions.START_RESUME()),)
    stopped = t("chats.paused" if managed else "settings.stopped")
    return View(f"{t('settings.title')}\n{stopped}", (resume, *buttons))


def _news_languages(t: Translator, chat: Chat) -> str:
    return ", ".join(places.language(t, code) for code in chosen(chat))


def _zone(t: Translator, zone: str, now: dt.datetime) -> str:
    """Return a zone for its row: without its offset where the row is too short for both."""
    whole = zones.described(zone, now, t.language)
    row = t.plain("settings.row", label=t.plain("settings.button_timezone"), value=whole)
    return whole if len(row) <= _ROW_LENGTH else zones.city(zone, t.language)


def _other_theme(chat: Chat) -> str:
    return "dark" if chat.theme == "light" else "light"


def _row(t: Translator, label: str, value: str, data: str) -> Button:
    named = t.plain(label)
    return Button(shorten(t.plain("settings.row", label=named, value=value), _ROW_LENGTH) if value else named, data)


def back(t: Translator) -> tuple[Button, ...]:
    """Return the last row of a screen that /settings opens: the way back to it."""
    return (Button(t.plain("settings.button_back"), data=actions.SETTINGS_ALL()),)


def language(t: Translator, current: str) -> View:
    """Choose a language; each is named in itself, and marked until its texts are reviewed. A tick is at `current`."""
    buttons = (
        Button(
            ("✓ " if one.code == current else "") + one.endonym + (BETA if one.beta else ""),
            data=actions.SETTINGS_SPEAK(one.code),
        )
        for one in TABLE
    )
    return View(t("settings.language"), (*rows(buttons, 2), back(t)))


def offer_language(t: Translator, current: str) -> View:
    """Offer a language in it, beside the current one."""
    buttons = (Button(LANGUAGES[code], data=actions.SETTINGS_SPEAK(code)) for code in (t.language, current))
    return View(t("settings.offer_language"), rows(buttons, 2))


def timezone(t: Translator, zone: str, now: dt.datetime, offset: int | None = None) -> View:
    """Show a chat's time zone, with cities to choose; `offset` (minutes) is set if an offset was typed."""
    time = f"{now.astimezone(ZoneInfo(zone)):%H:%M}"
    text = t("settings.timezone", zone=zones.described(zone, now, t.language), time=time)
    cities = list(CITIES.values())
    if offset is not None:
        if zone != "UTC":
            text = t("settings.zone_of_offset", offset=written(offset), city=zones.city(zone, t.language)) + f"\n{text}"
        cities = [name for name in cities if offset_at(ZoneInfo(name), now) == offset]
    buttons = (
        Button(("✓ " if name == zone else "") + zones.city(name, t.language), data=actions.SETTINGS_ZONE(name))
        for name in cities
    )
    return View(text, (*rows(buttons, 3), back(t)))


def _zones(t: Translator, names: Sequence[str], now: dt.datetime) -> tuple[tuple[Button, ...], ...]:
    labels = {name: f"{zones.city(name, t.language)} · {written(offset_at(ZoneInfo(name), now))}" for name in names}
    return rows((Button(label, data=actions.SETTINGS_ZONE(name)) for name, label in labels.items()), 1)


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
    spans = (
        Button(("✓ " if parse_quiet(span) == chat.quiet else "") + span, data=actions.SETTINGS_MUTE(span))
        for span in actions.QUIET_SPANS
    )
    off = Button(t.plain("settings.button_quiet_off"), data=actions.SETTINGS_MUTE("off"))
    state = t("settings.quiet_is", quiet=str(chat.quiet)) if chat.quiet else t("settings.quiet_off")
    return View(f"{state}\n{t('settings.quiet')}", (*rows(spans, 3), (off,), back(t)))
