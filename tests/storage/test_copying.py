"""A database is copied whole, both ways, and never half."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Date, Double, Integer, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article
from bot.domain.topics import parse
from bot.domain.topics.matched import Reason, TopicMatch
from storage import articles, copying, search, search_index, topics
from storage.copying import Checksum, copy
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade
from storage.models import ArticleRow, ArticleWordsRow, Base
from storage.types import ExactDecimal, StorableJson, StorableString, StoredTopics, UtcDateTime
from tests.databases import empty
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, 6, 30, 1, 234567, tzinfo=dt.UTC)
# More than one chunk of each table.
ROWS = 7


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "CHUNK", 3)


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'there.db'}")
    yield database
    await database.close()


@pytest.fixture
async def back(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'back.db'}")
    yield database
    await database.close()


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await empty(database)
    yield database
    await database.close()


def value(table: Table, column: Any, n: int) -> Any:
    """Return the nth value of a column by its type alone, so that new tables have rows too."""
    if column.foreign_keys:
        parent = next(iter(column.foreign_keys)).column
        return value(parent.table, parent, n)
    if column.nullable and n % 3 == 2:
        return None
    kind = column.type
    if isinstance(kind, StoredTopics):
        return (TopicMatch("energy", n, (Reason(f"тенге ₸ {n}", "title"), Reason("oil … gas", "tag"))),) * (n % 3)
    match kind.impl if isinstance(kind, StorableString | StorableJson) else kind:
        case ExactDecimal():
            return Decimal((-1) ** n * (10**17 + n)).scaleb(-12)
        case UtcDateTime():
            return NOW + n * dt.timedelta(hours=7, microseconds=1)
        case Date():
            return NOW.date() + dt.timedelta(days=n)
        case Boolean():
            return n % 2 == 0
        case BigInteger():
            return -(10**12) - n if column.name == "id" and not column.autoincrement else n
        case Integer():
            return n
        case Double():
            return n / 4
        case JSON():
            return {"seen": [n, None, "тенге ₸"], "level": f"0.{n}"}
        case String() as text:
            return f"{column.name} №{n}, ёлка 🌲"[: text.length] if (text.length or 99) > 20 else f"{n:03}"
    raise AssertionError(f"{table.name}.{column.name}: what is a {column.type!r}?")


async def fill(database: Database) -> None:
    """Put rows into every table of the models; those made of others are made."""
    await upgrade(database)
    async with database.write() as connection:
        for table in Base.metadata.sorted_tables:
            if table is ArticleWordsRow.__table__:
                await connection.run_sync(search_index.fill)
                continue
            rows = [{column.name: value(table, column, n) for column in table.columns} for n in range(1, ROWS + 1)]
            await connection.execute(insert(table), rows)


async def contents(connection: AsyncConnection, table: Table) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, await connection.execute(select(table))), key=repr)


async def same(one: Database, other: Database) -> None:
    async with one.read() as left, other.read() as right:
        for table in Base.metadata.sorted_tables:
            there = await contents(left, table)
            assert len(there) == ROWS
            # Words have the form of the engine.
            if table is not ArticleWordsRow.__table__ or one.sqlite == other.sqlite:
                assert there == await contents(right, table), table.name


@pytest.mark.postgres
async def test_every_table_goes_to_postgresql_and_back_unchanged(
    sqlite: Database, postgres: Database, back: Database
) -> None:
    await fill(sqlite)
    reports: list[tuple[str, int, int]] = []
    there = await copy(sqlite, postgres, lambda *words: reports.append(words))
    assert [copied.table for copied in there] == [table.name for table in Base.metadata.sorted_tables]
    assert {copied.rows for copied in there} == {ROWS}
    assert [copied.table for copied in there if copied.checksum is None] == ["article_words"]
    assert {table: done for table, done, _ in reports} == {copied.table: ROWS for copied in there}
    await same(sqlite, postgres)
    assert await copy(postgres, back) == there
    await same(sqlite, back)


@pytest.mark.postgres
@pytest.mark.parametrize("to_postgres", [True, False])
async def test_the_copy_is_lived_in_at_once(sqlite: Database, postgres: Database, to_postgres: bool) -> None:
    source, target = (sqlite, postgres) if to_postgres else (postgres, sqlite)
    await upgrade(source)
    listed = (
        Article("Oil prices fall", "Exports went through the Middle Corridor.", categories=("Energy",)),
        Article(
            "An old story", "Its text of uranium is gone.", categories=("Nuclear",), published_at=NOW.replace(2020)
        ),
    )
    async with source.write() as connection:
        for article in listed:
            await store_article(connection, "feed", article, NOW)
        await articles.prune(connection, NOW.replace(2021), 10)
        await topics.ensure_query(connection, "oil")
    await copy(source, target)
    async with target.write() as connection:
        for words, titles in (("corridor", 1), ("energy", 1), ("story", 1), ("uranium", 0), ("nuclear", 0)):
            found = await search.find(connection, parse(words), NOW, limit=5)
            assert len(found.hits) == titles, words
        # New rows are numbered after the copied ones, and are found.
        assert (await topics.ensure_query(connection, "gold")).id == 2
        new = await store_article(connection, "feed", Article("Gold rises", "In the bazaar."), NOW)
        assert new == 3
        assert len((await search.find(connection, parse("bazaar"), NOW, limit=5)).hits) == 1


@pytest.mark.postgres
async def test_an_interrupted_copy_leaves_nothing_and_may_be_tried_again(sqlite: Database, postgres: Database) -> None:
    await fill(sqlite)

    def interrupt(table: str, done: int, _of: int) -> None:
        if (table, done) == ("deliveries", 6):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copy(sqlite, postgres, interrupt)
    async with postgres.read() as connection:
        assert [table.name for table in Base.metadata.sorted_tables if await contents(connection, table)] == []
    await copy(sqlite, postgres)
    await same(sqlite, postgres)


async def test_a_filled_target_is_refused_and_left_as_it_was(sqlite: Database, back: Database) -> None:
    await fill(sqlite)
    await upgrade(back)
    async with back.write() as connection:
        await topics.ensure_query(connection, "mine")
    with pytest.raises(StorageError, match=r"not empty \(there is something in queries\)"):
        await copy(sqlite, back)
    async with back.read() as connection:
        assert [row.text for row in await topics.queries_after(connection, 0)] == ["mine"]
        assert await articles.is_empty(connection)


async def test_a_source_that_is_not_there_or_not_ours_is_refused(sqlite: Database, back: Database) -> None:
    with pytest.raises(StorageError, match="does not exist"):
        await copy(sqlite, back)
    sqlite.create_file()
    async with sqlite.write() as connection:
        await connection.run_sync(lambda sync: ArticleRow.__table__.create(sync))
    with pytest.raises(StorageError, match="another version"):
        await copy(sqlite, back)
    assert back.path is not None
    assert not back.path.exists()


async def test_rows_that_arrive_changed_are_found_and_not_kept(
    sqlite: Database, back: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(sqlite)
    monkeypatch.setattr(copying, "_count_on", spoil)
    with pytest.raises(StorageError, match="chats is not the same in both"):
        await copy(sqlite, back)
    async with back.read() as connection:
        assert await articles.is_empty(connection)


async def spoil(connection: AsyncConnection, table: Table) -> None:
    if table.name == "chats":
        await connection.execute(table.update().where(table.c.id == -(10**12) - 1).values(alerts_today=99))


def test_a_checksum_depends_on_values_types_places_and_counts_but_not_on_order() -> None:
    def of(*rows: tuple[Any, ...]) -> str:
        checksum = Checksum()
        checksum.add(rows[:1])
        checksum.add(rows[1:])
        return str(checksum)

    assert of((1, "a"), (2, "b")) == of((2, "b"), (1, "a"))
    assert of((Decimal("1.50"),)) == of((Decimal("1.5"),))
    different = [
        ((1, "a"),),
        (("a", 1),),
        (("1", "a"),),
        ((1, None),),
        ((1, "None"),),
        ((True, "a"),),
        ((1, "a"), (1, "a")),
        (),
    ]
    assert len({of(*rows) for rows in different}) == len(different)
