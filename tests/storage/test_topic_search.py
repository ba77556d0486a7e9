"""Searches for curated topics, alone and with words and filters, on both engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from sqlalchemy import text

from bot.domain.articles import Article
from bot.domain.searches import read
from storage import article_lists, articles, search
from storage.database import Database
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, 12, tzinfo=dt.UTC)
# Titles, the days since, and the topics with their points.
CORPUS: Mapping[str, tuple[float, Mapping[str, int]]] = {
    "Uranium exports grow": (0, {"kazakhstan": 3, "energy": 2, "nuclear": 3}),
    "Gas pipeline repaired": (1, {"uzbekistan": 2, "energy": 4}),
    "Uranium mine closes": (2, {"uzbekistan": 3, "nuclear": 3}),
    "Pipeline workers win a cup": (3, {"kazakhstan": 2, "energy": 2, "sport": 3}),
    "Uranium on show": (4, {}),
}
EXPORTS, GAS, MINE, CUP, SHOW = CORPUS


async def fill(database: Database, source: str = "feed") -> None:
    async with database.write() as connection:
        for title, (days, topics) in CORPUS.items():
            article = Article(title, published_at=NOW - dt.timedelta(days=days), url=f"https://one.example/{days}")
            await store_article(connection, source, article, NOW, topics)


async def titles(database: Database, typed: str) -> list[str]:
    wanted = read(typed)
    since = None if wanted.since is None else dt.datetime.combine(wanted.since, dt.time(), dt.UTC)
    async with database.read() as connection:
        found = await search.find(connection, wanted.query, NOW, since=since, source=wanted.source, limit=10)
    assert found.total == len(found.hits)
    return [hit.article.title for hit in found.hits]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("topic:energy", {EXPORTS, GAS, CUP}),
        ("тема:energy", {EXPORTS, GAS, CUP}),
        ("TOPIC:Energy", {EXPORTS, GAS, CUP}),
        ("strict:energy", {GAS}),
        ("строго:uz", {MINE}),
        ("country:kz", {EXPORTS, CUP}),
        ("страна:казахстан", {EXPORTS, CUP}),
        ("topic:kazakhstan", {EXPORTS, CUP}),
        ("uranium topic:energy country:kz", {EXPORTS}),
        ("uran* topic:nuclear", {EXPORTS, MINE}),
        ("topic:energy topic:nuclear", {EXPORTS}),
        ("topic:energy -gas", {EXPORTS, CUP}),
        ("topic:energy -gas -uranium", {CUP}),
        ("topic:energy -pipe*", {EXPORTS}),
        ('topic:energy -"gas pipeline"', {EXPORTS, CUP}),
        ("topic:energy -topic:sport", {EXPORTS, GAS}),
        ("topic:energy -strict:energy", {EXPORTS, CUP}),
        ("pipeline -topic:sport", {GAS}),
        ("uranium -topic:nuclear", {SHOW}),
        ("topic:energy since:2025-12-07", {EXPORTS, GAS}),
        ("uranium topic:nuclear since:2025-12-07", {EXPORTS}),
        ("topic:energy source:one.example", {EXPORTS, GAS, CUP}),
        ("topic:energy source:other", set()),
        ("topic:water", set()),
        ("topic:energy nothing", set()),
        ("topic:sport OR topic:nuclear", {EXPORTS, MINE, CUP}),
        ("topic:sport OR gas", {GAS, CUP}),
        ("topic:energy gas OR topic:energy cup OR show", {GAS, CUP, SHOW}),
        ("topic:energy -gas OR topic:energy -cup", {EXPORTS, GAS, CUP}),
        ("topic:energy OR topic:energy uranium", {EXPORTS, GAS, CUP}),
        ("topic:uzbekistan -mine OR uranium -topic:nuclear", {GAS, SHOW}),
    ],
)
async def test_topics_are_found_alone_and_with_words_and_filters(
    database: Database, typed: str, found: set[str]
) -> None:
    await fill(database)
    listed = await titles(database, typed)
    assert len(listed) == len(found)
    assert {*listed} == found


async def test_the_articles_of_a_topic_come_newest_first(database: Database) -> None:
    await fill(database)
    assert await titles(database, "topic:energy") == [EXPORTS, GAS, CUP]


@pytest.mark.parametrize("typed", ["topic:gossip", "uranium country:atlantis", "title:uranium", "strict:"])
async def test_names_of_no_topic_are_plain_words(database: Database, typed: str) -> None:
    async with database.write() as connection:
        await store_article(connection, "feed", Article(f"About {typed}", published_at=NOW), NOW, {})
    assert await titles(database, typed) == [f"About {typed}"]


async def test_of_one_event_the_first_article_on_the_topic_is_found(database: Database) -> None:
    await fill(database)
    async with database.write() as connection:
        await connection.execute(text("UPDATE articles SET same_as = 3 WHERE id = 2"))
    assert await titles(database, "topic:uzbekistan") == [MINE]
    assert await titles(database, "topic:energy topic:uzbekistan") == [GAS]


async def test_topics_are_found_by_pages(database: Database) -> None:
    await fill(database)
    async with database.read() as connection:
        query = read("topic:energy").query
        pages = [await search.find(connection, query, NOW, limit=2, offset=offset) for offset in (0, 2)]
    assert [[hit.article.title for hit in page.hits] for page in pages] == [[EXPORTS, GAS], [CUP]]
    assert [(page.more, page.total) for page in pages] == [(True, 3), (False, 3)]


async def test_a_topic_marks_no_words_of_the_title(database: Database) -> None:
    await fill(database)
    async with database.read() as connection:
        found = await search.find(connection, read("pipeline topic:energy -gas").query, NOW, limit=5)
    assert found.hits[0].title == (("Pipeline", True), (" workers win a cup", False))


async def test_a_country_and_its_economy_are_found_by_stored_topics(database: Database) -> None:
    stored = {
        "Prices rise": {"kazakhstan": 2, "economy": 2},
        "Tenge falls": {"kazakhstan": 2, "currency": 5},
        "Fair opens": {"kazakhstan": 3},
        "Soum falls": {"uzbekistan": 2, "currency": 5},
    }
    async with database.write() as connection:
        for n, (title, topics) in enumerate(stored.items()):
            article = Article(title, published_at=NOW - dt.timedelta(hours=n))
            await store_article(connection, "feed", article, NOW, topics)
        found = await article_lists.about_economy(connection, "kazakhstan", NOW - dt.timedelta(days=1), 5)
        assert [one.title for one in found] == ["Prices rise", "Tenge falls"]
        await connection.execute(text("UPDATE articles SET same_as = 1 WHERE id = 2"))
        found = await article_lists.about_economy(connection, "kazakhstan", NOW - dt.timedelta(days=1), 5)
        assert [one.title for one in found] == ["Prices rise"]
        assert await article_lists.about_economy(connection, "kazakhstan", NOW + dt.timedelta(days=1), 5) == []


async def test_a_pruned_article_keeps_its_topics(database: Database) -> None:
    await fill(database)
    async with database.write() as connection:
        assert await articles.prune(connection, NOW + dt.timedelta(days=1), 10) == len(CORPUS)
    assert await titles(database, "topic:energy") == [EXPORTS, GAS, CUP]


async def test_the_topics_of_a_deleted_article_are_deleted(database: Database) -> None:
    await fill(database)
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM articles"))
        assert (await connection.execute(text("SELECT count(*) FROM article_topics"))).scalar_one() == 0


async def test_a_topic_alone_is_found_by_its_index(database: Database) -> None:
    await fill(database)
    async with database.read() as connection:
        [topics] = read("topic:energy").query.alternatives
        statement = search._topics_alone(connection, topics, (), ())
        compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        how = "EXPLAIN QUERY PLAN"
        if connection.dialect.name != "sqlite":
            how = "EXPLAIN"  # of a small table the planner reads all, unless it may not
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
            await connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        plan = "\n".join(str(tuple(row)) for row in await connection.execute(text(f"{how} {compiled}")))
    assert "ix_article_topics_topic" in plan
    assert "TEMP B-TREE" not in plan
