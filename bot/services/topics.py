"""Topics: the ones that a chat follows, begun, changed and ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.articles import StoredArticle
from bot.domain.errors import InvalidInput
from bot.domain.topics import MAX_SUBSCRIPTIONS
from bot.domain.topics.curated import query_of
from bot.domain.topics.subscription import FollowedTopic
from bot.ingest.matching import BACKFILL, learn
from storage import article_lists, topics
from storage.database import Connection, Database

# Recent headlines that show that a topic works.
EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Following:
    """A topic that a chat follows; whether it is new; recent articles about it; the topics that it replaced."""

    topic: FollowedTopic
    new: bool
    examples: list[StoredArticle]
    replaced: tuple[FollowedTopic, ...] = ()


async def followed_topics(database: Database, chat_id: int, thread_id: int) -> list[FollowedTopic]:
    """Return the topics that a thread of a chat follows, in the order in which they were begun."""
    async with database.read() as connection:
        return await _followed(connection, chat_id, thread_id)


async def _followed(connection: Connection, chat_id: int, thread_id: int) -> list[FollowedTopic]:
    return [
        FollowedTopic(one.id, one.query.text, one.query.topic, one.level)
        for one in await topics.of_chat(connection, chat_id, thread_id)
    ]


async def follow_topic(
    database: Database,
    chat_id: int,
    thread_id: int,
    text: str,
    slug: str | None,
    now: dt.datetime,
    *,
    replacing: Sequence[int] = (),
) -> Following:
    """Follow a query in its normal form (`slug`: the curated topic that it stands for), at once.

    The topics of the ids in `replacing` are ended. InvalidInput at the limit of topics. A new query is matched with
    the recent articles between two transactions.
    """
    async with database.read() as connection:
        followed = await _followed(connection, chat_id, thread_id)
        count = await topics.count_of_chat(connection, chat_id)
    replaced = tuple(one for one in followed if one.id in replacing)
    known = next((one for one in followed if one.text == text and one not in replaced), None)
    if known is None and count - len(replaced) >= MAX_SUBSCRIPTIONS:
        raise InvalidInput("topics.too_many", limit=MAX_SUBSCRIPTIONS)
    query = await learn(database, text, None if known else slug, now)
    async with database.write() as connection:
        for one in replaced:
            await topics.unsubscribe(connection, chat_id, one.id)
        if known is None:
            await topics.subscribe(connection, chat_id, thread_id, query.id, "instant", now)
        found = known or next(one for one in await _followed(connection, chat_id, thread_id) if one.text == text)
        examples = await article_lists.about(connection, query.id, EXAMPLES, since=now - BACKFILL)
    return Following(found, known is None, examples, replaced)


async def toggle_topic(database: Database, chat_id: int, thread_id: int, slug: str, now: dt.datetime) -> None:
    """Follow a curated topic, or end it. InvalidInput at the limit of topics."""
    found = next((one for one in await followed_topics(database, chat_id, thread_id) if one.topic == slug), None)
    if found is None:
        await follow_topic(database, chat_id, thread_id, query_of(slug), slug, now)
    else:
        await unfollow_topic(database, chat_id, thread_id, found.id)


async def unfollow_topic(database: Database, chat_id: int, thread_id: int, topic_id: int) -> FollowedTopic | None:
    """End a topic and return it; None if the thread follows none of this id."""
    async with database.write() as connection:
        found = await _own(connection, chat_id, thread_id, topic_id)
        if found is not None:
            await topics.unsubscribe(connection, chat_id, topic_id)
        return found


async def find_topic(database: Database, chat_id: int, thread_id: int, topic_id: int) -> FollowedTopic | None:
    """Return a topic that a thread follows; None if there is none of this id."""
    async with database.read() as connection:
        return await _own(connection, chat_id, thread_id, topic_id)


async def _own(connection: Connection, chat_id: int, thread_id: int, topic_id: int) -> FollowedTopic | None:
    return next((one for one in await _followed(connection, chat_id, thread_id) if one.id == topic_id), None)


async def set_level(
    database: Database, chat_id: int, thread_id: int, topic_id: int, level: str, now: dt.datetime
) -> FollowedTopic | None:
    """Set the level of a topic and return it; None if the thread follows none of this id."""
    async with database.write() as connection:
        found = await _own(connection, chat_id, thread_id, topic_id)
        query = await topics.find_query(connection, found.text) if found else None
        if found is None or query is None:
            return None
        await topics.subscribe(connection, chat_id, thread_id, query.id, level, now)
        return replace(found, level=level)


async def words_of(database: Database, key: str) -> str | None:
    """Return the words that a button's key stands for: the key itself, or those stored under # and an id.

    None if there are none of this id.
    """
    if not key.startswith("#"):
        return key
    number = key[1:]
    if not (number.isascii() and number.isdigit() and len(number) < 19):  # an id has 64 bits
        return None
    async with database.read() as connection:
        stored = await topics.get_query(connection, int(number))
    return stored.text if stored else None
