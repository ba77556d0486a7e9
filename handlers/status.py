"""/status: how fresh everything is."""

from __future__ import annotations

import datetime as dt

from bot import __version__
from bot.delivery.quotas import LONG_FLOOD_SECONDS
from bot.domain.sites import PAGE
from bot.sources.banks import BANKS
from bot.views.status import Flood, SourceLine, moved_here
from bot.views.status import status as status_view
from handlers.context import Action, Command, Context
from storage import articles, chat_moves, deliveries, sources

# Shorter waits after a flood refusal are every day's work and are not shown.
LONG_FLOOD = dt.timedelta(seconds=LONG_FLOOD_SECONDS)


async def show_status(ctx: Context) -> None:
    """Answer /status."""
    async with ctx.database.read() as connection:
        states = await sources.all_states(connection)
        stored = await articles.count(connection)
        queue = await deliveries.count_by_state(connection)
        switches = await sources.switches(connection)
        flooded = await deliveries.flooded(connection, ctx.now + LONG_FLOOD) if ctx.operator else (0, None)
    settings = ctx.services.settings
    off = {site.id for site in settings.sites if not switches.get(site.id, site.enabled)}
    titles = {site.id: site.name for site in settings.sites}
    known = {*titles, PAGE, *BANKS}  # a site that was taken out of sources.toml is no source any more
    lines = [
        SourceLine(s.name, s.last_ok_at, s.failures, s.last_error, titles.get(s.name, ""), s.problem)
        for s in states
        if s.name in known and s.name not in off and s.last_attempt_at is not None
    ]
    flood = Flood(*flooded, ctx.services.flood_pause())
    view = status_view(ctx.t, lines, stored, queue, __version__, ctx.now, operator=ctx.operator, flood=flood)
    await ctx.say(view)


async def write_here(ctx: Context, thread: str) -> None:
    """Move what was meant for a closed topic of the chat to its General."""
    if not thread.isdecimal():
        await ctx.old_button()
        return
    async with ctx.database.write() as connection:
        await chat_moves.leave_thread(connection, ctx.chat.id, int(thread))
    await ctx.show(moved_here(ctx.t))


COMMANDS = (Command("status", show_status, description_key="status.command.status"),)
BUTTONS = {("status", "here"): Action(write_here, changes=True)}
