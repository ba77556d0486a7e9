"""/privacy, /mydata, /forget: what is stored about a chat, its export and its deletion."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.domain.chats import ChatState
from bot.services import settings as service
from bot.services.start import stop_chat
from bot.views import actions, settings
from bot.views import privacy as views
from handlers import languages
from handlers.command import Command, on
from handlers.context import Context


async def show_privacy(ctx: Context) -> None:
    """Answer /privacy."""
    await ctx.edit_or_reply(views.policy(ctx.t))


async def send_data(ctx: Context) -> None:
    """Answer /mydata with a file of all stored data."""
    exported = await service.export_data(ctx.database, ctx.chat.id)
    content = json.dumps(exported, ensure_ascii=False, indent=2).encode()
    await ctx.send_file("jarchi-data.json", content, ctx.t("privacy.data"))


async def stop(ctx: Context) -> None:
    """Stop all messages by button, and show the settings, which say so."""
    await stop_chat(ctx.database, ctx.chat.id, ctx.now)
    ctx.apply(replace(ctx.chat, state=ChatState.STOPPED))
    await ctx.edit_or_reply(settings.settings(ctx.t, ctx.chat, ctx.now))


async def ask_forget(ctx: Context) -> None:
    """Answer /forget with a question: it cannot be undone."""
    await ctx.edit_or_reply(views.ask(ctx.t))


async def forget(ctx: Context) -> None:
    """Delete all stored data of the chat."""
    await service.forget_chat(ctx.database, ctx.chat.id)
    await languages.remove_menu(ctx)
    await ctx.edit_or_reply(views.forgotten(ctx.t))


async def keep(ctx: Context) -> None:
    """Leave everything as it is."""
    await ctx.edit_or_reply(views.kept(ctx.t))


COMMANDS = (
    Command("privacy", show_privacy, description_key="privacy.command.privacy"),
    Command("mydata", send_data, changes=True, description_key="privacy.command.mydata"),
    Command("forget", ask_forget, changes=True, description_key="privacy.command.forget"),
)
BUTTONS = (
    on(actions.PRIVACY_SHOW, show_privacy),
    on(actions.PRIVACY_STOP, stop),
    on(actions.PRIVACY_DATA, send_data),
    on(actions.PRIVACY_ASK, ask_forget),
    on(actions.PRIVACY_FORGET, forget),
    on(actions.PRIVACY_KEEP, keep),
)
