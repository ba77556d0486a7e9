"""One article: shown, explained, with similar ones, its topics muted; each in place of the message of the button."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.errors import InvalidInput
from bot.services import articles
from bot.services.articles import Article
from bot.views import news as views
from bot.views.message import View, shorten
from bot.views.topics import LEVELS, name_of
from handlers.context import Action, Context

# Ten pages of similar articles; then a search finds more.
MAX_PAGE = 9
# A heading is one line of a phone.
_TITLE_LENGTH = 60


async def show_one(ctx: Context, article_id: str) -> None:
    """Show one article of a list in a message of its own: the list stays."""
    if found := await _find(ctx, article_id):
        await ctx.reply(_view(ctx, found))


async def show_again(ctx: Context, article_id: str) -> None:
    """Show an article in place of the view that one of its buttons brought."""
    if found := await _find(ctx, article_id):
        await ctx.edit_or_reply(_view(ctx, found))


def _view(ctx: Context, found: Article) -> View:
    return views.article_view(ctx.t, found.article, _names(ctx, found), ZoneInfo(ctx.chat.timezone), found.others)


def _names(ctx: Context, found: Article) -> list[str]:
    return [name_of(ctx.t, text, topic) for text, topic in found.topics]


async def explain(ctx: Context, article_id: str) -> None:
    """Show which words of an article match the topics of this chat."""
    if found := await _find(ctx, article_id):
        reasons = list(zip(_names(ctx, found), found.reasons, strict=True))
        await ctx.edit_or_reply(views.why(ctx.t, found.article, reasons))


async def show_similar(ctx: Context, article_id: str, page: str) -> None:
    """List articles similar to one."""
    number = _number(page)
    if number is None or number > MAX_PAGE:
        await ctx.old_button()
    elif found := await _find(ctx, article_id):
        one, size = found.article, views.PAGE_SIZE
        similar = await articles.similar_articles(ctx.database, one, size, number * size, ctx.now)
        view = views.listing(
            ctx.t,
            [hit.article for hit in similar.hits],
            heading=ctx.t("news.title_like", title=shorten(one.title, _TITLE_LENGTH)),
            page=number,
            more=similar.more and number < MAX_PAGE,
            page_data=("article", "like", str(one.id)),
            zone=ZoneInfo(ctx.chat.timezone),
            other=views.back(ctx.t, one),
        )
        await ctx.edit_or_reply(view)


async def mute(ctx: Context, article_id: str) -> None:
    """Mute the topic of an article; of several topics, ask which."""
    if found := await _find(ctx, article_id):
        matched = await articles.mute_article(ctx.database, ctx.chat.id, ctx.thread_id, found.article.id)
        named = [(one.query.id, name_of(ctx.t, one.query.text, one.query.topic)) for one in matched]
        if len(matched) == 1:
            await ctx.edit_or_reply(views.muted(ctx.t, found.article, *named[0], matched[0].level))
        elif matched:
            await ctx.edit_or_reply(views.mute(ctx.t, found.article, named))
        else:
            await ctx.edit_or_reply(_view(ctx, found))


async def mute_one(ctx: Context, article_id: str, query_id: str) -> None:
    """Mute the chosen topic of an article."""
    number, found = _number(query_id), await _find(ctx, article_id)
    if found is None:
        return
    ended = number and await articles.mute_topic(ctx.database, ctx.chat.id, ctx.thread_id, number)
    if not ended:
        await ctx.old_button()
    else:
        name = name_of(ctx.t, ended.query.text, ended.query.topic)
        await ctx.edit_or_reply(views.muted(ctx.t, found.article, ended.query.id, name, ended.level))


async def unmute(ctx: Context, article_id: str, query_id: str, level: str) -> None:
    """Follow a muted topic again, at the same level."""
    number, found = _number(query_id), await _find(ctx, article_id)
    if found is None:
        return
    try:
        followed = (
            number is not None
            and level in LEVELS
            and await articles.unmute_topic(ctx.database, ctx.chat.id, ctx.thread_id, number, level, ctx.now)
        )
    except InvalidInput as error:
        await ctx.answer_callback(ctx.t.plain(error.key, **error.params), alert=True)
        return
    if followed:
        await show_again(ctx, article_id)
    else:
        await ctx.old_button()


async def _find(ctx: Context, article_id: str) -> Article | None:
    """Return an article; answer for an expired button if it is not stored."""
    id_ = _number(article_id)
    found = None if id_ is None else await articles.article(ctx.database, ctx.chat.id, ctx.thread_id, id_)
    if found is None:
        await ctx.old_button()
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


COMMANDS = ()
BUTTONS = {
    ("news", "one"): Action(show_one),
    ("news", "why"): Action(explain),
    ("article", "show"): Action(show_again),
    ("article", "like"): Action(show_similar),
    ("article", "mute"): Action(mute, changes=True),
    ("article", "off"): Action(mute_one, changes=True),
    ("article", "on"): Action(unmute, changes=True),
}
