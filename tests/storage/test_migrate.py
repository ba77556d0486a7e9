import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database
from storage.errors import StorageError
from storage.migrate import HEAD, configuration, upgrade
from storage.models import Base


def differences(connection: Connection) -> list[object]:
    # SQLite's full-text index is a virtual table with five of its own under it: no model can say that. And the
    # index that PostgreSQL has in its stead is not made on SQLite.
    def known(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        full_text = kind == "table" and (name or "").startswith("article_search")
        return not full_text and (name != "ix_article_words" or connection.dialect.name == "postgresql")

    context = MigrationContext.configure(connection, opts={"include_object": known})
    return list(compare_metadata(context, Base.metadata))


async def test_the_migrations_add_up_to_the_models(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_migration_is_the_head() -> None:
    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD


async def test_an_up_to_date_database_is_left_as_it_is(database: Database) -> None:
    before, after = await upgrade(database)
    assert before == after


async def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version"):
        await upgrade(database)


async def test_the_home_site_s_stories_are_called_by_its_id_from_0004_on(database: Database) -> None:
    from alembic import command

    def told(connection: Connection, revision: str) -> None:
        (command.downgrade if revision == "0003" else command.upgrade)(configuration(connection), revision)

    async with database.write() as connection:
        await connection.run_sync(told, "0003")
        await connection.execute(text("INSERT INTO sources (name, url, failures) VALUES ('feed', 'u', 2)"))
        await connection.run_sync(told, "head")
        row = (await connection.execute(text("SELECT name, failures, weight, looks, switched FROM sources"))).one()
    assert tuple(row) == ("timesca", 2, 50, 0, None)


async def test_from_0011_on_links_have_keys_of_today_s_form_beside_them(database: Database) -> None:
    from alembic import command

    def told(connection: Connection, revision: str) -> None:
        (command.downgrade if revision == "0010" else command.upgrade)(configuration(connection), revision)

    rows = [
        (1, "http://www.p.example/?p=1", "https://p.example/one"),
        (2, "https://p.example/?p=1", "https://p.example/лук"),
        (3, "one 7", None),
        (4, "https://p.example/?p=4&utm_source=x", "https://p.example/%D0%BB%D1%83%D0%BA"),
        (5, "https://p.example/?p=4", "https://p.example"),
    ]
    columns = (
        "id, guid, url, source, title, title_key, text, subheadings, categories, published_at, first_seen_at, told_at"
    )
    at = "2026-04-01 09:30:00.000000+00:00" if database.sqlite else "2026-04-01 09:30:00+00"
    async with database.write() as connection:
        await connection.run_sync(told, "0010")
        await connection.execute(
            text("INSERT INTO sources (name, url, failures) VALUES ('one', 'u', 0), ('two', 'v', 0)")
        )
        for id_, guid, url in rows:
            values = f"{id_}, :guid, :url, 'one', 't', 't', '', '[]', '[]', '{at}', '{at}', '{at}'"
            await connection.execute(
                text(f"INSERT INTO articles ({columns}, corrections, thinned) VALUES ({values}, 0, false)"),
                {"guid": guid, "url": url},
            )
        await connection.run_sync(told, "head")
        found = await connection.execute(text("SELECT id, guid, url_key, url, history FROM articles ORDER BY id"))
        assert [tuple(row) for row in found] == [
            (1, "https://p.example?p=1", "https://p.example/one", "https://p.example/one", False),
            (2, None, "https://p.example/%D0%BB%D1%83%D0%BA", "https://p.example/лук", False),
            (3, "one 7", None, None, False),
            (4, "https://p.example?p=4", None, "https://p.example/%D0%BB%D1%83%D0%BA", False),
            (5, None, "https://p.example", "https://p.example", False),
        ]
        marks = await connection.execute(text("SELECT name, newest_at IS NOT NULL FROM sources ORDER BY name"))
        assert [tuple(row) for row in marks] == [("one", True), ("two", False)]
        await connection.run_sync(told, "0010")
        assert (await connection.execute(text("SELECT COUNT(url) FROM articles"))).scalar_one() == 3
        await connection.run_sync(told, "head")
