import datetime as dt
from dataclasses import replace

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.topics import parse
from storage import chats, search
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import HEAD, configuration, upgrade
from storage.models import Base
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, tzinfo=dt.UTC)
SQLITE_SCHEMA = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
POSTGRESQL_SCHEMA = """
    SELECT t.relname || '.' || a.attname,
           format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
           || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_class t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
    UNION ALL
    SELECT conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
    UNION ALL
    SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""


def schema(connection: Connection) -> dict[str, str]:
    """Return the definitions that the database itself holds, by name, with single spaces.

    Alembic's own table is left out, and SQLite's full-text index: a virtual table, which no model can declare.
    """
    statement = SQLITE_SCHEMA if connection.dialect.name == "sqlite" else POSTGRESQL_SCHEMA
    return {
        name: " ".join(definition.split())
        for name, definition in connection.execute(text(statement))
        if not name.startswith(("alembic_version", "article_search"))
    }


async def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    async with database.write() as connection:
        migrated = await connection.run_sync(schema)
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
        assert migrated == await connection.run_sync(schema)


def test_the_newest_migration_is_the_head() -> None:
    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD


async def test_an_up_to_date_database_is_left_as_it_is(database: Database) -> None:
    before, after = await upgrade(database)
    assert before == after


@pytest.mark.parametrize("version", ["9999", "0014"])
async def test_a_database_of_an_unknown_version_is_refused(database: Database, version: str) -> None:
    async with database.write() as connection:
        await connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
    with pytest.raises(StorageError, match=rf"version {version}.*newer version.*before the first release") as refused:
        await upgrade(database)
    assert "\n" not in str(refused.value)


async def test_a_database_of_before_keeps_its_chats_and_is_indexed_again_with_progress(database: Database) -> None:
    steps: list[tuple[int, int]] = []
    chat = await _make_old(database)
    assert await upgrade(database, lambda done, total: steps.append((done, total))) == ("0001", HEAD)
    assert steps == [(1, 1)]
    async with database.read() as connection:
        assert (await search.find(connection, parse("gold"), NOW, limit=1)).hits
        assert await chats.get(connection, chat.id) == chat


async def test_a_start_logs_how_far_the_index_is(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.migrate.LOGGED_AFTER", 1)
    await _make_old(database)
    with capture_logs() as logged:
        await upgrade(database)
    assert {"event": "search_index_filling", "articles": 1, "of": 1, "log_level": "info"} in logged


OLD_INDEXES = {"above": "fires_above", "below": "fires_below", "rearm": "side, rearms_at"}


async def _make_old(database: Database) -> Chat:
    """Give a database the tables of the first migration, an article without words and a chat, which is returned."""
    async with database.write() as connection:
        await store_article(connection, "feed", Article("Gold falls", url="https://example.org/1"), NOW)
        chat = await chats.ensure(connection, Chat(7, "private", "en", "UTC"), NOW)
        await connection.execute(text("UPDATE article_words SET title = '', body = ''"))
        for table in (
            "destinations",
            "managers",
            "reviews",
            "boards",
            "shares",
            "feeds",
            "current_offers",
            "offers",
            "best_offers",
            "gold_prices",
            "policy_rates",
            "policy_fan_outs",
        ):
            await connection.execute(text(f"DROP TABLE {table}"))
        for index in OLD_INDEXES:
            await connection.execute(text(f"DROP INDEX ix_alerts_{index}"))
        await connection.execute(text("ALTER TABLE alerts DROP COLUMN market"))
        for index, columns in OLD_INDEXES.items():
            await connection.execute(text(f"CREATE INDEX ix_alerts_{index} ON alerts (base, quote, kind, {columns})"))
        for column in ("language_offered", "title", "post_form", "digest_times"):
            await connection.execute(text(f"ALTER TABLE chats DROP COLUMN {column}"))
        await connection.execute(text("ALTER TABLE chats ADD COLUMN digest_at INTEGER"))
        await connection.execute(text("ALTER TABLE chats ADD COLUMN last_digest_on DATE"))
        await connection.execute(text("UPDATE chats SET digest_at = 450"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    return replace(chat, digest_times=(450,))
