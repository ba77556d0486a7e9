"""/saved: stories put aside to read later, by the 🔖 under each."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.errors import ExpiredButton
from bot.views import saved as views
from bot.views.message import View
from bot.views.news import PAGE_SIZE
from handlers.context import Action, Command, Context
from storage import articles, saved

# A shelf of forty pages; who puts more aside searches for it sooner than leafing.
MAX_SAVED = 200
_PAGES = {str(page) for page in range(-(-MAX_SAVED // PAGE_SIZE))}


async def show_saved(ctx: Context) -> None:
    """Answer /saved."""
    await ctx.reply(await _page(ctx, 0))


async def _page(ctx: Context, page: int) -> View:
    """Show a page; one that is no more shows the last."""
    async with ctx.database.read() as connection:
        total = await saved.count(connection, ctx.chat.id)
        page = min(page, max(total - 1, 0) // PAGE_SIZE)
        found = await saved.of_chat(connection, ctx.chat.id, PAGE_SIZE, page * PAGE_SIZE)
    listed = [one.article for one in found]
    return views.listing(ctx.t, listed, total, page, ZoneInfo(ctx.chat.timezone))


async def add(ctx: Context, article_id: str) -> None:
    """Put the story aside."""
    number = _number(article_id)
    async with ctx.database.write() as connection:
        if number is None or await articles.get(connection, number) is None:
            outcome = None
        elif await saved.has(connection, ctx.chat.id, number):
            outcome = "known"
        elif await saved.count(connection, ctx.chat.id) >= MAX_SAVED:
            outcome = "full"
        else:
            await saved.save(connection, ctx.chat.id, number, ctx.now)
            outcome = "added"
    if outcome is None:
        raise ExpiredButton
    await ctx.answer_callback(ctx.t.plain(f"saved.{outcome}", limit=MAX_SAVED), alert=outcome == "full")


async def drop(ctx: Context, article_id: str, page: str) -> None:
    """Take a story out and show what is left."""
    number = _number(article_id)
    if number is None or page not in _PAGES:
        raise ExpiredButton
    async with ctx.database.write() as connection:
        await saved.drop(connection, ctx.chat.id, number)
    await ctx.edit_or_reply(await _page(ctx, int(page)))


async def turn_list(ctx: Context, page: str) -> None:
    """Turn the pages of the list."""
    if page in _PAGES:
        await ctx.edit_or_reply(await _page(ctx, int(page)))
    else:
        raise ExpiredButton


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


COMMANDS = (Command("saved", show_saved, description_key="saved.command.saved"),)
BUTTONS = {
    ("saved", "add"): Action(add, changes=True),
    ("saved", "drop"): Action(drop, changes=True),
    ("saved", "list"): Action(turn_list),
}
