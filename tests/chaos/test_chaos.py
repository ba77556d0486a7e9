"""The short form of `python -m tests.chaos`: a few fixed seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import report
from tests.chaos.plan import plan
from tests.chaos.postgres import server
from tests.chaos.world import Run


@pytest.mark.parametrize("seed", [7])
@pytest.mark.slow
async def test_nothing_is_lost_on_sqlite(tmp_path: Path, seed: int) -> None:
    result = await Run(plan(seed, sqlite=True), tmp_path).run()
    assert result.problems == []


@pytest.mark.postgres
@pytest.mark.slow
async def test_nothing_is_lost_on_postgresql(tmp_path: Path) -> None:
    with server() as postgres:
        await postgres.empty()
        result = await Run(plan(4, sqlite=False), tmp_path, postgres).run()
    assert result.problems == []


def test_a_seed_always_makes_the_same_run() -> None:
    assert plan(5, sqlite=True) == plan(5, sqlite=True)
    assert plan(5, sqlite=True) != plan(6, sqlite=True)
    for seed in range(50):
        acts = [act.name for step in plan(seed, sqlite=True).steps for act in step.acts]
        assert "kill" in acts


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    row = report.Row("sqlite", 3, "2 429, 1 jump", 2, 80, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 0, 4, "-", 12)
    other = report.Row(
        "postgresql", 3, "", 1, 70, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "the process ended by itself (1)", 9
    )
    rows = {(one.engine, one.seed): one for one in (row, other)}
    assert report.read(tmp_path / "report.md") == {}
    report.write(tmp_path / "report.md", rows)
    assert report.read(tmp_path / "report.md") == rows
    assert "2 runs (1 on sqlite and 1 on postgresql), 1 of them clean" in (tmp_path / "report.md").read_text(
        encoding="utf-8"
    )
