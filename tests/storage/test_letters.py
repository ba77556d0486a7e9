"""The last guard: text that no database stores is replaced as it is bound, in every column for text from outside."""

import datetime as dt

import pytest

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.events import BroadcastSent, EventKind
from storage import articles, chats, claims, deliveries, sources, topics
from storage.database import Database
from storage.sources import Description, SourceState
from tests.stored import store_article

NOW = dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC)
BAD = ["half \ud83c", "\udf38", "nu\x00l", "\udcff\x00\ud800"]


@pytest.mark.parametrize("bad", BAD)
async def test_an_article_is_stored_once_whatever_letters_each_part_has(database: Database, bad: str) -> None:
    article = Article(
        title=f"A Port Opens {bad}",
        text=f"It is large. {bad}",
        subheadings=(bad,),
        guid=f"https://port.example/?p={bad}",
        url=f"https://port.example/{bad}",
        author=bad,
        categories=(bad, "port"),
        image_url=f"https://port.example/{bad}.png",
    )
    async with database.write() as connection:
        first = await store_article(connection, "harbour", article, NOW)
    async with database.write() as connection:
        again = await store_article(connection, "harbour", article, NOW)
    assert again == first
    async with database.read() as connection:
        kept = await articles.get(connection, first)
    assert kept is not None
    for text in (kept.title, kept.text, kept.url or "", *kept.categories):
        text.encode()
        assert "\x00" not in text


@pytest.mark.parametrize("bad", BAD)
async def test_states_names_topics_and_events_are_stored(database: Database, bad: str) -> None:
    async with database.write() as connection:
        await sources.describe(connection, [Description("harbour", f"https://h.example/{bad}", bad, 50)])
        await sources.save(connection, SourceState("harbour", bad, etag=bad, last_modified=bad, last_error=bad))
        query = await topics.ensure_query(connection, f"port {bad}")
        assert await topics.ensure_query(connection, f"port {bad}") == query
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOW)
        event = await deliveries.insert_event(connection, BroadcastSent(bad), f"b:{bad}"[:120], NOW)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, EventKind.BROADCAST, [(1, 0)], NOW)
    async with database.write() as connection:
        (delivery,) = await claims.claim(connection, NOW, 1)
    assert isinstance(delivery.event.content, BroadcastSent)
    delivery.event.content.text.encode()
