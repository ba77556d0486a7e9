"""/subscribe, /topics, /unsubscribe: what a chat listens for."""

from __future__ import annotations

from bot.domain import links
from bot.domain.errors import ExpiredButton
from bot.domain.spelling import fold
from bot.domain.topics import MAX_SUBSCRIPTIONS, QueryError, parse
from bot.domain.topics.curated import TOPICS, query_of, slug_of
from bot.domain.typed import clean
from bot.ingest.matching import BACKFILL, learn
from bot.views import actions
from bot.views import topics as views
from bot.views.message import View
from bot.views.topics import FollowedTopic
from handlers.context import Action, Command, Context
from storage import article_lists, topics
from storage.topics import Subscription

# Recent headlines shown as a proof that a topic works.
EXAMPLES = 2
# The kind of what a message can make, by which an edit of the message finds it again.
TOPIC = "topic"
_PAGES = {str(page) for page in range(-(-MAX_SUBSCRIPTIONS // views.PAGE_SIZE))}


def _heard(subscription: Subscription) -> FollowedTopic:
    return FollowedTopic(subscription.id, subscription.query.text, subscription.query.topic, subscription.level)


async def _listening(ctx: Context) -> list[FollowedTopic]:
    async with ctx.database.read() as connection:
        return [_heard(one) for one in await topics.of_chat(connection, ctx.chat.id, ctx.thread_id)]


async def subscribe(ctx: Context) -> None:
    """Answer /subscribe: listen for the words, or pick topics where there are none."""
    if not ctx.arguments:
        await pick(ctx)
        return
    slug = slug_of(ctx.arguments, views.names())
    try:
        text = str(parse(query_of(slug) if slug else ctx.arguments))
    except QueryError as error:
        await ctx.reply(views.problem(ctx.t, error))
        return
    replaced = await _take_back(ctx)
    already = next((one for one in await _listening(ctx) if one.text == text), None)
    heard = already or await _subscribe(ctx, text, slug)
    if heard is None:
        await ctx.reply(views.too_many(ctx.t, MAX_SUBSCRIPTIONS))
        return
    async with ctx.database.read() as connection:
        query = await topics.find_query(connection, text)
        recent = ctx.now - BACKFILL
        examples = await article_lists.about(connection, query.id, EXAMPLES, since=recent) if query else []
    if already is None:
        ctx.made.append((TOPIC, heard.id))
    await ctx.reply(views.replacing(ctx.t, views.subscribed(ctx.t, heard, already is None, examples), replaced))


async def _take_back(ctx: Context) -> list[FollowedTopic]:
    """End the topics that the message began before it was edited; returns them."""
    taken = ctx.take_back(TOPIC)
    gone = [one for one in await _listening(ctx) if one.id in taken] if taken else []
    for heard in gone:
        await _end(ctx, heard)
    return gone


async def hear(ctx: Context, wish: str) -> None:
    """Listen for the words of a button under a search: the words, or # and the number under which they are stored."""
    ctx.arguments = wish
    if wish.startswith("#"):
        number = wish[1:]
        stored = None
        if number.isascii() and number.isdigit() and len(number) < 19:
            async with ctx.database.read() as connection:
                stored = await topics.get_query(connection, int(number))
        if stored is None:
            raise ExpiredButton
        ctx.arguments = stored.text
    await subscribe(ctx)


async def follow(ctx: Context, words: str) -> None:
    """Listen for the words of a link into this chat; pick topics where it names none."""
    ctx.arguments = clean(links.heard(words) or "")  # anybody can write such a link
    await subscribe(ctx)


async def _subscribe(ctx: Context, text: str, slug: str | None) -> FollowedTopic | None:
    """Store a new subscription and return it, or None if the chat has too many."""
    async with ctx.database.read() as connection:
        if await topics.count_of_chat(connection, ctx.chat.id) >= MAX_SUBSCRIPTIONS:
            return None
    query = await learn(ctx.database, text, slug, ctx.now)
    async with ctx.database.write() as connection:
        await topics.subscribe(connection, ctx.chat.id, ctx.thread_id, query.id, "instant", ctx.now)
    return next(one for one in await _listening(ctx) if one.text == text)


async def show_topics(ctx: Context) -> None:
    """Answer /topics with what the chat listens for."""
    await ctx.edit_or_reply(views.listing(ctx.t, await _listening(ctx)))


async def open_list(ctx: Context) -> None:
    """List the chat's topics in a message of their own: the story above the button stays."""
    await ctx.reply(views.listing(ctx.t, await _listening(ctx)))


async def turn_list(ctx: Context, page: str = "0") -> None:
    """Turn the pages of the chat's topics."""
    if page not in _PAGES:
        raise ExpiredButton
    await ctx.edit_or_reply(views.listing(ctx.t, await _listening(ctx), int(page)))


async def unsubscribe(ctx: Context) -> None:
    """Answer /unsubscribe: end the named topic, or list them all with their buttons."""
    if not ctx.arguments:
        await show_topics(ctx)
        return
    try:
        text = str(parse(ctx.arguments))
    except QueryError as error:
        await ctx.reply(views.problem(ctx.t, error))
        return
    listening = await _listening(ctx)
    name = fold(ctx.arguments).strip()
    slug = views.names().get(name, name)
    found = next((one for one in listening if one.text == text), None) or next(
        (one for one in listening if one.topic == slug), None
    )
    if found is None:
        await ctx.reply(views.not_subscribed(ctx.t, ctx.arguments))
        return
    await _end(ctx, found)
    await ctx.reply(View(ctx.t("topics.ended", name=views.name_of(ctx.t, found.text, found.topic))))


async def _end(ctx: Context, heard: FollowedTopic) -> None:
    async with ctx.database.write() as connection:
        await topics.unsubscribe(connection, ctx.chat.id, heard.id)


async def _own(ctx: Context, subscription_id: str) -> FollowedTopic | None:
    found = next((one for one in await _listening(ctx) if str(one.id) == subscription_id), None)
    if found is None:
        raise ExpiredButton
    return found


async def show_one(ctx: Context, subscription_id: str) -> None:
    """Show one topic with its levels."""
    if heard := await _own(ctx, subscription_id):
        await ctx.edit_or_reply(views.one(ctx.t, heard))


async def set_level(ctx: Context, subscription_id: str, level: str) -> None:
    """Change how loud a topic is."""
    if level not in actions.LEVELS:
        raise ExpiredButton
    if heard := await _own(ctx, subscription_id):
        async with ctx.database.write() as connection:
            query = await topics.find_query(connection, heard.text)
            if query:
                await topics.subscribe(connection, ctx.chat.id, ctx.thread_id, query.id, level, ctx.now)
        await ctx.edit_or_reply(views.one(ctx.t, FollowedTopic(heard.id, heard.text, heard.topic, level)))


async def end(ctx: Context, subscription_id: str) -> None:
    """End a topic."""
    if heard := await _own(ctx, subscription_id):
        await _end(ctx, heard)
        await ctx.answer_callback(views.ended(ctx.t, heard))
        await show_topics(ctx)


async def pick(ctx: Context) -> None:
    """Choose curated topics by tapping."""
    chosen = {one.topic for one in await _listening(ctx) if one.topic}
    await ctx.edit_or_reply(views.picker(ctx.t, chosen))


async def toggle(ctx: Context, slug: str) -> None:
    """Start or end a curated topic."""
    if slug not in TOPICS:
        raise ExpiredButton
    found = next((one for one in await _listening(ctx) if one.topic == slug), None)
    if found is not None:
        await _end(ctx, found)
    elif await _subscribe(ctx, query_of(slug), slug) is None:
        await ctx.answer_callback(ctx.t.plain("topics.too_many", limit=MAX_SUBSCRIPTIONS), alert=True)
    await pick(ctx)


COMMANDS = (
    Command("subscribe", subscribe, changes=True, description_key="topics.command.subscribe"),
    Command("topics", show_topics, description_key="topics.command.topics"),
    Command("unsubscribe", unsubscribe, changes=True, description_key="topics.command.unsubscribe"),
)
BUTTONS = {
    ("topics", "hear"): Action(hear, changes=True),
    ("topics", "open"): Action(open_list),
    ("topics", "list"): Action(turn_list),
    ("topics", "one"): Action(show_one),
    ("topics", "level"): Action(set_level, changes=True),
    ("topics", "end"): Action(end, changes=True),
    ("topics", "pick"): Action(pick, changes=True),
    ("topics", "toggle"): Action(toggle, changes=True),
}
DEEP_LINKS = {links.FOLLOW: follow}
