"""The curated topics of an article are found once, when it is stored or its text changes, and stored with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.snapshot import Snapshot
from bot.domain.topics.classify import Classifier
from bot.domain.topics.matched import Reason, TopicMatch
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher, learn
from storage import article_lists, articles, chats, topics
from storage.database import Database
from storage.models import ArticleRow, ArticleTopicRow, DeliveryRow
from tests.small_lists import matcher as matcher_of

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
PIPELINE = Article("Pipeline opens", "Gas flows.\n\nThe end.", guid="1", url="https://one.example/1", published_at=NOW)


@pytest.fixture
def matcher(tmp_path: Path) -> Matcher:
    return matcher_of(tmp_path, {"energy.sure": "pipeline, gas", "water.sure": "dam, lake", "water.hint": "river"})


async def come(database: Database, matcher: Matcher, article: Article, source: str = "one") -> int:
    """Ingest an article; returns the number of deliveries."""
    return (
        await ingest(database, matcher, source, Snapshot("rss", articles=(article,)), NOW, filling=False)
    ).deliveries


async def stored(database: Database, article_id: int = 1) -> tuple[dict[str, int], dict[str, int], str]:
    """Return an article's topics with their points, as stored with it and in their own table, and their version."""
    async with database.read() as connection:
        one = await articles.get(connection, article_id)
        rows = await connection.execute(
            select(ArticleTopicRow.topic, ArticleTopicRow.points).where(ArticleTopicRow.article_id == article_id)
        )
        version = await connection.execute(select(ArticleRow.topics_version).where(ArticleRow.id == article_id))
        assert one is not None
        return {x.topic: x.points for x in one.topics}, {row.topic: row.points for row in rows}, version.scalar_one()


async def test_a_new_article_has_its_topics_with_points_and_reasons(database: Database, matcher: Matcher) -> None:
    await come(database, matcher, PIPELINE)
    assert await stored(database) == ({"energy": 3}, {"energy": 3}, matcher.classifier.version)
    async with database.read() as connection:
        one = await articles.get(connection, 1)
    assert one is not None
    assert one.topics == (TopicMatch("energy", 3, (Reason("pipeline", "title"), Reason("gas", "lead"))),)


async def test_an_article_on_no_topic_has_the_version_all_the_same(database: Database, matcher: Matcher) -> None:
    await come(database, matcher, replace(PIPELINE, title="Fair opens", text=""))
    assert await stored(database) == ({}, {}, matcher.classifier.version)


async def test_a_corrected_headline_has_other_topics(database: Database, matcher: Matcher) -> None:
    await come(database, matcher, PIPELINE)
    await come(database, matcher, replace(PIPELINE, title="Dam opens", text="The lake fills."))
    assert (await stored(database))[:2] == ({"water": 3}, {"water": 3})


async def test_an_article_completed_by_its_text_has_the_topics_of_it_and_nobody_is_sent_it_again(
    database: Database, matcher: Matcher
) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOW)
        water = await topics.ensure_query(connection, "topic:water", "water")
        await topics.subscribe(connection, 1, 0, water.id, "instant", NOW)
    river = replace(PIPELINE, title="River crossing", text="")
    assert await come(database, matcher, river) == 0
    assert (await stored(database))[0] == {}
    assert await come(database, matcher, replace(river, text="A dam was built.")) == 0
    assert (await stored(database))[:2] == ({"water": 2}, {"water": 2})
    async with database.read() as connection:
        assert [one.title for one in await article_lists.about(connection, water.id, 5)] == ["River crossing"]
        assert (await connection.execute(select(DeliveryRow.id))).all() == []


async def test_an_unchanged_article_is_not_classified_again(
    database: Database, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    classify = Classifier.classify

    def counted(self: Classifier, title: str, *arguments: Any, **named: Any) -> tuple[TopicMatch, ...]:
        calls.append(title)
        return classify(self, title, *arguments, **named)

    monkeypatch.setattr(Classifier, "classify", counted)
    for article in (
        PIPELINE,
        PIPELINE,
        replace(PIPELINE, author="A. Writer"),
        replace(PIPELINE, image_url="https://i"),
    ):
        await come(database, matcher, article)
    assert calls == ["Pipeline opens"]
    await come(database, matcher, replace(PIPELINE, text=f"{PIPELINE.text} More."))
    assert len(calls) == 2


async def test_a_strict_topic_is_sent_what_has_three_points_and_a_wide_one_what_has_two(
    database: Database, matcher: Matcher
) -> None:
    async with database.write() as connection:
        for number, text in enumerate(("topic:energy", "strict:energy", "strict:energy -gas", "topic:energy -gas"), 1):
            await chats.ensure(connection, Chat(number, "private", "en", "Asia/Almaty"), NOW)
            query = await topics.ensure_query(connection, text)
            await topics.subscribe(connection, number, 0, query.id, "instant", NOW)
    await come(database, matcher, replace(PIPELINE, text=""))
    await come(database, matcher, replace(PIPELINE, title="Pipeline closes", guid="2", url="https://one.example/2"))
    async with database.read() as connection:
        rows = await connection.execute(select(DeliveryRow.event_id, DeliveryRow.chat_id))
        sent = [(row.event_id, row.chat_id) for row in rows]
    assert sorted(sent) == [(1, 1), (1, 4), (2, 1), (2, 2)]


async def test_the_digest_of_a_strict_topic_has_what_has_three_points(database: Database, matcher: Matcher) -> None:
    async with database.write() as connection:
        for number, text in enumerate(("topic:energy", "strict:energy"), 1):
            await chats.ensure(connection, Chat(number, "private", "en", "Asia/Almaty"), NOW)
            query = await topics.ensure_query(connection, text)
            await topics.subscribe(connection, number, 0, query.id, "digest", NOW)
    await come(database, matcher, replace(PIPELINE, text=""))
    await come(database, matcher, replace(PIPELINE, title="Pipeline closes", guid="2", url="https://one.example/2"))
    async with database.read() as connection:
        since = NOW - dt.timedelta(days=1)
        found = [await article_lists.for_digest(connection, chat, since, 5) for chat in (1, 2)]
    assert [{one.title for one in listed} for listed in found] == [
        {"Pipeline opens", "Pipeline closes"},
        {"Pipeline closes"},
    ]


async def test_a_new_query_of_a_topic_has_the_recent_articles_by_their_stored_topics(
    database: Database, matcher: Matcher
) -> None:
    await come(database, matcher, replace(PIPELINE, text=""))
    await come(database, matcher, replace(PIPELINE, title="Pipeline closes", guid="2", url="https://one.example/2"))
    wide, strict = [await learn(database, text, None, NOW) for text in ("topic:energy", "strict:energy")]
    async with database.read() as connection:
        found = [await article_lists.about(connection, query.id, 5) for query in (wide, strict)]
    assert [len(listed) for listed in found] == [2, 1]
