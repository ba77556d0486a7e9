"""/stats, for operators: how many people there are and what they have asked for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.views.stats import stats as view
from handlers.turn import Command, Press, Turn
from storage.stats import StatsReader


async def show_stats(turn: Turn) -> None:
    """Answer /stats."""
    services = turn.services
    services.stats = services.stats or StatsReader(turn.database)
    counted_at, figures = await services.stats.at(turn.now)
    await turn.say(view(turn.t, figures, counted_at, ZoneInfo(turn.chat.timezone)))


COMMANDS = (Command("stats", show_stats, description_key="stats.command.stats", operators=True, secret=True),)
BUTTONS: dict[tuple[str, str], Press] = {}
