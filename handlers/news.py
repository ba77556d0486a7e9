"""/news: the newest articles, those of the chat's topics, or those about words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.errors import ExpiredButton
from bot.domain.intents import Intent, IntentKind
from bot.domain.news_languages import chosen
from bot.domain.searches import read
from bot.domain.topics import Query, QueryError, parse
from bot.domain.topics.curated import query_of, slug_of
from bot.i18n import LANGUAGES
from bot.ingest.matching import learn
from bot.services import news
from bot.views import actions
from bot.views import news as views
from bot.views import search as search_views
from bot.views.buttons import DESTINATION_BYTES, MAX_DATA_BYTES
from bot.views.message import Button, View, shorten
from bot.views.topic_names import name_of, names, shown_words
from handlers.command import Command, on
from handlers.context import Context, existing

# The errors of words that are too many for a topic: the first of them are enough for a list.
_TOO_LONG = ("topics.error.long", "topics.error.terms", "topics.error.phrase")
# The length of the words in a heading: two lines of a phone.
_TITLE_LENGTH = 100
# Words that fit into their paging button; longer ones, and those with fields (a colon separates the parts of button
# data), are stored and stand there as a number.
_MAX_WORDS_BYTES = (MAX_DATA_BYTES - DESTINATION_BYTES) - max(
    len(actions.NEWS_WORDS("", actions.LAST_NEWS_PAGE)), len(actions.SEARCH_AT(0, actions.NO_FILTERS, ""))
)


async def show_news(ctx: Context) -> None:
    """Answer /news with the newest articles (of the chat's topics, if any), /news words with those about the words."""
    if not ctx.arguments:
        await ctx.reply(await _newest(ctx, None, 0))
        return
    try:
        await _show_about(ctx, ctx.arguments, parse(ctx.arguments))
    except QueryError as error:
        if error.key not in _TOO_LONG:
            raise
        await _show_about(ctx, ctx.arguments, read(ctx.arguments).query)


async def news_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence that asks for news, perhaps of a country, about words, or in a language."""
    words = intent.query
    if intent.language:
        await ctx.reply(await _written_in(ctx, intent.language))
    elif words:
        await _show_about(ctx, words, read(words).query)
    else:
        await ctx.reply(await _newest(ctx, None, 0))


async def _show_about(ctx: Context, typed: str, query: Query) -> None:
    slug = slug_of(typed, names())
    if slug is not None:
        query = parse(query_of(slug))
    key = next((words for words in (typed, str(query)) if _fits(words) and _query(words) == query), None)
    if slug or key is None:
        stored = await learn(ctx.database, str(query), slug, ctx.now)
        await ctx.reply(await _about(ctx, stored, 0, None if slug else typed))
    else:
        await ctx.reply(await _recent(ctx, query, 0, key, typed))


def _fits(words: str) -> bool:
    """Return whether words fit into the data of a button."""
    return ":" not in words and len(words.encode()) <= _MAX_WORDS_BYTES


def _query(typed: str) -> Query | None:
    try:
        return parse(typed)
    except QueryError:
        return None


async def _newest(ctx: Context, own: bool | None, page: int) -> View:
    found = await news.news(ctx.database, ctx.chat, views.PAGE_SIZE + 1, page * views.PAGE_SIZE, own=own)
    if found.own:
        return _listing(ctx, found.articles, ctx.t("news.title_mine"), page, actions.NEWS_MINE, _all_button(ctx))
    if found.follows:
        other = Button(ctx.t.plain("news.button_mine"), data=actions.NEWS_MINE(0))
    else:
        other = Button(ctx.t.plain("topics.button_pick"), data=actions.TOPICS_PICK())
    return _listing(ctx, found.articles, ctx.t("news.title_all"), page, actions.NEWS_ALL, other)


async def _written_in(ctx: Context, language: str) -> View:
    """Show the newest articles in a language; the button below keeps it as one of the chat's."""
    chat = replace(ctx.chat, news_languages=(language,))
    found = await news.news(ctx.database, chat, views.PAGE_SIZE, own=False)
    other = Button(ctx.t.plain("news.button_languages"), data=actions.NEWS_LANGUAGES())
    return _listing(ctx, found.articles, ctx.t("news.title_all"), 0, actions.NEWS_ALL, other)


def _all_button(ctx: Context) -> Button:
    return Button(ctx.t.plain("news.button_all"), data=actions.NEWS_ALL(0))


async def _about(ctx: Context, query: news.StoredQuery, page: int, typed: str | None = None) -> View:
    """Show articles about a stored query; `typed` are the person's own words, which later pages do not have."""
    found = await news.articles_about(ctx.database, ctx.chat, query.id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE)
    words = shown_words(ctx.t, typed) if typed else name_of(ctx.t, query.text, query.topic)
    heading = ctx.t("news.title_about", words=shorten(words, _TITLE_LENGTH))
    return _listing(ctx, found, heading, page, lambda to: actions.NEWS_ABOUT(query.id, to), _all_button(ctx))


async def _recent(ctx: Context, query: Query, page: int, key: str, typed: str) -> View:
    """Show those of the newest articles that are about words that nobody follows; `key` are the words in buttons."""
    every = await news.recent_articles_about(ctx.database, ctx.chat, query)
    found = every[page * views.PAGE_SIZE :]
    heading = ctx.t("news.title_about", words=shorten(typed, _TITLE_LENGTH))
    last = len(found) <= views.PAGE_SIZE
    other = search_views.archive_button(ctx.t, key) if last else _all_button(ctx)
    pages = -(-len(every) // views.PAGE_SIZE)
    return _listing(ctx, found, heading, page, lambda to: actions.NEWS_WORDS(key, to), other, pages)


def _listing(
    ctx: Context,
    found: list[StoredArticle],
    heading: str,
    page: int,
    page_data: Callable[[int], str],
    other: Button,
    pages: int | None = None,
) -> View:
    return views.listing(
        ctx.t,
        found[: views.PAGE_SIZE],
        heading=heading,
        page=page,
        more=len(found) > views.PAGE_SIZE and page < actions.LAST_NEWS_PAGE,
        page_data=page_data,
        zone=ZoneInfo(ctx.chat.timezone),
        now=ctx.now,
        other=other,
        pages=pages,
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
    await ctx.edit_or_reply(await _recent(ctx, existing(_query(text)), page, text, text))


async def show_languages(ctx: Context) -> None:
    """Show the languages of the news."""
    available = await news.available_languages(ctx.database)
    await ctx.edit_or_reply(views.languages(ctx.t, available, chosen(ctx.chat)))


async def set_language(ctx: Context, code: str, wanted: bool) -> None:
    """Add a language to those of the news, or remove it; one is left."""
    if not wanted and chosen(ctx.chat) == (code,):
        await ctx.answer_callback(ctx.t.plain("news.languages_one"))
        return
    if wanted and code not in {*LANGUAGES, *await news.available_languages(ctx.database)}:
        raise ExpiredButton
    ctx.apply(await news.set_news_language(ctx.database, ctx.chat, code, on=wanted))
    await show_languages(ctx)


COMMANDS = (Command("news", show_news, description_key="news.command.news"),)
BUTTONS = (
    on(actions.NEWS_ALL, show_all),
    on(actions.NEWS_MINE, show_own),
    on(actions.NEWS_ABOUT, show_about),
    on(actions.NEWS_WORDS, show_words),
    on(actions.NEWS_LANGUAGES, show_languages),
    on(actions.NEWS_LANGUAGE, set_language),
)
INTENTS = ((IntentKind.NEWS, news_intent),)
