"""Feeds: one secret a chat, the articles that they show, and their versions; a moved chat keeps its feed."""

import datetime as dt

import pytest

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.feeds import FEED_SIZE
from bot.services import feeds as service
from storage import articles, chat_moves, chats, feeds, mutes, personal_data, topics
from storage.database import Database
from tests.stored import store_article

NOW = dt.datetime(2026, 11, 29, 6, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


async def new_chat(database: Database, chat_id: int = 1, title: str = "") -> str:
    """Store a chat with a feed; returns the hash of its secret."""
    async with database.write() as connection:
        kind = "private" if chat_id > 0 else "group"
        await chats.ensure(connection, Chat(chat_id, kind, "en", "UTC", title=title), NOW)
    return service.hash_of(await service.make_feed(database, chat_id, NOW))


async def publish(database: Database, *found: Article, source: str = "timesca") -> list[int]:
    async with database.write() as connection:
        return [await store_article(connection, source, article, NOW) for article in found]


async def follow(database: Database, chat_id: int, *matching: int) -> None:
    """Let a chat follow a topic that some articles match."""
    async with database.write() as connection:
        query = await topics.ensure_query(connection, "gold")
        await topics.subscribe(connection, chat_id, 0, query.id, "digest", NOW)
        await articles.add_matches(connection, [(number, query.id) for number in matching])


async def shown(database: Database, secret_hash: str) -> list[str]:
    """The titles of a feed."""
    feed = await service.read_feed(database, secret_hash)
    assert feed is not None
    return [item.article.title for item in feed.items]


async def test_a_new_secret_ends_the_one_before_it_and_only_its_hash_is_stored(database: Database) -> None:
    first = await new_chat(database)
    secret = await service.make_feed(database, 1, LATER)
    assert len(secret) == 43
    second = service.hash_of(secret)
    assert await service.read_feed(database, first) is None
    assert await service.feed_version(database, first) is None
    feed = await service.read_feed(database, second)
    assert feed is not None
    assert (feed.since, feed.items, feed.updated_at) == (LATER, (), LATER)
    assert second.startswith(feed.key)
    async with database.read() as connection:
        exported = str(await personal_data.everything(connection, 1))
    assert str(LATER) in exported
    assert secret not in exported
    assert second not in exported
    await service.end_feed(database, 1)
    assert await service.feed_since(database, 1) is None
    assert await service.read_feed(database, second) is None


async def test_a_feed_shows_the_newest_articles_of_the_topics_or_of_all(database: Database) -> None:
    secret = await new_chat(database, -1, "Bazaar")
    gold, _silver = await publish(database, Article("Gold", published_at=NOW), Article("Silver", published_at=LATER))
    assert await shown(database, secret) == ["Silver", "Gold"]
    await follow(database, -1, gold)
    assert await shown(database, secret) == ["Gold"]
    async with database.write() as connection:
        await mutes.mute(connection, -1, ["timesca"])
    assert await shown(database, secret) == []
    feed = await service.read_feed(database, secret)
    assert feed is not None
    assert feed.title == "Bazaar"


async def test_a_feed_is_bounded_and_leaves_out_withdrawn_articles(database: Database) -> None:
    secret = await new_chat(database)
    await publish(database, *(Article(f"Gold {n}", url=f"https://example.org/{n}") for n in range(FEED_SIZE + 1)))
    assert len(await shown(database, secret)) == FEED_SIZE
    await publish(database, Article(f"RETRACTED: Gold {FEED_SIZE}", url=f"https://example.org/{FEED_SIZE}"))
    titles = await shown(database, secret)
    assert (len(titles), titles[0]) == (FEED_SIZE, f"Gold {FEED_SIZE - 1}")


async def test_the_last_matches_of_the_topics_are_shown(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MATCHES", 2)
    secret = await new_chat(database)
    numbers = await publish(database, *(Article(f"Gold {n}", url=f"https://example.org/{n}") for n in range(4)))
    await follow(database, 1, *numbers[:3])
    assert await shown(database, secret) == ["Gold 2", "Gold 1"]


async def test_the_version_changes_with_all_that_is_shown_and_with_nothing_else(database: Database) -> None:
    secret = await new_chat(database)
    seen = [await service.feed_version(database, secret)]

    async def changed() -> bool:
        seen.append(await service.feed_version(database, secret))
        assert await service.feed_version(database, secret) == seen[-1]
        return seen[-1] != seen[-2]

    [number] = await publish(database, Article("Gold", url="https://example.org/1"))
    assert await changed()
    await publish(database, Article("Gold", url="https://example.org/1"))
    assert not await changed()
    await publish(database, Article("Gold", text="It rose.", url="https://example.org/1"))
    assert await changed()
    async with database.write() as connection:
        await store_article(
            connection, "timesca", Article("Gold fell", text="It rose.", url="https://example.org/1"), LATER
        )
    assert await changed()
    feed = await service.read_feed(database, secret)
    assert feed is not None
    assert [item.updated_at for item in feed.items] == [LATER]
    await follow(database, 1)
    assert await changed()
    await follow(database, 1, number)
    assert await changed()


async def test_a_group_that_becomes_a_supergroup_keeps_its_feed(database: Database) -> None:
    secrets = {chat: await new_chat(database, chat, str(chat)) for chat in (-1, -2, -3)}
    async with database.write() as connection:
        await chats.ensure(connection, Chat(-4, "supergroup", "en", "UTC"), NOW)
        await chat_moves.migrate(connection, -1, -4)  # which exists and has none
        await chat_moves.migrate(connection, -2, -3)  # which has its own
        await chat_moves.migrate(connection, -3, -5)  # which is new
        found = {chat: await feeds.find(connection, secret) for chat, secret in secrets.items()}
    assert {chat: feed and feed.chat_id for chat, feed in found.items()} == {-1: -4, -2: None, -3: -5}
