"""/subscribe, /topics, /unsubscribe: what a chat listens for."""

from __future__ import annotations

from bot.domain import links
from bot.domain.spelling import fold
from bot.domain.topics import MAX_SUBSCRIPTIONS, QueryError, parse
from bot.domain.topics.curated import TOPICS, query_of, slug_of
from bot.domain.typed import clean
from bot.ingest.matching import BACKFILL, learn
from bot.views import topics as views
from bot.views.message import View
from bot.views.topics import Heard
from handlers.turn import Command, Press, Turn
from storage import articles, topics
from storage.topics import Subscription

# Recent headlines shown as a proof that a topic works.
EXAMPLES = 2
# The kind of what a message can make, by which an edit of the message finds it again.
TOPIC = "topic"
_PAGES = {str(page) for page in range(-(-MAX_SUBSCRIPTIONS // views.PAGE_SIZE))}


def _heard(subscription: Subscription) -> Heard:
    return Heard(subscription.id, subscription.query.text, subscription.query.topic, subscription.level)


async def _listening(turn: Turn) -> list[Heard]:
    async with turn.database.read() as connection:
        return [_heard(one) for one in await topics.of_chat(connection, turn.chat.id, turn.thread_id)]


async def subscribe(turn: Turn) -> None:
    """Answer /subscribe: listen for the words, or pick topics where there are none."""
    if not turn.arguments:
        await pick(turn)
        return
    slug = slug_of(turn.arguments, views.names())
    try:
        text = str(parse(query_of(slug) if slug else turn.arguments))
    except QueryError as error:
        await turn.say(views.problem(turn.t, error))
        return
    replaced = await _take_back(turn)
    already = next((one for one in await _listening(turn) if one.text == text), None)
    heard = already or await _subscribe(turn, text, slug)
    if heard is None:
        await turn.say(views.too_many(turn.t, MAX_SUBSCRIPTIONS))
        return
    async with turn.database.read() as connection:
        query = await topics.find_query(connection, text)
        recent = turn.now - BACKFILL
        examples = await articles.about(connection, query.id, EXAMPLES, since=recent) if query else []
    if already is None:
        turn.made.append((TOPIC, heard.id))
    await turn.say(views.replacing(turn.t, views.subscribed(turn.t, heard, already is None, examples), replaced))


async def _take_back(turn: Turn) -> list[Heard]:
    """End the topics that the message began before it was edited; returns them."""
    taken = turn.take_back(TOPIC)
    gone = [one for one in await _listening(turn) if one.id in taken] if taken else []
    for heard in gone:
        await _end(turn, heard)
    return gone


async def hear(turn: Turn, wish: str) -> None:
    """Listen for the words of a button under a search: the words, or # and the number under which they are stored."""
    turn.arguments = wish
    if wish.startswith("#"):
        number = wish[1:]
        stored = None
        if number.isascii() and number.isdigit() and len(number) < 19:
            async with turn.database.read() as connection:
                stored = await topics.get_query(connection, int(number))
        if stored is None:
            await turn.old_button()
            return
        turn.arguments = stored.text
    await subscribe(turn)


async def follow(turn: Turn, words: str) -> None:
    """Listen for the words of a link into this chat; pick topics where it names none."""
    turn.arguments = clean(links.heard(words) or "")  # anybody can write such a link
    await subscribe(turn)


async def _subscribe(turn: Turn, text: str, slug: str | None) -> Heard | None:
    """Store a new subscription and return it, or None if the chat has too many."""
    async with turn.database.read() as connection:
        if await topics.count_of_chat(connection, turn.chat.id) >= MAX_SUBSCRIPTIONS:
            return None
    query = await learn(turn.database, text, slug, turn.now)
    async with turn.database.write() as connection:
        await topics.subscribe(connection, turn.chat.id, turn.thread_id, query.id, "instant", turn.now)
    return next(one for one in await _listening(turn) if one.text == text)


async def show_topics(turn: Turn) -> None:
    """Answer /topics with what the chat listens for."""
    await turn.show(views.listing(turn.t, await _listening(turn)))


async def open_list(turn: Turn) -> None:
    """List the chat's topics in a message of their own: the story above the button stays."""
    await turn.say(views.listing(turn.t, await _listening(turn)))


async def turn_list(turn: Turn, page: str = "0") -> None:
    """Turn the pages of the chat's topics."""
    if page not in _PAGES:
        await turn.old_button()
        return
    await turn.show(views.listing(turn.t, await _listening(turn), int(page)))


async def unsubscribe(turn: Turn) -> None:
    """Answer /unsubscribe: end the named topic, or list them all with their buttons."""
    if not turn.arguments:
        await show_topics(turn)
        return
    try:
        text = str(parse(turn.arguments))
    except QueryError as error:
        await turn.say(views.problem(turn.t, error))
        return
    listening = await _listening(turn)
    name = fold(turn.arguments).strip()
    slug = views.names().get(name, name)
    found = next((one for one in listening if one.text == text), None) or next(
        (one for one in listening if one.topic == slug), None
    )
    if found is None:
        await turn.say(views.not_subscribed(turn.t, turn.arguments))
        return
    await _end(turn, found)
    await turn.say(View(turn.t("topics.ended", name=views.name_of(turn.t, found.text, found.topic))))


async def _end(turn: Turn, heard: Heard) -> None:
    async with turn.database.write() as connection:
        await topics.unsubscribe(connection, turn.chat.id, heard.id)


async def _own(turn: Turn, subscription_id: str) -> Heard | None:
    found = next((one for one in await _listening(turn) if str(one.id) == subscription_id), None)
    if found is None:
        await turn.old_button()
    return found


async def show_one(turn: Turn, subscription_id: str) -> None:
    """Show one topic with its levels."""
    if heard := await _own(turn, subscription_id):
        await turn.show(views.one(turn.t, heard))


async def set_level(turn: Turn, subscription_id: str, level: str) -> None:
    """Change how loud a topic is."""
    if level not in views.LEVELS:
        await turn.old_button()
    elif heard := await _own(turn, subscription_id):
        async with turn.database.write() as connection:
            query = await topics.find_query(connection, heard.text)
            if query:
                await topics.subscribe(connection, turn.chat.id, turn.thread_id, query.id, level, turn.now)
        await turn.show(views.one(turn.t, Heard(heard.id, heard.text, heard.topic, level)))


async def end(turn: Turn, subscription_id: str) -> None:
    """End a topic."""
    if heard := await _own(turn, subscription_id):
        await _end(turn, heard)
        await turn.toast(views.ended(turn.t, heard))
        await show_topics(turn)


async def pick(turn: Turn) -> None:
    """Choose curated topics by tapping."""
    chosen = {one.topic for one in await _listening(turn) if one.topic}
    await turn.show(views.picker(turn.t, chosen))


async def toggle(turn: Turn, slug: str) -> None:
    """Start or end a curated topic."""
    if slug not in TOPICS:
        await turn.old_button()
        return
    found = next((one for one in await _listening(turn) if one.topic == slug), None)
    if found is not None:
        await _end(turn, found)
    elif await _subscribe(turn, query_of(slug), slug) is None:
        await turn.toast(turn.t.plain("topics.too_many", limit=MAX_SUBSCRIPTIONS), alert=True)
    await pick(turn)


COMMANDS = (
    Command("subscribe", subscribe, changes=True, description_key="topics.command.subscribe"),
    Command("topics", show_topics, description_key="topics.command.topics"),
    Command("unsubscribe", unsubscribe, changes=True, description_key="topics.command.unsubscribe"),
)
BUTTONS = {
    ("topics", "hear"): Press(hear, changes=True),
    ("topics", "open"): Press(open_list),
    ("topics", "list"): Press(turn_list),
    ("topics", "one"): Press(show_one),
    ("topics", "level"): Press(set_level, changes=True),
    ("topics", "end"): Press(end, changes=True),
    ("topics", "pick"): Press(pick, changes=True),
    ("topics", "toggle"): Press(toggle, changes=True),
}
LINKS = {links.HEAR: Press(follow, changes=True)}
