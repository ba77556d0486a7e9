"""The shape of the tree: small files, and helpers of tests that are modules of their own."""

import ast
import subprocess
import tomllib
from pathlib import Path

import pytest

from handlers import features

ROOT = Path(__file__).parent.parent
# A file that is read in one sitting; what is longer has a seam along which it can be divided.
MAX_LINES = 300


def python_files(*folders: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if name.endswith(".py")]


@pytest.mark.parametrize("folder", ["bot", "handlers", "storage"])
def test_no_file_is_longer_than_one_sitting(folder: str) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(folder)}
    # A migration is one list of columns.
    lengths = {path: length for path, length in lengths.items() if path.parent.name != "versions"}
    long = {path.relative_to(ROOT).as_posix(): length for path, length in lengths.items() if length > MAX_LINES}
    assert not long


def test_no_test_imports_from_a_test_file() -> None:
    found = []
    for path in python_files("tests"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found += [
                f"{path.relative_to(ROOT)}: {name}" for name in names if name.startswith("tests.") and ".test_" in name
            ]
    assert not found, "\n".join(found)


def test_the_contract_on_features_names_all_of_them() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [independent] = [contract["modules"] for contract in contracts if contract["type"] == "independence"]
    joined = {
        module.__name__ for module in vars(features).values() if hasattr(module, "COMMANDS") and module is not features
    }
    assert joined <= set(independent)
