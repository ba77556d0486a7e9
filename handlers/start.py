"""/start and /stop: the first word and the last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.chats import ChatState
from bot.views import catchup
from bot.views.message import View
from bot.views.start import start as start_view
from handlers.turn import Command, Press, Turn
from storage import article_lists, chats, rates, thresholds

HEADLINES = 3
# What is older than this is no news to who comes back, and a button of an offer is good for a week more.
LONGEST_AWAY = dt.timedelta(days=30)
SHOWN_FOR = LONGEST_AWAY + dt.timedelta(days=7)


async def wake(turn: Turn) -> dt.datetime | None:
    """Speak again to a chat that was silent (in a group only admins end its silence); returns since when it was."""
    away_since = None
    if turn.chat.state is not ChatState.ACTIVE and await turn.may_change():
        async with turn.database.write() as connection:
            away_since = await chats.come_back(connection, turn.chat.id, turn.now)
        turn.chat = replace(turn.chat, state=ChatState.ACTIVE)
    return away_since


async def start(turn: Turn) -> None:
    """Greet, and speak again."""
    away_since = await wake(turn)
    async with turn.database.read() as connection:
        lines = await rates.board(connection, turn.now)
        stories = await article_lists.latest(connection, HEADLINES)
    name = turn.user_name if turn.chat.private else ""
    await turn.say(start_view(turn.t, name[:40], lines, stories, turn.now))
    await offer(turn, away_since)


async def offer(turn: Turn, since: dt.datetime | None) -> None:
    """Offer what went on since a person left (UTC), if anything did: a blocked bot is silent, not gone."""
    if since is None or not turn.chat.private:
        return
    since = max(since, turn.now - LONGEST_AWAY)
    async with turn.database.read() as connection:
        _, count = await article_lists.missed(connection, turn.chat.id, since, 0)
        crossed = await thresholds.fired_since(connection, turn.chat.id, since)
    if count or crossed:
        await turn.say(catchup.offer(turn.t, count, len(crossed), since, ZoneInfo(turn.chat.timezone)))


async def show_missed(turn: Turn, since: str) -> None:
    """Show what went on since an instant (Unix seconds)."""
    seconds = int(since) if since.isascii() and since.isdigit() and len(since) < 11 else 0
    begin = dt.datetime.fromtimestamp(seconds, dt.UTC)
    if not turn.now - SHOWN_FOR < begin <= turn.now:
        await turn.old_button()
        return
    async with turn.database.read() as connection:
        stories, count = await article_lists.missed(connection, turn.chat.id, begin, catchup.SHOWN)
        crossed = await thresholds.fired_since(connection, turn.chat.id, begin)
    view = catchup.away(turn.t, stories, count - len(stories), crossed, ZoneInfo(turn.chat.timezone))
    await turn.show(view)


async def leave_it(turn: Turn) -> None:
    """Take the offer back."""
    await turn.show(View(turn.t("catchup.left")))


async def stop(turn: Turn) -> None:
    """Fall silent; settings stay."""
    async with turn.database.write() as connection:
        await chats.set_state(connection, turn.chat.id, ChatState.STOPPED, turn.now)
    await turn.say(View(turn.t("start.stopped")))


COMMANDS = (
    Command("start", start, description_key="start.command.start"),
    Command("stop", stop, changes=True, description_key="start.command.stop"),
)
BUTTONS = {("away", "show"): Press(show_missed), ("away", "leave"): Press(leave_it)}
