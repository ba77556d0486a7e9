"""An audit fails for a vulnerability, and never calls packages clean that nobody looked up."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

_spec = importlib.util.spec_from_file_location("audit", Path(__file__).parents[2] / ".ci" / "audit.py")
assert _spec is not None
assert _spec.loader is not None
audit = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)


def clean(name: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": []}


def skipped(name: str) -> dict[str, Any]:
    return {"name": name, "skip_reason": "Dependency not found"}


def vulnerable(name: str, *fixed: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": list(fixed)}]}


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([clean("a"), clean("b")], 0, "2 packages without a known vulnerability"),
        ([clean("a"), skipped("b")], 0, "not known to the advisory service: b"),
        ([skipped("a"), skipped("b")], 0, "NOT DONE"),
        ([clean("a"), vulnerable("b", "1.1")], 1, "b 1.0: CVE-2026-1, fixed in 1.1"),
        ([skipped("a"), vulnerable("b")], 1, "b 1.0: CVE-2026-1, fixed in no version yet"),
    ],
)
def test_the_verdict_of_a_report(packages: list[dict[str, Any]], code: int, words: str) -> None:
    said = audit.verdict(json.dumps({"dependencies": packages, "fixes": []}))
    assert said[0] == code
    assert words in said[1]


@pytest.mark.parametrize("report", ["", "Traceback: no network", "[]", "null", '{"dependencies": []}'])
def test_without_a_report_the_audit_was_not_done(report: str) -> None:
    assert audit.verdict(report)[0] == 0
    assert "NOT DONE" in audit.verdict(report)[1]
