"""Muted sources: not sent, not in the digest, not in the lists of a chat; a moved chat keeps its mutes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from bot.domain.articles import Article
from bot.domain.chats import Chat
from storage import (
    article_lists,
    articles,
    chat_moves,
    chats,
    claims,
    mutes,
    personal_data,
    sources,
    topics,
)
from storage.database import Database
from storage.sources import Description
from tests.stored import fan_out_article, store_article

NOW = dt.datetime(2026, 4, 1, 6, tzinfo=dt.UTC)
EARLIER = NOW - dt.timedelta(hours=1)


async def listeners(database: Database, *people: int) -> int:
    """Subscribe chats to one query; returns its id."""
    async with database.write() as connection:
        query = await topics.ensure_query(connection, "gold")
        for person in people:
            await chats.ensure(connection, Chat(person, "private", "en", "Asia/Almaty"), NOW)
            await topics.subscribe(connection, person, 0, query.id, "instant", NOW)
        return query.id


async def publish(database: Database, query: int, source: str) -> list[int]:
    """Store an article of a source and publish it; returns the chats that receive it."""
    async with database.write() as connection:
        stored = await store_article(connection, source, Article(f"Gold of {source}"), NOW)
        await articles.add_matches(connection, [(stored, query)])
        count = await fan_out_article(connection, stored, NOW)
        claimed = await claims.claim(connection, NOW, 10)
        assert count == len(claimed)
        return sorted(delivery.chat_id for delivery in claimed)


async def mine(database: Database, person: int) -> tuple[list[str], list[str], list[str]]:
    async with database.read() as connection:
        found = (
            await article_lists.for_chat(connection, person, 10),
            await article_lists.for_digest(connection, person, EARLIER, 10),
            await article_lists.latest(connection, 10, unmuted_by=person),
        )
        return tuple(sorted(article.source for article in some) for some in found)  # type: ignore[return-value]


async def test_a_muted_source_is_silent_for_the_chat_that_muted_it_alone(database: Database) -> None:
    query = await listeners(database, 1, 2, 3)
    async with database.write() as connection:
        await mutes.mute(connection, 2, ["kabar", "page"])
        await mutes.mute(connection, 2, ["kabar"])  # once more changes nothing
    assert await publish(database, query, "kabar") == [1, 3]
    assert await publish(database, query, "tazabek") == [1, 2, 3]
    assert await publish(database, query, "page") == [1, 3]
    assert (await mine(database, 2))[::2] == (["tazabek"], ["tazabek"])
    assert (await mine(database, 1))[::2] == (["kabar", "page", "tazabek"],) * 2
    async with database.write() as connection:
        assert await mutes.of_chat(connection, 2) == {"kabar", "page"}
        await mutes.unmute(connection, 2, ["kabar"])
        assert await mutes.of_chat(connection, 2) == {"page"}
    # Articles of the time of the mute are in the digest of a chat that unmutes the source.
    assert await mine(database, 2) == (["kabar", "tazabek"], ["kabar"], ["kabar", "tazabek"])


async def test_a_digest_has_the_weightiest_sources_first(database: Database) -> None:
    query = await listeners(database, 1)
    async with database.write() as connection:
        described = [Description("light", "u", "Light", 10), Description("heavy", "u", "Heavy", 90)]
        await sources.describe(connection, described)
        for hours, source in enumerate(("heavy", "unknown", "light")):
            article = Article(f"Gold of {source}", published_at=NOW - dt.timedelta(hours=9 - hours))
            stored = await store_article(connection, source, article, NOW)
            await articles.add_matches(connection, [(stored, query)])
        found = await article_lists.for_digest(connection, 1, EARLIER, 2)
        assert [(article.source, article.site) for article in found] == [("heavy", "Heavy"), ("unknown", "")]


async def test_mutes_move_with_a_group_are_handed_out_and_forgotten(database: Database) -> None:
    await listeners(database, -1, -2)
    async with database.write() as connection:
        await mutes.mute(connection, -1, ["kabar", "page"])
        await mutes.mute(connection, -2, ["kabar"])
        await chat_moves.migrate(connection, -1, -2)  # both are known already
        assert await mutes.of_chat(connection, -2) == {"kabar", "page"}
        await chat_moves.migrate(connection, -2, -3)
        assert await mutes.of_chat(connection, -3) == {"kabar", "page"}
        assert (await personal_data.everything(connection, -3))["muted"] == ["kabar", "page"]
        await personal_data.forget(connection, -3)
        left = await connection.execute(text("SELECT count(*) FROM muted"))
        assert left.scalar_one() == 0


async def test_what_a_source_is_called_changes_without_touching_its_state(database: Database) -> None:
    async with database.write() as connection:
        state = sources.SourceState("kabar", "https://kabar.example/", etag="a", polls=3, changes=1, last_ok_at=NOW)
        await sources.save(connection, state)
        await sources.switch(connection, "kabar", state.url, False)
        for name in ("Kabar", "Kabar", "Kabar Agency"):
            await sources.describe(connection, [Description("kabar", "https://other.example/", name, 60)])
        assert await sources.title_of(connection, "kabar") == "Kabar Agency"
        assert await sources.get(connection, "kabar", state.url) == state
        assert await sources.switches(connection) == {"kabar": False}
        assert await sources.title_of(connection, "nobody") == ""
