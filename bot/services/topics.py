"""Topics: the ones that a chat follows, begun, changed and ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.errors import InvalidInput
from bot.domain.spelling import keys, words
from bot.domain.topics import MAX_SUBSCRIPTIONS, parse, with_width, without
from bot.domain.topics.curated import query_of
from bot.domain.topics.subscription import FollowedTopic
from bot.ingest.matching import BACKFILL, Matcher, learn
from storage import article_lists, news_languages, topics
from storage.database import Connection, Database
from storage.stems import stem

# Recent headlines that show that a topic works.
EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Following:
    """A topic that a chat follows; whether it is new; recent articles about it; the topics that it replaced.

    `within` is another followed topic that has most of its articles.
    """

    topic: FollowedTopic
    new: bool
    examples: list[StoredArticle]
    replaced: tuple[FollowedTopic, ...] = ()
    within: FollowedTopic | None = None


async def followed_topics(database: Database, chat_id: int, thread_id: int) -> list[FollowedTopic]:
    """Return the topics that a thread of a chat follows, in the order in which they were begun."""
    async with database.read() as connection:
        return await _followed(connection, chat_id, thread_id)


async def _followed(connection: Connection, chat_id: int, thread_id: int) -> list[FollowedTopic]:
    return [followed_topic(one) for one in await topics.of_chat(connection, chat_id, thread_id)]


def named(followed: Sequence[FollowedTopic], text: str, slug: str) -> FollowedTopic | None:
    """Return the followed topic of a query's normal form or of a curated topic, or else of other forms of its words."""

    def stems(words_of_query: str) -> list[str]:
        return [keys(word, stem)[0] for word in words(words_of_query)]

    same = next((one for one in followed if one.text == text), None)
    same = same or next((one for one in followed if one.curated == slug), None)
    return same or next((one for one in followed if stems(one.text) == stems(text)), None)


def followed_topic(one: topics.Subscription) -> FollowedTopic:
    """Return the topic that a stored subscription is."""
    return FollowedTopic(one.id, one.query.text, one.query.topic, one.level, one.query.id, one.words)


async def follow_topic(
    database: Database,
    chat: Chat,
    thread_id: int,
    text: str,
    slug: str | None,
    now: dt.datetime,
    *,
    replacing: Sequence[int] = (),
    level: str = "instant",
    words: str | None = None,
    matcher: Matcher | None = None,
) -> Following:
    """Follow a query in its normal form (`slug`: the curated topic that it stands for; `words`: as it was typed).

    The topics of the ids in `replacing` are ended; `matcher` finds a followed topic that has most of its articles.
    InvalidInput at the limit of topics. A new query is matched with the recent articles between two transactions.
    """
    async with database.read() as connection:
        followed = await _followed(connection, chat.id, thread_id)
        count = await topics.count_of_chat(connection, chat.id)
        languages = await news_languages.read_by(connection, chat)
    replaced = tuple(one for one in followed if one.id in replacing)
    known = next((one for one in followed if one.text == text and one not in replaced), None)
    if known is None and count - len(replaced) >= MAX_SUBSCRIPTIONS:
        raise InvalidInput("topics.too_many", limit=MAX_SUBSCRIPTIONS)
    query = await learn(database, text, None if known else slug, now)
    async with database.write() as connection:
        for one in replaced:
            await topics.unsubscribe(connection, chat.id, one.id)
        if known is None:
            await topics.subscribe(connection, chat.id, thread_id, query.id, level, now, words)
        found = known or next(one for one in await _followed(connection, chat.id, thread_id) if one.text == text)
        examples = await article_lists.about(connection, query.id, EXAMPLES, since=now - BACKFILL, languages=languages)
    others = [one for one in followed if one.topic and one not in replaced and one.text != text]
    around = await matcher.topics_with(parse(text, curated=True)) if matcher and others else set()
    return Following(found, known is None, examples, replaced, next((x for x in others if x.topic in around), None))


