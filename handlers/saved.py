"""/saved: articles saved to read later, by the 🔖 under each."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.services import saved as service
from bot.views import actions
from bot.views import saved as views
from bot.views.message import View
from handlers.command import Command, on
from handlers.context import Context


async def show_saved(ctx: Context) -> None:
    """Answer /saved."""
    await ctx.reply(await _page(ctx, 0))


async def show_page(ctx: Context, page: int) -> None:
    """Show a page of the list."""
    await ctx.edit_or_reply(await _page(ctx, page))


async def _page(ctx: Context, page: int) -> View:
    found = await service.saved_articles(ctx.database, ctx.chat.id, page, actions.ARTICLES_A_PAGE)
    return views.listing(ctx.t, found.articles, found.total, found.page, ZoneInfo(ctx.chat.timezone), ctx.now)


async def drop(ctx: Context, article_id: int, page: int) -> None:
    """Remove an article and show the rest."""
    await service.drop_saved(ctx.database, ctx.chat.id, article_id)
    await show_page(ctx, page)


COMMANDS = (Command("saved", show_saved, description_key="saved.command.saved"),)
BUTTONS = (
    on(actions.SAVED_DROP, drop),
    on(actions.SAVED_LIST, show_page),
)
