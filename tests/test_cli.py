import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from storage.lock import exclusive
from storage.models import Base
from tests.small_lists import write

PAGE = """• KGS/USD = 0.01144 0%
  • KZT/USD = 0.00196 -0%
  • KGS/USD = 0.01144 0%
08 December 2025

Kazakhstan Opens a Bridge Over the Ural River for Trucks and Trains

Builders finished the bridge a year early, officials said.

Costs and Lenders

Two banks paid for it.
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run the command line in an empty folder with a database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    return lambda *arguments, **options: CliRunner().invoke(main, list(arguments), **options)


def test_ingest_says_what_it_read_and_stored(run: object, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    result: Result = run("ingest", "--json", "page.txt")  # type: ignore[operator]
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "file": "page.txt",
        "layout": "home",
        "page_date": "2025-12-08",
        "rates": [
            {"pair": "KGS/USD", "value": "0.01144", "change_pct": "0"},
            {"pair": "KZT/USD", "value": "0.00196", "change_pct": "-0"},
        ],
        "articles": [
            {
                "title": "Kazakhstan Opens a Bridge Over the Ural River for Trucks and Trains",
                "subheadings": ["Costs and Lenders"],
                "url": None,
                "published_at": None,
            }
        ],
        "warnings": [],
        "stored": {
            "articles": {"new": 1, "known": 0, "corrected": 0},
            "rates": {"new": 2, "known": 0, "unconfirmed": 0, "older": 0},
            "deliveries": 0,
        },
    }
    again: Result = run("ingest", "--json", "-", input=PAGE)  # type: ignore[operator]
    assert json.loads(again.stdout)["stored"]["articles"] == {"new": 0, "known": 1, "corrected": 0}


def test_topics_are_rebuilt_when_the_lists_have_changed(
    run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result: Result = run("topics", "rebuild")  # type: ignore[operator]
    assert (result.exit_code, "jarchi migrate" in result.output) == (1, True)  # there is no database yet
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run("ingest", "page.txt").exit_code == 0  # type: ignore[operator]
    result = run("topics", "rebuild")  # type: ignore[operator]
    unchanged = "0 articles classified again, 0 of them have other topics; 0 matches added, 0 removed\n"
    assert (result.exit_code, result.stdout) == (0, unchanged)
    monkeypatch.setenv(
        "TOPICS_FILE",
        str(write(tmp_path / "lists.toml", {"transport.sure": "bridge", "kazakhstan.sure": "kazakhstan"})),
    )
    result = run("topics", "rebuild")  # type: ignore[operator]
    changed = "1 articles classified again, 1 of them have other topics; 0 matches added, 0 removed\n"
    assert (result.exit_code, result.stdout) == (0, changed)
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        rows = database.execute("SELECT topic, points FROM article_topics ORDER BY topic").fetchall()
    assert rows == [("kazakhstan", 2), ("transport", 3)]


def test_ingest_gives_links_as_published_and_dates_in_utc(run: object) -> None:
    items = "".join(
        f"<item><title>Story {n}</title><link>http://www.paper.example/{n}/</link><guid>2019</guid>{date}</item>"
        for n, date in enumerate(("<pubDate>Tue, 07 Oct 2025 14:20:00 GMT+5</pubDate>", "<pubDate>soon</pubDate>", ""))
    )
    feed = f"<rss><channel>{items}</channel></rss>"
    result: Result = run("ingest", "--json", "-", input=feed)  # type: ignore[operator]
    assert [(one["url"], one["published_at"]) for one in json.loads(result.stdout)["articles"]] == [
        ("http://www.paper.example/0/", "2025-10-07T09:20:00+00:00"),
        ("http://www.paper.example/1/", None),
        ("http://www.paper.example/2/", None),
    ]


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\x01\x02", b"<html><body>hi</body></html>", b"{}"])
def test_what_is_no_page_is_refused_and_nothing_is_stored(run: object, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad").write_bytes(content)
    result: Result = run("ingest", "--json", "bad")  # type: ignore[operator]
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert (answer["stored"], answer["articles"]) == (None, [])
    assert answer["error"]


def test_a_missing_file_is_one_line(run: object) -> None:
    result: Result = run("ingest", "none.txt")  # type: ignore[operator]
    assert (result.exit_code, result.stderr) == (1, "none.txt: No such file or directory; nothing was stored\n")


def test_bad_settings_are_reported_without_a_traceback(run: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "many")
    result: Result = run("migrate")  # type: ignore[operator]
    assert result.exit_code == 2
    assert "HTTP_PORT: expected" in result.stderr


def test_a_file_that_is_no_database_is_reported_in_one_line(run: object, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all\n" * 500)
    result: Result = run("migrate")  # type: ignore[operator]
    assert result.exit_code == 1
    assert "is not a database" in result.stderr
    assert os.fspath(tmp_path) not in result.stderr


def test_migrate_twice_changes_nothing(run: object) -> None:
    assert "from nothing to version" in run("migrate").stdout  # type: ignore[operator]
    assert "already at version" in run("migrate").stdout  # type: ignore[operator]


@pytest.mark.parametrize(("options", "drawn"), [((), True), (("--json",), False)])
@pytest.mark.slow
def test_ingest_draws_its_progress_on_a_terminal_only_and_beside_the_output(
    tmp_path: Path, options: tuple[str, ...], drawn: bool
) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'x.db'}"}
    terminal, end = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "ingest", *options, *["page.txt"] * 3],
        cwd=tmp_path,
        env=environment | {"TERM": "xterm", "PYTHONPATH": os.fspath(Path(__file__).parent.parent)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=end,
        timeout=60,
        check=True,
    )
    os.close(end)
    written = b""
    with contextlib.suppress(OSError):  # Linux: the terminal is empty and its other end is closed
        while part := os.read(terminal, 100_000):  # one read returns a few kilobytes at most
            written += part
    seen = written.decode()
    os.close(terminal)
    assert ("2/3" in seen and "page.txt" in seen) == drawn
    assert "\x1b" not in done.stdout.decode()
    assert done.stdout.decode().count("Ural River") == 3


def test_rates_go_out_as_csv_and_come_in_again(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run("ingest", "page.txt").exit_code == 0
    assert run("rates", "export", "out.csv").exit_code == 0
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert lines == [
        "source,base,quote,valid_on,value,tick,nominal",
        "ticker,KGS,USD,2025-12-08,0.01144,0.000005,1",
        "ticker,KZT,USD,2025-12-08,0.00196,0.000005,1",
    ]
    (tmp_path / "in.csv").write_text("\n".join([*lines, "nbk,USD,KZT,2025-12-08,515.20,0.005,1"]), encoding="utf-8")
    assert run("rates", "import", "in.csv").output == "3 rates read, 1 of them new\n"
    assert run("rates", "import", "in.csv").output == "3 rates read, 0 of them new\n"
    (tmp_path / "bad.csv").write_text("\n".join([*lines, "nbk,USD,KZT,2025-12-09,x,0.005,1"]), encoding="utf-8")
    bad = run("rates", "import", "bad.csv")
    assert (bad.exit_code, bad.output.splitlines()[0]) == (1, "bad.csv: nothing was stored")
    assert "line 4: " in bad.output
    assert run("rates", "export", "--pair", "usdkzt", "-").exit_code == 2
    assert run("rates", "export", "--pair", "usd/kzt", "-").output.splitlines()[1:] == [
        "nbk,USD,KZT,2025-12-08,515.2,0.005,1"
    ]


def test_a_backup_is_made_beside_a_writer_and_restored(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run("db", "backup", "first.db").output == "database: there is no database yet\n"
    assert run("ingest", "page.txt").exit_code == 0
    held = sqlite3.connect(tmp_path / "x.db", isolation_level=None)  # another process in the middle of a change
    held.execute("BEGIN IMMEDIATE")
    held.execute("DELETE FROM articles")
    done = run("db", "backup", "first.db")
    assert (done.exit_code, done.output.endswith("MiB, checked\n")) == (0, True)
    held.execute("COMMIT")
    held.close()
    assert (tmp_path / "first.db").stat().st_mode & 0o777 == 0o600
    assert run("db", "backup", "first.db").exit_code == 1  # what is there is not written over
    # As in docs/operations.md: put the backup in place of the lost file, and remove the journals of that file.
    for name in ("x.db", "x.db-wal", "x.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "first.db").rename(tmp_path / "x.db")
    again: Result = run("ingest", "--json", "page.txt")
    stored = json.loads(again.stdout)["stored"]
    assert (stored["articles"]["known"], stored["rates"]["known"]) == (1, 2)
    assert [path.name for path in tmp_path.glob("*.partial")] == []


def test_a_damaged_database_makes_no_backup(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "x.db").write_bytes(b"no database at all\n" * 500)
    assert run("db", "backup", "first.db").output == "database: the backup was not written (file is not a database)\n"
    assert not (tmp_path / "first.db").exists()


@pytest.mark.parametrize("content", ["nothing", "another program's"])
def test_a_file_that_is_not_jarchis_makes_no_backup(run, tmp_path: Path, content: str) -> None:  # type: ignore[no-untyped-def]
    other = sqlite3.connect(tmp_path / "x.db")
    if content != "nothing":
        other.execute("CREATE TABLE notes (text)")
    else:
        (tmp_path / "x.db").touch()
    other.close()
    done = run("db", "backup", "first.db")
    assert (done.exit_code, "holds nothing of Jarchi's" in done.output) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.db"]


@pytest.mark.parametrize("folder", ["none", "/proc"])
def test_a_backup_to_a_folder_that_is_none_names_it(run, folder: str) -> None:  # type: ignore[no-untyped-def]
    assert run("migrate").exit_code == 0
    done = run("db", "backup", f"{folder}/first.db")
    assert (done.exit_code, done.output) == (
        1,
        f"database: the backup was not written ({folder}/first.db: No such file or directory)\n",
    )


def test_an_export_that_fails_is_one_line_and_leaves_the_earlier_one(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "out.csv").write_text("earlier", encoding="utf-8")
    done = run("rates", "export", "out.csv")
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "earlier"
    assert run("migrate").exit_code == 0
    for file, words in (("none/out.csv", "No such file or directory"), ("/dev/full", "No space left on device")):
        done = run("rates", "export", file)
        assert (done.exit_code, done.output) == (1, f"{file}: {words}\n")


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--source", "nobody", 2),
        ("--source", "NBK", 0),
        ("--source", "ticker", 0),
        ("--pair", "usd/xxx", 2),
        ("--pair", "kzt/usd", 0),
    ],
)
def test_an_export_of_what_is_never_kept_is_refused(run, option: str, value: str, code: int) -> None:  # type: ignore[no-untyped-def]
    assert run("migrate").exit_code == 0
    assert run("rates", "export", option, value, "-").exit_code == code


def test_a_history_that_is_not_filled_is_a_failure(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    async def at_once(_seconds: float) -> None:
        """Wait for nothing."""

    monkeypatch.setattr("bot.app.parts.asyncio.sleep", at_once)
    here = {"BANK_BASE_URL": "http://127.0.0.1:9", "ALLOW_PRIVATE_SOURCES": "true", "BANKS": "nbk", "OFFERS": "nbt"}
    done = run("rates", "fill", env=here)
    assert done.exit_code == 1
    given_up = "0 new figures; not finished, the bank gave no answer that could be used"
    assert done.output.splitlines()[-2:] == [f"nbk: {given_up}", f"offers_nbt: {given_up}"]
    assert run("rates", "fill", env={"BANKS": "", "OFFERS": ""}).exit_code == 0


@pytest.mark.parametrize("encoding", ["koi8-r", "ascii", "cp1252"])
@pytest.mark.slow
def test_a_terminal_without_all_letters_is_no_error(tmp_path: Path, encoding: str) -> None:
    command = [sys.executable, "-m", "bot.start"]
    values = os.environ | {
        "PYTHONIOENCODING": encoding,
        "SOURCE_CONTACT": "Жаршы … ☎",
        "BOT_TOKEN": "x",
        "HTTP_PORT": "x",
    }
    for arguments, status in ((["check"], 1), (["config"], 2)):
        done = subprocess.run([*command, *arguments], env=values, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == status
        assert b"Traceback" not in done.stderr


def test_a_table_without_its_columns_is_one_line(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for text in ("", "a;b\n", f'"{"x" * 200_000}', "a\0b"):
        (tmp_path / "in.csv").write_text(text, encoding="utf-8")
        done = run("rates", "import", "in.csv")
        assert (done.exit_code, done.output.splitlines()[0]) == (1, "in.csv: nothing was stored")
        assert done.output.splitlines()[1].startswith("line 1: the columns are source,base")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["config"], "No space left on device\n"), (["rates", "export", "-"], "-: No space left on device\n")],
)
@pytest.mark.slow
def test_output_that_cannot_be_written_is_one_line(run, tmp_path: Path, arguments: list[str], words: str) -> None:  # type: ignore[no-untyped-def]
    assert run("migrate").exit_code == 0
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot.start", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, words)


def test_a_copy_names_every_table_and_no_address(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run("ingest", "page.txt").exit_code == 0
    monkeypatch.setenv("COPY_FROM", f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    (tmp_path / "to").write_text(f"sqlite+aiosqlite:///{tmp_path / 'y.db'}\n", encoding="utf-8")
    monkeypatch.setenv("COPY_TO_FILE", str(tmp_path / "to"))
    done = run("db", "copy")
    assert done.exit_code == 0
    lines = [line.split()[:3] for line in done.output.splitlines()[:-1]]
    assert sorted(name for name, *_ in lines) == sorted(Base.metadata.tables)
    assert ["articles", "1", "rows"] in lines
    assert done.output.splitlines()[-1] == "Both databases have the same content."
    assert os.fspath(tmp_path) not in done.output
    again = run("db", "copy")
    assert (again.exit_code, "not empty" in again.output) == (1, True)


@pytest.mark.parametrize("running", ["x.db", "y.db"])
def test_a_copy_is_refused_while_the_bot_runs_on_either_end(
    run,  # type: ignore[no-untyped-def]
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    running: str,
) -> None:
    assert run("migrate").exit_code == 0
    assert run("migrate", env={"DATABASE_URL": "sqlite:///y.db"}).exit_code == 0
    monkeypatch.setenv("COPY_FROM", "sqlite:///x.db")
    monkeypatch.setenv("COPY_TO", "sqlite:///y.db")
    with exclusive(tmp_path / running):
        done = run("db", "copy")
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "another `jarchi run` uses this SQLite file; stop it first" in done.output
    assert run("db", "copy").exit_code == 0


def test_a_copy_asks_for_two_addresses_and_repeats_none(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("COPY_FROM", "mysql://user:geheim@host/name")
    monkeypatch.setenv("COPY_TO_FILE", str(tmp_path / "none"))
    done = run("db", "copy")
    assert done.exit_code == 2
    assert done.output.splitlines()[1:] == [
        "COPY_FROM: expected sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/name",
        "COPY_TO_FILE: the file cannot be read (FileNotFoundError)",
    ]
    assert "geheim" not in done.output


def test_a_wrong_sources_toml_is_reported_by_check_and_stops_run_before_anything_starts(
    run: object, tmp_path: Path
) -> None:
    (tmp_path / "sources.toml").write_text("[kabar]\npoll_minutes = 1\nintervall = 2\n", encoding="utf-8")
    lines = [
        "sources.toml: kabar.intervall: no such key; there are name, url, language, country, weight, poll_minutes, enabled, timezone",
        "sources.toml: kabar.poll_minutes: expected minutes, 5 to 1440",
    ]
    environment = {"BOT_TOKEN": "123456789:AAtesttesttesttesttesttesttest"}
    started: Result = run("run", env=environment)  # type: ignore[operator]
    assert started.exit_code == 2
    assert started.stderr.splitlines()[1:] == lines
    checked: Result = run("check", "--json", env=environment)  # type: ignore[operator]
    assert checked.exit_code == 1
    assert [(one["ok"], one["text"]) for one in json.loads(checked.stdout)] == [(False, line) for line in lines]
    assert not (tmp_path / "x.db").exists()


HALF = json.dumps(
    [{"title": {"rendered": f"Camels cross \ud83c {n}"}, "link": f"https://k.example/{n}"} for n in (1, 2)]
)


def test_half_a_letter_in_a_file_costs_no_article(run: object, tmp_path: Path) -> None:
    (tmp_path / "posts.json").write_text(HALF, encoding="utf-8")
    result: Result = run("ingest", "--json", "posts.json")  # type: ignore[operator]
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert [one["title"] for one in answer["articles"]] == ["Camels cross \ufffd 1", "Camels cross \ufffd 2"]
    assert answer["stored"]["articles"]["new"] == 2
    assert answer["warnings"] == ["letters that cannot be stored were replaced"]


@pytest.mark.parametrize("at", ["bot.sources.read.read", "bot.ingest.ingest.ingest"])
@pytest.mark.parametrize("as_json", [True, False])
def test_any_error_in_one_file_is_one_line_and_costs_no_other(
    run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, as_json: bool
) -> None:
    module, name = at.rsplit(".", 1)
    work = getattr(sys.modules[module], name)
    calls = []

    def broken(*arguments: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise IndexError("secret words")
        return work(*arguments, **options)

    monkeypatch.setattr(at, broken)
    for file in ("a.txt", "b.txt"):
        (tmp_path / file).write_text(PAGE, encoding="utf-8")
    result: Result = run("ingest", *["--json"] * as_json, "a.txt", "b.txt")  # type: ignore[operator]
    assert (result.exit_code, result.exception is None or isinstance(result.exception, SystemExit)) == (1, True)
    assert "secret" not in result.output
    if as_json:
        first, second = map(json.loads, result.stdout.splitlines())
        assert (first["error"], first["stored"]) == ("an error of the program (IndexError)", None)
        assert second["stored"]["rates"]["new"] == 2
    else:
        assert result.stderr == "a.txt: an error of the program (IndexError); nothing was stored\n"


def test_an_article_that_cannot_be_stored_is_reported_and_the_others_stay(
    run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import articles

    add = articles.add

    async def spoiled(connection: object, record: object) -> object:
        stored = await add(connection, record)  # type: ignore[arg-type]
        if "1" in record.title:  # type: ignore[attr-defined]
            raise OverflowError("secret words")
        return stored

    monkeypatch.setattr(articles, "add", spoiled)
    (tmp_path / "posts.json").write_text(HALF, encoding="utf-8")
    result: Result = run("ingest", "--json", "posts.json")  # type: ignore[operator]
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["stored"]["articles"]["new"]) == (1, 1)
    assert answer["warnings"][-1] == "article not stored (OverflowError)"


def test_a_file_whose_name_no_terminal_takes_is_one_line(run: object) -> None:
    for flags in ([], ["--json"]):
        result: Result = run("ingest", *flags, os.fsdecode(b"half-\xff.xml"))  # type: ignore[operator]
        assert result.exit_code == 1
        assert "No such file" in result.output


def test_sources_are_listed_as_lines_and_as_opml(run: object) -> None:
    result: Result = run("sources")  # type: ignore[operator]
    assert (result.exit_code, "jarchi migrate" in result.output) == (1, True)  # there is no database yet
    assert run("migrate").exit_code == 0  # type: ignore[operator]
    assert run("sources").stdout == "timesca\tThe Times of Central Asia\thttps://timesca.com/feed/\n"  # type: ignore[operator]
    result = run("sources", "--opml")  # type: ignore[operator]
    assert result.exit_code == 0
    outline = '<outline type="rss" text="The Times of Central Asia" title="The Times of Central Asia"'
    assert f'{outline} xmlUrl="https://timesca.com/feed/" language="en" />' in result.stdout
