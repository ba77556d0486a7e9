"""/news: the newest stories, one's own topics, or words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.errors import ExpiredButton
from bot.domain.topics import Query, QueryError, parse
from bot.domain.topics.curated import query_of, slug_of
from bot.ingest.matching import learn, search
from bot.views import actions
from bot.views import news as views
from bot.views import search as search_views
from bot.views import topics as topic_views
from bot.views.buttons import MAX_DATA_BYTES
from bot.views.message import Button, View
from handlers.context import Action, Command, Context
from storage import article_lists, topics
from storage.topics import StoredQuery

# Paging ends here: older stories are found by words.
MAX_PAGE = 40
# Words are looked for in the stories of about two months; a millisecond each.
SEARCHED_ARTICLES = 300
# Words that fit into the button that turns their pages; longer ones, and those with fields (a colon divides the data
# of buttons), are stored and stand there as a number.
_MAX_WORDS_BYTES = MAX_DATA_BYTES - max(
    len(actions.NEWS_WORDS("", MAX_PAGE)), len(actions.SEARCH_AT(0, None, None, "", ""))
)


async def show_news(ctx: Context) -> None:
    """Answer /news with the newest stories (one's own topics first), /news words with those about the words."""
    if not ctx.arguments:
        await ctx.reply(await _page(ctx, "mine" if await _has_topics(ctx) else "all", 0))
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


async def _has_topics(ctx: Context) -> bool:
    async with ctx.database.read() as connection:
        return bool(await topics.count_of_chat(connection, ctx.chat.id))


async def _page(ctx: Context, which: str, page: int) -> View:
    limit, offset = views.PAGE_SIZE + 1, page * views.PAGE_SIZE
    async with ctx.database.read() as connection:
        if which == "mine":
            found = await article_lists.for_chat(connection, ctx.chat.id, limit, offset)
        else:
            found = await article_lists.latest(connection, limit, offset)
    if which == "mine":
        other = _all_button(ctx)
    elif await _has_topics(ctx):
        other = Button(ctx.t.plain("news.button_mine"), data=actions.NEWS_MINE(0))
    else:
        other = Button(ctx.t.plain("topics.button_pick"), data=actions.TOPICS_PICK())
    return _listing(
        ctx,
        found,
        ctx.t(f"news.title_{which}"),
        page,
        actions.NEWS_MINE if which == "mine" else actions.NEWS_ALL,
        other,
    )


def _all_button(ctx: Context) -> Button:
    return Button(ctx.t.plain("news.button_all"), data=actions.NEWS_ALL(0))


async def _about(ctx: Context, query: StoredQuery, page: int) -> View:
    """Show stories about a stored query."""
    async with ctx.database.read() as connection:
        found = await article_lists.about(connection, query.id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE)
    heading = ctx.t("news.title_about", words=topic_views.name_of(ctx.t, query.text, query.topic))
    return _listing(ctx, found, heading, page, lambda to: actions.NEWS_ABOUT(query.id, to), _all_button(ctx))


async def _found(ctx: Context, query: Query, page: int) -> View:
    """Show stories about words that nobody subscribed to: looked for in the newest ones."""
    async with ctx.database.read() as connection:
        recent = await article_lists.latest(connection, SEARCHED_ARTICLES)
    found = (await asyncio.to_thread(search, query, recent))[page * views.PAGE_SIZE :]
    heading = ctx.t("news.title_about", words=str(query))
    last = len(found) <= views.PAGE_SIZE
    other = search_views.archive_button(ctx.t, str(query)) if last else _all_button(ctx)
    return _listing(ctx, found, heading, page, lambda to: actions.NEWS_WORDS(str(query), to), other)


def _listing(
    ctx: Context, found: list[StoredArticle], heading: str, page: int, turn: Callable[[int], str], other: Button
) -> View:
    return views.listing(
        ctx.t,
        found[: views.PAGE_SIZE],
        heading=heading,
        page=page,
        more=len(found) > views.PAGE_SIZE and page < MAX_PAGE,
        turn=turn,
        zone=ZoneInfo(ctx.chat.timezone),
        other=other,
    )


def _number(text: str, largest: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= largest else None


async def turn_all(ctx: Context, page: str) -> None:
    """Turn the pages of the newest stories."""
    await _turn_to(ctx, "all", page)


async def turn_mine(ctx: Context, page: str) -> None:
    """Turn the pages of the chat's own stories."""
    await _turn_to(ctx, "mine", page)


async def _turn_to(ctx: Context, which: str, page: str) -> None:
    number = _number(page, MAX_PAGE)
    if number is None:
        raise ExpiredButton
    await ctx.edit_or_reply(await _page(ctx, which, number))


async def turn_about(ctx: Context, query_id: str, page: str) -> None:
    """Turn the pages of stories about a stored query."""
    id_, number = _number(query_id, 2**62), _number(page, MAX_PAGE)
    stored = None
    if id_ is not None and number is not None:
        async with ctx.database.read() as connection:
            stored = await topics.get_query(connection, id_)
    if stored is None or number is None:
        raise ExpiredButton
    await ctx.edit_or_reply(await _about(ctx, stored, number))


async def turn_words(ctx: Context, text: str, page: str) -> None:
    """Turn the pages of stories about words."""
    number = _number(page, MAX_PAGE)
    try:
        query = parse(text)
    except QueryError:
        number = None
    if number is None:
        raise ExpiredButton
    await ctx.edit_or_reply(await _found(ctx, query, number))


COMMANDS = (Command("news", show_news, description_key="news.command.news"),)
BUTTONS = {
    ("news", "all"): Action(turn_all),
    ("news", "mine"): Action(turn_mine),
    ("news", "about"): Action(turn_about),
    ("news", "words"): Action(turn_words),
}
