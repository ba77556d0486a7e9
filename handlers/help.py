"""/help, and the answer to words that are no command."""

from __future__ import annotations

import difflib
from html import escape

from bot.i18n import Html
from bot.views.currencies import code_of
from bot.views.message import Button, View, data, shorten
from handlers.turn import Command, Press, Turn


async def show_help(turn: Turn) -> None:
    """Answer /help from the one table of commands."""
    lines = [turn.t("help.title")]
    lines += [
        f"/{command.name} — {escape(turn.t.plain(command.description_key))}"
        for command in turn.services.commands
        if turn.operates or not command.operators
    ]
    lines.append(turn.t("help.examples"))
    await turn.say(View("\n".join(lines)))


async def unknown(turn: Turn) -> None:
    """Answer what was not understood with the likeliest next step; `turn.arguments` is the whole text."""
    text = turn.arguments
    if text.startswith("/"):
        typed = text[1:].split()[0] if text[1:].split() else ""
        names = [command.name for command in turn.services.commands if turn.operates or not command.operators]
        near = difflib.get_close_matches(typed.casefold()[:32], names, n=1, cutoff=0.5)
        key = "help.near_command" if near else "help.unknown_command"
        await turn.say(View(turn.t(key, typed=shorten(typed, 32), near=near[0] if near else "")))
        return
    codes = dict.fromkeys(code for word in text.split()[:20] if (code := code_of(word.strip(".,!?"))) and code != "USD")
    if codes:
        buttons = tuple(Button(code, data=data("rates", "one", code)) for code in list(codes)[:3])
        await turn.say(View(turn.t("help.rates_of", codes=", ".join(codes)), (buttons,)))
        return
    words = Html(escape(shorten(" ".join(text.split()), 40), quote=False))
    await turn.say(View(turn.t("help.words", words=words) if words else turn.t("help.no_words")))


COMMANDS = (Command("help", show_help, description_key="help.command.help"),)
BUTTONS: dict[tuple[str, str], Press] = {}
