"""/sources: the news sites. Everybody sees what is read and mutes it; operators switch, test and see what is wrong."""

from __future__ import annotations

import datetime as dt

from bot.domain.errors import ExpiredButton
from bot.domain.freshness import dated
from bot.domain.sites import Site, stored_as
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.fetch import FetchError
from bot.sources.source import Request, fetch_site
from bot.views import sources as views
from bot.views.message import View
from bot.views.sources import SiteState
from handlers.context import Action, Command, Context
from storage import mutes, sources


async def show_sources(ctx: Context) -> None:
    """Answer /sources with all of them, /sources kabar with one."""
    if not ctx.arguments:
        await ctx.reply(await _page(ctx, 0))
        return
    typed = ctx.arguments.casefold()
    found = next((one for one in await _states(ctx) if typed in (one.site.id, one.site.name.casefold())), None)
    if found is None:
        await ctx.reply(views.unknown(ctx.t, ctx.arguments))
    else:
        await ctx.reply(views.one(ctx.t, found, ctx.now, operator=ctx.operator))


async def _states(ctx: Context) -> list[SiteState]:
    """Return the sites that this person may see: those that are on, to operators all, those that are on first."""
    async with ctx.database.read() as connection:
        known = {state.name: state for state in await sources.all_states(connection)}
        switches = await sources.switches(connection)
        muted = await mutes.of_chat(connection, ctx.chat.id)
    states = []
    for site in ctx.services.settings.sites:
        on = switches.get(site.id, site.enabled)
        state = known.get(site.id)
        if state is None:
            states.append(SiteState(site, on, site.id in muted))
            continue
        seconds = state.interval_seconds
        states.append(
            SiteState(
                site,
                on,
                site.id in muted,
                polled_at=state.last_attempt_at,
                ok_at=state.last_ok_at,
                changed_at=state.changed_at,
                failures=state.failures,
                error=state.last_error,
                interval=None if seconds is None else dt.timedelta(seconds=seconds),
                polls=state.polls,
                changes=state.changes,
            )
        )
    return sorted((one for one in states if one.on or ctx.operator), key=lambda one: not one.on)


async def _page(ctx: Context, page: int) -> View:
    return views.listing(ctx.t, await _states(ctx), page, operator=ctx.operator)


async def turn_list(ctx: Context, page: str) -> None:
    """Turn the pages of the list."""
    states = await _states(ctx)
    if page not in {str(number) for number in range(-(-len(states) // views.PAGE_SIZE))}:
        raise ExpiredButton
    await ctx.edit_or_reply(views.listing(ctx.t, states, int(page), operator=ctx.operator))


async def show_one(ctx: Context, site_id: str) -> None:
    """Show one source in place of the list."""
    found = next((one for one in await _states(ctx) if one.site.id == site_id), None)
    if found is None:
        raise ExpiredButton
    await ctx.edit_or_reply(views.one(ctx.t, found, ctx.now, operator=ctx.operator))


def _site(ctx: Context, site_id: str) -> Site | None:
    return next((site for site in ctx.services.settings.sites if site.id == site_id), None)


async def mute(ctx: Context, site_id: str) -> None:
    """Hear no more of a source in this chat."""
    if site := _site(ctx, site_id):
        async with ctx.database.write() as connection:
            await mutes.mute(connection, ctx.chat.id, stored_as(site.id))
    await show_one(ctx, site_id)


async def unmute(ctx: Context, site_id: str) -> None:
    """Hear a source again."""
    if site := _site(ctx, site_id):
        async with ctx.database.write() as connection:
            await mutes.unmute(connection, ctx.chat.id, stored_as(site.id))
    await show_one(ctx, site_id)


async def _operated(ctx: Context, site_id: str) -> Site | None:
    """Return the site that an operator meant; to anybody else say kindly that only operators do that."""
    if not ctx.operator:
        await ctx.answer_callback(ctx.t.plain("sources.operators_only"), alert=True)
        return None
    site = _site(ctx, site_id)
    if site is None:
        raise ExpiredButton
    return site


async def switch_on(ctx: Context, site_id: str) -> None:
    """Read a source from now on; its first look fills and alerts_today nothing."""
    await _switch(ctx, site_id, True)


async def switch_off(ctx: Context, site_id: str) -> None:
    """Read a source no more; its stories stay."""
    await _switch(ctx, site_id, False)


async def _switch(ctx: Context, site_id: str, on: bool) -> None:
    if site := await _operated(ctx, site_id):
        async with ctx.database.write() as connection:
            await sources.switch(connection, site.id, site.url, on)
        await show_one(ctx, site_id)


async def test(ctx: Context, site_id: str) -> None:
    """Fetch and read a source now and tell what it has; nothing is stored."""
    site, fetcher = await _operated(ctx, site_id), ctx.services.fetcher
    if site is None or fetcher is None:
        return
    await ctx.answer_callback(ctx.t.plain("sources.looking"))
    found: Snapshot | str
    try:
        snapshot = (await fetch_site(fetcher, Request(site.url, ctx.now, zone=site.zone))).snapshot
        found = Snapshot("feed") if snapshot is None else _dated(snapshot, ctx.now)
    except (FetchError, NotAPage) as error:
        found = str(error)
    await ctx.edit_or_reply(views.tested(ctx.t, site, found))


def _dated(snapshot: Snapshot, now: dt.datetime) -> Snapshot:
    """Return a snapshot whose stories have no dates that cannot be."""
    listed = tuple(dated(article, now) for article in snapshot.articles)
    return Snapshot(snapshot.layout, articles=listed, warnings=snapshot.warnings)


COMMANDS = (Command("sources", show_sources, description_key="sources.command.sources"),)
BUTTONS = {
    ("sources", "list"): Action(turn_list),
    ("sources", "one"): Action(show_one),
    ("sources", "mute"): Action(mute, changes=True),
    ("sources", "unmute"): Action(unmute, changes=True),
    ("sources", "on"): Action(switch_on),
    ("sources", "off"): Action(switch_off),
    ("sources", "test"): Action(test),
}
