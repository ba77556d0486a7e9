"""The tables of all features joined: commands, buttons, links, prompts and text handlers."""

from __future__ import annotations

from typing import Any

from bot.views.buttons import ACTIONS, AnyAction
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
from handlers.context import ButtonHandler, Command, Context, Handler, LinkHandler, TextHandler

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


def _by_action(table: Any) -> dict[AnyAction, ButtonHandler]:
    """Return the buttons of a feature by their actions."""
    if isinstance(table, tuple):
        return dict(table)
    return {ACTIONS[":".join(key)]: _with_texts(ACTIONS[":".join(key)], press.handler) for key, press in table.items()}


def _with_texts(action: AnyAction, handler: ButtonHandler) -> ButtonHandler:
    """Return a handler that is given its arguments as texts."""

    async def handle(ctx: Context, *values: Any) -> None:
        await handler(ctx, *(argument.write(value) for argument, value in zip(action.arguments, values, strict=True)))

    return handle


BUTTONS: dict[AnyAction, ButtonHandler] = {
    action: handler for feature in _FEATURES for action, handler in _by_action(feature.BUTTONS).items()
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
