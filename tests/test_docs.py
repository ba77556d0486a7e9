"""The documents, .env.example and the command line agree with the code."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.config import COPY_ENDS, DEFAULT_DATABASE, SECRETS, Settings
from bot.i18n import read_catalog
from bot.sources.banks import BANKS
from handlers.features import COMMANDS

ROOT = Path(__file__).parent.parent


def test_the_example_names_every_setting_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE))
    assert named == set(Settings.names()) | {f"{name}_FILE" for name in SECRETS}


def test_the_example_shows_the_defaults() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^# ([A-Z_]+)=(.+)$", text, re.MULTILINE))
    for name, value in shown.items():
        if name.endswith("_FILE"):
            continue
        default = Settings.model_fields[name.lower()].get_default()
        default = ",".join(default) if isinstance(default, tuple) else default
        plain = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        assert str(plain).lower() == value.lower(), name


def test_readme_names_every_command_of_the_bot_and_of_the_command_line() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        if command.name != "start":
            assert f"/{command.name}" in readme, command.name
    for name in main.commands:
        assert f"jarchi {name}" in readme, name


def test_the_table_of_banks_names_every_bank() -> None:
    rates = (ROOT / "docs" / "rates.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", rates, re.MULTILINE) == list(BANKS)


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name in ("run", "demo", "ingest", "poll", "migrate", "check"):
        assert name in result.output


def test_nothing_names_a_package_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert not re.search(r"https?://|--index-url|--extra-index", (ROOT / name).read_text(encoding="utf-8"))


def test_operations_name_only_settings_and_commands_that_exist() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    text += "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy").iterdir() if path.is_file())
    secrets = {*SECRETS, *COPY_ENDS}
    known = {DEFAULT_DATABASE, *Settings.names(), *secrets, *(f"{name}_FILE" for name in secrets)}
    # POSTGRES_… are the settings of that image, AF_… are families of addresses.
    named = {name for name in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", text) if not name.startswith(("POSTGRES_", "AF_"))}
    assert named <= known, named - known
    for command in re.findall(r"(?:jarchi|bin/jarchi) (db \w+|rates \w+|[a-z]+)\b", text):
        found: Any = main
        for part in command.split():
            found = getattr(found, "commands", {}).get(part)
        assert found or command in _WORDS, command


# Words after the name that are no commands: a user, a folder, a name in a sentence, the name of a container.
_WORDS = {"jarchi", "rm"}


def test_operations_say_what_to_do_at_each_alert() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    alerts = set(re.findall(r"alert: (\w+)", (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")))
    table = operations.partition("### What to do at each alert")[2].partition("\n## ")[0]
    assert alerts == set(re.findall(r"Jarchi\w+", table))


def test_the_unit_and_the_image_start_what_there_is() -> None:
    unit = (ROOT / "deploy" / "jarchi.service").read_text(encoding="utf-8")
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "bin/jarchi run" in unit
    for copied in re.findall(r"^COPY (?!--)(.+) \S+$", image, re.MULTILINE):
        for name in copied.split():
            assert (ROOT / name).exists(), name


def test_the_index_of_decisions_lists_every_page_with_its_title_and_state() -> None:
    folder = ROOT / "docs" / "decisions"
    rows = set()
    for page in folder.glob("0*.md"):
        title, _, state = page.read_text(encoding="utf-8").splitlines()[:3]
        rows.add(f"| [{page.name[:4]}]({page.name}) | {title[2:]} | {state[7:].rstrip('.')} |")
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert {line for line in index.splitlines() if line.startswith("| [")} == rows


# A path, or a module and a name in it: `bot/ingest/rates.py: store_rates`.
_NAMED = re.compile(r"`((?:bot|handlers|storage|tests|bench|deploy|docs)/[\w./-]*)(?:: ([\w.]+))?`")


# A file that operators make.
_MADE = {"deploy/secrets/bot_token"}


def test_paths_and_names_in_documents_exist() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
    found = _NAMED.findall(text)
    assert len(found) > 100
    for path, name in found:
        assert (ROOT / path).exists() or path in _MADE, path
        if name:
            value = importlib.import_module(path.removesuffix(".py").replace("/", "."))
            for part in name.split("."):
                assert hasattr(value, part), f"{path}: {name}"
                value = getattr(value, part)


def test_links_in_documents_lead_to_files() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 70
    for page in pages:
        for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize("start", ["A rate, ", "A headline, "])
def test_each_step_of_a_walk_is_used_by_a_module_before_it(start: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    [walk] = [part for part in text.split("\n## ") if part.startswith(start)]
    (first, _), *steps = [(path, name) for path, name in _NAMED.findall(walk) if name]
    before = {first}
    for path, name in steps:
        used = rf"\b{name.rpartition('.')[2]}\b"
        assert any(re.search(used, (ROOT / one).read_text(encoding="utf-8")) for one in before), f"{path}: {name}"
        before.add(path)


def test_the_words_for_translators_are_those_of_the_catalogs() -> None:
    text = (
        (ROOT / "docs" / "translating.md")
        .read_text(encoding="utf-8")
        .partition("\n## Words\n")[2]
        .partition("\n## ")[0]
    )
    header, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", text, re.M)
    )
    assert header == ["English", "Kazakh", "Kyrgyz", "Uzbek", "Tajik", "Turkmen"]
    assert len(rows) > 20
    for code, *terms in zip(("kk", "ky", "uz", "tg", "tk"), *(row[1:] for row in rows[1:]), strict=True):
        texts = "\n".join(str(message.string) for message in read_catalog(code) if message.id).casefold()
        assert not [word for term in terms for word in term.split(", ") if word.casefold() not in texts], code
