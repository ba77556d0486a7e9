"""The tables of all features joined: commands, buttons, links, prompts and intents."""

from __future__ import annotations

from typing import Any

from bot.domain.intents import IntentKind
from bot.domain.vocabulary import command_of
from bot.i18n import FALLBACK
from bot.views.buttons import AnyAction
from handlers import (
    alerts,
    article,
    boards,
    broadcast,
    charts,
    chat_settings,
    chats,
    convert,
    digest,
    failures,
    feeds,
    gold,
    history,
    keyboard,
    news,
    offers,
    own,
    privacy,
    rates,
    reviews,
    saved,
    search,
    settings,
    shares,
    sources,
    start,
    stats,
    status,
    topics,
    which,
)
from handlers import help as help_
from handlers.command import ButtonHandler, Command, Handler, IntentHandler, LinkHandler

_FEATURES: tuple[Any, ...] = (
    start,
    rates,
    boards,
    own,
    charts,
    convert,
    offers,
    which,
    history,
    gold,
    news,
    article,
    search,
    saved,
    topics,
    alerts,
    digest,
    reviews,
    chats,
    chat_settings,
    settings,
    shares,
    sources,
    feeds,
    status,
    stats,
    failures,
    broadcast,
    privacy,
    keyboard,
    help_,
)


def _joined(table: str) -> list[Any]:
    """Return the entries of a table of all features, in order."""
    return [entry for feature in _FEATURES for entry in getattr(feature, table, ())]


# The one table of commands, for the dispatcher, /help and Telegram's menu.
COMMANDS: tuple[Command, ...] = tuple(_joined("COMMANDS"))
BY_NAME = {command.name: command for command in COMMANDS}
# Names of commands that are no words; the others are in bot/domain/vocabulary.tsv.
ALIASES = {"s": "search"}
BUTTONS: dict[AnyAction, ButtonHandler] = dict(_joined("BUTTONS"))
# Handlers of links into the bot's chat (t.me/<bot>?start=<name>_<argument>); in groups only admins may follow one.
DEEP_LINKS: dict[str, LinkHandler] = dict(_joined("DEEP_LINKS"))
# Handlers of the answers to prompts, by the key of the prompt.
PROMPTS: dict[str, Handler] = dict(_joined("PROMPTS"))
# Handlers of intents (texts without a command), by the kind of the intent: one feature answers each kind.
INTENTS: dict[IntentKind, IntentHandler] = dict(_joined("INTENTS"))


def command_named(name: str | None, language: str = FALLBACK) -> Command | None:
    """Return the command of a name, or of a word for it in any language; `language` decides between two meanings."""
    if not name:
        return None
    return BY_NAME.get(name) or BY_NAME.get(ALIASES.get(name) or command_of(name, language) or "")
