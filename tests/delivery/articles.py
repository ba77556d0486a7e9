"""Articles that come in, and people who follow them."""

from __future__ import annotations

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from storage import chats, topics
from storage.database import Database
from tests.delivery.conftest import NOON, Post


async def listen(database: Database, *people: int, language: str = "en") -> None:
    async with database.write() as connection:
        query = await topics.ensure_query(connection, "gold")
        for person in people:
            await chats.ensure(connection, Chat(person, "private", language, "Asia/Almaty"), NOON)
            await topics.subscribe(connection, person, 0, query.id, "instant", NOON)


async def come(post: Post, *found: Article, source: str = "one") -> int:
    snapshot = Snapshot("rss", articles=found)
    return (await ingest(post.database, Matcher(), source, snapshot, post.clock(), filling=False)).deliveries
