"""/search: words in the whole archive, by relevance and freshness."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.errors import ExpiredButton
from bot.domain.searches import Search, SearchError, narrowed, read
from bot.domain.times import at_local
from bot.domain.topics import QueryError, parse
from bot.ingest.matching import learn
from bot.views import search as views
from bot.views.message import View
from bot.views.news import PAGE_SIZE
from bot.views.search import Shown
from handlers.context import Action, Command, Context
from storage import search as archive
from storage import topics

# Two hundred stories: who has not found it by then, needs other words.
MAX_PAGE = 40


async def search(ctx: Context) -> None:
    """Answer /search words, or tell how to search."""
    if not ctx.arguments:
        await ctx.reply(views.how(ctx.t))
        return
    try:
        wanted = read(ctx.arguments)
    except SearchError as error:
        await ctx.reply(views.problem(ctx.t, error))
        return
    await ctx.reply(await _page(ctx, wanted, await _wish(ctx, wanted), 0))


async def _wish(ctx: Context, wanted: Search) -> str:
    """Return what stands for the words in buttons: themselves, or # and the number under which they are stored."""
    words = str(wanted.query)
    try:
        views.place(wanted, words, MAX_PAGE)
    except ValueError:
        return f"#{(await learn(ctx.database, words, None, ctx.now)).id}"
    return words


async def _page(ctx: Context, wanted: Search, wish: str, page: int) -> View:
    zone = ZoneInfo(ctx.chat.timezone)
    async with ctx.database.read() as connection:
        found = await archive.find(
            connection,
            wanted.query,
            ctx.now,
            since=at_local(wanted.since, 0, zone) if wanted.since else None,
            until=at_local(wanted.until + dt.timedelta(days=1), 0, zone) if wanted.until else None,
            source=wanted.source,
            limit=PAGE_SIZE,
            offset=page * PAGE_SIZE,
        )
    shown = [Shown(hit.article, hit.title, hit.snippet) for hit in found.hits]
    more = found.more and page < MAX_PAGE
    return views.results(ctx.t, wanted, shown, wish=wish, page=page, more=more, zone=zone)


async def turn_to(ctx: Context, page: str, since: str, until: str, source: str, wish: str) -> None:
    """Show another page of a search in place."""
    wanted = None
    try:
        if words := await _words(ctx, wish):
            wanted = narrowed(parse(words), _dashed(since), _dashed(until), source or None)
    except (SearchError, QueryError):
        pass  # forged
    if wanted is None or not (page.isascii() and page.isdigit() and len(page) < 3 and int(page) <= MAX_PAGE):
        raise ExpiredButton
    await ctx.edit_or_reply(await _page(ctx, wanted, wish, int(page)))


def _dashed(day: str) -> str | None:
    """Return the day of a button, 20251208, as it is typed."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None


async def _words(ctx: Context, wish: str) -> str | None:
    if not wish.startswith("#"):
        return wish
    number = wish[1:]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    async with ctx.database.read() as connection:
        stored = await topics.get_query(connection, int(number))
    return stored.text if stored else None


COMMANDS = (Command("search", search, description_key="search.command.search"),)
BUTTONS = {("search", "at"): Action(turn_to)}
