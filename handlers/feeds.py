"""/feed: the address at which other programs read a chat's news. It is shown in private chats only, and once."""

from __future__ import annotations

from bot.domain import links
from bot.domain.errors import ExpiredButton
from bot.services import feeds as service
from bot.views import actions
from bot.views import feeds as views
from bot.views.actions import FeedChange
from bot.views.message import View
from handlers import managing
from handlers.command import Command, on
from handlers.context import Context


async def show_feed(ctx: Context) -> None:
    """Answer /feed with the state of the feed; in a group with a link into the admin's own chat."""
    if not ctx.services.settings.public_url:
        await ctx.reply(views.unavailable(ctx.t))
    elif ctx.here.private:
        await ctx.edit_or_reply(await _state(ctx))
    else:
        destination = await service.destination_of(ctx.database, ctx.chat.id, ctx.now)
        url = f"https://t.me/{ctx.bot.username}?start={links.to_feed(destination)}"
        await ctx.reply(views.in_private(ctx.t, url))


async def follow_link(ctx: Context, number: str) -> None:
    """Show the feed of a group to its admin who comes from there; ExpiredButton for a link that was never made."""
    ctx.asks_for_messages = False  # of neither chat
    if (destination := links.destination_in(number)) is None:
        raise ExpiredButton
    await managing.manage(ctx, destination)
    await show_feed(ctx)


async def _state(ctx: Context) -> View:
    since = await service.feed_since(ctx.database, ctx.chat.id)
    return views.since(ctx.t, since, ctx.zone) if since else views.none(ctx.t)


def _need_private(ctx: Context) -> None:
    """ExpiredButton where an address would be shown to a group, or where there are no feeds: no button offers that."""
    if not ctx.here.private or not ctx.services.settings.public_url:
        raise ExpiredButton


async def show(ctx: Context) -> None:
    """Show the state of the feed."""
    _need_private(ctx)
    await ctx.edit_or_reply(await _state(ctx))


async def make(ctx: Context) -> None:
    """Make a new address and show it; an earlier one ends."""
    _need_private(ctx)
    secret = await service.make_feed(ctx.database, ctx.chat.id, ctx.now)
    await ctx.edit_or_reply(views.made(ctx.t, f"{ctx.services.settings.public_url}/feeds/{secret}"))


async def ask(ctx: Context, change: FeedChange) -> None:
    """Ask before an address ends."""
    _need_private(ctx)
    await ctx.edit_or_reply(views.ask(ctx.t, change))


async def end(ctx: Context) -> None:
    """End the feed."""
    _need_private(ctx)
    await service.end_feed(ctx.database, ctx.chat.id)
    await ctx.edit_or_reply(views.ended(ctx.t))


COMMANDS = (Command("feed", show_feed, changes=True, description_key="feeds.command.feed"),)
DEEP_LINKS = ((links.FEED, follow_link),)
BUTTONS = (
    on(actions.FEED_SHOW, show),
    on(actions.FEED_MAKE, make),
    on(actions.FEED_ASK, ask),
    on(actions.FEED_OFF, end),
)
