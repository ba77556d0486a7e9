"""/sources: the news sites. Everybody sees and mutes them; operators switch and test them and see their problems."""

from __future__ import annotations

from bot.domain.sites import Site, SiteState
from bot.domain.snapshot import NotAPage, Snapshot
from bot.services import sources
from bot.sources.fetch import FetchError
from bot.views import sources as views
from handlers.context import Action, Command, Context


async def show_sources(ctx: Context) -> None:
    """Answer /sources with all of them, /sources kabar with one."""
    states = await _states(ctx)
    if not ctx.arguments:
        await ctx.reply(views.listing(ctx.t, states, 0, operator=ctx.operator))
        return
    typed = ctx.arguments.casefold()
    found = next((one for one in states if typed in (one.site.id, one.site.name.casefold())), None)
    if found is None:
        await ctx.reply(views.unknown(ctx.t, ctx.arguments))
    else:
        await ctx.reply(views.one(ctx.t, found, ctx.now, operator=ctx.operator))


async def _states(ctx: Context) -> list[SiteState]:
    return await sources.source_list(ctx.database, ctx.services.settings.sites, ctx.chat.id, operator=ctx.operator)


async def show_page(ctx: Context, page: str) -> None:
    """Show another page of the list."""
    states = await _states(ctx)
    if page not in {str(number) for number in range(-(-len(states) // views.PAGE_SIZE))}:
        await ctx.old_button()
    else:
        await ctx.edit_or_reply(views.listing(ctx.t, states, int(page), operator=ctx.operator))


async def show_one(ctx: Context, site_id: str) -> None:
    """Show one source in place of the list."""
    found = next((one for one in await _states(ctx) if one.site.id == site_id), None)
    if found is None:
        await ctx.old_button()
    else:
        await ctx.edit_or_reply(views.one(ctx.t, found, ctx.now, operator=ctx.operator))


def _site(ctx: Context, site_id: str) -> Site | None:
    return next((site for site in ctx.services.settings.sites if site.id == site_id), None)


async def mute(ctx: Context, site_id: str) -> None:
    """Mute a source in this chat."""
    if site := _site(ctx, site_id):
        await sources.mute_source(ctx.database, ctx.chat.id, site)
    await show_one(ctx, site_id)


async def unmute(ctx: Context, site_id: str) -> None:
    """Unmute a source in this chat."""
    if site := _site(ctx, site_id):
        await sources.unmute_source(ctx.database, ctx.chat.id, site)
    await show_one(ctx, site_id)


async def _operated(ctx: Context, site_id: str) -> Site | None:
    """Return the site of an operator's button; anybody else gets the answer that only operators may press it."""
    if not ctx.operator:
        await ctx.answer_callback(ctx.t.plain("sources.operators_only"), alert=True)
        return None
    site = _site(ctx, site_id)
    if site is None:
        await ctx.old_button()
    return site


async def switch_on(ctx: Context, site_id: str) -> None:
    """Poll a source from now on."""
    await _switch(ctx, site_id, True)


async def switch_off(ctx: Context, site_id: str) -> None:
    """Poll a source no more; its articles stay."""
    await _switch(ctx, site_id, False)


async def _switch(ctx: Context, site_id: str, on: bool) -> None:
    if site := await _operated(ctx, site_id):
        await sources.switch_source(ctx.database, site, on)
        await show_one(ctx, site_id)


async def test(ctx: Context, site_id: str) -> None:
    """Fetch and read a source now and show what it has; nothing is stored."""
    site, fetcher = await _operated(ctx, site_id), ctx.services.fetcher
    if site is None or fetcher is None:
        return
    await ctx.answer_callback(ctx.t.plain("sources.looking"))
    found: Snapshot | str
    try:
        found = await sources.test_source(fetcher, site, ctx.now)
    except (FetchError, NotAPage) as error:
        found = str(error)
    await ctx.edit_or_reply(views.tested(ctx.t, site, found))


COMMANDS = (Command("sources", show_sources, description_key="sources.command.sources"),)
BUTTONS = {
    ("sources", "list"): Action(show_page),
    ("sources", "one"): Action(show_one),
    ("sources", "mute"): Action(mute, changes=True),
    ("sources", "unmute"): Action(unmute, changes=True),
    ("sources", "on"): Action(switch_on),
    ("sources", "off"): Action(switch_off),
    ("sources", "test"): Action(test),
}
