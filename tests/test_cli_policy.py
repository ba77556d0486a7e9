"""`jarchi check` reads each policy rate once, and warns before the calendar of decisions ends."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.cli.checks import CALENDAR_ENDS_WITHIN
from bot.domain.policy_calendar import calendars
from bot.sources import policy
from bot.sources.fetch import Unreachable
from tests.programs import environment

PAGE = Path(__file__).parent / "sources" / "policy" / "nbk.html"
END = dt.datetime.combine(calendars()["nbk"].valid_through, dt.time(6), dt.UTC)
NEWEST = "16.75%, dated 2026-07-27; "


@pytest.mark.parametrize(
    ("before", "ends", "words"),
    [
        (CALENDAR_ENDS_WITHIN, False, "next decision on 2026-12-04"),
        (CALENDAR_ENDS_WITHIN - dt.timedelta(days=1), True, "next decision on 2026-12-04"),
        (dt.timedelta(days=1), True, "no next decision is known"),
        (dt.timedelta(days=-40), True, "no next decision is known"),
    ],
)
def test_a_calendar_that_ends_soon_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: dt.timedelta, ends: bool, words: str
) -> None:
    async def ask(_fetcher: Any, source: policy.PolicySource, *_more: Any) -> policy.PolicyTable:
        if source.bank == "cbr":
            raise Unreachable("no connection")
        return source.read(PAGE.read_bytes())

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.checks.policy.ask", ask)
    monkeypatch.setattr("bot.cli.checks.utc_now", lambda: END - before)
    nowhere = {"NEWS_FEED_URL": "http://127.0.0.1:9/", "TICKER_URL": "http://127.0.0.1:9/", "POLICY": "nbk,cbr"}
    found = CliRunner().invoke(main, ["check", "--json"], env=environment(tmp_path, **nowhere))
    lines = {one["check"]: (one["ok"], one["text"]) for one in json.loads(found.stdout)}
    warning = f"; the calendar of decisions ends on 2026-12-31: see {calendars()['nbk'].url}" if ends else ""
    assert lines["nbk_policy"] == (True, f"{NEWEST}{words}{warning}")
    assert lines["cbr_policy"] == (False, "no connection")
