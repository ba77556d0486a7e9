"""`jarchi topics`: the topics of articles in JSON lines, and the quality of word lists."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.domain.topics.curated import TOPICS
from bot.domain.topics.lists import shipped_lists
from tests.small_lists import write

Run = Callable[..., Result]
LISTS = {
    "kazakhstan.anywhere": "kazakh*",
    "energy.anywhere": "gas",
    "energy.sure": "oil, dam",
    "energy.not": "tear gas",
    "energy.tags": "power",
    "water.sure": "dam",
    "home.uzbekistan": ".uz",
}
ARTICLE = {"title": "Kazakh gas", "lead": "Oil too.", "text": "And more.", "lang": "en", "site": "kun.uz"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `jarchi topics` in an empty folder, with small word lists as TOPICS_FILE."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    monkeypatch.setenv("TOPICS_FILE", str(write(tmp_path / "own.toml", LISTS)))
    return lambda *arguments, **options: CliRunner().invoke(main, ["topics", *arguments], **options)


def lines(*values: object) -> bytes:
    return b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in values)


def answers(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("arguments", [("news.jsonl",), ("--json", "news.jsonl"), ("news.jsonl", "--json"), ("-",), ("-", "--json")])  # fmt: skip
def test_each_article_is_answered_by_its_topics_and_the_words_that_show_them(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    content = lines(ARTICLE, {"title": "Rain", "site": "kun.uz", "categories": ["Power"]}, {"title": "Дождь"})
    (tmp_path / "news.jsonl").write_bytes(content)
    result = run(*arguments, input=content if "-" in arguments else None)
    assert (result.exit_code, result.stderr) == (0, "")
    assert answers(result) == [
        {
            "title": "Kazakh gas",
            "topics": ["kazakhstan", "energy"],
            "why": {"kazakhstan": ["kazakh (title)"], "energy": ["gas (title)", "oil (lead)"]},
        },
        {
            "title": "Rain",
            "topics": ["uzbekistan", "energy"],
            "why": {"uzbekistan": ["kun.uz (home)"], "energy": ["power (tag)"]},
        },
        {"title": "Дождь", "topics": [], "why": {}},
    ]
    assert "Дождь" in result.stdout


def test_a_terminal_gets_text_without_signs_that_change_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bot.cli.topics.sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True), exit=sys.exit)
    )
    (tmp_path / "news.jsonl").write_bytes(lines({"title": "Gas\u001b[31m \u202efor Osh"}, b"rain\n", {"title": "Rain"}))
    result = run("news.jsonl")
    assert result.exit_code == 1
    [title, topics, other, none] = result.stdout.splitlines()
    assert ("\x1b" in title, "\u202e" in title, title.startswith("Gas")) == (False, False, True)
    assert (topics, other, none) == ("    energy: gas (title)", "Rain", "    no topic")
    assert result.stderr == "news.jsonl:2: this is no JSON\n"
    assert answers(run("--json", "news.jsonl"))[1] == {"line": 2, "error": "this is no JSON"}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"rain\n", "this is no JSON"),
        (b"\xff\xfe\n", "expected UTF-8 text"),
        (b"[]\n", "expected a JSON object with a title"),
        (b'{"lead": "Rain"}\n', "expected a JSON object with a title"),
        (b'{"title": 7}\n', "title: expected text"),
        (b'{"title": "Rain", "categories": "news"}\n', "categories: expected a list of texts"),
        (b'{"title": "' + b"x" * (4 << 20) + b'"}\n', "expected at most 4096 KiB"),
        (b"x" * (9 << 20) + b"\n", "expected at most 4096 KiB"),
        (b"[" * 100_000 + b"\n", "this is no JSON"),
    ],
    ids=range(9),
)
def test_a_bad_line_is_one_message_and_harms_no_other(run: Run, line: bytes, error: str) -> None:
    result = run("-", input=lines({"title": "Gas"}, b"\n  \n", line, {"title": "Dam"}, line[:-1]))
    assert result.exit_code == 1
    first, bad, second, last = answers(result)
    assert (first["title"], second["title"]) == ("Gas", "Dam")
    assert (bad, last) == ({"line": 4, "error": error}, {"line": 6, "error": error})


def test_odd_articles_are_answered(run: Run) -> None:
    odd = [
        {"title": ""},
        {"title": "gas " * 2500},
        {"title": "Gas", "lead": "Gas"},
        {"title": "Oil", "lang": "ru"},
        {"title": "Rain", "categories": [f"tag {number}" for number in range(500)]},
        {"title": "\ud800 gas"},
        {"title": "Rain", "site": "..", "lang": "tlh", "text": None, "unknown": {}},
    ]
    result = run("-", input=lines(*odd))
    assert result.exit_code == 0
    found = answers(result)
    assert [one["topics"] for one in found] == [[], ["energy"], ["energy"], ["energy"], [], ["energy"], []]
    assert found[2]["why"] == {"energy": ["gas (title)"]}
    assert found[5]["title"] == "\ufffd gas"


def test_an_empty_file_has_no_answers(run: Run) -> None:
    result = run("-", input=b"")
    assert (result.exit_code, result.output) == (0, "")


def test_a_missing_file_and_an_unknown_command_are_refused(run: Run) -> None:
    assert run("none.jsonl").exit_code == 2
    assert "none.jsonl" in run("none.jsonl").stderr
    assert run("measure", "none.jsonl").exit_code == 2
    assert run("measure").exit_code == 2


def test_help_names_the_commands(run: Run) -> None:
    text = run("--help").output
    assert all(f"  {name} " in text for name in ("check", "measure", "rebuild", "suggest"))


LABELLED = [
    {"title": "Kazakh gas", "lang": "en", "must": {"countries": ["kazakhstan"], "themes": ["energy"]}},
    {"title": "Oil paintings", "lang": "en", "must": {"themes": ["culture"]}},
    {"title": "Dam", "lang": "ru", "must": {"themes": ["water"]}, "may": {"themes": ["energy"]}},
    {"title": "Rain", "lead": "Gas.", "must": {"themes": ["energy"]}, "not_in_title": ["energy"]},
    {"title": "Snow", "categories": ["power"], "must": {"themes": ["energy"]}},
]


@pytest.fixture
def files(tmp_path: Path, run: Run) -> list[str]:
    (tmp_path / "one.jsonl").write_bytes(lines(*LABELLED[:2]))
    (tmp_path / "two.jsonl").write_bytes(lines(*LABELLED[2:]))
    return ["one.jsonl", "two.jsonl"]


def test_the_measurement_is_a_table_with_the_errors(run: Run, files: list[str]) -> None:
    result = run("measure", *files)
    assert (result.exit_code, result.stderr) == (0, "")
    heads, columns, *rows = result.stdout.splitlines()
    assert heads.split() == ["all", "(5)", "English", "(2)", "Russian", "(1)"]
    assert columns.split() == ["precision", "recall", "musts"] * 3
    table = {row[:14].strip(): row[14:].split() for row in rows[: 3 + len(TOPICS)]}
    assert list(table) == ["all topics", "countries", "themes", *TOPICS]
    assert table["all topics"] == ["0.833", "0.833", "6", "0.667", "0.667", "3", "1.000", "1.000", "1"]
    assert table["themes"][:3] == ["0.800", "0.800", "5"]
    assert table["energy"][:3] == ["0.750", "1.000", "3"]
    assert table["sport"][:3] == ["1.000", "1.000", "0"]
    assert rows[3 + len(TOPICS) :] == ["wrongly energy: Oil paintings [oil (title)]", "missed culture: Oil paintings"]


def test_the_measurement_as_json_has_the_same_values(run: Run, files: list[str]) -> None:
    [found] = answers(run("measure", "--json", *files))
    assert list(found) == ["all", "English", "Russian"]
    assert found["all"]["all topics"] == {"precision": 0.833, "recall": 0.833, "musts": 6}
    assert found["all"]["energy"] == {"precision": 0.75, "recall": 1, "musts": 3}
    assert set(found["all"]) == {"all topics", "countries", "themes", "errors", *TOPICS}
    assert found["English"]["errors"] == [
        {"topic": "energy", "wrongly": True, "title": "Oil paintings", "words": "oil (title)"},
        {"topic": "culture", "wrongly": False, "title": "Oil paintings", "words": ""},
    ]
    assert found["Russian"]["errors"] == []


def test_titles_are_measured_alone(run: Run, files: list[str]) -> None:
    [found] = answers(run("measure", "--json", "--titles", *files))
    assert found["all"]["energy"] == {"precision": 0.5, "recall": 0.5, "musts": 2}


@pytest.mark.parametrize("command", ["measure", "suggest"])
def test_a_bad_line_ends_a_measurement_with_one_line(run: Run, files: list[str], tmp_path: Path, command: str) -> None:
    (tmp_path / "bad.jsonl").write_bytes(lines(LABELLED[0], b"\n", {"title": "Rain", "must": {"themes": ["gossip"]}}))
    result = run(command, files[0], "bad.jsonl")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("bad.jsonl:3: must: 'gossip' is none of kazakhstan, ")


@pytest.mark.parametrize("command", ["measure", "suggest"])
def test_files_without_articles_measure_nothing(run: Run, command: str) -> None:
    result = run(command, "-", input=b"\n\n")
    assert (result.exit_code, result.output) == (2, "-: no articles\n")


def test_words_are_suggested_and_wrong_ones_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_bytes(
        lines(
            *({"title": f"Museum {name}", "must": {"themes": ["culture"]}} for name in "AB"),
            {"title": "Tear gas", "must": {}},
            {"title": "Gas mask", "must": {}},
            {"title": "Gas price", "must": {"themes": ["energy"]}},
        )
    )
    result = run("suggest", "news.jsonl")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "culture.sure: museum (would fix 2; right in 2 of 2)",
        "energy: gas is wrong in 1, right in 1",
    ]


def test_the_check_counts_the_words_and_names_those_of_several_themes(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0
    counted, shared = result.stdout.splitlines()
    assert counted.startswith(f"6 words for {len(TOPICS)} topics, version ")
    assert shared == "in several themes: dam (energy, water)"


def test_lists_come_from_the_option_then_the_setting_then_the_package(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = str(write(tmp_path / "other.toml", {"sport.anywhere": "gas"}))
    gas = lines({"title": "Gas"})
    assert answers(run("-", input=gas))[0]["topics"] == ["energy"]
    assert answers(run("--lists", other, "-", input=gas))[0]["topics"] == ["sport"]
    assert answers(run("-", "--lists", other, input=gas))[0]["topics"] == ["sport"]
    assert "1 words" in run("check", "--lists", other).stdout
    monkeypatch.delenv("TOPICS_FILE")
    assert f"version {shipped_lists().version}\n" in run("check").stdout


@pytest.mark.parametrize("arguments", [("-",), ("measure", "-"), ("suggest", "-"), ("check",)])
@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[energy", "bad.toml: this is no TOML: "),
        ("", "bad.toml: the topic [kazakhstan] is missing"),
        (None, "bad.toml: the file cannot be read (No such file or directory)"),
    ],
)
def test_lists_that_cannot_be_used_are_one_line(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    content: str | None,
    line: str,
) -> None:
    if content is not None:
        (tmp_path / "bad.toml").write_text(content, encoding="utf-8")
        named = run(*arguments, "--lists", "bad.toml", input=lines(ARTICLE))
        assert (named.exit_code, named.stdout, named.stderr.count("\n")) == (2, "", 1)
        assert named.stderr.startswith(line)
    monkeypatch.setenv("TOPICS_FILE", "bad.toml")
    result = run(*arguments, input=lines(ARTICLE))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)


def test_the_archive_is_classified_again_by_other_lists(run: Run, tmp_path: Path) -> None:
    feed = "<rss><channel>" + "".join(f"<item><title>Gas {n}</title></item>" for n in "ab") + "</channel></rss>"
    assert CliRunner().invoke(main, ["ingest", "-"], input=feed).exit_code == 0
    nothing = "0 articles classified again, 0 of them have other topics; 0 matches added, 0 removed\n"
    assert run("rebuild").stdout == nothing
    write(tmp_path / "own.toml", LISTS | {"energy.anywhere": "coal"})
    assert run("rebuild").stdout.startswith("2 articles classified again, 2 of them have other topics; ")
    assert run("rebuild").stdout == nothing
