"""/search: words in the whole archive, by relevance and freshness."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.searches import Search, SearchError, narrowed, read
from bot.domain.topics import QueryError, parse
from bot.ingest.matching import learn
from bot.services.news import stored_query
from bot.services.search import search_articles
from bot.views import search as views
from bot.views.message import View
from bot.views.news import PAGE_SIZE
from handlers.context import Action, Command, Context

# Two hundred articles; then other words find more.
MAX_PAGE = 40


async def search(ctx: Context) -> None:
    """Answer /search words; without words, show the usage."""
    if not ctx.arguments:
        await ctx.reply(views.how(ctx.t))
        return
    try:
        wanted = read(ctx.arguments)
    except SearchError as error:
        await ctx.reply(views.problem(ctx.t, error))
        return
    await ctx.reply(await _page(ctx, wanted, await _words_key(ctx, wanted), 0))


async def _words_key(ctx: Context, wanted: Search) -> str:
    """Return what stands for the words in buttons: the words, or # and the id under which they are stored."""
    words = str(wanted.query)
    try:
        views.place(wanted, words, MAX_PAGE)
    except ValueError:
        return f"#{(await learn(ctx.database, words, None, ctx.now)).id}"
    return words


async def _page(ctx: Context, wanted: Search, key: str, page: int) -> View:
    zone = ZoneInfo(ctx.chat.timezone)
    found = await search_articles(ctx.database, wanted, zone, PAGE_SIZE, page * PAGE_SIZE, ctx.now)
    more = found.more and page < MAX_PAGE
    return views.results(ctx.t, wanted, found.hits, wish=key, page=page, more=more, zone=zone)


async def show_page(ctx: Context, page: str, since: str, until: str, source: str, key: str) -> None:
    """Show another page of a search in place."""
    wanted = None
    try:
        if words := await _words(ctx, key):
            wanted = narrowed(parse(words), _dashed(since), _dashed(until), source or None)
    except (SearchError, QueryError):
        pass  # forged
    if wanted is None or not (page.isascii() and page.isdigit() and len(page) < 3 and int(page) <= MAX_PAGE):
        await ctx.old_button()
    else:
        await ctx.edit_or_reply(await _page(ctx, wanted, key, int(page)))


def _dashed(day: str) -> str | None:
    """Return the day of a button, 20251208, as it is typed."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None


async def _words(ctx: Context, key: str) -> str | None:
    if not key.startswith("#"):
        return key
    number = key[1:]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    stored = await stored_query(ctx.database, int(number))
    return stored.text if stored else None


COMMANDS = (Command("search", search, description_key="search.command.search"),)
BUTTONS = {("search", "at"): Action(show_page)}
