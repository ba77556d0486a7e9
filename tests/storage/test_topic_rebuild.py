"""The topics and matches of the archive by changed word lists, on both engines; nobody is sent anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.snapshot import Snapshot
from bot.ingest import topic_rebuild
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from bot.ingest.topic_rebuild import Rebuilt, is_outdated, rebuild
from storage import articles, chats, topics
from storage.database import Database
from storage.models import ArticleRow, ArticleTopicRow, DeliveryRow, EventRow, MatchRow, QueryRow
from tests.small_lists import matcher

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
OLD = {"energy.sure": "pipeline, gas", "kazakhstan.anywhere": "astana"}
NEW = {"energy.sure": "pipeline, oil", "water.sure": "dam", "kazakhstan.anywhere": "astana, almaty"}


@pytest.fixture
def former(tmp_path: Path) -> Matcher:
    (tmp_path / "former").mkdir()
    return matcher(tmp_path / "former", OLD)


@pytest.fixture
def current(tmp_path: Path) -> Matcher:
    (tmp_path / "current").mkdir()
    return matcher(tmp_path / "current", NEW)


def ignored(_done: int, _total: int) -> None:
    """No progress is shown."""


async def follow(database: Database, *queries: str) -> None:
    """Let a chat follow queries; their ids are 1, 2, …"""
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOW)
        for query in queries:
            stored = await topics.ensure_query(connection, query)
            await topics.subscribe(connection, 1, 0, stored.id, "instant", NOW)


async def come(database: Database, matcher: Matcher, *titles: str, body: str = "") -> None:
    for title in titles:
        article = Article(title, body, url=f"https://one.example/{title}", published_at=NOW)
        await ingest(database, matcher, "one", Snapshot("rss", articles=(article,)), NOW, filling=False)


async def of_topics(database: Database) -> dict[str, dict[str, int]]:
    """Return the topics of each article, the same in both places where they are stored."""
    async with database.read() as connection:
        rows = await connection.execute(
            select(ArticleRow.id, ArticleRow.title, ArticleRow.topics).order_by(ArticleRow.id)
        )
        found = {row.id: (row.title, {one.topic: one.points for one in row.topics}) for row in rows}
        indexed: dict[int, dict[str, int]] = {}
        for row in await connection.execute(select(ArticleTopicRow)):
            indexed.setdefault(row.article_id, {})[row.topic] = row.points
    assert indexed == {id_: named for id_, (_, named) in found.items() if named}
    return dict(found.values())


async def of_queries(database: Database) -> dict[str, list[tuple[int, bool]]]:
    """Return the articles that match each query, and whether by themselves."""
    statement = select(QueryRow.text, MatchRow.article_id, MatchRow.own).join(
        QueryRow, QueryRow.id == MatchRow.query_id
    )
    found: dict[str, list[tuple[int, bool]]] = {}
    async with database.read() as connection:
        for row in await connection.execute(statement.order_by(MatchRow.article_id)):
            found.setdefault(row.text, []).append((row.article_id, row.own))
    return found


async def sent(database: Database) -> tuple[int, int]:
    """Return the numbers of events and deliveries."""
    async with database.read() as connection:
        counts = [await connection.execute(select(func.count()).select_from(one)) for one in (EventRow, DeliveryRow)]
        events, deliveries = (one.scalar_one() for one in counts)
        return events, deliveries


async def join(database: Database, later: Collection[int], first: int) -> None:
    """Make articles later ones on the event of the first."""
    async with database.write() as connection:
        for one in later:
            await connection.execute(text(f"UPDATE articles SET same_as = {first} WHERE id = {one}"))
        ids = list(later)
        rows = await connection.execute(
            select(MatchRow.article_id, MatchRow.query_id).where(MatchRow.article_id.in_(ids))
        )
        await articles.add_matches(connection, [(row.article_id, row.query_id) for row in rows])


async def test_an_empty_archive_is_current(database: Database, current: Matcher) -> None:
    assert not await is_outdated(database, current)
    assert await rebuild(database, current, ignored) == Rebuilt()


async def test_articles_by_other_lists_are_classified_again_once(
    database: Database, former: Matcher, current: Matcher
) -> None:
    await come(database, former, "Gas in Astana", "Oil in Almaty", "Pipeline and dam", "Fair opens")
    assert not await is_outdated(database, former)
    assert await is_outdated(database, current)
    done = await rebuild(database, current, ignored)
    assert (done.articles, done.changed) == (4, 3)
    assert await of_topics(database) == {
        "Gas in Astana": {"kazakhstan": 3},
        "Oil in Almaty": {"energy": 2, "kazakhstan": 3},
        "Pipeline and dam": {"energy": 2, "water": 2},
        "Fair opens": {},
    }
    assert not await is_outdated(database, current)
    assert await rebuild(database, current, ignored) == Rebuilt()


async def test_only_articles_of_another_version_are_read(database: Database, former: Matcher, current: Matcher) -> None:
    await come(database, former, "Gas one")
    await come(database, current, "Oil two")
    await come(database, former, "Gas three")
    assert await is_outdated(database, current)
    assert (await rebuild(database, current, ignored)).articles == 2


async def test_a_current_first_article_does_not_hide_outdated_ones(
    database: Database, former: Matcher, current: Matcher
) -> None:
    await come(database, current, "Oil one")
    await come(database, former, "Gas two")
    assert await is_outdated(database, current)


async def test_the_matches_of_queries_with_topics_are_added_and_removed_and_nobody_is_sent_anything(
    database: Database, former: Matcher, current: Matcher
) -> None:
    await follow(
        database,
        "topic:energy",
        "topic:energy -dam",
        "country:kazakhstan",
        "strict:kazakhstan",
        "gas",
        "oil topic:energy",
    )
    await come(database, former, "Gas in Astana", "Oil in Almaty", "Pipeline and dam")
    before = await sent(database)
    assert await of_queries(database) == {
        "topic:energy": [(1, True), (3, True)],
        "topic:energy -dam": [(1, True)],
        "country:kazakhstan": [(1, True)],
        "strict:kazakhstan": [(1, True)],
        "gas": [(1, True)],
    }
    done = await rebuild(database, current, ignored)
    assert await of_queries(database) == {
        "topic:energy": [(2, True), (3, True)],
        "topic:energy -dam": [(2, True)],
        "country:kazakhstan": [(1, True), (2, True)],
        "strict:kazakhstan": [(1, True), (2, True)],
        "gas": [(1, True)],  # words are what they were
        "oil topic:energy": [(2, True)],
    }
    assert (done.added, done.removed) == (5, 2)
    assert await sent(database) == before


async def test_progress_is_reported_and_an_interrupted_rebuild_is_continued(
    database: Database, former: Matcher, current: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_rebuild, "CHUNK", 2)
    await come(database, former, *(f"Oil {number}" for number in range(5)))
    reports: list[tuple[int, int]] = []

    def interrupted(done: int, total: int) -> None:
        reports.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(database, current, interrupted)
    found = await of_topics(database)
    assert [title for title, named in found.items() if named] == ["Oil 3", "Oil 4"]  # the newest
    assert await is_outdated(database, current)
    done = await rebuild(database, current, lambda *report: reports.append(report))
    assert (done.articles, reports) == (3, [(2, 5), (2, 3), (3, 3)])
    assert all((await of_topics(database)).values())


async def test_a_pruned_article_keeps_its_topics_and_matches(
    database: Database, former: Matcher, current: Matcher
) -> None:
    await follow(database, "topic:energy", "topic:energy -dam", "topic:water")
    await come(database, former, "Dam opens", body="Gas and a pipeline.")
    assert await of_topics(database) == {"Dam opens": {"energy": 2}}
    async with database.write() as connection:
        await articles.prune(connection, NOW + dt.timedelta(days=1), 10)
    assert await of_topics(database) == {"Dam opens": {"energy": 2}}
    done = await rebuild(database, current, ignored)
    assert (done.articles, done.changed, done.added, done.removed) == (1, 1, 0, 0)
    assert await of_topics(database) == {"Dam opens": {"energy": 2, "water": 2}}
    assert await of_queries(database) == {"topic:energy": [(1, True)]}
    assert not await is_outdated(database, current)


async def test_the_first_article_of_an_event_keeps_a_match_that_a_later_one_still_has(
    database: Database, former: Matcher, current: Matcher
) -> None:
    await follow(database, "topic:energy")
    await come(database, former, "Gas comes", "Pipeline opens")
    await join(database, (2,), 1)
    assert await of_queries(database) == {"topic:energy": [(1, True), (2, True)]}
    await rebuild(database, current, ignored)
    assert await of_queries(database) == {"topic:energy": [(1, False), (2, True)]}


async def test_the_first_article_of_an_event_loses_a_match_that_no_later_one_has(
    database: Database, former: Matcher, current: Matcher
) -> None:
    await follow(database, "topic:energy")
    await come(database, former, "Fair opens", "Gas comes")
    await join(database, (2,), 1)
    assert await of_queries(database) == {"topic:energy": [(1, False), (2, True)]}
    await rebuild(database, current, ignored)
    assert await of_queries(database) == {}


async def test_the_first_article_of_an_event_gets_the_match_of_a_later_one(
    database: Database, former: Matcher, current: Matcher
) -> None:
    await follow(database, "topic:energy")
    await come(database, former, "Fair opens", "Oil flows", "Gas comes")
    await join(database, (2, 3), 1)
    await rebuild(database, current, ignored)
    assert await of_queries(database) == {"topic:energy": [(1, False), (2, True)]}


async def test_a_first_article_that_matches_by_itself_now_keeps_the_match_without_the_later_one(
    database: Database, former: Matcher, current: Matcher, tmp_path: Path
) -> None:
    await follow(database, "topic:energy")
    await come(database, former, "Oil flows", "Gas comes")
    await join(database, (2,), 1)
    assert await of_queries(database) == {"topic:energy": [(1, False), (2, True)]}
    await rebuild(database, current, ignored)
    assert await of_queries(database) == {"topic:energy": [(1, True)]}
    # The later one has the match again, and loses it again.
    await rebuild(database, former, ignored)
    await rebuild(database, current, ignored)
    assert await of_queries(database) == {"topic:energy": [(1, True)]}


async def test_a_query_that_appears_during_a_rebuild_is_matched(
    database: Database, former: Matcher, current: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_rebuild, "CHUNK", 1)
    await come(database, former, "Oil one", "Oil two")
    matcher = current
    added: list[int] = []

    async def following(*arguments: object) -> list[topics.StoredQuery]:
        if len(added) == 1:
            added.append((await topics.ensure_query(arguments[0], "topic:energy")).id)  # type: ignore[arg-type]
        added.append(0)
        return await stored(*arguments)  # type: ignore[arg-type]

    stored = topics.queries_after
    monkeypatch.setattr(topics, "queries_after", following)
    await rebuild(database, matcher, ignored)
    assert await of_queries(database) == {"topic:energy": [(1, True), (2, True)]}


async def test_whether_the_archive_is_current_is_read_from_an_index(database: Database, current: Matcher) -> None:
    await come(database, current, "Oil one")
    async with database.read() as connection:
        how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        if connection.dialect.name != "sqlite":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        asked = "SELECT (SELECT min(topics_version) FROM articles), (SELECT max(topics_version) FROM articles)"
        plan = "\n".join(str(tuple(row)) for row in await connection.execute(text(f"{how} {asked}")))
    assert "ix_articles_topics_version" in plan
