"""Settings: all of them in one message, each behind a button."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.chats import Chat, ChatState
from bot.domain.times import clock
from bot.i18n import LANGUAGES, Translator
from bot.views.message import Button, View, data, rows

# Cities people of these currencies live in, with their IANA zones.
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
QUIET_SPANS = ("22-7", "23-8", "0-6")


def settings(t: Translator, chat: Chat, topics: int, thresholds: int) -> View:
    """Show everything a chat has chosen."""
    off = t.plain("settings.off")
    text = t(
        "settings.all",
        language=LANGUAGES[t.language],
        zone=chat.timezone,
        digest=off if chat.digest_at is None else clock(chat.digest_at),
        quiet=str(chat.quiet) if chat.quiet else off,
        topics=topics,
        thresholds=thresholds,
    )
    if chat.state is ChatState.STOPPED:
        text += "\n" + t("settings.stopped")
    buttons = (
        Button(t.plain("settings.button_language"), data=data("settings", "language")),
        Button(t.plain("settings.button_timezone"), data=data("settings", "timezone")),
        Button(t.plain("settings.button_digest"), data=data("digest", "choose")),
        Button(t.plain("settings.button_quiet"), data=data("settings", "quiet")),
        Button(t.plain("settings.button_topics"), data=data("topics", "list")),
        Button(t.plain("settings.button_alerts"), data=data("alerts", "list")),
    )
    return View(text, rows(buttons, 2))


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t.plain("settings.button_back"), data=data("settings", "all")),)


def language(t: Translator) -> View:
    """Choose a language; each is named in itself."""
    buttons = (
        Button(("✓ " if code == t.language else "") + name, data=data("settings", "speak", code))
        for code, name in LANGUAGES.items()
    )
    return View(t("settings.language"), (*rows(buttons, 2), _back(t)))


def timezone(t: Translator, zone: str) -> View:
    """Choose a time zone by city."""
    buttons = (
        Button(
            ("✓ " if name == zone else "") + t.plain(f"settings.city.{city.replace(' ', '_')}"),
            data=data("settings", "zone", name),
        )
        for city, name in CITIES.items()
    )
    return View(t("settings.timezone", zone=zone), (*rows(buttons, 3), _back(t)))


def unknown_zone(t: Translator, typed: str, near: Sequence[str]) -> View:
    """Answer a zone that is none, with the nearest names as buttons."""
    buttons = (Button(name, data=data("settings", "zone", name)) for name in near)
    return View(t("settings.unknown_zone", typed=typed), rows(buttons, 1))


def quiet(t: Translator, chat: Chat) -> View:
    """Choose hours of silence."""
    spans = (Button(span, data=data("settings", "hush", span)) for span in QUIET_SPANS)
    off = Button(t.plain("settings.button_quiet_off"), data=data("settings", "hush", "off"))
    state = t("settings.quiet_is", quiet=str(chat.quiet)) if chat.quiet else t("settings.quiet_off")
    return View(f"{state}\n{t('settings.quiet')}", (*rows(spans, 3), (off,), _back(t)))
