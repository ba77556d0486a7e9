"""/start and /stop: the first word and the last."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.chats import ChatState
from bot.views.message import View
from bot.views.start import start as start_view
from handlers.turn import Command, Press, Turn
from storage import articles, chats, rates

HEADLINES = 3


async def wake(turn: Turn) -> None:
    """Speak again to a chat that was silent; in a group only admins end its silence."""
    if turn.chat.state is not ChatState.ACTIVE and await turn.may_change():
        async with turn.database.write() as connection:
            await chats.set_state(connection, turn.chat.id, ChatState.ACTIVE, turn.now)
        turn.chat = replace(turn.chat, state=ChatState.ACTIVE)


async def start(turn: Turn) -> None:
    """Greet, and speak again."""
    await wake(turn)
    async with turn.database.read() as connection:
        lines = await rates.board(connection, turn.now)
        stories = await articles.latest(connection, HEADLINES)
    name = turn.user_name if turn.chat.private else ""
    await turn.say(start_view(turn.t, name[:40], lines, stories, turn.now))


async def stop(turn: Turn) -> None:
    """Fall silent; settings stay."""
    async with turn.database.write() as connection:
        await chats.set_state(connection, turn.chat.id, ChatState.STOPPED, turn.now)
    await turn.say(View(turn.t("start.stopped")))


COMMANDS = (
    Command("start", start, description_key="start.command.start"),
    Command("stop", stop, changes=True, description_key="start.command.stop"),
)
BUTTONS: dict[tuple[str, str], Press] = {}
