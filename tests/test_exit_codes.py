"""The exit codes of docs/operations.md, and one line for each start that fails."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import checks, main
from bot.cli.running import run_or_fail
from bot.config import Settings, load
from storage.database import Database
from storage.lock import exclusive
from tests.programs import environment

pytestmark = pytest.mark.slow


def call(folder: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=folder,
        env=environment(folder, **values),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings(folder: Path) -> Settings:
    return load({"DATABASE_URL": f"sqlite:///{folder / 'x.db'}"}, _env_file=None)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line of an answer in which there is no traceback."""
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        (
            {"DATABASE_URL": "postgres://u:geheim@127.0.0.1:1/d?sslmode=require"},
            1,
            "database: the database cannot be reached",
        ),
        ({"DATABASE_URL": "postgres://u:geheim@/d?host=/nowhere"}, 1, "database: the database cannot be reached"),
        (
            {"DATABASE_URL": "postgres://u:geheim@127.0.0.1:1/d?sslmode=geheim"},
            2,
            "DATABASE_URL: expected sslmode to be one of",
        ),
        ({"DATABASE_URL": "sqlite:////proc/none/x.db"}, 1, "database: the database file cannot be created"),
        ({"DATABASE_URL": "sqlite:////"}, 1, "database: DATABASE_URL names a folder"),
        ({"DATABASE_URL_FILE": "none", "DATABASE_URL": ""}, 2, "DATABASE_URL_FILE: the file cannot be read"),
        ({"HTTP_HOST": "999.1.1.1"}, 1, "HTTP_PORT: 999.1.1.1:0 cannot be used"),
        ({"HTTP_PORT": "geheim"}, 2, "HTTP_PORT: expected a port"),
        ({"BOT_TOKEN": ""}, 2, "BOT_TOKEN: expected the token"),
        ({"SOURCES_FILE": "none.toml"}, 2, "SOURCES_FILE: the file cannot be read"),
    ],
)
def test_a_start_that_fails_says_why_in_one_line(
    tmp_path: Path, values: dict[str, str], status: int, words: str
) -> None:
    done = call(tmp_path, "run", **values)
    assert words in one_line(done)
    assert done.returncode == status
    assert "geheim" not in done.stderr + done.stdout


def test_a_second_run_on_one_file_is_refused_and_other_commands_work(tmp_path: Path) -> None:
    assert call(tmp_path, "migrate").returncode == 0
    with exclusive(tmp_path / "x.db"):
        done = call(tmp_path, "run")
        assert (done.returncode, "another `jarchi run` uses this SQLite file" in one_line(done)) == (1, True)
        assert call(tmp_path, "db", "backup", "b.db").returncode == 0
        assert call(tmp_path, "rates", "export", "-").returncode == 0
        assert asyncio.run(checks._database(settings(tmp_path))) == ("database", True, "answers")
        assert call(tmp_path, "migrate").stdout.startswith("already at version")


def test_check_and_export_create_nothing(tmp_path: Path) -> None:
    _, fine, words = asyncio.run(checks._database(settings(tmp_path)))
    assert (fine, str(tmp_path / "x.db") in words) == (False, True)
    done = call(tmp_path, "rates", "export", "-")
    assert (done.returncode, "there is no file" in one_line(done)) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_new_database_is_announced(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("• KGS/USD = 0.01144 0%\n08 December 2025\n", encoding="utf-8")
    done = call(tmp_path, "ingest", "page.txt")
    (line,) = [line for line in done.stderr.splitlines() if "database_created" in line]
    assert f"path={tmp_path / 'x.db'}" in line
    again = call(tmp_path, "ingest", "page.txt")
    assert "database_created" not in again.stderr
    assert sqlite3.connect(tmp_path / "x.db").close() is None


def test_wrong_arguments_and_faults_of_ours_have_their_codes() -> None:
    assert CliRunner().invoke(main, ["ingest"]).exit_code == 2
    assert CliRunner().invoke(main, ["nothing"]).exit_code == 2

    async def fault() -> None:
        raise ZeroDivisionError("geheim")

    with pytest.raises(SystemExit) as ended:
        run_or_fail(fault())
    assert ended.value.code == 1


def test_the_demo_takes_nothing_of_the_operators_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTP_PORT", "wrong")
    Path(".env").write_text("BANKS=\nLOG_LEVEL=wrong\nno setting\n")
    given: list[Settings] = []

    def app(found: Settings) -> None:
        given.append(found)
        raise OSError(0, "far enough")

    monkeypatch.setattr("bot.app.App", app)
    done = CliRunner().invoke(main, ["demo", "--no-browser"])
    assert done.stderr == "far enough\n"
    assert given[0].banks


def test_a_name_that_is_no_setting_is_reported_by_check_and_by_run(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HTTP_PROT=1\n")
    done = call(tmp_path, "run", DATABASE_URL="sqlite:////proc/none/x.db")
    assert "settings_unknown" in done.stderr
    assert "names=HTTP_PROT" in done.stderr


def test_addresses_are_databases() -> None:
    assert repr(Database("postgres://u:geheim@h/d")) == "Database(postgresql)"
