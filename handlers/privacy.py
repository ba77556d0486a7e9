"""/privacy, /mydata, /forget: what is kept about a chat, handed out, and deleted."""

from __future__ import annotations

import json

from bot.views import actions
from bot.views.message import Button, View
from handlers.context import Action, Command, Context
from storage import personal_data


async def show_privacy(ctx: Context) -> None:
    """Answer /privacy."""
    await ctx.reply(View(ctx.t("privacy.policy")))


async def send_data(ctx: Context) -> None:
    """Answer /mydata with a file of everything kept."""
    async with ctx.database.read() as connection:
        everything = await personal_data.everything(connection, ctx.chat.id)
    content = json.dumps(everything, ensure_ascii=False, indent=2).encode()
    await ctx.send_file("jarchi-data.json", content, ctx.t("privacy.data"))


async def ask_forget(ctx: Context) -> None:
    """Answer /forget with a question: it cannot be undone."""
    yes = Button(ctx.t.plain("privacy.button_forget"), data=actions.PRIVACY_FORGET(), style="danger")
    no = Button(ctx.t.plain("privacy.button_keep"), data=actions.PRIVACY_KEEP())
    await ctx.reply(View(ctx.t("privacy.ask"), ((yes,), (no,))))


async def forget(ctx: Context) -> None:
    """Delete everything kept about the chat."""
    async with ctx.database.write() as connection:
        await personal_data.forget(connection, ctx.chat.id)
    await ctx.edit_or_reply(View(ctx.t("privacy.forgotten")))


async def keep(ctx: Context) -> None:
    """Leave everything as it is."""
    await ctx.edit_or_reply(View(ctx.t("privacy.kept")))


COMMANDS = (
    Command("privacy", show_privacy, description_key="privacy.command.privacy"),
    Command("mydata", send_data, changes=True, description_key="privacy.command.mydata"),
    Command("forget", ask_forget, changes=True, description_key="privacy.command.forget"),
)
BUTTONS = {
    ("privacy", "forget"): Action(forget, changes=True),
    ("privacy", "keep"): Action(keep, changes=True),
}
