"""/readyz checks the database, Telegram, the last poll and the queue, and names each problem."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from telegram.error import TimedOut

from bot.domain.chats import Chat
from bot.domain.events import EventKind
from bot.metrics import FAILURES_SECONDS, LONGEST_WORK_SECONDS, Metrics, SourceCondition
from bot.web import health as module
from bot.web.health import Health
from bot.web.queue import FRESH_SECONDS, QueueWatch
from storage import chats, deliveries, queue
from storage.database import Database
from storage.errors import StorageError
from tests.events import sample

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)


class Watched:
    """A healthy process with a clock; the test makes problems and moves the clock."""

    def __init__(self, database: Database, *, webhook: bool = False) -> None:
        self.seconds = 1000.0
        self.metrics = Metrics(self.monotonic)
        watch = QueueWatch(database, self.metrics, self.clock, self.monotonic)
        self.health = Health(database, self.metrics, watch, 900, webhook, self.monotonic)
        self.health.ask = self.ask
        self.asked = 0
        self.answer: str | Exception = ""
        self.metrics.set_leader(True)
        self.metrics.answered("getUpdates", 200, 0.0)
        self.client: TestClient[Any, Any] | None = None

    def monotonic(self) -> float:
        return self.seconds

    def clock(self) -> dt.datetime:
        return NOW + dt.timedelta(seconds=self.seconds)

    async def ask(self) -> str:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        self.metrics.answered("getMe", 200, 0.0)
        return self.answer

    async def get(self, path: str) -> tuple[int, Any]:
        if self.client is None:
            application = web.Application()
            application.add_routes(self.health.routes)
            self.client = TestClient(TestServer(application))
            await self.client.start_server()
        async with self.client.get(path) as response:
            return response.status, await (response.json() if "json" in response.content_type else response.text())

    async def problem(self) -> dict[str, Any]:
        """Request /readyz; return the checks that fail."""
        status, body = await self.get("/readyz")
        assert status == (200 if body["ready"] else 503)
        failed = {name: check for name, check in body["checks"].items() if not check["ok"]}
        assert body["ready"] == (not failed)
        return failed


@pytest.fixture
async def watched(database: Database) -> AsyncIterator[Watched]:
    watched = Watched(database)
    yield watched
    if watched.client is not None:
        await watched.client.close()


async def test_a_healthy_process_is_ready(watched: Watched) -> None:
    assert await watched.problem() == {}
    assert watched.asked == 0


async def test_without_a_database_it_lives_but_is_not_ready(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_database: Database) -> Any:
        raise StorageError("the disk cannot be read or written")

    monkeypatch.setattr(Database, "read", read)
    reason = {"ok": False, "reason": "the disk cannot be read or written"}
    assert await watched.problem() == {"database": reason, "queue": reason}
    assert await watched.get("/healthz") == (200, "ok\n")
    status, page = await watched.get("/metrics")
    assert (status, "jarchi_leader 1.0" in page, "jarchi_queue_deliveries{" in page) == (200, True, False)


async def test_telegram_is_asked_for_a_sign_of_life_when_none_was_received_and_not_too_often(watched: Watched) -> None:
    watched.seconds += module.TELEGRAM_SECONDS + 1
    watched.metrics.passed()
    assert await watched.problem() == {}
    assert watched.asked == 1
    watched.answer = TimedOut()
    watched.seconds += module.TELEGRAM_SECONDS + 1
    for _ in range(3):
        assert await watched.problem() == {"telegram": {"ok": False, "reason": "no answer (TimedOut)"}}
    assert watched.asked == 2
    watched.answer = ""
    watched.seconds += module.ASK_SECONDS
    assert await watched.problem() == {}


async def test_a_webhook_that_somebody_took_away_is_noticed(database: Database) -> None:
    watched = Watched(database, webhook=True)
    assert await watched.problem() == {}
    watched.answer = "updates are not posted to WEBHOOK_URL"
    watched.seconds += module.TELEGRAM_SECONDS
    watched.metrics.answered("sendMessage", 200, 0.0)  # sending goes on meanwhile
    assert await watched.problem() == {"telegram": {"ok": False, "reason": "updates are not posted to WEBHOOK_URL"}}
    assert watched.client is not None
    await watched.client.close()


async def test_before_telegram_is_reached_it_is_not_ready(watched: Watched) -> None:
    watched.health.ask = None
    assert list(await watched.problem()) == ["telegram"]


async def test_the_leader_must_have_polled_its_sources_lately(watched: Watched) -> None:
    watched.seconds += module.PASSES_MISSED * 900 + module.PASS_SECONDS
    assert await watched.problem() == {}
    watched.seconds += 1
    assert list(await watched.problem()) == ["poll"]
    watched.metrics.set_leader(False)
    assert await watched.problem() == {}
    watched.metrics.set_leader(True)
    assert await watched.problem() == {}


async def test_a_queue_that_makes_no_progress_is_noticed_a_long_one_is_not(
    watched: Watched, database: Database
) -> None:
    written = watched.clock()
    async with database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), written)
        event = await deliveries.insert_event(connection, sample(EventKind.DIGEST), "digest:2026-01-05", written)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, EventKind.DIGEST, [(1, 0)], written)
    watched.seconds += module.QUEUE_SECONDS
    watched.metrics.answered("getUpdates", 200, 0.0)
    assert await watched.problem() == {}
    watched.seconds += FRESH_SECONDS
    watched.metrics.set_leader(False)
    assert await watched.problem() == {}  # the leader sends
    watched.metrics.set_leader(True)
    assert await watched.problem() == {"queue": {"ok": False, "due": 1, "oldest_seconds": 305.0}}
    watched.metrics.attempted("digest", "sent")
    assert await watched.problem() == {}
    _, page = await watched.get("/metrics")
    assert 'jarchi_queue_deliveries{kind="digest",state="due"} 1.0' in page
    assert 'jarchi_queue_deliveries{kind="crossing",state="due"} 0.0' in page
    assert 'jarchi_queue_oldest_age_seconds{kind="digest"} 305.0' in page


async def test_the_queue_is_counted_no_more_often_than_every_few_seconds(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = 0
    waiting = queue.waiting

    async def counted(connection: Any, now: dt.datetime) -> Any:
        nonlocal counts
        counts += 1
        return await waiting(connection, now)

    monkeypatch.setattr(queue, "waiting", counted)
    for _ in range(5):
        await watched.get("/metrics")
        await watched.get("/readyz")
    assert counts == 1
    watched.seconds += FRESH_SECONDS
    await watched.get("/metrics")
    assert counts == 2


async def test_sources_that_fail_are_named_and_leave_a_process_ready(watched: Watched) -> None:
    read_at = dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)
    watched.metrics.sources = {
        "cbu": SourceCondition(read_at, 7, "no readable rate of UZS", stale=True),
        "page": SourceCondition(None, 1, "a login page without a ticker", stale=False),
        "nbk": SourceCondition(read_at, 0, None, stale=False),
    }
    status, body = await watched.get("/readyz")
    assert (status, body["checks"]["sources"]) == (
        200,
        {
            "ok": True,
            "polled": 3,
            "failing": {
                "cbu": {"failures": 7, "last_success": read_at.isoformat(), "error": "no readable rate of UZS"},
                "page": {"failures": 1, "last_success": None, "error": "a login page without a ticker"},
            },
            "stale": ["cbu"],
        },
    )
    value = watched.metrics.registry.get_sample_value
    assert value("jarchi_source_last_success_timestamp_seconds", {"source": "cbu"}) == read_at.timestamp()
    assert value("jarchi_source_last_success_timestamp_seconds", {"source": "page"}) is None
    assert [value("jarchi_source_consecutive_failures", {"source": name}) for name in ("cbu", "page", "nbk")] == [
        7,
        1,
        0,
    ]
    assert [value("jarchi_source_stale", {"source": name}) for name in ("cbu", "page", "nbk")] == [1, 0, 0]
    watched.metrics.set_leader(False)  # another process polls now, and reports on the sources
    assert value("jarchi_source_consecutive_failures", {"source": "cbu"}) is None
    assert (await watched.get("/readyz"))[1]["checks"]["sources"]["polled"] == 0


async def test_a_process_that_can_handle_no_update_is_noticed(watched: Watched) -> None:
    for _ in range(3):
        assert await watched.problem() == {}
        watched.metrics.update_failed()
    reason = "the last 3 updates could not be handled"
    assert await watched.problem() == {"updates": {"ok": False, "reason": reason}}
    watched.metrics.handled()
    assert await watched.problem() == {}
    for _ in range(3):
        watched.metrics.unreadable()
    assert list(await watched.problem()) == ["updates"]
    watched.seconds += FAILURES_SECONDS + 1
    watched.metrics.passed()
    assert await watched.problem() == {}


async def test_an_update_that_is_never_done_with_is_noticed(watched: Watched) -> None:
    with watched.metrics.answering("/rates"):
        watched.seconds += LONGEST_WORK_SECONDS + 1
        watched.metrics.passed()
        assert list(await watched.problem()) == ["updates"]
    assert await watched.problem() == {}


async def test_a_process_that_polls_and_is_given_no_updates_is_noticed(watched: Watched) -> None:
    silence = [module.RECEIVE_SECONDS]
    watched.health.silence = lambda: silence[0]
    assert await watched.problem() == {}
    silence[0] += 1
    reason = "Telegram has given no updates for 121 s"
    assert await watched.problem() == {"updates": {"ok": False, "reason": reason}}


@pytest.mark.parametrize("status", [401, 404, 409, 500, 0])
async def test_a_refusal_is_no_sign_of_life(watched: Watched, status: int) -> None:
    before = watched.metrics.answered_at
    watched.seconds += 1
    watched.metrics.answered("getUpdates", status, 0.0)
    assert watched.metrics.answered_at == before
