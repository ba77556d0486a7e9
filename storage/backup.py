"""A backup of an SQLite database: one file, written beside a running bot."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import Database
from storage.errors import BUSY_SECONDS, StorageError

# The backup contains the topics that people follow, so only the owner may read it.
_MODE = 0o600


async def backup(database: Database, target: Path) -> int:
    """Write everything as of one instant to a new file; returns its bytes. The file is complete, or missing.

    It blocks nobody: with a write-ahead log a long read does not block a writer.
    """
    if database.path is None:
        raise StorageError("only an SQLite file is backed up here; for PostgreSQL there is pg_dump")
    if not database.path.exists():
        raise StorageError("there is no database yet")
    try:
        return await asyncio.to_thread(_write, database.path, target)
    except sqlite3.Error as error:
        raise StorageError(f"the backup was not written ({error})") from error
    except OSError as error:
        raise StorageError(f"the backup was not written ({target}: {error.strerror})") from error


def _write(source: Path, target: Path) -> int:
    if target.exists():
        raise StorageError("the file to write is there already; name another")
    partial = target.with_name(f"{target.name}.partial")
    file = os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _MODE)
    try:
        os.fchmod(file, _MODE)  # a file left from an interrupted backup may have another mode
        with closing(sqlite3.connect(source, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            # Any version may be backed up. An empty file, or one of another program, would be a useless backup.
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                raise StorageError("the file that DATABASE_URL names holds nothing of Jarchi's; is its path mistyped?")
            connection.execute("VACUUM INTO ?", (os.fspath(partial),))
        with closing(sqlite3.connect(partial)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StorageError("the database is damaged: restore an older backup")
        os.fsync(file)  # SQLite does not sync it here
        size = os.fstat(file).st_size
        partial.rename(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)
    return size
