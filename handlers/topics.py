"""/subscribe, /topics, /unsubscribe: the topics that a chat follows."""

from __future__ import annotations

from bot.domain import links
from bot.domain.spelling import fold
from bot.domain.topics import parse
from bot.domain.topics.curated import query_of, slug_of
from bot.domain.topics.subscription import FollowedTopic
from bot.domain.typed import clean
from bot.services import topics as service
from bot.views import actions
from bot.views import topics as views
from bot.views.message import View
from handlers.context import Command, Context, existing, on

# The kind under which a topic is remembered for the message that began it, in case the message is edited.
TOPIC = "topic"


async def _followed(ctx: Context) -> list[FollowedTopic]:
    return await service.followed_topics(ctx.database, ctx.chat.id, ctx.thread_id)


async def subscribe(ctx: Context) -> None:
    """Answer /subscribe: follow the words, or pick topics where there are none."""
    if not ctx.arguments:
        await pick(ctx)
        return
    slug = slug_of(ctx.arguments, views.names())
    text = str(parse(query_of(slug) if slug else ctx.arguments))
    replacing = ctx.made_before(TOPIC)
    following = await service.follow_topic(
        ctx.database, ctx.chat.id, ctx.thread_id, text, slug, ctx.now, replacing=replacing
    )
    ctx.replace_made(TOPIC)
    if following.new:
        ctx.made.append((TOPIC, following.topic.id))
    view = views.subscribed(ctx.t, following.topic, following.new, following.examples)
    await ctx.reply(views.replacing(ctx.t, view, following.replaced))


async def follow_words(ctx: Context, words: str) -> None:
    """Follow the words of a button under a search: the words, or # and the number under which they are stored."""
    ctx.arguments = existing(await service.words_of(ctx.database, words))
    await subscribe(ctx)


async def follow_link(ctx: Context, words: str) -> None:
    """Follow the words of a link into this chat; pick topics where it names none."""
    ctx.arguments = clean(links.query_in(words) or "")  # anybody can write such a link
    await subscribe(ctx)


async def show_topics(ctx: Context, page: int = 0) -> None:
    """Answer /topics with the topics that the chat follows."""
    await ctx.edit_or_reply(views.listing(ctx.t, await _followed(ctx), page))


async def open_list(ctx: Context) -> None:
    """List the chat's topics in a message of their own: the article above the button stays."""
    await ctx.reply(views.listing(ctx.t, await _followed(ctx)))


async def unsubscribe(ctx: Context) -> None:
    """Answer /unsubscribe: end the named topic, or list them all with their buttons."""
    if not ctx.arguments:
        await show_topics(ctx)
        return
    text = str(parse(ctx.arguments))
    followed = await _followed(ctx)
    name = fold(ctx.arguments).strip()
    slug = views.names().get(name, name)
    found = next((one for one in followed if one.text == text), None) or next(
        (one for one in followed if one.topic == slug), None
    )
    if found is None:
        await ctx.reply(views.not_subscribed(ctx.t, ctx.arguments))
        return
    await service.unfollow_topic(ctx.database, ctx.chat.id, ctx.thread_id, found.id)
    await ctx.reply(View(ctx.t("topics.ended", name=views.name_of(ctx.t, found.text, found.topic))))


async def show_one(ctx: Context, topic_id: int) -> None:
    """Show one topic with its levels."""
    found = existing(await service.find_topic(ctx.database, ctx.chat.id, ctx.thread_id, topic_id))
    await ctx.edit_or_reply(views.one(ctx.t, found))


async def set_level(ctx: Context, topic_id: int, level: str) -> None:
    """Change the level of a topic."""
    changed = await service.set_level(ctx.database, ctx.chat.id, ctx.thread_id, topic_id, level, ctx.now)
    await ctx.edit_or_reply(views.one(ctx.t, existing(changed)))


async def unfollow(ctx: Context, topic_id: int) -> None:
    """End a topic."""
    ended = existing(await service.unfollow_topic(ctx.database, ctx.chat.id, ctx.thread_id, topic_id))
    await ctx.answer_callback(views.ended(ctx.t, ended))
    await show_topics(ctx)


async def pick(ctx: Context) -> None:
    """Choose curated topics by tapping."""
    await ctx.edit_or_reply(views.picker(ctx.t, {one.topic for one in await _followed(ctx) if one.topic}))


async def toggle(ctx: Context, slug: str) -> None:
    """Begin or end a curated topic."""
    await service.toggle_topic(ctx.database, ctx.chat.id, ctx.thread_id, slug, ctx.now)
    await pick(ctx)


COMMANDS = (
    Command("subscribe", subscribe, changes=True, description_key="topics.command.subscribe", reactivates=True),
    Command("topics", show_topics, description_key="topics.command.topics"),
    Command("unsubscribe", unsubscribe, changes=True, description_key="topics.command.unsubscribe"),
)
BUTTONS = (
    on(actions.TOPICS_FOLLOW, follow_words),
    on(actions.TOPICS_OPEN, open_list),
    on(actions.TOPICS_LIST, show_topics),
    on(actions.TOPICS_ONE, show_one),
    on(actions.TOPICS_LEVEL, set_level),
    on(actions.TOPICS_UNFOLLOW, unfollow),
    on(actions.TOPICS_PICK, pick),
    on(actions.TOPICS_TOGGLE, toggle),
)
DEEP_LINKS = ((links.FOLLOW, follow_link),)
