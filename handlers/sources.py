"""/sources: the news sites. Everybody sees and mutes them; operators switch and test them and see their problems."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.errors import ExpiredButton, NotAllowed
from bot.domain.sites import Site, SiteState
from bot.domain.snapshot import NotAPage, Snapshot
from bot.services import sources
from bot.sources.fetch import FetchError
from bot.views import actions
from bot.views import sources as views
from bot.views.message import View
from handlers.command import Command, on
from handlers.context import Context, existing


async def show_sources(ctx: Context) -> None:
    """Answer /sources with all of them; /sources kabar and /sources 2 with one."""
    states = await _states(ctx)
    if not ctx.arguments:
        await ctx.reply(views.listing(ctx.t, states, 0, operator=ctx.operator))
        return
    found = views.find(states, ctx.arguments)
    if len(found) == 1:
        await ctx.reply(_one(ctx, found[0]))
    elif found:
        await ctx.reply(views.which(ctx.t, found, ctx.arguments))
    else:
        await ctx.reply(views.unknown(ctx.t, ctx.arguments))


def _one(ctx: Context, state: SiteState) -> View:
    return views.one(ctx.t, state, ZoneInfo(ctx.chat.timezone), operator=ctx.operator)


async def _states(ctx: Context) -> list[SiteState]:
    return await sources.source_list(ctx.database, ctx.services.settings.sites, ctx.chat.id, operator=ctx.operator)


async def show_page(ctx: Context, page: int) -> None:
    """Show another page of the list."""
    states = await _states(ctx)
    if page * views.PAGE_SIZE >= len(states):
        raise ExpiredButton
    await ctx.edit_or_reply(views.listing(ctx.t, states, page, operator=ctx.operator))


async def show_one(ctx: Context, site_id: str) -> None:
    """Show one source in place of the list."""
    found = existing(next((one for one in await _states(ctx) if one.site.id == site_id), None))
    await ctx.edit_or_reply(_one(ctx, found))


def _site(ctx: Context, site_id: str) -> Site:
    return existing(next((site for site in ctx.services.settings.sites if site.id == site_id), None))


async def mute(ctx: Context, site_id: str) -> None:
    """Mute a source in this chat."""
    await sources.mute_source(ctx.database, ctx.chat.id, _site(ctx, site_id))
    await show_one(ctx, site_id)


async def unmute(ctx: Context, site_id: str) -> None:
    """Unmute a source in this chat."""
    await sources.unmute_source(ctx.database, ctx.chat.id, _site(ctx, site_id))
    await show_one(ctx, site_id)


def _operated(ctx: Context, site_id: str) -> Site:
    """Return the site of a button for operators."""
    if not ctx.operator:
        raise NotAllowed("sources.operators_only")
    return _site(ctx, site_id)


async def switch_on(ctx: Context, site_id: str) -> None:
    """Poll a source from now on."""
    await _switch(ctx, site_id, True)


async def switch_off(ctx: Context, site_id: str) -> None:
    """Poll a source no more; its articles stay."""
    await _switch(ctx, site_id, False)


async def _switch(ctx: Context, site_id: str, on: bool) -> None:
    await sources.switch_source(ctx.database, _operated(ctx, site_id), on)
    await show_one(ctx, site_id)


async def test(ctx: Context, site_id: str) -> None:
    """Fetch and read a source now and show what it has; nothing is stored."""
    site, fetcher = _operated(ctx, site_id), ctx.services.fetcher
    if fetcher is None:
        return
    await ctx.answer_callback(ctx.t.plain("sources.checking"))
    found: Snapshot | str
    try:
        found = await sources.test_source(fetcher, site, ctx.now)
    except (FetchError, NotAPage) as error:
        found = str(error)
    await ctx.edit_or_reply(views.tested(ctx.t, site, found))


COMMANDS = (Command("sources", show_sources, description_key="sources.command.sources"),)
BUTTONS = (
    on(actions.SOURCES_LIST, show_page),
    on(actions.SOURCES_ONE, show_one),
    on(actions.SOURCES_MUTE, mute),
    on(actions.SOURCES_UNMUTE, unmute),
    on(actions.SOURCES_ON, switch_on),
    on(actions.SOURCES_OFF, switch_off),
    on(actions.SOURCES_TEST, test),
)
