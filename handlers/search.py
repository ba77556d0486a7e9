"""/search: words in the whole archive, by relevance and freshness."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.errors import ExpiredButton
from bot.domain.intents import Intent, IntentKind
from bot.domain.rates import Pair
from bot.domain.searches import Search, SearchError, narrowed, read
from bot.domain.topics import QueryError, parse
from bot.ingest.matching import learn
from bot.services.search import best_articles, search_articles
from bot.services.topics import words_of
from bot.views import actions
from bot.views import search as views
from bot.views.message import View
from bot.views.news import PAGE_SIZE
from handlers.command import Command, on
from handlers.context import Context, existing

# The articles that answer words without a command.
BEST = 3
# The conversion that is offered where nothing is found, in the chat's own pair if it has one.
EXAMPLE, EXAMPLE_AMOUNT = Pair("USD", "KZT"), Decimal(100)


async def search(ctx: Context) -> None:
    """Answer /search words; without words, show the usage."""
    if not ctx.arguments:
        await ctx.reply(views.how(ctx.t))
        return
    wanted = read(ctx.arguments)
    await ctx.reply(await _page(ctx, wanted, await _words_key(ctx, wanted), 0))


async def search_intent(ctx: Context, intent: Intent) -> None:
    """Answer other words at once with the best articles about them, in any language."""
    typed = intent.query or intent.text
    try:
        wanted, found = await best_articles(ctx.database, typed, BEST, ctx.now)
    except SearchError:
        wanted, found = None, None
    if wanted is None or found is None or not found.hits:
        pair = ctx.chat.own_pair or EXAMPLE
        await ctx.reply(views.nothing_found(ctx.t, typed, actions.CONVERT_ASK(EXAMPLE_AMOUNT, pair.base, pair.quote)))
        return
    key = await _words_key(ctx, wanted)
    await ctx.reply(views.best(ctx.t, wanted, found, key, ZoneInfo(ctx.chat.timezone), ctx.now))


async def _words_key(ctx: Context, wanted: Search) -> str:
    """Return what stands for the words in buttons: the words as typed, or # and the id under which they are stored."""
    for words in (wanted.typed, str(wanted.query)):
        with suppress(ValueError, QueryError):
            if parse(words) == wanted.query:
                views.place(wanted, words, actions.LAST_SEARCH_PAGE)
                return words
    return f"#{(await learn(ctx.database, str(wanted.query), None, ctx.now)).id}"


async def _page(ctx: Context, wanted: Search, key: str, page: int) -> View:
    zone = ZoneInfo(ctx.chat.timezone)
    found = await search_articles(ctx.database, wanted, zone, PAGE_SIZE, page * PAGE_SIZE, ctx.now)
    return views.results(ctx.t, wanted, found, key=key, page=page, zone=zone, now=ctx.now)


async def show_page(ctx: Context, page: int, filters: tuple[dt.date | None, dt.date | None, str], key: str) -> None:
    """Show another page of a search in place."""
    since, until, source = filters
    try:
        words = existing(await words_of(ctx.database, key))
        wanted = narrowed(parse(words), since, until, source or None, words)
    except (SearchError, QueryError):
        raise ExpiredButton from None
    await ctx.edit_or_reply(await _page(ctx, wanted, key, page))


COMMANDS = (Command("search", search, description_key="search.command.search"),)
BUTTONS = (on(actions.SEARCH_AT, show_page),)
INTENTS = ((IntentKind.SEARCH, search_intent),)
