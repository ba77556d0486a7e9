"""One story: shown, why it came, stories like it, its topics muted; each in place of the message it is asked from."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.errors import ExpiredButton
from bot.domain.topics import MAX_SUBSCRIPTIONS
from bot.domain.topics.subscription import LEVELS
from bot.ingest.matching import why
from bot.views import actions
from bot.views import news as views
from bot.views.message import View, shorten
from bot.views.topics import name_of
from handlers.context import Action, Context
from storage import articles, duplicates, search, topics

# Who has not found what is like a story on ten pages searches by words.
MAX_PAGE = 9
# A heading is one line of a phone.
_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class _Asked:
    """A story, the other stories of its event, and the topics (text, curated name) by which the chat hears of it."""

    article: StoredArticle
    others: list[StoredArticle]
    topics: list[tuple[str, str | None]]


async def show_one(ctx: Context, article_id: str) -> None:
    """Show one story of a list in a message of its own: the list stays."""
    if asked := await _asked(ctx, article_id):
        await ctx.reply(_article(ctx, asked))


async def show_again(ctx: Context, article_id: str) -> None:
    """Show a story in place of what one of its buttons brought."""
    if asked := await _asked(ctx, article_id):
        await ctx.edit_or_reply(_article(ctx, asked))


def _article(ctx: Context, asked: _Asked) -> View:
    names = [name_of(ctx.t, text, topic) for text, topic in asked.topics]
    return views.article_view(ctx.t, asked.article, names, ZoneInfo(ctx.chat.timezone), asked.others)


async def tell_why(ctx: Context, article_id: str) -> None:
    """Tell which words of a story made it one for this chat."""
    if asked := await _asked(ctx, article_id):
        # What only another telling of the event says is a reason, too.
        reports = (asked.article, *asked.others)
        reasons = [
            (name_of(ctx.t, text, topic), next((said for report in reports if (said := why(text, report))), ()))
            for text, topic in asked.topics
        ]
        await ctx.edit_or_reply(views.why(ctx.t, asked.article, reasons))


async def show_like(ctx: Context, article_id: str, page: str) -> None:
    """List stories like one."""
    number = _number(page)
    if number is None or number > MAX_PAGE:
        raise ExpiredButton
    if asked := await _asked(ctx, article_id):
        article, size = asked.article, views.PAGE_SIZE
        async with ctx.database.read() as connection:
            found = await search.like(connection, article, ctx.now, size, number * size)
        view = views.listing(
            ctx.t,
            [hit.article for hit in found.hits],
            heading=ctx.t("news.title_like", title=shorten(article.title, _TITLE_LENGTH)),
            page=number,
            more=found.more and number < MAX_PAGE,
            turn=lambda to: actions.ARTICLE_LIKE(article.id, to),
            zone=ZoneInfo(ctx.chat.timezone),
            other=views.back(ctx.t, article),
        )
        await ctx.edit_or_reply(view)


async def mute(ctx: Context, article_id: str) -> None:
    """End the topic by which a story came; where there are several, ask which."""
    if asked := await _asked(ctx, article_id):
        async with ctx.database.read() as connection:
            heard = await topics.of_chat(connection, ctx.chat.id, ctx.thread_id, article_id=asked.article.id)
        if len(heard) == 1:
            await _end(ctx, asked.article, heard[0])
        elif heard:
            named = [(one.query.id, name_of(ctx.t, one.query.text, one.query.topic)) for one in heard]
            await ctx.edit_or_reply(views.mute(ctx.t, asked.article, named))
        else:
            await ctx.edit_or_reply(_article(ctx, asked))


async def mute_one(ctx: Context, article_id: str, query_id: str) -> None:
    """End the chosen one of a story's topics."""
    number, asked = _number(query_id), await _asked(ctx, article_id)
    if asked is None:
        return
    async with ctx.database.read() as connection:
        listening = await topics.of_chat(connection, ctx.chat.id, ctx.thread_id)
    heard = next((one for one in listening if one.query.id == number), None)
    if heard is None:
        raise ExpiredButton
    await _end(ctx, asked.article, heard)


async def _end(ctx: Context, article: StoredArticle, heard: topics.Subscription) -> None:
    async with ctx.database.write() as connection:
        await topics.unsubscribe(connection, ctx.chat.id, heard.id)
    name = name_of(ctx.t, heard.query.text, heard.query.topic)
    await ctx.edit_or_reply(views.muted(ctx.t, article, heard.query.id, name, heard.level))


async def unmute(ctx: Context, article_id: str, query_id: str, level: str) -> None:
    """Undo a muting: hear of the topic again, as loud as before."""
    number, asked = _number(query_id), await _asked(ctx, article_id)
    if asked is None:
        return
    async with ctx.database.write() as connection:
        query = await topics.get_query(connection, number) if number is not None and level in LEVELS else None
        full = await topics.count_of_chat(connection, ctx.chat.id) >= MAX_SUBSCRIPTIONS
        if query is not None and not full:
            await topics.subscribe(connection, ctx.chat.id, ctx.thread_id, query.id, level, ctx.now)
    if query is None:
        raise ExpiredButton
    if full:
        await ctx.answer_callback(ctx.t.plain("topics.too_many", limit=MAX_SUBSCRIPTIONS), alert=True)
    else:
        await show_again(ctx, article_id)


async def _asked(ctx: Context, article_id: str) -> _Asked | None:
    """Return what is known of a story; otherwise answer for an old button and return None."""
    id_, article = _number(article_id), None
    if id_ is not None:
        async with ctx.database.read() as connection:
            article = await articles.get(connection, id_)
            if article is not None:
                others = await duplicates.others(connection, id_)
                matched = await articles.topics_matched(connection, id_, ctx.chat.id, ctx.thread_id)
                return _Asked(article, others, matched)
    raise ExpiredButton


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


COMMANDS = ()
BUTTONS = {
    ("news", "one"): Action(show_one),
    ("news", "why"): Action(tell_why),
    ("article", "show"): Action(show_again),
    ("article", "like"): Action(show_like),
    ("article", "mute"): Action(mute, changes=True),
    ("article", "off"): Action(mute_one, changes=True),
    ("article", "on"): Action(unmute, changes=True),
}
