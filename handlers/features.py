"""The tables of all features joined: commands, buttons, links, prompts and text handlers."""

from __future__ import annotations

from typing import Any

from bot.domain.intents import IntentKind
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
    own,
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
from handlers.context import ButtonHandler, Command, Handler, IntentHandler, LinkHandler, TextHandler

_FEATURES: tuple[Any, ...] = (
    start,
    rates,
    own,
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


def _joined(table: str) -> list[Any]:
    """Return the entries of a table of all features, in order."""
    return [entry for feature in _FEATURES for entry in getattr(feature, table, ())]


# The one table of commands, for the dispatcher, /help and Telegram's menu.
COMMANDS: tuple[Command, ...] = tuple(_joined("COMMANDS"))
BY_NAME = {command.name: command for command in COMMANDS}
BUTTONS: dict[AnyAction, ButtonHandler] = dict(_joined("BUTTONS"))
# Handlers of links into the bot's chat (t.me/<bot>?start=<name>_<argument>); in groups only admins may follow one.
DEEP_LINKS: dict[str, LinkHandler] = dict(_joined("DEEP_LINKS"))
# Handlers of the answers to prompts, by the key of the prompt.
PROMPTS: dict[str, Handler] = dict(_joined("PROMPTS"))
# Handlers of intents (texts without a command), by the kind of the intent: one feature answers each kind.
INTENTS: dict[IntentKind, IntentHandler] = dict(_joined("INTENTS"))
# Handlers of text without a command, in order; the first that answers is the last one called.
TEXT_HANDLERS: tuple[TextHandler, ...] = tuple(_joined("TEXT_HANDLERS"))
