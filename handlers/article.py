"""One article: shown, explained, with similar ones, its topics muted; each in place of the message of the button."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.errors import ExpiredButton
from bot.services import articles
from bot.services.articles import Article
from bot.views import actions
from bot.views import news as views
from bot.views.message import View, shorten
from bot.views.topics import name_of
from handlers.context import Context, existing, on

# A heading is one line of a phone.
_TITLE_LENGTH = 60


async def show_one(ctx: Context, article_id: int) -> None:
    """Show one article of a list in a message of its own: the list stays."""
    await ctx.reply(_view(ctx, await _find(ctx, article_id)))


async def show_again(ctx: Context, article_id: int) -> None:
    """Show an article in place of the view that one of its buttons brought."""
    await ctx.edit_or_reply(_view(ctx, await _find(ctx, article_id)))


def _view(ctx: Context, found: Article) -> View:
    return views.article_view(ctx.t, found.article, _names(ctx, found), ZoneInfo(ctx.chat.timezone), found.others)


def _names(ctx: Context, found: Article) -> list[str]:
    return [name_of(ctx.t, text, topic) for text, topic in found.topics]


async def explain(ctx: Context, article_id: int) -> None:
    """Show which words of an article match the topics of this chat."""
    found = await _find(ctx, article_id)
    reasons = list(zip(_names(ctx, found), found.reasons, strict=True))
    await ctx.edit_or_reply(views.why(ctx.t, found.article, reasons))


async def show_similar(ctx: Context, article_id: int, page: int) -> None:
    """List articles similar to one."""
    one, size = (await _find(ctx, article_id)).article, views.PAGE_SIZE
    similar = await articles.similar_articles(ctx.database, one, size, page * size, ctx.now)
    view = views.listing(
        ctx.t,
        [hit.article for hit in similar.hits],
        heading=ctx.t("news.title_like", title=shorten(one.title, _TITLE_LENGTH)),
        page=page,
        more=similar.more and page < actions.LAST_LIKE_PAGE,
        page_data=lambda to: actions.ARTICLE_LIKE(one.id, to),
        zone=ZoneInfo(ctx.chat.timezone),
        other=views.back(ctx.t, one),
    )
    await ctx.edit_or_reply(view)


async def mute(ctx: Context, article_id: int) -> None:
    """Mute the topic of an article; of several topics, ask which."""
    found = await _find(ctx, article_id)
    matched = await articles.mute_article(ctx.database, ctx.chat.id, ctx.thread_id, article_id)
    named = [(one.query.id, name_of(ctx.t, one.query.text, one.query.topic)) for one in matched]
    if len(matched) == 1:
        await ctx.edit_or_reply(views.muted(ctx.t, found.article, *named[0], matched[0].level))
    elif matched:
        await ctx.edit_or_reply(views.mute(ctx.t, found.article, named))
    else:
        await ctx.edit_or_reply(_view(ctx, found))


async def mute_one(ctx: Context, article_id: int, query_id: int) -> None:
    """Mute the chosen topic of an article."""
    found = await _find(ctx, article_id)
    ended = existing(await articles.mute_topic(ctx.database, ctx.chat.id, ctx.thread_id, query_id))
    name = name_of(ctx.t, ended.query.text, ended.query.topic)
    await ctx.edit_or_reply(views.muted(ctx.t, found.article, ended.query.id, name, ended.level))


async def unmute(ctx: Context, article_id: int, query_id: int, level: str) -> None:
    """Follow a muted topic again, at the same level."""
    await _find(ctx, article_id)
    if not await articles.unmute_topic(ctx.database, ctx.chat.id, ctx.thread_id, query_id, level, ctx.now):
        raise ExpiredButton
    await show_again(ctx, article_id)


async def _find(ctx: Context, article_id: int) -> Article:
    return existing(await articles.article(ctx.database, ctx.chat.id, ctx.thread_id, article_id))


BUTTONS = (
    on(actions.NEWS_ONE, show_one),
    on(actions.NEWS_WHY, explain),
    on(actions.ARTICLE_SHOW, show_again),
    on(actions.ARTICLE_LIKE, show_similar),
    on(actions.ARTICLE_MUTE, mute),
    on(actions.ARTICLE_MUTE_ONE, mute_one),
    on(actions.ARTICLE_UNMUTE, unmute),
)
