"""Articles in the languages of each chat, in the fan-out and in lists, on both engines."""

from __future__ import annotations

import datetime as dt
from itertools import chain, combinations

import pytest

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.news_languages import languages_read
from storage import article_lists, articles, chats, claims, news_languages, sources, topics
from storage.database import Database
from storage.sources import Description, SourceState
from tests.stored import fan_out_article, store_article

NOW = dt.datetime(2026, 4, 1, 6, tzinfo=dt.UTC)
CODES = ("en", "ru", "uz")
CHOICES = tuple(chain.from_iterable(combinations(CODES, n) for n in range(4)))


async def speaking(database: Database, **languages: str | None) -> None:
    """Describe sources with their languages, as read."""
    async with database.write() as connection:
        described = [Description(name, "u", name, 50, language) for name, language in languages.items()]
        await sources.describe(connection, described)
        for name in languages:
            await sources.save(connection, SourceState(name, "u", last_ok_at=NOW))


async def readers(database: Database) -> tuple[int, list[Chat]]:
    """Subscribe a chat for each language and each choice of languages; returns the query and the chats."""
    people = []
    async with database.write() as connection:
        query = await topics.ensure_query(connection, "gold")
        for number, (own, choice) in enumerate(
            (own, choice) for own in ("en", "ru", "kk", "uz_cyrl") for choice in CHOICES
        ):
            chat = Chat(number + 1, "private", own, "UTC", news_languages=choice)
            await chats.ensure(connection, chat, NOW)
            await chats.save(connection, chat)
            await topics.subscribe(connection, chat.id, 0, query.id, "instant", NOW)
            people.append(chat)
    return query.id, people


@pytest.mark.parametrize("available", CHOICES)
async def test_the_fan_out_and_the_lists_agree_with_the_rule(database: Database, available: tuple[str, ...]) -> None:
    await speaking(database, **{f"site-{code}": code for code in available})
    query, people = await readers(database)
    for language in available:
        async with database.write() as connection:
            stored = await store_article(connection, f"site-{language}", Article(f"Gold in {language}"), NOW)
            await articles.add_matches(connection, [(stored, query)])
            await fan_out_article(connection, stored, NOW)
            reached = {one.chat_id for one in await claims.claim(connection, NOW, 1000)}
        wanted = {chat.id: languages_read(chat, available) for chat in people}
        assert reached == {chat for chat, languages in wanted.items() if languages is None or language in languages}
    async with database.read() as connection:
        for chat in people:
            languages = await news_languages.read_by(connection, chat)
            expected = {f"site-{code}" for code in available if languages is None or code in languages}
            for found in (
                await article_lists.latest(connection, 10, languages=languages),
                await article_lists.for_chat(connection, chat.id, 10, 0, languages),
                (await article_lists.missed(connection, chat.id, NOW, 10, languages))[0],
                await article_lists.about(connection, query, 10, languages=languages),
            ):
                assert {article.source for article in found} == expected


async def test_an_article_of_an_unknown_language_reaches_everybody(database: Database) -> None:
    await speaking(database, herald="en", vesti="ru", page=None)
    query, people = await readers(database)
    for source in ("page", "unlisted"):
        async with database.write() as connection:
            stored = await store_article(connection, source, Article(f"Gold of {source}"), NOW)
            await articles.add_matches(connection, [(stored, query)])
            assert await fan_out_article(connection, stored, NOW) == len(people)
            assert len(await article_lists.latest(connection, 10, languages=("en",))) > 0


async def test_a_digest_has_articles_in_the_languages_alone(database: Database) -> None:
    await speaking(database, herald="en", vesti="ru")
    query, _ = await readers(database)
    async with database.write() as connection:
        for source in ("herald", "vesti"):
            stored = await store_article(connection, source, Article(f"Gold of {source}"), NOW)
            await articles.add_matches(connection, [(stored, query)])
        earlier = NOW - dt.timedelta(hours=1)
        found = await article_lists.for_digest(connection, 1, earlier, 10, ("ru",))
        assert [article.source for article in found] == ["vesti"]


async def test_a_language_is_available_while_a_source_of_it_is_read(database: Database) -> None:
    async def available() -> set[str]:
        async with database.read() as connection:
            return set(await news_languages.available(connection))

    await speaking(database, herald="en", vesti="ru", xabar="uz")
    assert await available() == {"en", "ru", "uz"}
    async with database.write() as connection:
        await sources.switch(connection, "vesti", "u", False)
        described = [Description("herald", "u", "Herald", 50, "en"), Description("new", "u", "New", 50, "kk")]
        await sources.describe(connection, described)  # `xabar` is listed no more, `new` was never read
    assert await available() == {"en"}
    async with database.write() as connection:
        await sources.describe(connection, [Description("herald", "u", "Herald", 50, "en", enabled=False)])
    assert await available() == set()
