"""/subscribe, /topics, /unsubscribe: the topics that a chat follows."""

from __future__ import annotations

from bot.domain import links
from bot.domain.spelling import fold
from bot.domain.topics import parse
from bot.domain.topics.curated import query_of, slug_of
from bot.domain.topics.subscription import FollowedTopic
from bot.domain.typed import clean
from bot.services import settings
from bot.services import topics as service
from bot.views import actions
from bot.views import topics as views
from bot.views.topic_names import names
from handlers.command import Command, on
from handlers.context import Context, existing

# The kind under which a topic is remembered for the message that began it, in case the message is edited.
TOPIC = "topic"


async def _followed(ctx: Context) -> list[FollowedTopic]:
    return await service.followed_topics(ctx.database, ctx.chat.id, ctx.thread_id)


async def subscribe(ctx: Context) -> None:
    """Answer /subscribe: follow the words, or pick topics where there are none."""
    if not ctx.arguments:
        await pick(ctx)
        return
    slug = slug_of(ctx.arguments, names())
    text = str(parse(query_of(slug) if slug else ctx.arguments))
    words = None if slug else " ".join(ctx.arguments.split())
    replacing = ctx.made_before(TOPIC)
    following = await service.follow_topic(
        ctx.database,
        ctx.chat,
        ctx.thread_id,
        text,
        slug,
        ctx.now,
        replacing=replacing,
        words=words,
        matcher=ctx.services.matcher,
    )
    ctx.replace_made(TOPIC)
    if following.new:
        ctx.made.append((TOPIC, following.topic.id))
    view = views.subscribed(ctx.t, following.topic, following.new, following.examples, following.within)
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
    name = fold(ctx.arguments).strip()
    slug = names().get(name, name)
    found = service.named(await _followed(ctx), str(parse(ctx.arguments)), slug)
    if found is None:
        await ctx.reply(views.not_subscribed(ctx.t, ctx.arguments))
        return
    await service.unfollow_topic(ctx.database, ctx.chat.id, ctx.thread_id, found.id)
    await ctx.reply(views.unfollowed(ctx.t, found))


async def show_one(ctx: Context, topic_id: int) -> None:
    """Show one topic with its levels."""
    found = existing(await service.find_topic(ctx.database, ctx.chat.id, ctx.thread_id, topic_id))
    await ctx.edit_or_reply(views.one(ctx.t, found))


async def set_level(ctx: Context, topic_id: int, level: str) -> None:
    """Change the level of a topic."""
    changed = await service.set_level(ctx.database, ctx.chat.id, ctx.thread_id, topic_id, level, ctx.now)
    await ctx.edit_or_reply(views.one(ctx.t, existing(changed)))


async def set_width(ctx: Context, topic_id: int, strict: bool) -> None:
    """Follow a curated topic strictly, or wide again."""
    changed = await service.set_width(ctx.database, ctx.chat.id, ctx.thread_id, topic_id, ctx.now, strict=strict)
    await ctx.edit_or_reply(views.one(ctx.t, existing(changed)))


async def unfollow(ctx: Context, topic_id: int) -> None:
    """End a topic."""
    ended = existing(await service.unfollow_topic(ctx.database, ctx.chat.id, ctx.thread_id, topic_id))
    await ctx.edit_or_reply(views.unfollowed(ctx.t, ended))


async def follow_again(ctx: Context, query_id: int, level: str) -> None:
    """Follow a topic again that was ended by mistake, at the same level."""
    again = await service.follow_again(ctx.database, ctx.chat.id, ctx.thread_id, query_id, level, ctx.now)
    await ctx.edit_or_reply(views.one(ctx.t, existing(again)))


async def exclude(ctx: Context, query_id: int, words: str) -> None:
    """Follow a topic without the articles that have some words."""
    narrowed = await service.exclude_words(ctx.database, ctx.chat.id, ctx.thread_id, query_id, words, ctx.now)
    await ctx.edit_or_reply(views.excluded(ctx.t, existing(narrowed), words, query_id))


async def restore(ctx: Context, query_id: int, before: int) -> None:
    """Follow a topic as it was before some words were excluded."""
    topic = await service.replace_topic(ctx.database, ctx.chat.id, ctx.thread_id, query_id, before, ctx.now)
    await ctx.edit_or_reply(views.one(ctx.t, existing(topic)))


async def pick(ctx: Context) -> None:
    """Choose curated topics by tapping."""
    await ctx.edit_or_reply(views.picker(ctx.t, await _followed(ctx), ctx.chat.digest_times))


async def set_one(ctx: Context, slug: str, wanted: bool) -> None:
    """Begin or end a curated topic; a second press of the same button changes nothing."""
    ctx.asks_for_messages = wanted
    await service.set_topic(ctx.database, ctx.chat, ctx.thread_id, slug, ctx.now, wanted=wanted)
    await pick(ctx)


async def set_delivery(ctx: Context, level: str) -> None:
    """Send the articles of all topics at once, or in the digest, which is switched on for that."""
    await service.set_levels(ctx.database, ctx.chat.id, ctx.thread_id, level)
    if level == "digest" and not ctx.chat.digest_times:
        ctx.apply(await settings.set_digests(ctx.database, ctx.chat, (views.DIGEST_AT,), ctx.now))
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
    on(actions.TOPICS_WIDTH, set_width),
    on(actions.TOPICS_UNFOLLOW, unfollow),
    on(actions.TOPICS_PICK, pick),
    on(actions.TOPICS_SET, set_one),
    on(actions.TOPICS_DELIVERY, set_delivery),
    on(actions.TOPICS_AGAIN, follow_again),
    on(actions.TOPICS_EXCLUDE, exclude),
    on(actions.TOPICS_RESTORE, restore),
)
DEEP_LINKS = ((links.FOLLOW, follow_link),)
