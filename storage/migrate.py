"""Migrate a database to this version's tables. Migrations are applied in order, each in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, func, inspect, select, text

from storage.database import Database
from storage.errors import NO_TABLES, OTHER_VERSION, StorageError
from storage.search_index import Progress, fill

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger()

# The advisory lock under which tables are made and changed on PostgreSQL; every version of Jarchi uses this number.
LOCK = 0x6A72636D6772  # "jrcmgr"
_FOLDER = Path(__file__).parent / "migrations"
# Indexed articles after which the log says how far it is, where no progress is drawn: some ten seconds.
LOGGED_AFTER = 10_000
# A migration's file begins with its revision.
REVISIONS = frozenset(path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py"))
HEAD = max(REVISIONS)


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; it needs no file. The connection is the one to work on."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, progress: Progress | None = None) -> tuple[str | None, str]:
    """Apply the missing migrations; returns the version before (None: an empty database) and the version now.

    A migration that removed words of the search index is followed by their new ones, in the same transaction; this
    takes about a millisecond for each article. `progress` is called with the indexed ones and all; without it they are
    logged from time to time (`search_index_filling`).

    A missing SQLite file is created. A new database is logged (`database_created`). Processes that start at the same
    time wait for each other. StorageError if the program does not have the database's version.
    """
    database.create_file()
    async with database.write() as connection:
        before, after = await connection.run_sync(_upgrade, progress or _log_progress)
    if before is None:
        log.warning("database_created", **database.address.place)
    return before, after


def revision(connection: Connection) -> str | None:
    """Return the version of the tables, None without any. It does not import Alembic, which is slow to load.

    StorageError names a version that this program does not have: one of a newer Jarchi, or from before the first
    release.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if unknown := [version for version in found if version not in REVISIONS]:
        raise StorageError(
            f"the database has version {unknown[0]}, which this program does not know: it was made by a newer version "
            "of Jarchi (upgrade the program) or before the first release (start with a new database)"
        )
    return max(found, default=None)


def is_current(connection: Connection) -> bool:
    """Return whether the database has this version's tables."""
    return revision(connection) == HEAD


async def require_current(database: Database) -> None:
    """Check that the database exists and has this version's tables, without changes; StorageError otherwise."""
    async with database.read() as connection:
        found = await connection.run_sync(revision)
    if found != HEAD:
        raise StorageError(OTHER_VERSION if found else NO_TABLES)


def require_utf8(connection: Connection) -> None:
    """Check that a PostgreSQL database stores the letters of every language; StorageError otherwise.

    `createdb` uses the encoding of the server's locale: LATIN1 refuses Cyrillic, SQL_ASCII counts bytes as letters.
    """
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SELECT current_setting('server_encoding')")).scalar_one()
    if encoding != "UTF8":
        raise StorageError(
            f"the database's encoding is {encoding}; make it with createdb --encoding=UTF8 --template=template0"
        )


def _log_progress(done: int, total: int) -> None:
    if not done % LOGGED_AFTER:
        log.info("search_index_filling", articles=done, of=total)


def _upgrade(connection: Connection, progress: Progress) -> tuple[str | None, str]:
    if revision(connection) == HEAD:  # as at most starts
        return HEAD, HEAD
    if connection.dialect.name == "postgresql":  # SQLite's write transactions exclude each other anyway
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    before = revision(connection)
    if before is None:
        require_utf8(connection)
    if before != HEAD:
        from alembic import command

        command.upgrade(configuration(connection), "head")
        if (filled := fill(connection, progress)) > 0:
            log.info("search_index_filled", articles=filled)
    return before, HEAD
