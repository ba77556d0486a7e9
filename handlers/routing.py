"""Routing: the handler of a command, a text, a link or a button, and the rights that it needs."""

from __future__ import annotations

from dataclasses import replace

from telegram import CallbackQuery, Update

from bot.domain import links
from bot.domain.errors import ExpiredButton, NotAllowed
from bot.domain.typed import Typed
from bot.views.buttons import Access, parse_data
from handlers import help as help_
from handlers import start
from handlers.context import Command, Context, LinkHandler
from handlers.features import BUTTONS, BY_NAME, DEEP_LINKS, PROMPTS, TEXT_HANDLERS


async def on_text(ctx: Context, typed: Typed) -> None:
    """Answer a message: a command, the answer to a prompt, or text without a command."""
    command = BY_NAME.get(typed.command or "")
    if typed.command is not None and (command or not typed.loose):
        if typed.is_for(ctx.bot.username or ""):
            await _on_command(ctx, typed, command)
        return
    ctx.arguments = typed.text
    prompt = _open_prompt(ctx) or (ctx.earlier.prompt if ctx.earlier else None) or ""
    handler = PROMPTS.get(prompt.partition(" ")[0])
    if handler is not None and typed.text:
        if await ctx.may_change():
            ctx.answered_prompt = prompt
            await _close_prompt(ctx)
            await handler(ctx)
        return
    if ctx.chat.private:
        for answer in TEXT_HANDLERS if typed.text else ():
            if await answer(ctx):
                return
        await help_.unknown(ctx)


def _open_prompt(ctx: Context) -> str | None:
    """Return the open prompt of this person: in a group another one's text is no answer."""
    until, asked = ctx.chat.awaiting_until, ctx.chat.awaiting_from
    return ctx.chat.awaiting if until and ctx.now < until and asked in (None, ctx.user_id) else None


async def _close_prompt(ctx: Context) -> None:
    if ctx.chat.awaiting:
        await ctx.save(replace(ctx.chat, awaiting=None, awaiting_until=None, awaiting_from=None))


async def _on_command(ctx: Context, typed: Typed, command: Command | None) -> None:
    ctx.arguments = typed.arguments
    if command is not None and command.secret and ctx.chat.private and not ctx.operator:
        command = None
    if ctx.chat.awaiting and await ctx.may_change():
        await _close_prompt(ctx)
    if command is None:
        ctx.arguments = typed.text
        if ctx.chat.private:
            await help_.unknown(ctx)
        return
    if command.operators:
        await _need_rights(ctx, Access.OPERATORS)
    if command.name == links.START and (link := DEEP_LINKS.get(ctx.arguments.partition("_")[0])):
        await _follow(ctx, link)
        return
    if command.changes and ctx.arguments.casefold() not in command.reads:
        await _need_rights(ctx, Access.ADMINS)
    await command.handler(ctx)


async def _follow(ctx: Context, link: LinkHandler) -> None:
    """Call the handler of a link into the bot's chat; following one reactivates the chat."""
    await _need_rights(ctx, Access.ADMINS)
    away_since = await start.wake(ctx)
    await link(ctx, ctx.arguments.partition("_")[2])
    await start.offer(ctx, away_since)


async def on_button(ctx: Context, query: CallbackQuery) -> None:
    """Answer a pressed button, if the person may press it."""
    action, values = parse_data(query.data or "")
    await _need_rights(ctx, action.access)
    await BUTTONS[action](ctx, *values)
    await ctx.answer_callback("")


async def _need_rights(ctx: Context, access: Access) -> None:
    if access is Access.OPERATORS and not ctx.is_operator:
        raise NotAllowed("common.operators_only")
    if access is Access.ADMINS and not await ctx.may_change():
        raise NotAllowed("common.admins_only")


def kind_of(update: Update, typed: Typed | None) -> str:
    """Return the label that an update is counted under; the library checks no types, so any field may be wrong."""
    try:
        return _known_kind(update, typed)
    except (AttributeError, TypeError, IndexError):
        return "other"


def _known_kind(update: Update, typed: Typed | None) -> str:
    """Return the command, the feature of the button, or the kind of the update."""
    if update.callback_query:
        try:
            return f"button {parse_data(update.callback_query.data or '')[0].name.partition(':')[0]}"
        except ExpiredButton:
            return "button unknown"
    if typed and typed.command is not None:
        return f"/{typed.command}" if typed.command in BY_NAME else "/unknown"
    return "words" if typed and typed.text else "membership" if update.my_chat_member else "other"
