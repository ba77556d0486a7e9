"""/help, and the answer to text that is no command."""

from __future__ import annotations

import difflib
from html import escape

from bot.domain.rates import Pair
from bot.i18n import Html
from bot.views import actions
from bot.views.currencies import code_of
from bot.views.message import Button, View, shorten
from handlers.context import Command, Context


async def show_help(ctx: Context) -> None:
    """Answer /help from the one table of commands."""
    lines = [ctx.t("help.title")]
    lines += [
        f"/{command.name} — {escape(ctx.t.plain(command.description_key))}"
        for command in ctx.services.commands
        if ctx.is_operator or not command.operators
    ]
    lines.append(ctx.t("help.examples"))
    await ctx.reply(View("\n".join(lines)))


async def unknown(ctx: Context) -> None:
    """Answer unknown text with the likeliest next step; `ctx.arguments` is the whole text."""
    text = ctx.arguments
    if text.startswith("/"):
        typed = text[1:].split()[0] if text[1:].split() else ""
        names = [command.name for command in ctx.services.commands if ctx.is_operator or not command.operators]
        near = difflib.get_close_matches(typed.casefold()[:32], names, n=1, cutoff=0.5)
        key = "help.near_command" if near else "help.unknown_command"
        await ctx.reply(View(ctx.t(key, typed=shorten(typed, 32), near=near[0] if near else "")))
        return
    codes = dict.fromkeys(code for word in text.split()[:20] if (code := code_of(word.strip(".,!?"))) and code != "USD")
    if codes:
        buttons = tuple(Button(code, data=actions.RATES_PAIR(Pair("USD", code))) for code in list(codes)[:3])
        await ctx.reply(View(ctx.t("help.rates_of", codes=", ".join(codes)), (buttons,)))
        return
    words = Html(escape(shorten(" ".join(text.split()), 40), quote=False))
    await ctx.reply(View(ctx.t("help.words", words=words) if words else ctx.t("help.no_words")))


COMMANDS = (Command("help", show_help, description_key="help.command.help"),)
