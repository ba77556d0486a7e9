"""/news: the newest articles, those of the chat's topics, or those about words."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.errors import ExpiredButton
from bot.domain.topics import Query, QueryError, parse
from bot.domain.topics.curated import query_of, slug_of
from bot.ingest.matching import learn
from bot.services import news
from bot.views import actions
from bot.views import news as views
from bot.views import search as search_views
from bot.views import topics as topic_views
from bot.views.buttons import MAX_DATA_BYTES
from bot.views.message import Button, View
from handlers.context import Command, Context, existing, on

# Words that fit into their paging button; longer ones, and those with fields (a colon separates the parts of button
# data), are stored and stand there as a number.
_MAX_WORDS_BYTES = MAX_DATA_BYTES - max(
    len(actions.NEWS_WORDS("", actions.LAST_NEWS_PAGE)), len(actions.SEARCH_AT(0, actions.NO_FILTERS, ""))
)


async def show_news(ctx: Context) -> None:
    """Answer /news with the newest articles (of the chat's topics, if any), /news words with those about the words."""
    if not ctx.arguments:
        await ctx.reply(await _newest(ctx, None, 0))
        return
    slug = slug_of(ctx.arguments, topic_views.names())
    query = parse(query_of(slug) if slug else ctx.arguments)
    if slug or ":" in str(query) or len(str(query).encode()) > _MAX_WORDS_BYTES:
        stored = await learn(ctx.database, str(query), slug, ctx.now)
        await ctx.reply(await _about(ctx, stored, 0))
    else:
        await ctx.reply(await _recent(ctx, query, 0))


async def _newest(ctx: Context, own: bool | None, page: int) -> View:
    found = await news.news(ctx.database, ctx.chat.id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE, own=own)
    if found.own:
        return _listing(ctx, found.articles, ctx.t("news.title_mine"), page, actions.NEWS_MINE, _all_button(ctx))
    if found.follows:
        other = Button(ctx.t.plain("news.button_mine"), data=actions.NEWS_MINE(0))
    else:
        other = Button(ctx.t.plain("topics.button_pick"), data=actions.TOPICS_PICK())
    return _listing(ctx, found.articles, ctx.t("news.title_all"), page, actions.NEWS_ALL, other)


def _all_button(ctx: Context) -> Button:
    return Button(ctx.t.plain("news.button_all"), data=actions.NEWS_ALL(0))


async def _about(ctx: Context, query: news.StoredQuery, page: int) -> View:
    """Show articles about a stored query."""
    found = await news.articles_about(ctx.database, query.id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE)
    heading = ctx.t("news.title_about", words=topic_views.name_of(ctx.t, query.text, query.topic))
    return _listing(ctx, found, heading, page, lambda to: actions.NEWS_ABOUT(query.id, to), _all_button(ctx))


async def _recent(ctx: Context, query: Query, page: int) -> View:
    """Show those of the newest articles that are about words that nobody follows."""
    found = (await news.recent_articles_about(ctx.database, query))[page * views.PAGE_SIZE :]
    heading = ctx.t("news.title_about", words=str(query))
    last = len(found) <= views.PAGE_SIZE
    other = search_views.archive_button(ctx.t, str(query)) if last else _all_button(ctx)
    return _listing(ctx, found, heading, page, lambda to: actions.NEWS_WORDS(str(query), to), other)


def _listing(
    ctx: Context, found: list[StoredArticle], heading: str, page: int, page_data: Callable[[int], str], other: Button
) -> View:
    return views.listing(
        ctx.t,
        found[: views.PAGE_SIZE],
        heading=heading,
        page=page,
        more=len(found) > views.PAGE_SIZE and page < actions.LAST_NEWS_PAGE,
        page_data=page_data,
        zone=ZoneInfo(ctx.chat.timezone),
        other=other,
    )


async def show_all(ctx: Context, page: int) -> None:
    """Show a page of the newest articles."""
    await ctx.edit_or_reply(await _newest(ctx, False, page))


async def show_own(ctx: Context, page: int) -> None:
    """Show a page of the articles of the chat's topics."""
    await ctx.edit_or_reply(await _newest(ctx, True, page))


async def show_about(ctx: Context, query_id: int, page: int) -> None:
    """Show a page of the articles about a stored query."""
    stored = existing(await news.stored_query(ctx.database, query_id))
    await ctx.edit_or_reply(await _about(ctx, stored, page))


async def show_words(ctx: Context, text: str, page: int) -> None:
    """Show a page of the articles about words."""
    try:
        query = parse(text)
    except QueryError:
        raise ExpiredButton from None
    await ctx.edit_or_reply(await _recent(ctx, query, page))


COMMANDS = (Command("news", show_news, description_key="news.command.news"),)
BUTTONS = (
    on(actions.NEWS_ALL, show_all),
    on(actions.NEWS_MINE, show_own),
    on(actions.NEWS_ABOUT, show_about),
    on(actions.NEWS_WORDS, show_words),
)
