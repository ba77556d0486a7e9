"""Articles about one event on both engines: found, joined, sent once, listed once."""

import datetime as dt
import re

import pytest
from sqlalchemy import event, func, select, text

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.duplicates import WINDOW
from bot.domain.snapshot import Snapshot
from bot.domain.topics import parse
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher, learn
from storage import article_lists, chats, claims, duplicates, search, topics
from storage.database import Database
from storage.models import DeliveryRow, EventRow, TitleWordRow

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FIRST = Article(
    "Rosatom Chosen to Build Nuclear Plant at Ulken",
    "Russia's Rosatom will lead the consortium that builds Kazakhstan's first nuclear power plant at Ulken.",
    guid="a1",
    url="https://first.example/1",
    published_at=NOW,
)
SECOND = Article(
    "Kazakhstan's first nuclear plant: Rosatom chosen to build it",
    "Rosatom of Russia was chosen to head the consortium for a nuclear power plant at Ulken near Lake Balkhash.",
    guid="b7",
    url="https://second.example/7",
    published_at=NOW + HOUR,
)
THIRD = Article(
    "Rosatom to build Kazakhstan's nuclear plant",
    "At Ulken, on Balkhash, a consortium led by Russia's Rosatom will build Kazakhstan's nuclear power plant.",
    guid="c3",
    url="https://third.example/3",
    published_at=NOW + 2 * HOUR,
)
OTHER = Article(
    "Framatome to Build Fuel Plant at Oskemen",
    "France's Framatome will build a nuclear fuel plant with Kazatomprom at Oskemen.",
    guid="d4",
    url="https://second.example/9",
    published_at=NOW + HOUR,
)


async def people(database: Database, **queries: str) -> None:
    """Subscribe chats, `_1="nuclear"`, to queries; a level may follow a bar."""
    for name, request in queries.items():
        text, _, level = request.partition("|")
        async with database.write() as connection:
            await chats.ensure(connection, Chat(int(name[1:]), "private", "en", "Asia/Almaty"), NOW)
            query = await topics.ensure_query(connection, str(parse(text)))
            await topics.subscribe(connection, int(name[1:]), 0, query.id, level or "instant", NOW)


async def come(database: Database, source: str, *listed: Article, at: dt.datetime = NOW) -> int:
    """Ingest a snapshot of a source; returns the number of deliveries."""
    snapshot = Snapshot("rss", articles=listed)
    return (await ingest(database, Matcher(), source, snapshot, at, filling=False)).deliveries


async def sent(database: Database) -> list[tuple[int, str]]:
    """Return each chat with the article that is queued for it."""
    statement = select(DeliveryRow.chat_id, EventRow.key).join(EventRow, EventRow.id == DeliveryRow.event_id)
    async with database.read() as connection:
        return sorted((row.chat_id, row.key) for row in await connection.execute(statement))


async def test_another_report_is_sent_only_to_those_whom_the_first_did_not_reach(database: Database) -> None:
    await people(database, _1="nuclear", _2="balkhash", _3='ulken "first nuclear"')
    assert await come(database, "one", FIRST) == 2
    assert await come(database, "two", SECOND) == 1
    assert await come(database, "three", THIRD) == 0
    assert await sent(database) == [(1, "article:1"), (2, "article:2"), (3, "article:1")]
    async with database.read() as connection:
        assert [each.id for each in await duplicates.others(connection, 1)] == [2, 3]
        assert [each.id for each in await duplicates.others(connection, 3)] == [1, 2]


async def test_another_event_is_sent_to_all(database: Database) -> None:
    await people(database, _1="nuclear")
    assert [await come(database, "one", FIRST), await come(database, "two", OTHER)] == [1, 1]
    async with database.read() as connection:
        assert await duplicates.others(connection, 1) == []
        assert len(await article_lists.latest(connection, 10)) == 2


async def test_the_same_source_under_another_address_is_joined_too(database: Database) -> None:
    await people(database, _1="nuclear")
    moved = Article(FIRST.title, FIRST.text, guid="a2", url="https://first.example/2", published_at=NOW + HOUR)
    assert [await come(database, "one", FIRST), await come(database, "one", moved)] == [1, 0]


