import datetime as dt
from dataclasses import replace

from bot.domain.article_decisions import (
    ArticleIntent,
    CompleteArticle,
    CorrectArticle,
    StoreArticle,
    decide_article,
    is_known,
    keys_of,
)
from bot.domain.articles import Article
from storage import article_lists, articles
from storage.database import Database
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)

PAGE = Article(title="Kazakhstan’s “New” Railway Opens", text="A line opened.")
FEED = Article(
    title='Kazakhstan\'s "New" Railway Opens',
    text="A line opened. Trains run from today, officials said.",
    guid="https://example.org/?p=1",
    url="https://example.org/railway",
    published_at=NOW - dt.timedelta(days=1),
)


async def store(database: Database, source: str, article: Article, now: dt.datetime = NOW) -> tuple[int, ArticleIntent]:
    """Store an article; returns its id and the decision."""
    async with database.write() as connection:
        intent = decide_article(await articles.with_keys(connection, [keys_of(article)]), source, article, now)
        return await store_article(connection, source, article, now), intent


async def test_the_same_article_met_on_the_page_and_in_the_feed_is_one(database: Database) -> None:
    first, new = await store(database, "page", PAGE)
    second, known = await store(database, "feed", FEED, LATER)
    assert (type(new), type(known), second) == (StoreArticle, CompleteArticle, first)
    async with database.read() as connection:
        stored = await articles.get(connection, first)
        assert await articles.count(connection) == 1
    assert stored is not None
    assert (stored.url, stored.text, stored.listed_at) == (FEED.url, FEED.text, FEED.published_at)


async def test_the_page_after_the_feed_takes_nothing_away_and_corrects_nothing(database: Database) -> None:
    first, _ = await store(database, "feed", FEED)
    again, intent = await store(database, "page", PAGE, LATER)
    assert isinstance(intent, CompleteArticle)
    assert (again, intent.after) == (first, intent.before)
    async with database.read() as connection:
        stored = await articles.get(connection, first)
    assert stored is not None
    assert (stored.title, stored.text) == (FEED.title, FEED.text)


async def test_a_changed_headline_is_a_correction_of_the_same_article(database: Database) -> None:
    first, _ = await store(database, "feed", FEED)
    again, intent = await store(database, "feed", replace(FEED, title="Kazakhstan Opens a Railway"), LATER)
    assert type(intent) is CorrectArticle
    assert (again, intent.headline, intent.after.corrections) == (first, True, 1)
    async with database.read() as connection:
        stored = await articles.get(connection, first)
    assert stored is not None
    assert stored.title == "Kazakhstan Opens a Railway"


async def test_two_guids_with_one_title_are_two_articles(database: Database) -> None:
    first, _ = await store(database, "feed", FEED)
    other = replace(FEED, guid="https://example.org/?p=2", url="https://example.org/railway-2")
    second, intent = await store(database, "feed", other)
    assert isinstance(intent, StoreArticle)
    assert second != first


async def test_a_article_stored_again_is_known(database: Database) -> None:
    await store(database, "page", PAGE)
    assert isinstance((await store(database, "page", PAGE, LATER))[1], CompleteArticle)


async def test_pruning_keeps_title_link_and_date(database: Database) -> None:
    stored, _ = await store(database, "feed", FEED)
    async with database.write() as connection:
        assert await articles.prune(connection, NOW, 10) == 1
        assert await articles.prune(connection, NOW, 10) == 0
    async with database.read() as connection:
        pruned = await articles.get(connection, stored)
    assert pruned is not None
    assert (pruned.title, pruned.url, pruned.published_at, pruned.text) == (
        FEED.title,
        FEED.url,
        FEED.published_at,
        "",
    )
    assert isinstance((await store(database, "feed", FEED, LATER))[1], CompleteArticle)


async def test_an_article_met_again_brings_the_link_as_it_is_now(database: Database) -> None:
    first, _ = await store(database, "feed", FEED)
    moved = replace(FEED, guid="http://www.example.org/?p=1&utm_source=rss", url="http://www.example.org/railway/")
    for source, again in (("feed", moved), ("other", replace(FEED, guid=None))):
        id_, intent = await store(database, source, again, LATER)
        assert (id_, type(intent)) == (first, CompleteArticle)
    async with database.read() as connection:
        stored = await articles.get(connection, first)
    assert stored is not None
    assert stored.url == "http://www.example.org/railway/"


async def test_articles_that_share_a_link_are_stored_each_with_it(database: Database) -> None:
    link = "https://example.org/live/"
    listed = [Article(f"The number {n}", guid=f"g{n}", url=link) for n in range(3)]
    listed += [Article(f"The letter {n}", url=link, shared_link=True) for n in "ab"]
    ids = [(await store(database, "feed", one))[0] for one in listed]
    assert [(await store(database, "feed", one, LATER))[0] for one in listed] == ids
    assert len(set(ids)) == 5
    async with database.read() as connection:
        assert {each.url for each in await article_lists.latest(connection, 9)} == {link}


async def test_known_articles_are_found_by_any_key(database: Database) -> None:
    await store(database, "feed", FEED)
    known = [
        Article("Other", guid="http://example.org/?p=1"),
        Article("Another", url="http://www.example.org/railway/"),
        Article(PAGE.title),
    ]
    unknown = [Article("New", guid="https://example.org/?p=2", url="https://example.org/new"), Article("Newer")]
    async with database.read() as connection:
        stored = await articles.with_keys(connection, [keys_of(one) for one in (*known, *unknown)])
    assert [is_known(stored, one) for one in (*known, *unknown)] == [True] * 3 + [False] * 2
