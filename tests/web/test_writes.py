"""/readyz proves that the database takes writes."""

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.metrics import Metrics
from bot.web import writes
from bot.web.writes import PROBE_SECONDS, STALE_SECONDS, WriteProbe
from storage import probe as probe_module
from storage.database import Database
from storage.migrate import upgrade


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def writable(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("jarchi_database_writable")


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_each_attempt_is_a_commit_and_success_ages(database: Database, clock: Clock) -> None:
    metrics = Metrics()
    probe = WriteProbe(database, metrics, clock)
    seen = set()
    for _ in range(3):
        await probe.probe()
        async with database.read() as connection:
            seen.add((await connection.execute(text("PRAGMA user_version"))).scalar_one())
        assert (probe.check(), writable(metrics)) == ({"ok": True, "seconds_ago": 0.0}, 1.0)
    assert len(seen) == 3
    clock.seconds += STALE_SECONDS + 1  # an attempt still waits for another program's lock
    assert probe.check() == {"ok": False, "seconds_ago": 41.0, "reason": "a write waits for a lock"}
    assert writable(metrics) == 0.0
    await probe.probe()
    assert probe.check()["ok"]


def test_a_failure_shows_within_a_minute() -> None:
    assert PROBE_SECONDS + STALE_SECONDS < 60


@pytest.mark.parametrize("fault", ["full", "read only", "gone", "locked", "unreadable"])
async def test_the_reason_why_a_database_takes_no_writes_is_named(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    probe = WriteProbe(database, Metrics(), clock)
    await probe.probe()
    assert probe.check()["ok"]
    path = Path(str(database.path))
    held = sqlite3.connect(path, isolation_level=None)
    if fault == "full":
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=probe_module.MIN_FREE_BYTES - 1))
    elif fault == "read only":
        async with database.write() as connection:
            await connection.execute(text("PRAGMA query_only = ON"))
    elif fault == "locked":
        async with database.write() as connection:
            await connection.execute(text("PRAGMA busy_timeout = 1"))
        held.execute("BEGIN IMMEDIATE")
    elif fault == "gone":
        await database.close()
        for one in path.parent.iterdir():
            one.unlink()
    else:
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: (_ for _ in ()).throw(PermissionError(13, "no")))
    await probe.probe()
    words = {
        "full": "the disk is full", "read only": "may not be written", "gone": "there is no file", "unreadable": "cannot be read",
        "locked": "another program has held",
    }[fault]  # fmt: skip
    assert words in probe.check()["reason"]
    assert not probe.check()["ok"]
    held.close()


async def test_a_failure_is_logged_once_and_its_end_too(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    written = SimpleNamespace(error=lambda event, **_: events.append(event), info=events.append)
    monkeypatch.setattr(writes, "log", written)
    free = 0
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    probe = WriteProbe(database, Metrics(), clock)
    for _ in range(3):
        await probe.probe()
    free = 10**9
    for _ in range(3):
        await probe.probe()
    assert events == ["database_not_writable", "database_writable"]


@pytest.mark.postgres
@pytest.mark.parametrize("fault", ["", "read only", "lock"])
async def test_postgresql_is_written_too(
    postgres_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(probe_module, "LOCK_SECONDS", 0.01)
    database, other = Database(postgres_url), Database(postgres_url)
    await upgrade(other)
    if fault == "read only":

        @event.listens_for(database.writer.sync_engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            cursor.close()
            connection.commit()

    probe = WriteProbe(database, Metrics(), clock)
    async with other.write() as connection:
        if fault == "lock":
            await connection.execute(text("LOCK TABLE articles IN EXCLUSIVE MODE"))
        await probe.probe()
    reason = {"": None, "read only": "takes no writes", "lock": "holds a lock"}[fault]
    assert probe.check()["ok"] == (not fault)
    assert reason is None or reason in probe.check()["reason"]
    await database.close()
    await other.close()
