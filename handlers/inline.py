"""`@bot uranium` in any chat: stories, rates and conversions as cards to share. Nothing is stored of who asks."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from telegram import InlineQuery

from bot.domain import links
from bot.domain.amounts import ConvertProblem, read_amount
from bot.domain.articles import StoredArticle
from bot.domain.rates import Pair
from bot.domain.searches import SearchError, read
from bot.domain.topics import MIN_PREFIX
from bot.domain.typed import clean
from bot.views import convert
from bot.views import inline as views
from bot.views import rates as rate_views
from bot.views.currencies import code_of
from bot.views.inline import Answer, Card
from bot.views.message import View
from handlers.context import Context
from storage import article_lists, rates
from storage import search as archive

# A screen and a half of a phone; Telegram takes 50 cards. Who has not found it by then types another word.
ARTICLES = 10
# With nothing typed yet, a taste.
NEWEST = 5
# How long Telegram may answer the same person's same query by itself: rates and stories come every few minutes.
CACHE_SECONDS = 60
# Telegram forgets a query after ten seconds; the answer needs some of them for its way.
ANSWER_SECONDS = 8.0


async def answer(ctx: Context, query: InlineQuery) -> None:
    """Answer an inline query in time, with cards or with a word about why there are none."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            found = await cards(ctx, query.query)
    except TimeoutError:
        await reply_error(ctx, query)
        return
    await ctx.sender.answer_inline(query.id, found, CACHE_SECONDS)


async def reply_error(ctx: Context, query: InlineQuery) -> None:
    """Say that it did not work; the next try is not answered from memory."""
    await ctx.sender.answer_inline(query.id, views.sorry(ctx.t), 0)


async def cards(ctx: Context, text: str) -> Answer:
    """Return what answers the words: nothing typed, money, or stories."""
    text = clean(text)
    if not text:
        return await _newest(ctx)
    money = await _money(ctx, text)
    if money is None:
        return await _articles(ctx, text)
    card, code = money
    # An amount is about nothing else; the name of a currency stands in stories too.
    others = () if _counts(text) else (await _articles(ctx, text)).cards
    return views.about_money(ctx.t, (card, *others), code)


def _counts(text: str) -> bool:
    return any(map(str.isdigit, text))


async def _newest(ctx: Context) -> Answer:
    async with ctx.database.read() as connection:
        lines = await rates.rate_table(connection, ctx.now)
        listed = await article_lists.latest(connection, NEWEST)
    rate_table = [views.rate_table(ctx.t, ctx.bot.username, lines, ctx.now)] if lines else []
    return views.newest(ctx.t, (*rate_table, *(_article(ctx, each, links.FOLLOW) for each in listed)))


async def _money(ctx: Context, text: str) -> tuple[Card, str] | None:
    """Return the card of a currency, a pair or an amount, and the currency that an alert would be on; else None."""
    try:
        ask = read_amount(text if _counts(text) else f"1 {text}", code_of)
    except ConvertProblem:
        return None
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
        alone = not (_counts(text) or ask.quotes or ask.base == "USD")
        resolved = graph.resolve(Pair("USD", ask.base)) if alone else None
        [previous] = await rates.previous_different(connection, [resolved]) if resolved else [None]
    view: View | None
    if resolved:
        view = rate_views.one(ctx.t, resolved, previous, {}, (), ctx.now)
    else:
        view = convert.answer(ctx.t, ask, graph, ctx.now)
    code = convert.subject(Pair(ask.base, convert.wanted(ask)[0]))
    return (views.money(ctx.t, ctx.bot.username, view, code), code) if view else None


async def _articles(ctx: Context, text: str) -> Answer:
    """Return the best stories about words; where there are none, those about words that begin as the last one does."""
    try:
        query = read(text).query
    except SearchError:
        return views.nothing(ctx.t)
    async with ctx.database.read() as connection:
        found = await archive.find(connection, query, ctx.now, limit=ARTICLES)
        if not found.hits and text[-MIN_PREFIX:].isalnum():
            begun = read(f"{text}*").query
            found = await archive.find(connection, begun, ctx.now, limit=ARTICLES)
            query = begun if found.hits else query
    words = str(query)
    parameter = links.to_follow(words)
    return views.about_words(ctx.t, [_article(ctx, hit.article, parameter) for hit in found.hits], words)


def _article(ctx: Context, each: StoredArticle, parameter: str) -> Card:
    return views.article_view(ctx.t, ctx.bot.username, each, parameter, ZoneInfo(ctx.chat.timezone))
