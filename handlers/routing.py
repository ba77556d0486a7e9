"""Routing: the handler of a command, a text, a link or a button, and the rights that it needs."""

from __future__ import annotations

from dataclasses import replace

from telegram import CallbackQuery, Update

from bot.domain import links
from bot.domain.typed import Typed
from bot.views.message import View, parse_data
from handlers import help as help_
from handlers import start
from handlers.features import ANSWERS, BUTTONS, BY_NAME, LINKS, PLAIN
from handlers.turn import Command, Press, Turn


async def on_text(turn: Turn, typed: Typed) -> None:
    """Answer a message: a command, the answer to a prompt, or text without a command."""
    command = BY_NAME.get(typed.command or "")
    if typed.command is not None and (command or not typed.loose):
        if typed.is_for(turn.bot.username or ""):
            await _command(turn, typed, command)
        return
    turn.arguments = typed.text
    until = turn.chat.awaiting_until
    prompt = turn.chat.awaiting if until is not None and turn.now < until else None
    prompt = prompt or (turn.earlier.prompt if turn.earlier else None)
    if prompt in ANSWERS and typed.text:
        if await turn.may_change():
            turn.prompt = prompt
            if turn.chat.awaiting:
                await turn.save(replace(turn.chat, awaiting=None, awaiting_until=None))
            await ANSWERS[prompt](turn)
        return
    if turn.chat.private:
        for hears in PLAIN if typed.text else ():
            if await hears(turn):
                return
        await help_.unknown(turn)


async def _command(turn: Turn, typed: Typed, command: Command | None) -> None:
    turn.arguments = typed.arguments
    if command is not None and command.secret and turn.chat.private and not turn.operator:
        command = None
    if turn.chat.awaiting and await turn.may_change():
        await turn.save(replace(turn.chat, awaiting=None, awaiting_until=None))
    if command is None:
        turn.arguments = typed.text
        if turn.chat.private:
            await help_.unknown(turn)
    elif command.operators and not turn.operates:
        await turn.say(View(turn.t("common.operators_only")))
    elif command.name == links.START and (link := LINKS.get(turn.arguments.partition("_")[0])):
        await _follow(turn, link)
    elif not command.changes or turn.arguments.casefold() in command.reads or await turn.may_change():
        await command.handler(turn)
    else:
        await turn.say(View(turn.t("common.admins_only")))


async def _follow(turn: Turn, link: Press) -> None:
    """Call the handler of a link into the bot's chat; following one reactivates the chat."""
    if link.changes and not await turn.may_change():
        await turn.say(View(turn.t("common.admins_only")))
        return
    away_since = await start.wake(turn)
    await link.handler(turn, turn.arguments.partition("_")[2])
    await start.offer(turn, away_since)


async def on_button(turn: Turn, query: CallbackQuery) -> None:
    """Answer a pressed button, if the person may press it."""
    parsed = parse_data(query.data or "")
    press = BUTTONS.get(parsed[:2]) if parsed else None
    if parsed is None or press is None:
        await turn.old_button()
    elif press.operators and not turn.operates:
        await turn.toast(turn.t.plain("common.operators_only"), alert=True)
    elif press.changes and not await turn.may_change():
        await turn.toast(turn.t.plain("common.admins_only"), alert=True)
    else:
        try:
            await press.handler(turn, *parsed[2])
        except TypeError as error:
            # Forged data with too many or too few arguments; a TypeError from deeper down is a bug.
            if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                raise
            await turn.old_button()
        await turn.toast("")


def kind_of(update: Update, typed: Typed | None) -> str:
    """Return the label that an update is counted under; the library checks no types, so any field may be wrong."""
    try:
        return _known_kind(update, typed)
    except (AttributeError, TypeError, IndexError):
        return "other"


def _known_kind(update: Update, typed: Typed | None) -> str:
    """Return the command, the feature of the button, or the kind of the update."""
    if update.callback_query:
        parsed = parse_data(update.callback_query.data or "")
        return f"button {parsed[0]}" if parsed and parsed[:2] in BUTTONS else "button unknown"
    if typed and typed.command is not None:
        return f"/{typed.command}" if typed.command in BY_NAME else "/unknown"
    return "words" if typed and typed.text else "membership" if update.my_chat_member else "other"
