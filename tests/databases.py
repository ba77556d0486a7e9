"""Databases for tests: migrated once per test run, then copied (SQLite) or emptied of their rows (PostgreSQL)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.migrate import HEAD, upgrade
from storage.models import Base

# Larger tables are made anew: deleted rows still cost time in each sequential scan.
MAX_CLEARED_BYTES = 8 * 1024 * 1024

# Changes with every table, column, owner or right that a test adds or removes; and the size of all tables.
_SCHEMA = text(
    """
    WITH here AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE oid = current_schema()::regnamespace),
    tables AS (SELECT c.oid, relname, relowner, relacl FROM pg_class c JOIN here ON c.relnamespace = here.oid)
    SELECT (SELECT concat_ws(',', nspowner, nspacl) FROM here),
           (SELECT md5(string_agg(concat_ws(',', oid, relname, relowner, relacl), ';' ORDER BY oid)) FROM tables),
           (SELECT md5(string_agg(concat_ws(',', attrelid, attname, atttypid), ';' ORDER BY attrelid, attnum))
            FROM pg_attribute JOIN tables ON attrelid = tables.oid),
           (SELECT sum(pg_relation_size(oid)) > :largest FROM tables)
    """
).bindparams(largest=MAX_CLEARED_BYTES)
_CLEAR = text(
    "DO $$ BEGIN "
    + "".join(f"DELETE FROM {table.name}; " for table in reversed(Base.metadata.sorted_tables))
    + f"""
    UPDATE alembic_version SET version_num = '{HEAD}';
    PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace;
    END $$"""
)

_sqlite_file = b""
_sqlite_compiled: dict[str, tuple[Any, Any]] = {}
_postgres_schemas: dict[URL, tuple[Any, ...]] = {}


async def new_sqlite(path: Path) -> Database:
    """Create and open an SQLite database that has this version's tables and no rows."""
    global _sqlite_file
    database = Database(f"sqlite+aiosqlite:///{path}")
    if not _sqlite_file:
        await upgrade(database)
        await database.close()  # SQLite writes its journal back into the file
        _sqlite_file = path.read_bytes()  # noqa: ASYNC240 - a small local file, in a test
        database = Database(f"sqlite+aiosqlite:///{path}")
    database.create_file()
    path.write_bytes(_sqlite_file)  # noqa: ASYNC240
    _share_compiled_statements(database)
    return database


async def empty(database: Database) -> None:
    """Leave nothing in a PostgreSQL database."""
    async with database.write() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))


async def clear(database: Database) -> None:
    """Leave this version's tables and no rows in a PostgreSQL database."""
    async with database.write() as connection:
        if await _schema(connection) == _postgres_schemas.get(database.address.url):
            await connection.execute(_CLEAR)
            return
    await empty(database)
    await upgrade(database)
    async with database.read() as connection:
        _postgres_schemas[database.address.url] = await _schema(connection)


def _share_compiled_statements(database: Database) -> None:
    """Let all SQLite databases share one dialect and its compiled statements: a quarter of a test's time went there.

    The program compiles a statement once, since it opens one database; SQLAlchemy has no public way to share.
    """
    for engine in (database.engine.sync_engine, database.writer.sync_engine):
        engine.dialect, engine._compiled_cache = _sqlite_compiled.setdefault(
            "sqlite", (engine.dialect, engine._compiled_cache)
        )
        engine.pool._dialect = engine.dialect


async def _schema(connection: AsyncConnection) -> tuple[Any, ...]:
    return tuple((await connection.execute(_SCHEMA)).one())
