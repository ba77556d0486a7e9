"""/privacy, /mydata, /forget: what is stored about a chat, its export and its deletion."""

from __future__ import annotations

import json

from bot.services import settings as service
from bot.views import actions
from bot.views.message import Button, View
from handlers.context import Command, Context, on


async def show_privacy(ctx: Context) -> None:
    """Answer /privacy."""
    await ctx.reply(View(ctx.t("privacy.policy")))


async def send_data(ctx: Context) -> None:
    """Answer /mydata with a file of all stored data."""
    exported = await service.export_data(ctx.database, ctx.chat.id)
    content = json.dumps(exported, ensure_ascii=False, indent=2).encode()
    await ctx.send_file("jarchi-data.json", content, ctx.t("privacy.data"))


async def ask_forget(ctx: Context) -> None:
    """Answer /forget with a question: it cannot be undone."""
    yes = Button(ctx.t.plain("privacy.button_forget"), data=actions.PRIVACY_FORGET(), style="danger")
    no = Button(ctx.t.plain("privacy.button_keep"), data=actions.PRIVACY_KEEP())
    await ctx.reply(View(ctx.t("privacy.ask"), ((yes,), (no,))))


async def forget(ctx: Context) -> None:
    """Delete all stored data of the chat."""
    await service.forget_chat(ctx.database, ctx.chat.id)
    await ctx.edit_or_reply(View(ctx.t("privacy.forgotten")))


async def keep(ctx: Context) -> None:
    """Leave everything as it is."""
    await ctx.edit_or_reply(View(ctx.t("privacy.kept")))


COMMANDS = (
    Command("privacy", show_privacy, description_key="privacy.command.privacy"),
    Command("mydata", send_data, changes=True, description_key="privacy.command.mydata"),
    Command("forget", ask_forget, changes=True, description_key="privacy.command.forget"),
)
BUTTONS = (on(actions.PRIVACY_FORGET, forget), on(actions.PRIVACY_KEEP, keep))
