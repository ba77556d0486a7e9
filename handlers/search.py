"""/search: words in the whole archive, by relevance and freshness."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.errors import ExpiredButton
from bot.domain.searches import Search, SearchError, narrowed, read
from bot.domain.topics import QueryError, parse
from bot.ingest.matching import learn
from bot.services.search import search_articles
from bot.services.topics import words_of
from bot.views import actions
from bot.views import search as views
from bot.views.message import View
from bot.views.news import PAGE_SIZE
from handlers.context import Command, Context, existing, on


async def search(ctx: Context) -> None:
    """Answer /search words; without words, show the usage."""
    if not ctx.arguments:
        await ctx.reply(views.how(ctx.t))
        return
    wanted = read(ctx.arguments)
    await ctx.reply(await _page(ctx, wanted, await _words_key(ctx, wanted), 0))


async def _words_key(ctx: Context, wanted: Search) -> str:
    """Return what stands for the words in buttons: the words, or # and the id under which they are stored."""
    words = str(wanted.query)
    try:
        views.place(wanted, words, actions.LAST_SEARCH_PAGE)
    except ValueError:
        return f"#{(await learn(ctx.database, words, None, ctx.now)).id}"
    return words


async def _page(ctx: Context, wanted: Search, key: str, page: int) -> View:
    zone = ZoneInfo(ctx.chat.timezone)
    found = await search_articles(ctx.database, wanted, zone, PAGE_SIZE, page * PAGE_SIZE, ctx.now)
    more = found.more and page < actions.LAST_SEARCH_PAGE
    return views.results(ctx.t, wanted, found.hits, key=key, page=page, more=more, zone=zone)


async def show_page(ctx: Context, page: int, filters: tuple[dt.date | None, dt.date | None, str], key: str) -> None:
    """Show another page of a search in place."""
    since, until, source = filters
    try:
        wanted = narrowed(parse(existing(await words_of(ctx.database, key))), since, until, source or None)
    except (SearchError, QueryError):
        raise ExpiredButton from None
    await ctx.edit_or_reply(await _page(ctx, wanted, key, page))


COMMANDS = (Command("search", search, description_key="search.command.search"),)
BUTTONS = (on(actions.SEARCH_AT, show_page),)