async def test_both_reports_may_come_at_once(database: Database) -> None:
    await people(database, _1="nuclear", _2="balkhash")
    assert await come(database, "one", FIRST, SECOND) == 2
    assert await sent(database) == [(1, "article:1"), (2, "article:2")]


async def test_lists_have_the_first_for_all_that_any_report_is_about(database: Database) -> None:
    await people(database, _1="nuclear", _2="balkhash|digest")
    await come(database, "one", FIRST)
    await come(database, "two", SECOND)
    lake = await learn(database, "lake", None, NOW)
    async with database.read() as connection:
        assert [each.id for each in await article_lists.latest(connection, 10)] == [1]
        assert [each.id for each in await article_lists.for_chat(connection, 2, 10)] == [1]
        assert [each.id for each in await article_lists.about(connection, lake.id, 10)] == [1]
        assert [each.id for each in await article_lists.for_digest(connection, 2, NOW - HOUR, 10)] == [1]
        assert await article_lists.for_digest(connection, 1, NOW - HOUR, 10) == []


async def test_a_digest_leaves_out_what_another_report_has_sent(database: Database) -> None:
    await people(database, _2="balkhash")
    await come(database, "one", FIRST)
    await come(database, "two", SECOND)
    assert await sent(database) == [(2, "article:2")]
    async with database.read() as connection:
        assert await article_lists.for_digest(connection, 2, NOW - HOUR, 10) == []


async def test_a_search_finds_an_event_once_and_by_any_report(database: Database) -> None:
    for source, each in (("one", FIRST), ("two", SECOND), ("three", THIRD)):
        await come(database, source, each)

    async def found(words: str) -> list[int]:
        async with database.read() as connection:
            hits = (await search.find(connection, parse(words), NOW, limit=10)).hits
        return [hit.article.id for hit in hits]

    assert await found("rosatom") == [1]
    assert await found("lake") == [2]
    assert len(await found("balkhash")) == 1


@pytest.mark.parametrize(("after", "events"), [(WINDOW, 1), (WINDOW + HOUR, 2)])
async def test_candidates_end_with_the_window(database: Database, after: dt.timedelta, events: int) -> None:
    await come(database, "one", FIRST)
    late = Article(FIRST.title, FIRST.text, guid="l", url="https://late.example/1", published_at=NOW + after)
    await come(database, "two", late, at=NOW + after)
    async with database.read() as connection:
        assert len(await article_lists.latest(connection, 10)) == events


async def test_the_words_of_old_articles_are_let_go(database: Database) -> None:
    await come(database, "one", FIRST)
    async with database.write() as connection:
        count = select(func.count()).select_from(TitleWordRow)
        assert (await connection.execute(count)).scalar_one() >= 4
        assert await duplicates.forget(connection, NOW + 2 * WINDOW) == 0
        assert await duplicates.forget(connection, NOW + 2 * WINDOW + HOUR) >= 4
        assert (await connection.execute(count)).scalar_one() == 0


async def test_a_candidate_is_found_by_the_index_whatever_the_archive_holds(database: Database) -> None:
    statements: list[tuple[str, object]] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *said: statements.append(said[2:4]))
    async with database.read() as connection:
        if not database.sqlite:  # it reads a small table whole
            await connection.execute(text("SET enable_seqscan = off"))
        await duplicates.candidates(connection, NOW, {"rosatom", "plant"})
        [(asked, parameters)] = [one for one in statements if "title_words" in one[0]]
        explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
        plan = str((await connection.exec_driver_sql(f"{explain} {asked}", parameters)).all())  # type: ignore[arg-type]
    assert re.search("SEARCH title_words USING (COVERING )?INDEX|(on|using) pk_title_words", plan), plan


async def test_who_is_just_being_sent_is_not_sent_again(database: Database) -> None:
    await people(database, _1="nuclear")
    await come(database, "one", FIRST)
    async with database.write() as connection:
        assert len(await claims.claim(connection, NOW, 10)) == 1
    assert await come(database, "two", SECOND) == 0
