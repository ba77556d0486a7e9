"""A transaction whose one item fails is run again with a savepoint for each: on both engines."""

import datetime as dt
import sqlite3

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ingest.containment import Items, Level, store_contained
from storage import topics
from storage.database import Database
from storage.errors import StorageError, outage
from storage.models import MatchRow, QueryRow

NOW = dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC)


async def test_only_what_fails_is_lost(database: Database) -> None:
    async def store(connection: AsyncConnection, items: Items) -> int:
        for name in ("gold", "oil", "gas"):
            async with items.one(connection, Level.ARTICLE):
                query = await topics.ensure_query(connection, name)
                if name == "oil":  # no article has this number: the database refuses it, on PostgreSQL until undone
                    await connection.execute(MatchRow.__table__.insert().values(article_id=404, query_id=query.id))
        return len(items.lost)

    assert await store_contained(database, store) == 1
    async with database.read() as connection:
        found = await connection.execute(select(QueryRow.text).order_by(QueryRow.text))
        assert found.scalars().all() == ["gas", "gold"]


async def test_an_error_of_no_item_passes_through(database: Database) -> None:
    async def store(connection: AsyncConnection, items: Items) -> None:
        async with items.one(connection, Level.RATE):
            await topics.ensure_query(connection, "gold")
        raise LookupError

    with pytest.raises(LookupError):
        await store_contained(database, store)
    async with database.read() as connection:
        assert (await connection.execute(select(QueryRow.text))).scalars().all() == []


def test_words_that_the_driver_quotes_make_no_outage() -> None:
    quoted = DBAPIError(
        "s", {}, Exception("invalid input for query argument $1: 'The disk is full: database is locked'")
    )
    assert outage(quoted) is None
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    locked = OperationalError("s", {}, busy)
    assert isinstance(outage(locked), StorageError)
    assert outage(UnicodeEncodeError("utf-8", "\ud83c", 0, 1, "surrogates not allowed")) is None
