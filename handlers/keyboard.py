"""The reply keyboard of private chats: four keys beside the text field."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import ExpiredButton
from bot.views import actions, dialogue
from handlers.command import on
from handlers.context import Context

# The commands of the keys, by their labels in every language.
KEYS = dialogue.key_commands()


async def set_keyboard(ctx: Context, shown: bool) -> None:
    """Show the reply keyboard from now on, or no longer, and show the settings again."""
    if not ctx.chat.private:
        raise ExpiredButton
    await ctx.save(replace(ctx.chat, keyboard=shown))
    await ctx.reply(
        dialogue.with_keyboard(ctx.t, "common.keyboard_on" if shown else "common.keyboard_off", shown=shown)
    )
    settings = next((command for command in ctx.services.commands if command.name == "settings"), None)
    if settings is not None:
        await settings.handler(ctx)


async def renew(ctx: Context) -> None:
    """Send the reply keyboard in the language that the chat has changed to."""
    if ctx.keyboard_due and ctx.chat.private and ctx.chat.keyboard:
        await ctx.reply(dialogue.with_keyboard(ctx.t, "common.keyboard_renewed"))


BUTTONS = (on(actions.KEYBOARD_SET, set_keyboard),)
