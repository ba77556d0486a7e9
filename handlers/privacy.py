"""/privacy, /mydata, /forget: what is kept about a chat, handed out, and deleted."""

from __future__ import annotations

import json

from bot.views.message import Button, View, data
from handlers.turn import Command, Press, Turn
from storage import personal_data


async def show_privacy(turn: Turn) -> None:
    """Answer /privacy."""
    await turn.say(View(turn.t("privacy.policy")))


async def send_data(turn: Turn) -> None:
    """Answer /mydata with a file of everything kept."""
    async with turn.database.read() as connection:
        everything = await personal_data.everything(connection, turn.chat.id)
    content = json.dumps(everything, ensure_ascii=False, indent=2).encode()
    await turn.send_file("jarchi-data.json", content, turn.t("privacy.data"))


async def ask_forget(turn: Turn) -> None:
    """Answer /forget with a question: it cannot be undone."""
    yes = Button(turn.t.plain("privacy.button_forget"), data=data("privacy", "forget"), style="danger")
    no = Button(turn.t.plain("privacy.button_keep"), data=data("privacy", "keep"))
    await turn.say(View(turn.t("privacy.ask"), ((yes,), (no,))))


async def forget(turn: Turn) -> None:
    """Delete everything kept about the chat."""
    async with turn.database.write() as connection:
        await personal_data.forget(connection, turn.chat.id)
    await turn.show(View(turn.t("privacy.forgotten")))


async def keep(turn: Turn) -> None:
    """Leave everything as it is."""
    await turn.show(View(turn.t("privacy.kept")))


COMMANDS = (
    Command("privacy", show_privacy, description_key="privacy.command.privacy"),
    Command("mydata", send_data, changes=True, description_key="privacy.command.mydata"),
    Command("forget", ask_forget, changes=True, description_key="privacy.command.forget"),
)
BUTTONS = {
    ("privacy", "forget"): Press(forget, changes=True),
    ("privacy", "keep"): Press(keep, changes=True),
}
