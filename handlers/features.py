"""The tables of all features joined: commands, buttons, links, prompts and text handlers."""

from __future__ import annotations

from typing import Any

from bot.views.buttons import AnyAction
from handlers import (
    alerts,
    article,
    broadcast,
    charts,
    convert,
    digest,
    failures,
    history,
    news,
    privacy,
    rates,
    saved,
    search,
    settings,
    sources,
    start,
    stats,
    status,
    topics,
)
from handlers import help as help_
from handlers.context import ButtonHandler, Command, Handler, LinkHandler, TextHandler

_FEATURES: tuple[Any, ...] = (
    start,
    rates,
    charts,
    convert,
    history,
    news,
    article,
    search,
    saved,
    topics,
    alerts,
    digest,
    settings,
    sources,
    status,
    stats,
    failures,
    broadcast,
    privacy,
    help_,
)

# The one table of commands, for the dispatcher, /help and Telegram's menu.
COMMANDS: tuple[Command, ...] = tuple(command for feature in _FEATURES for command in feature.COMMANDS)


BUTTONS: dict[AnyAction, ButtonHandler] = {
    action: handler for feature in _FEATURES for action, handler in feature.BUTTONS
}
# Handlers of links into the bot's chat (t.me/<bot>?start=<name>_<argument>); in groups only admins may follow one.
DEEP_LINKS: dict[str, LinkHandler] = {
    key: handler for feature in _FEATURES for key, handler in getattr(feature, "DEEP_LINKS", {}).items()
}
PROMPTS: dict[str, Handler] = {
    key: handler for feature in _FEATURES for key, handler in getattr(feature, "PROMPTS", {}).items()
}
# Handlers of text without a command, in order; the first that answers is the last one called.
TEXT_HANDLERS: tuple[TextHandler, ...] = tuple(
    handler for feature in _FEATURES for handler in getattr(feature, "TEXT_HANDLERS", ())
)
BY_NAME = {command.name: command for command in COMMANDS}