async def set_topic(
    database: Database, chat: Chat, thread_id: int, slug: str, now: dt.datetime, *, wanted: bool
) -> None:
    """Follow a curated topic, or end it with all that a person has excluded from it.

    It is followed like the others: in the digest where all of them are. InvalidInput at the limit of topics.
    """
    followed = await followed_topics(database, chat.id, thread_id)
    found = [one for one in followed if one.curated == slug]
    if wanted and not found:
        level = "digest" if followed and all(one.level == "digest" for one in followed) else "instant"
        await follow_topic(database, chat, thread_id, query_of(slug), slug, now, level=level)
    elif not wanted and found:
        async with database.write() as connection:
            for one in found:
                await topics.unsubscribe(connection, chat.id, one.id)


async def set_levels(database: Database, chat_id: int, thread_id: int, level: str) -> None:
    """Set one level for all topics of a thread."""
    async with database.write() as connection:
        await topics.set_levels(connection, chat_id, thread_id, level)


async def replace_topic(
    database: Database, chat_id: int, thread_id: int, old: int, new: int, now: dt.datetime
) -> FollowedTopic | None:
    """Follow another stored query in place of one (ids of queries), at the same level; returns the new topic.

    It keeps the id of the old one, so that its buttons still work. None if the thread does not follow the old one, or
    the new one is not stored.
    """
    async with database.write() as connection:
        followed = await _followed(connection, chat_id, thread_id)
        found = next((one for one in followed if one.query == old), None)
        if found is None or await topics.get_query(connection, new) is None:
            return None
        if old != new and any(one.query == new for one in followed):
            await topics.unsubscribe(connection, chat_id, found.id)
            await topics.subscribe(connection, chat_id, thread_id, new, found.level, now)
        else:
            await topics.follow_instead(connection, found.id, new)
        return next(one for one in await _followed(connection, chat_id, thread_id) if one.query == new)


async def exclude_words(
    database: Database, chat_id: int, thread_id: int, query_id: int, words: str, now: dt.datetime
) -> FollowedTopic | None:
    """Follow a topic (the id of its query) without the articles that have some words; returns what is followed then.

    None if the thread does not follow it. QueryError where the query becomes too long.
    """
    followed = await followed_topics(database, chat_id, thread_id)
    found = next((one for one in followed if one.query == query_id), None)
    if found is None:
        return None
    narrowed = await learn(database, str(without(parse(found.text, curated=True), words)), None, now)
    return await replace_topic(database, chat_id, thread_id, query_id, narrowed.id, now)


async def follow_again(
    database: Database, chat_id: int, thread_id: int, query_id: int, level: str, now: dt.datetime
) -> FollowedTopic | None:
    """Follow a stored query again, at a level; None if it is not stored. InvalidInput at the limit of topics."""
    async with database.write() as connection:
        query = await topics.get_query(connection, query_id)
        if query is None:
            return None
        new = await topics.subscribe(connection, chat_id, thread_id, query.id, level, now)
        if new and await topics.count_of_chat(connection, chat_id) > MAX_SUBSCRIPTIONS:
            raise InvalidInput("topics.too_many", limit=MAX_SUBSCRIPTIONS)
        return next(one for one in await _followed(connection, chat_id, thread_id) if one.query == query_id)


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
        if found is None:
            return None
        await topics.subscribe(connection, chat_id, thread_id, found.query, level, now)
        return replace(found, level=level)


async def set_width(
    database: Database, chat_id: int, thread_id: int, topic_id: int, now: dt.datetime, *, strict: bool
) -> FollowedTopic | None:
    """Follow a curated topic strictly, or wide; returns it, None if the thread follows none of this id.

    The query of the other width takes its place, with the same exclusions and level. QueryError if it is too long.
    """
    found = await find_topic(database, chat_id, thread_id, topic_id)
    if found is None or found.curated is None:
        return None
    text = str(with_width(parse(found.text, curated=True), strict=strict))
    if text == found.text:
        return found
    query = await learn(database, text, found.curated if text == query_of(found.curated) else None, now)
    return await replace_topic(database, chat_id, thread_id, found.query, query.id, now)


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
