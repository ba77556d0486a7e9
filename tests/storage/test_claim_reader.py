"""Reads of one claim for its posts, on both engines: each article and the topics of all chats once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event, text

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.merging import merge_claimed
from bot.delivery.render import render
from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.deliveries import Delivery
from bot.domain.events import ArticlePublished
from bot.domain.merging import BURST
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from bot.views.message import View
from storage import chats, claims, mutes, topics
from storage.database import Database

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
METALS = ["gold", "silver", "copper", "zinc", "iron", "nickel"]


async def follow(database: Database, channels: range, words: str = "mine") -> None:
    """Store channels that follow a topic."""
    async with database.write() as connection:
        query = await topics.ensure_query(connection, words)
        for chat in channels:
            await chats.ensure(connection, Chat(chat, "channel", "en", "Asia/Almaty"), NOW)
            await topics.subscribe(connection, chat, 0, query.id, "instant", NOW)


async def claim(database: Database, *metals: str, word: str = "mine") -> list[Delivery]:
    """Ingest an article about each metal in one poll and claim what it queues."""
    found = tuple(Article(f"A {word} of {metal}", url=f"https://one.example/{word}/{metal}") for metal in metals)
    await ingest(database, Matcher(), "one", Snapshot("rss", articles=found), NOW, filling=False)
    async with database.write() as connection:
        return await merge_claimed(connection, await claims.claim(connection, NOW, 100), NOW)


def about(delivery: Delivery) -> int:
    """Return the id of a delivery's article."""
    assert isinstance(delivery.event.content, ArticlePublished)
    return delivery.event.content.article_id


async def draw(database: Database, claimed: list[Delivery]) -> tuple[list[View | Exception | None], int]:
    """Render a claim; returns the messages, or the errors in their places, and the number of statements."""
    statements, views = list[str](), list[View | Exception | None]()
    async with database.read() as connection:
        known = await chats.get_many(connection, {one.chat_id for one in claimed})
        reader = ClaimReader(connection, claimed)

        def count(*given: object) -> None:
            statements.append(str(given[2]))

        event.listen(database.engine.sync_engine, "before_cursor_execute", count)
        for one in claimed:
            try:
                views.append(await render(reader, one, known[one.chat_id], NOW))
            except ValueError as error:
                views.append(error)
        event.remove(database.engine.sync_engine, "before_cursor_execute", count)
    return views, len(statements)


@pytest.mark.parametrize("metals", [1, BURST + 1])  # an article, and several in one message
async def test_statements_of_a_claim_do_not_grow_with_its_channels(database: Database, metals: int) -> None:
    await follow(database, range(-2, 0))
    few, of_few = await draw(database, await claim(database, *METALS[:metals]))
    await follow(database, range(-14, -2), "lake")
    many, of_many = await draw(database, await claim(database, *METALS[:metals], word="lake"))
    assert (len(few), len(many)) == (2, 12)
    assert None not in few + many
    assert of_few == of_many


async def test_each_chat_gets_an_article_for_its_own_reasons(database: Database) -> None:
    await follow(database, range(-3, 0))
    async with database.write() as connection:
        query = await topics.ensure_query(connection, "gold")
        await topics.subscribe(connection, -2, 7, query.id, "instant", NOW)
    claimed = await claim(database, "gold", "silver")
    async with database.write() as connection:
        await mutes.mute(connection, -1, ["one"])
    async with database.read() as connection:
        reader = ClaimReader(connection, claimed)
        found = [
            (one.chat_id, one.thread_id, await reader.topics(about(one), one, unless_muted=unless_muted))
            for unless_muted in (True, False)
            for one in claimed
            if about(one) == max(map(about, claimed))  # gold, the first of the list and so the newest
        ]
    mine, gold = [("mine", None)], [("gold", None)]
    assert sorted(found[:4]) == [(-3, 0, mine), (-2, 0, mine), (-2, 7, gold), (-1, 0, [])]
    assert sorted(found[4:]) == [(-3, 0, mine), (-2, 0, mine), (-2, 7, gold), (-1, 0, mine)]


async def test_an_unreadable_article_fails_only_its_own_posts(database: Database) -> None:
    await follow(database, range(-2, 0))
    claimed = await claim(database, "gold", "silver")
    async with database.write() as connection:
        broken = min(map(about, claimed))
        await connection.execute(text("UPDATE articles SET topics = '[[1]]' WHERE id = :broken"), {"broken": broken})
    views, _ = await draw(database, claimed)
    assert [isinstance(view, View) for view in views] == [about(one) != broken for one in claimed]
