import datetime as dt

from bot.domain.articles import Article
from bot.domain.chats import Chat
from storage import chat_moves, chats, saved
from storage.database import Database
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)


async def test_the_last_saved_comes_first_and_only_once(database: Database) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "UTC"), NOW)
        ids = [await store_article(connection, "feed", Article(title), NOW) for title in ("Gold", "Silver")]
        for minute, id_ in enumerate((ids[1], ids[0], ids[1])):
            await saved.save(connection, 1, id_, NOW + dt.timedelta(minutes=minute))
        assert [one.article.title for one in await saved.of_chat(connection, 1, 10)] == ["Gold", "Silver"]
        assert [one.article.title for one in await saved.of_chat(connection, 1, 10, 1)] == ["Silver"]
        assert await saved.drop(connection, 1, ids[0])
        assert not await saved.drop(connection, 1, ids[0])
        assert not await saved.drop(connection, 2, ids[1])
        assert (await saved.has(connection, 1, ids[0]), await saved.has(connection, 1, ids[1])) == (False, True)


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_saved(database: Database) -> None:
    async with database.write() as connection:
        for chat in (1, 2, 3):
            await chats.ensure(connection, Chat(chat, "group", "en", "UTC"), NOW)
        ids = [await store_article(connection, "feed", Article(title), NOW) for title in ("Gold", "Silver")]
        for chat, id_ in ((1, ids[0]), (1, ids[1]), (2, ids[0])):
            await saved.save(connection, chat, id_, NOW)
        await chat_moves.migrate(connection, 1, 2)
        assert await saved.count(connection, 2) == 2
        await chat_moves.migrate(connection, 2, 4)
        assert await saved.count(connection, 4) == 2
