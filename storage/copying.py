"""Copies a whole database to another one, SQLite or PostgreSQL; every table's rows are compared."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from sqlalchemy import FromClause, Table, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import search_index
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import is_current, upgrade
from storage.models import ArticleWordsRow, Base

# Rows read and written at a time: enough for speed, few enough for the memory.
CHUNK = 2000
_CHECKSUM_BYTES = 8

# Tables derived from others, in the form of the engine: they are filled anew instead of copied.
_MADE: dict[FromClause, Callable[..., int]] = {ArticleWordsRow.__table__: search_index.fill}

# Called with a table, the number of its copied rows, and their total.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """A copied table. `checksum` is that of all its rows in both databases, None for a derived table."""

    table: str
    rows: int
    checksum: str | None


class Checksum:
    """Adds rows up to a number that is independent of their order and of the database."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows."""
        self.rows += len(rows)
        for row in rows:
            text = "\x1f".join(map(_plain, row))
            self._sum += int.from_bytes(blake2b(text.encode(), digest_size=_CHECKSUM_BYTES).digest())

    def __str__(self) -> str:
        """Return sixteen hexadecimal digits."""
        return f"{self._sum % 256**_CHECKSUM_BYTES:0{2 * _CHECKSUM_BYTES}x}"


def _plain(value: Any) -> str:
    """Return a value as text that includes its type."""
    if isinstance(value, Decimal):
        return f"decimal {value.normalize():f}"
    if isinstance(value, dt.datetime):
        return f"instant {value.astimezone(dt.UTC).isoformat()}"
    if isinstance(value, list | dict):
        return f"json {json.dumps(value, sort_keys=True)}"
    return f"{type(value).__name__} {value}"


async def copy(
    source: Database, target: Database, progress: Progress = lambda _table, _done, _of: None
) -> list[Copied]:
    """Copy everything in one transaction from one view of the source; StorageError if that is impossible.

    If it is interrupted, the target has tables without rows.
    """
    if source.path is not None and not source.path.exists():
        raise StorageError("the SQLite file to copy from does not exist")
    async with source.read() as reading:
        if not await reading.run_sync(is_current):
            raise StorageError("the database to copy from is of another version; run `jarchi migrate` with it first")
        target.create_file()
        await _refuse_filled(target)
        await upgrade(target)
        async with target.write() as writing:
            return [await _copy_table(reading, writing, table, progress) for table in Base.metadata.sorted_tables]


async def _refuse_filled(target: Database) -> None:
    async with target.read() as connection:
        there = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
        for table in Base.metadata.sorted_tables:
            if table.name in there and (await connection.execute(select(table).limit(1))).first():
                raise StorageError(f"the database to copy to is not empty (there is something in {table.name})")


async def _copy_table(reading: AsyncConnection, writing: AsyncConnection, table: Table, progress: Progress) -> Copied:
    count = (await reading.execute(select(func.count()).select_from(table))).scalar_one()
    made = _MADE.get(table)
    if made is not None:
        await writing.run_sync(made)
    before, after = Checksum(), Checksum()
    if made is None:
        async for rows in _chunks(reading, table):
            before.add(rows)
            try:
                await writing.execute(insert(table), [dict(row._mapping) for row in rows])
            except DBAPIError as error:
                reason = type(error.orig).__name__ if error.orig is not None else type(error).__name__
                raise StorageError(f"rows of {table.name} do not fit the database to copy to ({reason})") from error
            progress(table.name, before.rows, count)
        await _count_on(writing, table)
        async for rows in _chunks(writing, table):
            after.add(rows)
    else:
        before.rows = count
        after.rows = (await writing.execute(select(func.count()).select_from(table))).scalar_one()
        progress(table.name, count, count)
    if (before.rows, str(before)) != (after.rows, str(after)):
        raise StorageError(f"{table.name} is not the same in both databases; nothing was kept")
    return Copied(table.name, after.rows, str(after) if made is None else None)


async def _chunks(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    """Yield all rows of a table in the order of their keys, so that referenced older rows of the same table exist."""
    async with connection.stream(select(table).order_by(*table.primary_key)) as rows:
        async for chunk in rows.partitions(CHUNK):
            yield chunk


async def _count_on(writing: AsyncConnection, table: Table) -> None:
    """Let PostgreSQL number new rows after the copied ones, as SQLite does by itself."""
    column = table.autoincrement_column
    if column is None or writing.dialect.name == "sqlite":
        return
    newest = select(func.max(column)).scalar_subquery()
    await writing.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), newest)))
