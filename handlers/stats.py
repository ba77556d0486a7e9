"""/stats, for operators: the numbers of people and of what they have set up."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.services.stats import StatsReader
from bot.views.stats import stats as view
from handlers.command import Command
from handlers.context import Context


async def show_stats(ctx: Context) -> None:
    """Answer /stats."""
    services = ctx.services
    services.stats = services.stats or StatsReader(ctx.database)
    counted_at, counts = await services.stats.at(ctx.now)
    await ctx.reply(view(ctx.t, counts, counted_at, ZoneInfo(ctx.chat.timezone)))


COMMANDS = (Command("stats", show_stats, description_key="stats.command.stats", operators=True, secret=True),)
