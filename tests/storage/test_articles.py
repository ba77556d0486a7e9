import datetime as dt
from dataclasses import replace

from bot.domain.articles import Article
from storage import article_lists, articles
from storage.articles import Outcome
from storage.database import Database

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


async def store(database: Database, source: str, article: Article, now: dt.datetime = NOW) -> articles.Stored:
    async with database.write() as connection:
        return await articles.store(connection, source, article, now)


async def test_the_same_story_met_on_the_page_and_in_the_feed_is_one(database: Database) -> None:
    first = await store(database, "page", PAGE)
    second = await store(database, "feed", FEED, LATER)
    assert (first.outcome, second) == (Outcome.NEW, articles.Stored(first.id, Outcome.KNOWN))
    async with database.read() as connection:
        stored = await articles.get(connection, first.id)
        assert await articles.count(connection) == 1
    assert stored is not None
    assert (stored.url, stored.text, stored.listed_at) == (FEED.url, FEED.text, FEED.published_at)


async def test_the_page_after_the_feed_takes_nothing_away_and_corrects_nothing(database: Database) -> None:
    first = await store(database, "feed", FEED)
    assert await store(database, "page", PAGE, LATER) == articles.Stored(first.id, Outcome.KNOWN)
    async with database.read() as connection:
        stored = await articles.get(connection, first.id)
    assert stored is not None
    assert (stored.title, stored.text) == (FEED.title, FEED.text)


async def test_a_changed_headline_is_a_correction_of_the_same_story(database: Database) -> None:
    first = await store(database, "feed", FEED)
    corrected = await store(database, "feed", replace(FEED, title="Kazakhstan Opens a Railway"), LATER)
    assert corrected == articles.Stored(first.id, Outcome.CORRECTED, headline=True, corrections=1)
    async with database.read() as connection:
        stored = await articles.get(connection, first.id)
    assert stored is not None
    assert stored.title == "Kazakhstan Opens a Railway"


async def test_two_guids_with_one_title_are_two_stories(database: Database) -> None:
    first = await store(database, "feed", FEED)
    other = replace(FEED, guid="https://example.org/?p=2", url="https://example.org/railway-2")
    second = await store(database, "feed", other)
    assert second.outcome is Outcome.NEW
    assert second.id != first.id


async def test_a_story_stored_again_is_known(database: Database) -> None:
    await store(database, "page", PAGE)
    assert (await store(database, "page", PAGE, LATER)).outcome is Outcome.KNOWN


async def test_thinning_keeps_title_link_and_date(database: Database) -> None:
    stored = await store(database, "feed", FEED)
    async with database.write() as connection:
        assert await articles.prune(connection, NOW, 10) == 1
        assert await articles.prune(connection, NOW, 10) == 0
    async with database.read() as connection:
        pruned = await articles.get(connection, stored.id)
    assert pruned is not None
    assert (pruned.title, pruned.url, pruned.published_at, pruned.text) == (
        FEED.title,
        FEED.url,
        FEED.published_at,
        "",
    )
    assert (await store(database, "feed", FEED, LATER)).outcome is Outcome.KNOWN


async def test_a_story_met_again_brings_the_link_as_it_is_now(database: Database) -> None:
    first = await store(database, "feed", FEED)
    moved = replace(FEED, guid="http://www.example.org/?p=1&utm_source=rss", url="http://www.example.org/railway/")
    assert await store(database, "feed", moved, LATER) == articles.Stored(first.id, Outcome.KNOWN)
    assert await store(database, "other", replace(FEED, guid=None), LATER) == articles.Stored(first.id, Outcome.KNOWN)
    async with database.read() as connection:
        stored = await articles.get(connection, first.id)
    assert stored is not None
    assert stored.url == "http://www.example.org/railway/"


async def test_stories_that_share_a_link_are_stored_each_with_it(database: Database) -> None:
    link = "https://example.org/live/"
    told = [Article(f"The number {n}", guid=f"g{n}", url=link) for n in range(3)]
    told += [Article(f"The letter {n}", url=link, shared_link=True) for n in "ab"]
    ids = [(await store(database, "feed", one)).id for one in told]
    assert [(await store(database, "feed", one, LATER)).id for one in told] == ids
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
        assert await articles.known_among(connection, [*known, *unknown]) == set(known)
