"""The file of an SQLite database: its creation, its mode, and the rights to use it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from storage import migrate
from storage.database import Database, ping
from storage.errors import StorageError
from storage.lock import exclusive
from storage.migrate import HEAD, require_current, upgrade
from tests.databases import empty


@pytest.fixture(params=[0o000, 0o022, 0o027])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


async def test_a_database_its_journals_and_its_lock_are_for_their_owner_only(umask: None, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'x.db'}")
    database.create_file()
    with exclusive(database.path):
        await upgrade(database)
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO queries (text) VALUES ('gold')"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
        assert modes == dict.fromkeys(("x.db", "x.db-wal", "x.db-shm", "x.db.lock"), 0o600)
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    await database.close()


@pytest.mark.parametrize("name", ["x.db", "with space.db", "50%?#.db", "имя.db"])
async def test_only_an_upgrade_creates_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "new" / name
    database = Database("sqlite:///x")
    database = Database(database.address.url.set(database=str(path)).render_as_string())
    for look in (ping, require_current):
        with pytest.raises(StorageError, match="there is no file"):
            await look(database)
    assert os.listdir(tmp_path) == []
    assert await upgrade(database) == (None, HEAD)
    assert path.exists()
    await require_current(database)
    await database.close()


async def test_a_new_database_is_logged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(migrate, "log", SimpleNamespace(warning=lambda event, **fields: said.append((event, fields))))
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    for _ in range(2):
        await upgrade(database)
    await database.close()
    assert said == [("database_created", {"engine": "sqlite", "path": str(tmp_path / "x.db")})]


@pytest.mark.parametrize("number", ["9", "15"])
def test_a_second_run_on_a_file_is_refused_until_the_first_ends_however_it_ends(tmp_path: Path, number: str) -> None:
    path = tmp_path / "x.db"
    code = "import sys, pathlib, signal; from storage.lock import exclusive\n"
    code += "with exclusive(pathlib.Path(sys.argv[1])): print('held', flush=True); signal.pause()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.fspath(Path(__file__).parents[2])},
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match="another `jarchi run` uses this SQLite file"), exclusive(path):
            pass
        holder.send_signal(int(number))
        holder.wait(30)
    with exclusive(path):
        pass
    with exclusive(path):
        pass


def test_a_second_run_by_another_name_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "link.db").symlink_to("real/x.db")  # before the first start it leads nowhere
    (tmp_path / "loop.db").symlink_to("loop.db")
    with exclusive(tmp_path / "link.db"):
        for other in ("real/x.db", "folder/x.db", "real/../link.db"):
            with pytest.raises(StorageError, match="another `jarchi run` uses"), exclusive(tmp_path / other):
                pass
        with exclusive(tmp_path / "loop.db"):
            pass


def test_a_folder_that_cannot_hold_it_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "x.db", tmp_path / "file" / "deep" / "x.db"):
        with pytest.raises(StorageError, match="cannot be created"):
            Database(f"sqlite:///{path}").create_file()
        with pytest.raises(StorageError, match="lock file"), exclusive(path):
            pass


@pytest.mark.postgres
async def test_processes_that_start_at_once_on_an_empty_postgresql_all_come_up(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(4)]
    await empty(databases[0])
    done = await asyncio.gather(*(upgrade(database) for database in databases))
    assert sorted(done, key=str) == sorted([(None, HEAD), *[(HEAD, HEAD)] * 3], key=str)
    for database in databases:
        await database.close()


async def test_processes_that_start_at_once_on_an_empty_sqlite_all_come_up(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'x.db'}") for _ in range(4)]
    done = await asyncio.gather(*(upgrade(database) for database in databases))
    assert sorted(done, key=str) == sorted([(None, HEAD), *[(HEAD, HEAD)] * 3], key=str)
    for database in databases:
        await database.close()
