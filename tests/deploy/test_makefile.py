"""make reports a missing program in one line, and rebuilds an environment that was interrupted half-way."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# Stands in for an interpreter: `-m venv` makes an environment with a working pip, the rest is written down.
PYTHON = """#!/bin/sh
case "$*" in
    *version_info*) exit {old} ;;
    *ensurepip*) exit {no_pip} ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
echo "$*" >> calls
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder: Path, *, old: int = 0, no_pip: int = 0, python: str = "./python") -> subprocess.CompletedProcess[str]:
    (folder / "python").write_text(PYTHON.format(old=old, no_pip=no_pip), encoding="utf-8")
    (folder / "python").chmod(0o755)
    command = ["make", "--no-print-directory", f"PYTHON={python}", ".venv/.runtime"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def venvs_made(folder: Path) -> int:
    return (folder / "calls").read_text(encoding="utf-8").count("-m venv .venv")


def test_an_environment_is_made_once(folder: Path) -> None:
    assert make(folder).returncode == 0
    (folder / ".venv/.runtime").unlink()
    assert make(folder).returncode == 0
    assert venvs_made(folder) == 1


@pytest.mark.parametrize("left", ["nothing", "no pip", "dangling link", "a stamp"])
def test_a_half_made_environment_is_made_again(folder: Path, left: str) -> None:
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    if left == "no pip":
        (programs / "python").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (programs / "python").chmod(0o755)
    elif left == "dangling link":
        (programs / "python").symlink_to(folder / "gone")
    elif left == "a stamp":
        (folder / ".venv" / ".dev").touch()
    assert make(folder).returncode == 0
    assert venvs_made(folder) == 1
    assert not (folder / ".venv" / ".dev").exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"no_pip": 1}, "python3-venv"),
        ({"old": 1}, "Python 3.11 or newer"),
        ({"python": "no-such-python"}, "no-such-python is missing"),
    ],
)
def test_what_is_missing_is_said_in_one_line(folder: Path, state: dict[str, object], words: str) -> None:
    ran = make(folder, **state)  # type: ignore[arg-type]
    assert ran.returncode
    assert words in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert not (folder / ".venv").exists()
