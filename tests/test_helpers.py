"""Tests about tests: helpers are modules, and no test waits for an amount of time."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
SOURCES = {path: path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py")}


def test_no_file_imports_from_a_test_file() -> None:
    imports = re.compile(r"^from tests[\w.]*\.test_\w+ import|^import tests[\w.]*\.test_", re.MULTILINE)
    assert [str(path.relative_to(TESTS)) for path, source in SOURCES.items() if imports.search(source)] == []


def test_no_test_sleeps_for_an_amount_of_time() -> None:
    """Tests wait by `eventually` of tests/waiting.py, or turn a clock of their own."""
    sleeps = re.compile(r"asyncio\.sleep\((?!0\))[\d.]+\)")
    assert [str(path.relative_to(TESTS)) for path, source in SOURCES.items() if sleeps.search(source)] == []
