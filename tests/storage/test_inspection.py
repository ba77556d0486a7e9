"""Inspecting a database: nothing is created or changed, and each obstacle to `jarchi run` is named."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import migrate
from storage.database import Database
from storage.errors import StorageError
from storage.inspection import inspect_database
from storage.migrate import upgrade
from tests.databases import empty


async def refusal(database: Database, *, must_exist: bool = True) -> str:
    """Return why a database cannot be used."""
    with pytest.raises(StorageError) as caught:
        await inspect_database(database, must_exist=must_exist)
    await database.close()
    return str(caught.value)


async def test_this_versions_database_is_fine_and_stays_as_it_is(database: Database) -> None:
    for _ in range(2):
        assert await inspect_database(database, must_exist=True) == "answers"


async def test_a_newer_version_is_refused_and_an_older_one_reported(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "REVISIONS", migrate.REVISIONS | {"0000"})  # as if a migration had gone before
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "from version 0000 to" in await inspect_database(database, must_exist=True)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer version" in await refusal(database)


async def test_a_half_restored_database_is_refused(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE charts"))
    assert "tables are missing (charts)" in await refusal(database)


@pytest.mark.parametrize("path", ["typo.db", "no/folder/x.db", "x.db/deeper", "folder"])
async def test_a_mistyped_path_is_refused_and_nothing_is_created(tmp_path: Path, path: str) -> None:
    (tmp_path / "x.db").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    words = await refusal(Database(f"sqlite:///{tmp_path / path}"))
    assert str(tmp_path / path) in words
    assert sorted(os.listdir(tmp_path)) == ["folder", "x.db"]
    assert os.listdir(tmp_path / "folder") == []


async def test_before_the_first_start_the_usual_path_is_fine(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'data' / 'jarchi.db'}")
    assert "`jarchi run` creates it" in await inspect_database(database, must_exist=False)
    assert os.listdir(tmp_path) == []
    await database.close()


@pytest.mark.parametrize(
    "content", [b"a shopping list\n" * 300, b"SQLite format 3\0" + b"\xff" * 4080, b"\x1f\x8b" * 2048]
)
async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    assert "\n" not in await refusal(Database(f"sqlite:///{path}"))
    assert (os.listdir(tmp_path), path.read_bytes() == content) == (["x.db"], True)


async def test_an_empty_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"")
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    assert "empty" in await inspect_database(database, must_exist=True)
    await database.close()


@pytest.mark.parametrize("denied", [os.R_OK, os.W_OK])
async def test_a_file_without_its_rights_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, denied: int
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    await upgrade(database)
    monkeypatch.setattr(os, "access", lambda _path, right: not right & denied)  # root has every right
    assert "may not be" in await refusal(database)


@pytest.mark.postgres
@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "KOI8R"])
async def test_a_database_that_takes_not_every_letter_is_refused_before_it_is_filled(
    postgres_url: str, encoding: str
) -> None:
    server = Database(postgres_url)
    async with server.autocommit() as connection:
        await connection.execute(text("DROP DATABASE IF EXISTS narrow"))
    async with server.autocommit() as connection:
        await connection.execute(text(f"CREATE DATABASE narrow ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"))
    narrow = Database(server.address.url.set(database="narrow").render_as_string(False))
    for tried in (upgrade(narrow), inspect_database(narrow, must_exist=True)):
        with pytest.raises(StorageError, match=f"encoding is {encoding}; make it with"):
            await tried
    await narrow.close()
    async with server.autocommit() as connection:
        await connection.execute(text("DROP DATABASE narrow"))
    await server.close()


@pytest.fixture
async def outsider(postgres_url: str) -> AsyncIterator[Database]:
    """A role that owns nothing, on a server whose tables belong to another one."""
    owner = Database(postgres_url)
    await empty(owner)
    await upgrade(owner)
    async with owner.write() as connection:
        await connection.execute(text("DROP ROLE IF EXISTS outsider"))
        await connection.execute(text("CREATE ROLE outsider LOGIN"))
    opened = Database(owner.address.url.set(username="outsider").render_as_string(False))
    yield opened
    await opened.close()
    async with owner.write() as connection:
        await connection.execute(text("ALTER ROLE outsider RESET ALL"))
        await connection.execute(text("DROP OWNED BY outsider"))
        await connection.execute(text("DROP ROLE outsider"))
    await owner.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("grants", "words"),
    [
        (["REVOKE ALL ON SCHEMA public FROM outsider, public"], "no schema to use|may not create|no tables"),
        (["GRANT USAGE ON SCHEMA public TO outsider"], "lacks a right"),
        (["GRANT USAGE ON SCHEMA public TO outsider", "GRANT SELECT ON alembic_version TO outsider"], "may not create tables"),
        (["GRANT USAGE, CREATE ON SCHEMA public TO outsider", "GRANT SELECT ON alembic_version TO outsider"], "belongs to another role"),
        (
            ["GRANT ALL ON SCHEMA public TO outsider", "GRANT ALL ON ALL TABLES IN SCHEMA public TO outsider"],
            "belongs to another role",
        ),
        (
            ["GRANT ALL ON SCHEMA public TO outsider", "GRANT SELECT ON alembic_version TO outsider",
             "ALTER ROLE outsider SET default_transaction_read_only = on"],
            "takes no writes",
        ),
    ],
)  # fmt: skip
async def test_missing_rights_on_postgresql_are_named(
    outsider: Database, postgres_url: str, grants: list[str], words: str
) -> None:
    owner = Database(postgres_url)
    async with owner.write() as connection:
        for grant in grants:
            await connection.execute(text(grant))
    await owner.close()
    with pytest.raises(StorageError, match=words):
        await inspect_database(outsider, must_exist=True)
