import asyncio
import datetime as dt

import pytest
from sqlalchemy import Text, cast, insert, select

from bot.domain.articles import Article, StoredArticle
from bot.domain.chats import Chat
from bot.domain.snapshot import Snapshot
from bot.domain.topics import parse
from bot.ingest.ingest import ingest
from bot.ingest.matching import BACKFILL, YIELD_AFTER, Matcher, learn, search
from storage import article_lists, chats, topics
from storage.database import Database
from storage.models import ArticleRow, EventRow, QueryRow
from storage.stems import stem
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)


async def store(database: Database, title: str, at: dt.datetime = NOW) -> int:
    async with database.write() as connection:
        return await store_article(connection, "feed", Article(title, published_at=at), at)


async def matched(database: Database, query_id: int) -> list[str]:
    async with database.read() as connection:
        return [article.title for article in await article_lists.about(connection, query_id, 10)]


@pytest.mark.parametrize(
    ("word", "stemmed"), [("reactors", "reactor"), ("реакторы", "реактор"), ("tokayevs", "tokayev"), ("235", "235")]
)
def test_a_word_is_stemmed_by_the_rules_of_its_letters(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


async def test_the_matcher_takes_in_queries_as_they_come(database: Database) -> None:
    matcher = Matcher()
    one = Article("Uranium by rail", text="To Aktau.", categories=("Business",))
    async with database.write() as connection:
        uranium = await topics.ensure_query(connection, "uranium")
        await matcher.refresh(connection)
    assert matcher.match(one) == {uranium.id}
    async with database.write() as connection:
        others = {(await topics.ensure_query(connection, text)).id for text in ("aktau", "business", "rail*")}
        await topics.ensure_query(connection, "gold")
        await matcher.refresh(connection)
    assert matcher.match(one) == {uranium.id, *others}


async def test_a_stored_query_that_cannot_be_read_stops_nothing(database: Database) -> None:
    matcher = Matcher()
    async with database.write() as connection:
        await topics.ensure_query(connection, '"open')
        gold = await topics.ensure_query(connection, "gold")
        await matcher.refresh(connection)
    assert matcher.match(Article("Gold is up")) == {gold.id}


async def test_a_query_that_appears_after_one_with_a_higher_id_is_taken_in(database: Database) -> None:
    matcher = Matcher()
    async with database.write() as connection:
        await connection.execute(insert(QueryRow).values(id=9, text="gold"))
        await matcher.refresh(connection)
        await connection.execute(insert(QueryRow).values(id=8, text="mine"))
        await matcher.refresh(connection)
    assert matcher.match(Article("Gold mine")) == {8, 9}


async def test_a_new_query_knows_the_articles_of_the_last_days(database: Database) -> None:
    await store(database, "Gold mine opens")
    await store(database, "Gold was cheap", NOW - BACKFILL - dt.timedelta(minutes=1))
    await store(database, "Silver mine opens")
    query = await learn(database, "gold", None, NOW)
    assert await matched(database, query.id) == ["Gold mine opens"]


async def test_a_known_query_is_not_searched_for_again(database: Database) -> None:
    query = await learn(database, "gold", None, NOW)
    await store(database, "Gold mine opens")
    assert await learn(database, "gold", None, NOW) == query
    assert await matched(database, query.id) == []


async def test_a_query_becomes_a_curated_topic_and_keeps_its_articles(database: Database) -> None:
    await store(database, "Gold mine opens")
    query = await learn(database, "gold", None, NOW)
    named = await learn(database, "gold", "metals", NOW)
    assert (named.id, named.topic) == (query.id, "metals")
    assert await learn(database, "gold", None, NOW) == named
    assert await matched(database, query.id) == ["Gold mine opens"]


async def test_a_curated_topic_whose_words_changed_leaves_the_old_query(database: Database) -> None:
    old = await learn(database, "gold", "metals", NOW)
    new = await learn(database, "gold OR silver", "metals", NOW)
    async with database.read() as connection:
        assert await topics.get_query(connection, old.id) == topics.StoredQuery(old.id, "gold", None)
        assert await topics.get_query(connection, new.id) == topics.StoredQuery(new.id, "gold OR silver", "metals")


def test_a_search_keeps_the_order_of_the_articles() -> None:
    found = [
        StoredArticle(n, "feed", title, "", None, None, NOW) for n, title in enumerate(("Gold", "Silver", "New gold"))
    ]
    assert search(parse("gold"), found) == [found[0], found[2]]


async def test_articles_of_one_poll_are_sent_in_the_order_in_which_they_happened(database: Database) -> None:
    listed = [(8, "Newest"), (7, "Older"), (7, "Old"), (None, "Undated newer"), (None, "Undated")]
    found = tuple(Article(f"{title} gold", published_at=day and NOW.replace(day=day)) for day, title in listed)
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOW)
        gold = await topics.ensure_query(connection, "gold")
        await topics.subscribe(connection, 1, 0, gold.id, "instant", NOW)
    await ingest(database, Matcher(), "feed", Snapshot("rss", articles=found), NOW, filling=False)
    async with database.read() as connection:
        events = select(ArticleRow.title).join(EventRow, EventRow.key == "article:" + cast(ArticleRow.id, Text))
        sent = [row.title for row in await connection.execute(events.order_by(EventRow.id))]
    assert sent == [f"{title} gold" for title in ("Undated", "Undated newer", "Old", "Older", "Newest")]


async def test_other_tasks_run_while_many_queries_are_read(database: Database) -> None:
    runs = 0

    async def other() -> None:
        nonlocal runs
        while True:
            runs += 1
            await asyncio.sleep(0)

    matcher = Matcher()
    await matcher.refresh_lists()  # read in a thread, which takes other tasks' turns
    async with database.write() as connection:
        await connection.execute(insert(QueryRow), [{"text": f"gold mine{n}"} for n in range(3 * YIELD_AFTER)])
    async with database.read() as connection:
        stored = await topics.queries_after(connection, 0)
        with pytest.MonkeyPatch.context() as patch:
            # The time of the database is not measured.
            patch.setattr(topics, "queries_after", lambda *_: at_once(stored))
            patch.setattr(matcher, "refresh_lists", lambda: at_once(None))
            waiting = asyncio.create_task(other())
            await asyncio.sleep(0)
            runs = 0
            await matcher.refresh(connection)
            waiting.cancel()
            assert runs == 3
    assert len(matcher.match(Article("Gold mine1 and mine599"))) == 2


async def at_once(stored: list[topics.StoredQuery]) -> list[topics.StoredQuery]:
    return stored
