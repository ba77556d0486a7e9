import datetime as dt
from dataclasses import replace

from bot.domain.articles import Article
from storage import articles
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
    assert (stored.url, stored.text, stored.told_at) == (FEED.url, FEED.text, FEED.published_at)


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
        assert await articles.thin(connection, NOW, 10) == 1
        assert await articles.thin(connection, NOW, 10) == 0
    async with database.read() as connection:
        thinned = await articles.get(connection, stored.id)
    assert thinned is not None
    assert (thinned.title, thinned.url, thinned.published_at, thinned.text) == (
        FEED.title,
        FEED.url,
        FEED.published_at,
        "",
    )
    assert (await store(database, "feed", FEED, LATER)).outcome is Outcome.KNOWN
