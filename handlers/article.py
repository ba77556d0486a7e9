"""One article: shown, saved, explained, with similar ones, its topics unfollowed. Its message stays as it is."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.sites import FEED, HOME
from bot.services import articles, saved, topics
from bot.services.articles import Article
from bot.views import actions
from bot.views import news as views
from bot.views import topics as topic_views
from bot.views.message import View, shorten
from bot.views.topic_names import topic_name
from handlers.command import on
from handlers.context import Context, existing

# A heading is one line of a phone.
_TITLE_LENGTH = 60


async def show_one(ctx: Context, article_id: int) -> None:
    """Show one article of a list in a message of its own: the list stays."""
    await ctx.reply(_view(ctx, await _find(ctx, article_id)))


def _view(ctx: Context, found: Article) -> View:
    names = [topic_name(ctx.t, one) for one in found.topics]
    zone = ZoneInfo(ctx.chat.timezone)
    return views.article_view(ctx.t, found.article, names, zone, ctx.now, found.others, saved=found.saved)


async def save(ctx: Context, article_id: int, wanted: bool) -> None:
    """Save an article, or remove it from the saved ones; its button shows which."""
    if wanted:
        existing(await saved.save_article(ctx.database, ctx.chat.id, article_id, ctx.now))
    else:
        await saved.drop_saved(ctx.database, ctx.chat.id, article_id)
    await ctx.edit_buttons(_view(ctx, await _find(ctx, article_id)).buttons)
    await ctx.answer_callback(ctx.t.plain("saved.added" if wanted else "saved.removed"))


async def explain(ctx: Context, article_id: int) -> None:
    """Show which words of an article match the topics of this chat, and how to get fewer of its kind."""
    found = await _find(ctx, article_id)
    reasons = list(zip(found.topics, found.reasons, strict=True))
    source = FEED if found.article.source in HOME else found.article.source
    await ctx.edit_or_reply(views.why(ctx.t, found.article, reasons, source))


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
        now=ctx.now,
        other=None,
        pages=min(-(-similar.total // size), actions.LAST_LIKE_PAGE + 1),
    )
    await ctx.edit_or_reply(view)


async def unfollow(ctx: Context, article_id: int) -> None:
    """Unfollow the topic of an article; of several topics, ask which."""
    found = await _find(ctx, article_id)
    if len(found.topics) > 1:
        await ctx.edit_or_reply(views.unfollow(ctx.t, found.article, found.topics))
    elif found.topics:
        [one] = found.topics
        ended = existing(await topics.unfollow_topic(ctx.database, ctx.chat.id, ctx.thread_id, one.id))
        await ctx.edit_or_reply(topic_views.unfollowed(ctx.t, ended))
    else:
        await ctx.answer_callback(ctx.t.plain("news.why_nothing"))


async def _find(ctx: Context, article_id: int) -> Article:
    return existing(await articles.article(ctx.database, ctx.chat.id, ctx.thread_id, article_id))


BUTTONS = (
    on(actions.NEWS_ONE, show_one),
    on(actions.NEWS_WHY, explain),
    on(actions.SAVED_SET, save),
    on(actions.ARTICLE_LIKE, show_similar),
    on(actions.ARTICLE_UNFOLLOW, unfollow),
)
