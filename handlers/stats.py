"""/stats, for operators: how many people there are and what they have asked for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.views.stats import stats as view
from handlers.context import Action, Command, Context
from storage.stats import StatsReader


async def show_stats(ctx: Context) -> None:
    """Answer /stats."""
    services = ctx.services
    services.stats = services.stats or StatsReader(ctx.database)
    counted_at, counts = await services.stats.at(ctx.now)
    await ctx.reply(view(ctx.t, counts, counted_at, ZoneInfo(ctx.chat.timezone)))


COMMANDS = (Command("stats", show_stats, description_key="stats.command.stats", operators=True, secret=True),)
BUTTONS: dict[tuple[str, str], Action] = {}
