"""README, .env.example and the command line agree with the code."""

import re
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main
from bot.config import SECRETS, Settings
from handlers.dispatch import COMMANDS

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


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name in ("run", "demo", "ingest", "poll", "migrate", "check"):
        assert name in result.output


def test_nothing_names_a_package_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert not re.search(r"https?://|--index-url|--extra-index", (ROOT / name).read_text(encoding="utf-8"))
