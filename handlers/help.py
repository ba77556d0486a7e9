"""/help, the menu, and the answers to sentences that ask for nothing else."""

from __future__ import annotations

import difflib
from decimal import Decimal

from bot.domain.amounts import LARGEST_AMOUNT
from bot.domain.chats import ChatState
from bot.domain.errors import ExpiredButton, NotAllowed
from bot.domain.intents import Intent, IntentKind
from bot.views import actions, dialogue
from bot.views.message import shorten
from handlers.command import Command, on
from handlers.context import Context, existing

# A name that is as unlike its nearest command as this is no misspelling.
LEAST_LIKENESS = 0.5
LONGEST_NAME = 32


async def show_help(ctx: Context) -> None:
    """Answer /help: the jobs with examples."""
    names = [command.name for command in ctx.services.commands if not command.operators]
    operators = [command.name for command in ctx.services.commands if command.operators and ctx.is_operator]
    others = [name for name in names if name not in actions.MENU]
    await ctx.reply(dialogue.help_by_job(ctx.t, others, operators))


async def show_all(ctx: Context) -> None:
    """List all commands with their descriptions."""
    described = [(command.name, command.description_key) for command in _usable(ctx)]
    await ctx.reply(dialogue.all_commands(ctx.t, described))


def _usable(ctx: Context) -> list[Command]:
    return [command for command in ctx.services.commands if ctx.is_operator or not command.operators]


async def open_command(ctx: Context, name: str) -> None:
    """Open a command of the menu, as if it was typed without words."""
    command = existing(next((one for one in ctx.services.commands if one.name == name), None))
    if command.changes and "" not in command.reads and not await ctx.may_change():
        raise NotAllowed("common.admins_only")
    ctx.arguments = ""
    await command.handler(ctx)


async def no_command(ctx: Context, typed: str) -> None:
    """Answer an unknown command with the nearest known one."""
    names = [command.name for command in _usable(ctx)]
    near = difflib.get_close_matches(typed.casefold()[:LONGEST_NAME], names, n=1, cutoff=LEAST_LIKENESS)
    await ctx.reply(dialogue.no_command(ctx.t, shorten(typed, LONGEST_NAME), near[0] if near else None))


async def cancel(ctx: Context) -> None:
    """Answer /cancel: any command has closed an open prompt before."""
    await ctx.reply(dialogue.cancelled(ctx.t))


async def unreadable(ctx: Context) -> None:
    """Answer content that is no text."""
    await ctx.reply(dialogue.unreadable(ctx.t))


async def unknown(ctx: Context, _intent: Intent) -> None:
    """Answer a sentence that was not understood."""
    await ctx.reply(dialogue.unknown(ctx.t))


async def menu(ctx: Context, _intent: Intent) -> None:
    """Offer the menu."""
    await ctx.reply(dialogue.menu(ctx.t, stopped=ctx.chat.state is ChatState.STOPPED))


async def help_intent(ctx: Context, _intent: Intent) -> None:
    """Answer a call for help."""
    await show_help(ctx)


async def greeting(ctx: Context, _intent: Intent) -> None:
    """Greet."""
    await ctx.reply(dialogue.greeting(ctx.t))


async def thanks(ctx: Context, _intent: Intent) -> None:
    """Answer thanks by a reaction, which disturbs nobody."""
    await ctx.react("👍")


async def which_currency(ctx: Context, intent: Intent) -> None:
    """Ask which currency a number is in."""
    view = None
    if intent.amount is not None and 0 < intent.amount <= LARGEST_AMOUNT:
        view = dialogue.of_which(ctx.t, intent.amount, ctx.chat.currencies)
    await ctx.reply(view or dialogue.unknown(ctx.t))


async def convert_amount(ctx: Context, amount: Decimal, code: str) -> None:
    """Convert the number that a person typed before, from the currency of a button."""
    if amount > LARGEST_AMOUNT:
        raise ExpiredButton
    answer = existing(ctx.services.intents.get(IntentKind.CONVERT))
    await answer(ctx, Intent(IntentKind.CONVERT, amount=amount, currencies=(code,)))


COMMANDS = (
    Command("help", show_help, description_key="help.command.help"),
    Command("cancel", cancel, changes=True, description_key="help.command.cancel"),
)
BUTTONS = (
    on(actions.MENU_OPEN, open_command),
    on(actions.HELP_ALL, show_all),
    on(actions.CONVERT_AMOUNT, convert_amount),
)
INTENTS = (
    (IntentKind.HELP, help_intent),
    (IntentKind.MENU, menu),
    (IntentKind.GREETING, greeting),
    (IntentKind.THANKS, thanks),
    (IntentKind.NUMBER, which_currency),
    (IntentKind.UNKNOWN, unknown),
)
