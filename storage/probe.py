"""A write probe: the smallest possible write, committed."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import DISK_FULL, StorageError
from storage.models import Base

# A write-ahead log is reused from its start, so a single page may fit on a full disk. A poll of all sources writes some
# MiB.
MIN_FREE_BYTES = 8 * 1024 * 1024
# The longest that PostgreSQL waits for another program's lock on a table.
LOCK_SECONDS = 10


async def prove_writable(database: Database, beat: int) -> None:
    """Write and commit one row, or one page; StorageError if that fails. `beat` differs from that of the last call.

    On SQLite it is the file's application number, for an unchanged row would not be written at all. On PostgreSQL it
    also takes the lock on each table that a writer takes.
    """
    if database.path is not None:
        _require_room(database.path)
    async with database.write() as connection:
        if database.sqlite:
            await connection.execute(text(f"PRAGMA user_version = {beat % 2**31}"))
        else:
            await _write_to_postgresql(connection)


def _require_room(path: Path) -> None:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise StorageError(f"the folder of the database cannot be read ({type(error).__name__})") from error
    if free < MIN_FREE_BYTES:
        raise StorageError(DISK_FULL)


async def _write_to_postgresql(connection: AsyncConnection) -> None:
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
    await connection.execute(text(f"LOCK TABLE {tables} IN ROW EXCLUSIVE MODE"))
    await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
