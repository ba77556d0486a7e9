"""/news: the newest articles, those of the chat's topics, or those about words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.topics import Query, QueryError, parse
from bot.domain.topics.curated import query_of, slug_of
from bot.ingest.matching import learn
from bot.services import news
from bot.views import news as views
from bot.views import search as search_views
from bot.views import topics as topic_views
from bot.views.message import MAX_DATA_BYTES, Button, View, data
from handlers.context import Action, Command, Context

# Older articles are found by words.
MAX_PAGE = 40
# Words that fit into their paging button; longer ones, and those with fields (a colon separates the parts of button
# data), are stored and stand there as a number.
_MAX_WORDS_BYTES = MAX_DATA_BYTES - max(
    len(data("news", "words", "", MAX_PAGE)), len(data("search", "at", 0, "", "", "", ""))
)


async def show_news(ctx: Context) -> None:
    """Answer /news with the newest articles (of the chat's topics, if any), /news words with those about the words."""
    if not ctx.arguments:
        await ctx.reply(await _newest(ctx, None, 0))
        return
    slug = slug_of(ctx.arguments, topic_views.names())
    try:
        query = parse(query_of(slug) if slug else ctx.arguments)
    except QueryError as error:
        await ctx.reply(topic_views.problem(ctx.t, error))
        return
    if slug or ":" in str(query) or len(str(query).encode()) > _MAX_WORDS_BYTES:
        stored = await learn(ctx.database, str(query), slug, ctx.now)
        await ctx.reply(await _about(ctx, stored, 0))
    else:
        await ctx.reply(await _found(ctx, query, 0))


async def _newest(ctx: Context, own: bool | None, page: int) -> View:
    found = await news.news(ctx.database, ctx.chat.id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE, own=own)
    which = "mine" if found.own else "all"
    if found.own:
        other = _all_button(ctx)
    elif found.follows:
        other = Button(ctx.t.plain("news.button_mine"), data=data("news", "mine", 0))
    else:
        other = Button(ctx.t.plain("topics.button_pick"), data=data("topics", "pick"))
    return _listing(ctx, found.articles, ctx.t(f"news.title_{which}"), page, ("news", which), other)


def _all_button(ctx: Context) -> Button:
    return Button(ctx.t.plain("news.button_all"), data=data("news", "all", 0))


async def _about(ctx: Context, query: news.StoredQuery, page: int) -> View:
    """Show articles about a stored query."""
    found = await news.articles_about(ctx.database, query.id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE)
    heading = ctx.t("news.title_about", words=topic_views.name_of(ctx.t, query.text, query.topic))
    return _listing(ctx, found, heading, page, ("news", "about", str(query.id)), _all_button(ctx))


async def _found(ctx: Context, query: Query, page: int) -> View:
    """Show those of the newest articles that are about words that nobody follows."""
    found = (await news.recent_articles_about(ctx.database, query))[page * views.PAGE_SIZE :]
    heading = ctx.t("news.title_about", words=str(query))
    last = len(found) <= views.PAGE_SIZE
    other = search_views.archive_button(ctx.t, str(query)) if last else _all_button(ctx)
    return _listing(ctx, found, heading, page, ("news", "words", str(query)), other)


def _listing(
    ctx: Context, found: list[StoredArticle], heading: str, page: int, paging: tuple[str, ...], other: Button
) -> View:
    return views.listing(
        ctx.t,
        found[: views.PAGE_SIZE],
        heading=heading,
        page=page,
        more=len(found) > views.PAGE_SIZE and page < MAX_PAGE,
        page_data=paging,
        zone=ZoneInfo(ctx.chat.timezone),
        other=other,
    )


def _number(text: str, largest: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= largest else None


async def show_all(ctx: Context, page: str) -> None:
    """Show a page of the newest articles."""
    await _show(ctx, False, page)


async def show_own(ctx: Context, page: str) -> None:
    """Show a page of the articles of the chat's topics."""
    await _show(ctx, True, page)


async def _show(ctx: Context, own: bool, page: str) -> None:
    number = _number(page, MAX_PAGE)
    if number is None:
        await ctx.old_button()
    else:
        await ctx.edit_or_reply(await _newest(ctx, own, number))


async def show_about(ctx: Context, query_id: str, page: str) -> None:
    """Show a page of the articles about a stored query."""
    id_, number = _number(query_id, 2**62), _number(page, MAX_PAGE)
    stored = None
    if id_ is not None and number is not None:
        stored = await news.stored_query(ctx.database, id_)
    if stored is None or number is None:
        await ctx.old_button()
    else:
        await ctx.edit_or_reply(await _about(ctx, stored, number))


async def show_words(ctx: Context, text: str, page: str) -> None:
    """Show a page of the articles about words."""
    number = _number(page, MAX_PAGE)
    try:
        query = parse(text)
    except QueryError:
        number = None
    if number is None:
        await ctx.old_button()
    else:
        await ctx.edit_or_reply(await _found(ctx, query, number))


COMMANDS = (Command("news", show_news, description_key="news.command.news"),)
BUTTONS = {
    ("news", "all"): Action(show_all),
    ("news", "mine"): Action(show_own),
    ("news", "about"): Action(show_about),
    ("news", "words"): Action(show_words),
}
