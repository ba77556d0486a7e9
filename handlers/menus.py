"""Telegram's command menu."""

from __future__ import annotations

from collections.abc import Iterable

from telegram import BotCommand

from bot.i18n import Translator
from bot.views.actions import MENU
from handlers.command import Command


def menu(t: Translator, commands: Iterable[Command], *, operator: bool = False) -> list[BotCommand]:
    """Return the menu in a language; that of an operator's own chat has the operators' commands too."""
    by_name = {command.name: command for command in commands}
    shown = [by_name[name] for name in MENU if name in by_name]
    if operator:
        shown += [command for command in by_name.values() if command.operators]
    return [BotCommand(command.name, t.plain(command.description_key)) for command in shown]
